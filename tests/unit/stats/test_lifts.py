import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anonymuse.stats.lifts import (
    Counts,
    benjamini_hochberg,
    notable,
    ratios,
    weighted_pearson,
)
from tests.unit.stats import golden_ratios


def one(a: float, n: float, b: float, m: float, **noise: Any) -> tuple[float, ...]:
    """Return ratio, low, high and p of one pair of shares."""
    found = ratios(
        Counts(a, n), Counts(b, m), sigma=noise.get("sigma", 0.0), rounding=noise.get("rounding", 1)
    )
    return tuple(float(own[0]) for own in (found.ratio, found.low, found.high, found.p))


def test_the_interface_is_checked_against_these_very_numbers() -> None:
    assert json.loads(golden_ratios.PATH.read_text()) == json.loads(golden_ratios.written()), (
        "run: python -m tests.unit.stats.golden_ratios"
    )


@given(
    st.integers(1, 400), st.integers(0, 400), st.integers(1, 4000), st.integers(0, 4000),
    st.sampled_from([0.0, 2.0, 5.0]), st.sampled_from([1, 5]),
)  # fmt: skip
def test_an_interval_holds_its_ratio_and_turns_over_with_the_sides(
    a: int, others: int, b: int, rest: int, sigma: float, rounding: int
) -> None:
    here, there = (a, a + others), (b, b + rest)
    ratio, low, high, p = one(*here, *there, sigma=sigma, rounding=rounding)
    if np.isnan(ratio):
        assert sigma > 0 or rounding > 1
        return
    assert 0 < low <= ratio <= high
    assert 0 <= p <= 1
    back = one(*there, *here, sigma=sigma, rounding=rounding)
    assert back == pytest.approx((1 / ratio, 1 / high, 1 / low, p), rel=1e-6, abs=1e-9)
    exact = one(*here, *there)
    assert low <= exact[1] * (1 + 1e-9)
    assert high >= exact[2] * (1 - 1e-9)
    assert p >= exact[3] - 1e-9


@pytest.mark.parametrize(
    ("a", "n", "b", "m", "sigma"),
    [
        (0, 50, 5, 60, 0.0),  # nobody here
        (5, 50, 0, 60, 0.0),  # nobody there: no ratio is large enough
        (5, 50, 5, 0, 0.0),  # there is no rest
        (5, 50, -5, 60, 0.0),  # noise made the rest less than nothing
        (9, 50, 100, 600, 5.0),  # as likely noise as people
        (50, 90, 9, 600, 5.0),
    ],
)
def test_what_cannot_be_told_from_nothing_is_not_compared(
    a: int, n: int, b: int, m: int, sigma: float
) -> None:
    assert np.isnan(one(a, n, b, m, sigma=sigma)).all()


def test_where_everybody_has_it_there_is_an_interval_all_the_same() -> None:
    ratio, low, high, p = one(5, 5, 1000, 1000)
    assert (ratio, p) == (1.0, 1.0)
    assert low < 0.7
    assert 1.0 < high < 1.01


@pytest.mark.parametrize("table", [(40, 71, 63, 1640), (10, 100, 200, 10_000), (3, 24, 300, 1700)])
def test_p_is_that_of_the_likelihood_ratio_test(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    known = stats.chi2_contingency(
        [[a, n - a], [b, m - b]], correction=False, lambda_="log-likelihood"
    )
    assert one(*table)[3] == pytest.approx(known.pvalue, rel=1e-6)


def _released(rng: np.random.Generator, n: Any, share: Any, sigma: float, step: int, draws: int):
    exact = rng.binomial(n, share, size=draws)
    return np.round((exact + np.round(rng.normal(0, sigma, draws))) / step) * step


@pytest.mark.parametrize(("sigma", "step"), [(0.0, 1), (0.0, 5), (2.0, 5), (5.0, 5)])
@pytest.mark.parametrize(
    ("n", "share", "m", "other"),
    [(400, 0.2, 6000, 0.1), (120, 0.5, 2000, 0.5), (2000, 0.05, 30_000, 0.1), (300, 0.9, 900, 0.6)],
)
def test_an_interval_covers_the_true_ratio_at_least_95_times_in_100(
    n: int, share: float, m: int, other: float, sigma: float, step: int
) -> None:
    rng = np.random.default_rng(7)
    here = _released(rng, n, share, sigma, step, 4000)
    there = _released(rng, m, other, sigma, step, 4000)
    found = ratios(Counts(here, n), Counts(there, m), sigma=sigma, rounding=step)
    covered = np.mean((found.low <= share / other) & (share / other <= found.high))
    assert 0.94 <= covered <= 0.99


@pytest.mark.parametrize("sigma", [0.0, 1.0, 2.0, 5.0])
def test_of_reports_in_which_nothing_differs_one_in_twenty_tells_of_something(sigma: float) -> None:
    """Cells are told only where they are large, so the hidden ones count as looked at."""
    rng = np.random.default_rng(3)
    clusters, people, share, least = 200, 150, 0.05, 10 + 3 * sigma
    false = 0
    for _ in range(400):
        exact = rng.binomial(people, share, clusters)
        told = exact + np.round(rng.normal(0, sigma, clusters))
        shown = (exact >= 10) & (told >= least)
        rest = exact.sum() - told[shown]
        found = ratios(
            Counts(told[shown], people), Counts(rest, people * (clusters - 1)),
            sigma=sigma, rounding=1,
        )  # fmt: skip
        false += bool(notable(found, tests=clusters).any())
    assert false / 400 <= 0.075


@given(st.lists(st.floats(0, 1), max_size=30), st.sampled_from([0.01, 0.05, 0.2]))
def test_benjamini_hochberg_agrees_with_scipy(p: list[float], q: float) -> None:
    expected = stats.false_discovery_control(p) <= q if p else np.zeros(0, dtype=bool)
    near = np.isclose(stats.false_discovery_control(p), q) if p else expected
    assert ((benjamini_hochberg(p, q=q) == expected) | near).all()


def test_more_tests_leave_fewer_notable_and_nothing_is_never_notable() -> None:
    p = [0.001, 0.012, float("nan"), 0.9]
    assert benjamini_hochberg(p).tolist() == [True, True, False, False]
    assert benjamini_hochberg(p, tests=40).tolist() == [True, False, False, False]
    assert benjamini_hochberg(p, tests=400).tolist() == [False] * 4
    assert benjamini_hochberg([]).tolist() == []


def test_a_correlation_of_equal_weights_is_the_usual_one() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=40)
    y = x + rng.normal(size=40)
    known = stats.pearsonr(x, y)
    found = weighted_pearson(x, y, np.full(40, 17.0))
    assert found.r == pytest.approx(known.statistic)
    assert (found.low, found.high) == pytest.approx(tuple(known.confidence_interval()))


def test_a_correlation_counts_what_its_weights_are_worth() -> None:
    x, y = np.arange(8.0), np.array([0.0, 2.0, 1.0, 3.0, 5.0, 4.0, 6.0, 8.0])
    even = weighted_pearson(x, y, np.ones(8))
    uneven = weighted_pearson(x, y, np.array([40.0, 1, 1, 1, 1, 1, 1, 40]))
    assert even.r is not None
    assert (uneven.r, uneven.low, uneven.high) == (None, None, None)  # worth two points


@pytest.mark.parametrize(
    ("x", "y", "w"),
    [([], [], []), ([1, 2, 3], [1, 2, 3], [1, 1, 1]), ([1] * 9, range(9), [1] * 9),
     (range(9), range(9), [0] * 9)],
)  # fmt: skip
def test_too_few_points_or_none_apart_have_no_correlation(x: Any, y: Any, w: Any) -> None:
    assert weighted_pearson(list(x), list(y), list(w)).r is None


def test_a_perfect_line_has_a_correlation_of_one() -> None:
    found = weighted_pearson(range(30), range(30), [1] * 30)
    assert found.r == pytest.approx(1.0)
    assert found.low is not None
    assert found.low > 0.99


def test_counts_of_which_two_weigh_as_one_are_as_unsure_as_half_as_many() -> None:
    design = ratios(Counts(60, 200, design=2), Counts(80, 400, design=2), sigma=0.0, rounding=1)
    half = ratios(Counts(30, 100), Counts(40, 200), sigma=0.0, rounding=1)
    for own in ("ratio", "low", "high", "p"):
        assert getattr(design, own) == pytest.approx(getattr(half, own))


def test_people_in_both_groups_make_a_ratio_surer_down_to_that_of_answers_that_differ() -> None:
    here, there = Counts(60, 200, design=2.0), Counts(200, 800, design=3.0)
    apart, alike, same = (
        ratios(here, there, sigma=0.0, rounding=1, together=own) for own in (0.0, 0.4, 1.0)
    )
    differing = ratios(Counts(60, 200), Counts(200, 800), sigma=0.0, rounding=1)
    assert apart.low[0] < alike.low[0] < same.low[0] == differing.low[0]
    assert apart.p[0] > alike.p[0] > same.p[0]
    turned = ratios(there, here, sigma=0.0, rounding=1, together=0.4)
    assert turned.low[0] == pytest.approx(1.0 / alike.high[0])
    assert turned.p[0] == pytest.approx(alike.p[0])
    again = ratios(Counts(60, 200), Counts(200, 800), sigma=0.0, rounding=1, together=0.9)
    assert (again.low[0], again.p[0]) == (differing.low[0], differing.p[0])
