from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm

from anonymuse.stats.intervals import Z95, Estimate, Protection, wilson
from anonymuse.stats.rounding import share_interval
from anonymuse.stats.together import count_together, quantile, share_together


def share(part: int, whole: int) -> Estimate:
    return Estimate(part / whole, *wilson(part, whole))


def test_one_number_alone_keeps_its_interval() -> None:
    assert quantile(1) == pytest.approx(Z95)
    assert quantile(0) == quantile(1)
    for own in (share(3, 60), share(0, 20), share(20, 20)):
        found = share_together(own, 1)
        assert (found.low, found.high) == pytest.approx((own.low, own.high), abs=1e-6)


@pytest.mark.parametrize(("part", "whole"), [(2, 50), (25, 50), (48, 50)])
def test_a_share_gets_the_exact_interval_or_a_wider_one(part: int, whole: int) -> None:
    own, tail = share(part, whole), 0.025 / 400
    found, scaled = share_together(own, 400), count_together(own, 400)
    below, above = binom(whole, found.low).sf(part - 1), binom(whole, found.high).cdf(part)
    ends = ((below, found.low, scaled.low), (above, found.high, min(1.0, scaled.high)))
    for chance, end, far in ends:
        assert chance == pytest.approx(tail, rel=1e-4) or (chance < tail and end == far)


@pytest.mark.parametrize(
    ("people", "truth", "sigma"), [(150, 0.08, 5.0), (300, 0.05, 5.0), (300, 0.01, 2.0)]
)
def test_noise_that_is_larger_than_chance_does_not_page_either(
    people: int, truth: float, sigma: float
) -> None:
    def low(count: int) -> float:
        ends = share_interval(count, people, Protection(sigma, 5), whole_terms=1)
        return share_together(Estimate(count / people, *ends), 220).low

    least = next(count for count in range(0, people, 5) if low(count) > truth)
    hits = np.arange(people + 1)
    chances = binom(people, truth).pmf(hits) * norm.sf((least - 2.5 - hits) / sigma)
    assert 220 * chances.sum() < 0.05


def test_nobody_and_everybody_have_an_open_end() -> None:
    assert share_together(share(0, 40), 9).low == 0.0
    assert share_together(share(40, 40), 9).high == 1.0


def test_an_interval_that_leans_to_one_side_is_never_made_shorter() -> None:
    leaning = Estimate(0.5, 0.45, 0.9)
    found = share_together(leaning, 2)
    assert found.low <= 0.45
    assert found.high >= 0.9


def test_counts_grow_away_from_their_middle() -> None:
    more = quantile(100) / Z95
    found = count_together(Estimate(50.0, 40.0, 60.0), 100)
    assert (found.low, found.high) == pytest.approx((50 - 10 * more, 50 + 10 * more))
    assert count_together(Estimate(5.0, 0.0, 12.0), 100).low == 0.0


def test_where_nothing_differs_a_whole_report_is_seldom_wrong() -> None:
    # 200 clusters of 80 people, all at a rate of 10 %; the limit is that rate
    rng = np.random.Generator(np.random.Philox(5))
    wrong_alone = wrong_together = 0
    for _ in range(60):
        shares = [share(n, 80) for n in rng.binomial(80, 0.1, 200).tolist()]
        wrong_alone += any(own.low > 0.1 for own in shares)
        beyond = [own for own in shares if own.low > 0.1]
        wrong_together += any(share_together(own, 200).low > 0.1 for own in beyond)
    assert wrong_alone > 50
    assert wrong_together <= 4
