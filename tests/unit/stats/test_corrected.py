import math

import numpy as np
import pytest

from anonymuse.stats.corrected import corrected, independent_rows
from anonymuse.stats.intervals import Estimate, wilson


def share(right: int, rows: int) -> Estimate:
    return Estimate(right / rows, *wilson(right, rows))


@pytest.mark.parametrize(("right", "rows"), [(0, 20), (3, 20), (10, 20), (20, 20), (50, 200)])
def test_rows_are_read_from_an_interval(right: int, rows: int) -> None:
    assert independent_rows(share(right, rows)) == pytest.approx(rows)


def test_a_share_is_put_right_by_the_known_errors() -> None:
    # of 100 half are so: a judge that is right about 90 % and 80 % says yes of 55
    found = corrected(share(55, 100), share(90, 100), share(80, 100))
    assert found.mean == pytest.approx(0.5)
    assert found.low < 0.4 < 0.6 < found.high


def test_a_perfect_judge_changes_nothing_but_the_doubt() -> None:
    seen = share(70, 100)
    found = corrected(seen, share(40, 40), share(40, 40))
    assert found.mean == pytest.approx(0.7)
    assert found.low < seen.low < seen.high < found.high


@pytest.mark.parametrize("rates", [(0.5, 0.5), (0.2, 0.6), (math.nan, 0.9)])
def test_a_judge_that_knows_nothing_tells_nothing(rates: tuple[float, float]) -> None:
    hits, passes = (Estimate(rate, 0.0, 1.0) for rate in rates)
    found = corrected(share(30, 100), hits, passes)
    assert math.isnan(found.mean)
    assert (found.low, found.high) == (0.0, 1.0)


@pytest.mark.parametrize("true", [0.2, 0.5, 0.8])
def test_intervals_cover_what_is_so(true: float) -> None:
    rng = np.random.Generator(np.random.Philox(7))
    hit, clear = 0.9, 0.8
    said = true * hit + (1.0 - true) * (1.0 - clear)
    inside = 0
    for _ in range(600):
        found = corrected(
            share(int(rng.binomial(80, said)), 80),
            share(int(rng.binomial(30, hit)), 30),
            share(int(rng.binomial(60, clear)), 60),
        )
        inside += found.low <= true <= found.high
    assert 0.93 <= inside / 600 <= 0.995
