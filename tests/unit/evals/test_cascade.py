"""The evaluation of estimates: of answers that vectors decide, and of answers that they do not."""

import numpy as np
import pytest

from anonymuse.evals.cascade import Corpus, measure, tables

PEOPLE = 240


def corpus(*, told: bool) -> Corpus:
    """Return people with two conversations each, whose answers hang on their vectors or do not."""
    rng = np.random.Generator(np.random.Philox(3))
    unit = np.repeat(np.arange(PEOPLE), 2)
    hard = rng.random(len(unit)) < 0.2
    vectors = rng.normal(size=(len(unit), 8))
    vectors[:, 0] = hard if told else 0.0
    return Corpus(
        features=vectors,
        unit=unit,
        pseudonyms=[f"p{n}" for n in range(PEOPLE)],
        leaf=np.arange(len(unit)) % 3,
        answers={
            "refused": ["yes" if own else "no" for own in hard.tolist()],
            "concern": [4 if own else 1 for own in hard.tolist()],
        },
    )


def of(result: dict[str, object], **wanted: object) -> dict[str, float]:
    found = result["estimates"]
    assert isinstance(found, list)
    return next(own for own in found if wanted.items() <= own.items())


def test_answers_that_vectors_tell_are_predicted_and_estimated_well() -> None:
    result = measure(corpus(told=True), share=0.4, draws=5, seed=0)
    assert all(own["right"] > 0.95 for own in result["predictions"])
    found = of(result, facet="refused", value="yes", policy="no noise")
    assert found["share"] == pytest.approx(found["truth"], abs=0.03)
    assert found["weight"] > 0.8
    assert found["width"] < found["asked_only"]


def test_what_nothing_tells_has_no_weight_and_still_holds() -> None:
    result = measure(corpus(told=False), share=0.4, draws=5, seed=0)
    found = of(result, facet="concern", value="4", policy="no noise")
    assert found["weight"] < 0.3
    assert found["held"] >= 0.8


def test_noise_makes_intervals_wider() -> None:
    result = measure(corpus(told=True), share=0.4, draws=5, seed=0)
    quiet, loud = (
        of(result, facet="refused", value="yes", policy=name) for name in ("no noise", "demo")
    )
    assert loud["width"] > quiet["width"]


def test_the_same_seed_gives_the_same_page() -> None:
    one, two = (tables(measure(corpus(told=True), share=0.4, draws=5, seed=1)) for _ in range(2))
    assert one == two
    assert "predicted right" in one
