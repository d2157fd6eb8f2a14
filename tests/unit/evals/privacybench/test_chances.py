"""Exact bounds against the numbers of the literature and against simulation."""

from __future__ import annotations

import pytest

from anonymuse.evals.privacybench.chances import (
    advantage,
    area_under_curve,
    lower,
    none_at_all,
    paired_difference,
    upper,
)
from anonymuse.evals.privacybench.frame import INTERNAL


@pytest.mark.parametrize(("trials", "bound"), [(59, 0.050), (150, 0.020), (299, 0.010)])
def test_no_hit_in_so_many_trials_bounds_the_rate(trials: int, bound: float) -> None:
    assert upper(0, trials) == pytest.approx(1 - 0.05 ** (1 / trials))
    assert upper(0, trials) == pytest.approx(bound, abs=0.001)


def test_clopper_pearson_by_its_table() -> None:
    # 4 of 20, two-sided 95 %: 0.0573 to 0.4366
    assert lower(4, 20, 0.025) == pytest.approx(0.0573, abs=1e-4)
    assert upper(4, 20, 0.025) == pytest.approx(0.4366, abs=1e-4)
    assert (lower(0, 9), upper(9, 9)) == (0.0, 1.0)


def test_a_lift_of_nothing_in_760_trials_is_within_three_points() -> None:
    found = paired_difference("lift", INTERNAL, 0, 0, 760, limit=0.03)
    assert found.estimate == 0.0
    assert found.high < 0.005
    assert found.met
    assert not found.broken


def test_a_lift_is_gains_less_losses_inside_its_bounds() -> None:
    found = paired_difference("lift", INTERNAL, 120, 20, 400, limit=0.03)
    assert found.low < found.estimate == 0.25 < found.high
    assert found.met is False
    assert found.broken


def test_targets_of_nothing_are_judged_by_the_count() -> None:
    assert none_at_all("leaks", INTERNAL, 0, 10).met
    assert none_at_all("leaks", INTERNAL, 1, 10_000).met is False


def test_an_advantage_is_a_difference_of_two_rates() -> None:
    found = advantage("seen", INTERNAL, (30, 100), (20, 100), limit=0.1)
    assert found.estimate == pytest.approx(0.1)
    assert found.low < 0 < found.high


def test_area_under_the_curve() -> None:
    assert area_under_curve([1, 2, 3], [1, 2, 3]) == 0.5
    assert area_under_curve([2, 3], [0, 1]) == 1.0
    assert area_under_curve([0, 0], [0, 1]) == 0.25
