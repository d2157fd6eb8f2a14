"""Facets of every kind are predicted as what they are."""

import numpy as np
import pytest

from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.stages.predict import can_be_predicted, features, predicted_answers

N = 120
SIDE = np.arange(N) % 2
ROWS = features([np.stack([SIDE, 1 - SIDE], axis=1)], ["yes" if s else "no" for s in SIDE])
GROUP = np.arange(N)

KINDS: dict[str, tuple[FacetQuestion, tuple[Scalar, Scalar]]] = {
    "one_of": (FacetQuestion("a", "?", "one_of", ("x", "y")), ("x", "y")),
    "boolean": (FacetQuestion("a", "?", "boolean"), (False, True)),
    "integer": (FacetQuestion("a", "?", "integer", low=1, high=5), (2, 5)),
    "several_of": (FacetQuestion("a", "?", "several_of", ("x", "y")), ("x", "x; y")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_predicted_in_its_own_words(kind: str) -> None:
    question, values = KINDS[kind]
    truth = [values[side] for side in SIDE]
    asked = [own if place < 60 else None for place, own in enumerate(truth)]
    found = predicted_answers(question, asked, ROWS, GROUP)
    assert found == truth


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_asked_is_nobody_predicted(kind: str) -> None:
    question, _ = KINDS[kind]
    assert predicted_answers(question, [None] * N, ROWS, GROUP) == [None] * N


def test_what_can_be_predicted() -> None:
    assert {q.name for q in CORE if can_be_predicted(q)} == {"concern", "refused"}
    assert not can_be_predicted(FacetQuestion("a", "?", "several_of"))
    assert not can_be_predicted(FacetQuestion("a", "?", "integer", low=0, high=1000))
    assert not can_be_predicted(FacetQuestion("a", "", "boolean", source="sql", rule="true"))


def test_what_phrases_say_is_among_the_features() -> None:
    assert ROWS.shape == (N, 3)
    assert ROWS[:, 2].tolist() == [float(side) for side in SIDE]
