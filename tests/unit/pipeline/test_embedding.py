"""The views of conversations as vectors: what is embedded, and what is taken from another view."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.domain.private.transcript import VIEWS, Transcript
from anonymuse.pipeline.engine import Finished, Workshop
from anonymuse.pipeline.events import ignore
from anonymuse.pipeline.steps import embedding
from anonymuse.pipeline.steps.texts import view_vectors
from anonymuse.ports.embedder import Vectors


class Counting(HashingEmbedder):
    """Keeps what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.seen += texts
        return super().embed(texts)


def said(user: str, reply: str) -> Transcript:
    whole = f"{user}\n{reply}" if reply else user
    return Transcript("", user, whole, reply, turns=2, characters=len(whole))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Return a step that sees a prompt, a conversation and another prompt."""
    known = [said("first prompt", ""), said("a question", "an answer"), said("last prompt", "")]
    monkeypatch.setattr(
        embedding, "transcripts", lambda _: ((str(n), t) for n, t in enumerate(known))
    )
    monkeypatch.setattr(embedding, "ROWS", 2)
    done = Finished("scrub", "k", tmp_path, {}, reused=False)
    return Workshop(tmp_path, {"scrub": done}, ignore, "embed")


def test_a_text_that_two_views_share_is_embedded_once(shop: Workshop) -> None:
    embedder = Counting()
    counts = asyncio.run(embedding.embed(shop, views=dict.fromkeys(VIEWS, embedder)))
    assert counts == {"texts": 9, "embedded": 5}
    assert sorted(embedder.seen) == sorted(
        ["first prompt", "a question", "last prompt", "a question\nan answer", "an answer"]
    )


def test_shared_vectors_are_those_of_each_text(shop: Workshop) -> None:
    asyncio.run(embedding.embed(shop, views=dict.fromkeys(VIEWS, HashingEmbedder())))
    wanted = HashingEmbedder().embed(["first prompt", "an answer", "last prompt"])
    assert np.array_equal(view_vectors(shop.folder, "replies"), wanted.astype(np.float16))


def test_views_of_two_embedders_share_nothing(shop: Workshop) -> None:
    one, other = Counting(), Counting()
    other.id = "another"
    asyncio.run(embedding.embed(shop, views={"user": one, "whole": other}))
    assert len(one.seen) == len(other.seen) == 3


def test_the_beginning_of_the_first_answer_is_no_view_to_share(shop: Workshop) -> None:
    embedder = Counting()
    counts = asyncio.run(embedding.embed(shop, views={"reply": embedder}))
    assert counts == {"texts": 3}
    assert embedder.seen == ["", "an answer", ""]
