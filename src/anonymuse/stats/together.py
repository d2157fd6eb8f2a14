"""Intervals that hold for many numbers at once: of a thousand, 25 would miss on each side alone.

Bonferroni: each of n intervals may miss with the n-th part of what one alone may.
"""

from __future__ import annotations

from statistics import NormalDist

from anonymuse.stats.corrected import independent_rows
from anonymuse.stats.intervals import Z95, Estimate
from anonymuse.stats.tails import at_least

_MISSED = 0.025
"""on each side of a 95 % interval"""

_HALVINGS = 30


def quantile(tests: int) -> float:
    """Return the normal quantile with which so many intervals hold at once."""
    return NormalDist().inv_cdf(1.0 - _MISSED / max(tests, 1))


def share_together(share: Estimate, tests: int) -> Estimate:
    """Widen the interval of a share to Clopper and Pearson's (1934), which never holds too seldom.

    Wilson's does so far from the middle: where a tenth is true of 200 groups of 80, one of their
    intervals misses in every fifth report, and not in every fortieth. Noise does not shrink with
    the share as chance does, so both ends also lie as far away as those of a count would.

    Args:
        share: with its 95 % interval, from 0 to 1; it is worth as many rows as one of Wilson's.
        tests: how many shares are looked at; an interval that stands alone stays as it is.
    """
    if tests <= 1:
        return share
    rows, tail = independent_rows(share), _MISSED / tests
    low = _least(share.mean, rows, tail)
    high = 1.0 - _least(1.0 - share.mean, rows, tail)
    far = count_together(share, tests)
    return Estimate(share.mean, min(low, far.low), max(high, min(1.0, far.high)))


def _least(share: float, rows: float, tail: float) -> float:
    """Return the largest chance with which so many hits or more are rarer than a tail."""
    low, high = 0.0, share
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        rare = at_least(share * rows, rows, middle) < tail
        low, high = (middle, high) if rare else (low, middle)
    return low


def count_together(count: Estimate, tests: int) -> Estimate:
    """Widen the interval of a count, whose ends lie as many standard deviations away."""
    more = quantile(tests) / Z95
    low = count.mean - (count.mean - count.low) * more
    return Estimate(count.mean, max(0.0, low), count.mean + (count.high - count.mean) * more)
