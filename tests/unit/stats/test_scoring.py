import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from anonymuse.stats import scoring
from anonymuse.stats.intervals import Estimate, wilson

RNG = np.random.default_rng(4)
TRUE = RNG.integers(0, 3, 200)
SAID = np.where(RNG.random(200) < 0.7, TRUE, RNG.integers(0, 3, 200))


def resampled(score: Callable[..., Estimate], *columns: np.ndarray, draws: int = 600) -> float:
    """Return the standard error by the plain bootstrap of rows."""
    rng = np.random.default_rng(9)
    rows = [rng.integers(len(columns[0]), size=len(columns[0])) for _ in range(draws)]
    return float(np.std([score(*(own[row] for own in columns)).mean for row in rows]))


def width(found: Estimate) -> float:
    return (found.high - found.low) / (2 * 1.96)


def test_a_share_of_rows_of_their_own_is_wilsons() -> None:
    right = np.array([1] * 81 + [0] * 182)
    found = scoring.share(right)
    assert (found.low, found.high) == pytest.approx(wilson(81, 263))
    assert scoring.share(right, units=np.arange(263)) == found


def test_f1_is_the_harmonic_mean_of_recall_and_precision() -> None:
    yes, said = TRUE == 1, SAID == 1
    recall, precision = (yes & said).sum() / yes.sum(), (yes & said).sum() / said.sum()
    found = scoring.f1(yes, said)
    assert found.mean == pytest.approx(2 * recall * precision / (recall + precision))
    assert scoring.f1([True] * 9, [True] * 9).low < 0.9
    assert math.isnan(scoring.f1([False] * 9, [False] * 9).mean)


@pytest.mark.parametrize(
    "score",
    [
        scoring.macro_f1,
        scoring.kappa,
        lambda a, b: scoring.f1(a == 1, b == 1),
        lambda a, b: scoring.spearman(a, b),
        lambda a, b: scoring.gain(a == 1, b == 1).gain,
    ],
)
def test_an_interval_is_as_wide_as_the_bootstrap_says(score: Callable[..., Estimate]) -> None:
    found = score(TRUE, SAID)
    assert found.low < found.mean < found.high
    assert width(found) == pytest.approx(resampled(score, TRUE, SAID), rel=0.12)


def test_known_values() -> None:
    assert scoring.spearman(TRUE, SAID).mean == pytest.approx(stats.spearmanr(TRUE, SAID).statistic)
    # Fleiss, Cohen and Everitt's textbook table: agreement 0.76, chance 0.66
    one = ["+"] * 20 + ["+"] * 5 + ["-"] * 10 + ["-"] * 15
    other = ["+"] * 20 + ["-"] * 5 + ["+"] * 10 + ["-"] * 15
    assert scoring.kappa(one, other).mean == pytest.approx(0.4)


def test_what_cannot_be_told_is_not_told() -> None:
    assert math.isnan(scoring.kappa(["a"] * 5, ["a"] * 5).mean)
    assert math.isnan(scoring.spearman([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]).mean)
    assert math.isnan(scoring.share([]).mean)


@pytest.mark.parametrize("score", [scoring.kappa, scoring.macro_f1])
def test_full_agreement_has_an_interval_all_the_same(score: Callable[..., Estimate]) -> None:
    answers = ["a", "b"] * 10
    found = score(answers, answers)
    assert found.mean == found.high == 1.0
    assert 0.5 < found.low < 0.95


@pytest.mark.parametrize("score", [scoring.kappa, scoring.macro_f1, scoring.spearman])
def test_rows_that_one_person_repeats_tell_no_more(score: Callable[..., Estimate]) -> None:
    plain = score(TRUE, SAID)
    five = score(np.repeat(TRUE, 5), np.repeat(SAID, 5), units=np.repeat(np.arange(200), 5))
    assert five.mean == pytest.approx(plain.mean)
    assert width(five) == pytest.approx(width(plain), rel=0.03)
    assert width(score(np.repeat(TRUE, 5), np.repeat(SAID, 5))) < 0.6 * width(plain)


def test_a_person_whose_rows_are_all_right_is_one_person() -> None:
    right = np.ones(60)
    units = np.repeat(np.arange(6), 10)
    assert scoring.share(right, units=units).low == pytest.approx(wilson(6, 6)[0])


def test_a_gain_is_of_pairs_and_turns_over_with_the_sides() -> None:
    ours, theirs = np.arange(300) % 10 < 8, np.arange(300) % 10 < 7
    there, back = scoring.gain(ours, theirs).gain, scoring.gain(theirs, ours).gain
    assert (there.mean, there.low, there.high) == pytest.approx((-back.mean, -back.high, -back.low))
    assert there.low > 0.05
    mixed = scoring.gain(ours, np.roll(theirs, 5)).gain
    assert width(mixed) > 1.5 * width(there)


@pytest.mark.parametrize("seeds", [4, 5, 10, 31, 201])
def test_a_mean_over_seeds_has_student_s_interval(seeds: int) -> None:
    values = RNG.normal(0.8, 0.1, seeds)
    found = scoring.over_seeds(values)
    ends = stats.t.interval(0.95, seeds - 1, values.mean(), stats.sem(values))
    assert found.mean == pytest.approx(values.mean())
    assert (found.high - found.low) == pytest.approx(ends[1] - ends[0], rel=2e-3)


def test_runs_that_share_pairs_are_not_independent() -> None:
    own = np.random.default_rng(3).normal(0, 0.05, 6)
    found = scoring.over_pairs(0.8 + own[:, None] + own[None, :])
    assert found.mean == pytest.approx(0.8 + 2 * own.mean())
    assert found.high - found.low == pytest.approx(
        2 * stats.t.ppf(0.975, 5) * 2 * own.std(ddof=1) / 6**0.5, rel=0.01
    )
