"""The vectors of one way to look at conversations."""

from __future__ import annotations

import numpy as np

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.domain.private.transcript import SENTENCES, VIEWS
from anonymuse.stages.embed import embed_view

TEXTS = ["How do I bake bread? With flour and water.", "a line of its own", ""]


def test_sentences_count_alike_however_long_they_are() -> None:
    embedder = HashingEmbedder()
    found = embed_view(SENTENCES, TEXTS, embedder.embed)
    one, other = embedder.embed(["How do I bake bread?", "With flour and water."])
    mean = one + other
    assert np.allclose(found[0], mean / np.linalg.norm(mean), atol=1e-6)
    assert np.allclose(found[1], embedder.embed(TEXTS[1:2])[0], atol=1e-6)
    assert not found[2].any()
    assert found.dtype == np.float32


def test_all_other_views_are_embedded_as_they_are() -> None:
    embedder = HashingEmbedder()
    for view in VIEWS:
        if view != SENTENCES:
            assert np.array_equal(embed_view(view, TEXTS, embedder.embed), embedder.embed(TEXTS))


def test_no_texts_have_no_vectors() -> None:
    embedder = HashingEmbedder()
    assert embed_view(SENTENCES, [], embedder.embed).shape == (0, embedder.dimensions)
