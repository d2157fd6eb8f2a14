import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stats.intervals import bootstrap_mean, wilson, wilson_rounded


def test_wilson_agrees_with_published_values() -> None:
    # Newcombe (1998), table I, method 3
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_lies_in_the_unit_interval(successes: int, n: int) -> None:
    successes = min(successes, n)
    low, high = wilson(successes, n)
    assert 0.0 <= low <= successes / n <= high <= 1.0


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5])
def test_wilson_covers_the_true_share_about_95_times_in_100(share: float) -> None:
    counts = np.random.default_rng(1).binomial(400, share, size=2000)
    covered = [low <= share <= high for low, high in (wilson(c, 400) for c in counts.tolist())]
    assert 0.93 <= np.mean(covered) <= 0.975


@given(st.lists(st.integers(0, 300), min_size=2, max_size=12), st.sampled_from([1, 5, 10]))
def test_rounded_interval_holds_the_interval_of_the_exact_counts(
    counts: list[int], rounding: int
) -> None:
    exact = wilson(counts[0], sum(counts))
    rounded = [rounding * round(c / rounding) for c in counts]
    low, high = wilson_rounded(rounded[0], sum(rounded), rounding=rounding, terms=len(rounded))
    assert low <= exact[0] + 1e-12
    assert high >= exact[1] - 1e-12


def test_bootstrap_is_seeded_and_holds_the_mean() -> None:
    values = np.random.default_rng(2).normal(3.0, 1.0, size=200)
    first, again = bootstrap_mean(values, 7), bootstrap_mean(values, 7)
    assert first == again
    assert first.low < first.mean < first.high
    assert first.high - first.low == pytest.approx(4 * values.std() / 200**0.5, rel=0.15)
    assert bootstrap_mean(values, 8) != first
