import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stats.intervals import (
    Protection,
    released_limits,
    wilson,
)


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


def test_exact_counts_of_people_have_wilsons_interval() -> None:
    low, high = released_limits([15, 0, 148], 148, Protection())
    for place, count in enumerate([15, 0, 148]):
        assert (low[place], high[place]) == pytest.approx(wilson(count, 148))


@given(
    st.integers(0, 300), st.integers(0, 300), st.sampled_from([0.0, 2.0, 5.0]),
    st.sampled_from([1, 5]), st.integers(1, 20),
)  # fmt: skip
def test_noise_rounding_and_people_alike_make_it_wider(
    part: int, rest: int, sigma: float, rounding: int, terms: int
) -> None:
    whole = max(part + rest, 1)
    exact = released_limits(part, whole, Protection())
    noisy = released_limits(part, whole, Protection(sigma, rounding), terms=terms)
    alike = released_limits(part, whole, Protection(sigma, rounding), terms=terms, design=2.5)
    for narrow, wide in ((exact, noisy), (noisy, alike)):
        assert wide[0] <= narrow[0] + 1e-12
        assert wide[1] >= narrow[1] - 1e-12
    assert 0.0 <= alike[0] <= part / whole <= alike[1] <= 1.0


def test_the_whole_of_a_report_is_all_of_it_whatever_the_noise() -> None:
    low, _ = released_limits(900, 900, Protection(5.0, 5), terms=9, whole_terms=9, inside=True)
    assert low == pytest.approx(wilson(900, 900)[0])
