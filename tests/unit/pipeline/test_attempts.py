"""When is a clustering tried again, and which try is kept?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from anonymuse.pipeline.steps.attempts import Attempt, Settings, attempts
from anonymuse.stages.appraise import Appraisal, Doubt
from anonymuse.stages.cluster import Clustering

Doubts = tuple[Doubt, ...]
NONE = Clustering(*(np.zeros((0, 0)),) * 4)  # type: ignore[arg-type]


def _maker(
    outcomes: Mapping[int, tuple[Doubts, float]], left: int = 2
) -> tuple[Callable[[Settings], Attempt], list[Settings]]:
    """Return what makes tries that come out by their seed, and the list of what was asked for."""
    asked: list[Settings] = []

    def make(own: Settings) -> Attempt:
        asked.append(own)
        doubts, largest = outcomes[own.seed]
        seen = Appraisal(
            rows=500, different=500, groups=left, largest=largest, agreement=0.3, misfit=0.1,
            meeting=None, across=None, doubts=doubts,
        )  # fmt: skip
        found = Clustering(NONE.labels, np.zeros((left, 1), dtype=np.float32), NONE.fit, NONE.space)
        return Attempt(own, 10, found, seen)

    return make, asked


def test_what_is_in_no_doubt_is_made_once() -> None:
    make, asked = _maker({5: ((), 0.1)})
    tries, kept = attempts(make, seed=5, k=10, fixed=False)
    assert (len(tries), kept, asked) == (1, 0, [Settings(5, 10)])


BAD: Doubts = ("collapsed",)


def test_fewer_clusters_come_first_then_another_seed() -> None:
    make, asked = _maker({5: (BAD, 0.9), 6: ((), 0.4)})
    tries, kept = attempts(make, seed=5, k=10, fixed=False)
    assert asked == [Settings(5, 10), Settings(5, 3), Settings(6, 3)]
    assert (len(tries), kept) == (3, 2)


def test_a_number_that_somebody_chose_is_kept() -> None:
    make, asked = _maker({seed: (BAD, 0.2) for seed in range(3)})
    attempts(make, seed=0, k=10, fixed=True)
    assert asked == [Settings(0, 10), Settings(1, 10), Settings(2, 10)]


@pytest.mark.parametrize("doubt", ["shapeless", "languages"])
def test_what_lies_in_the_vectors_is_not_tried_again(doubt: Doubt) -> None:
    make, asked = _maker({0: ((doubt,), 0.2)})
    attempts(make, seed=0, k=10, fixed=False)
    assert len(asked) == 1


def test_it_ends_and_the_least_bad_is_kept() -> None:
    make, _ = _maker(
        {0: (("collapsed", "shapeless"), 0.9), 1: (("collapsed",), 0.8), 2: (("collapsed",), 0.7)}
    )
    tries, kept = attempts(make, seed=0, k=10, fixed=True)
    assert (len(tries), kept) == (3, 2)


def test_of_equals_the_first_is_kept() -> None:
    make, _ = _maker({seed: (BAD, 0.6) for seed in range(3)})
    assert attempts(make, seed=0, k=10, fixed=True)[1] == 0


def test_a_retry_never_wants_more_clusters_than_the_first() -> None:
    make, asked = _maker({seed: (BAD, 0.6) for seed in range(3)}, left=9)
    attempts(make, seed=0, k=6, fixed=False)
    assert asked[-1].k == 6


def test_where_too_few_are_there_to_judge_nothing_is_tried_again() -> None:
    def make(own: Settings) -> Attempt:
        return Attempt(own, 3, NONE, None)

    tries, kept = attempts(make, seed=0, k=3, fixed=False)
    assert (len(tries), kept) == (1, 0)
