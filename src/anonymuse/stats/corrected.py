"""A share as an imperfect judge sees it, corrected by how often that judge is known to be wrong."""

from __future__ import annotations

import math

from anonymuse.stats.intervals import Z95, Estimate

_LEAST = 1e-12


def corrected(seen: Estimate, sensitivity: Estimate, specificity: Estimate) -> Estimate:
    """Return the share that is really so (Rogan and Gladen 1978), NaN where nothing can be told.

    The interval is that of Lang and Reiczigel (2014): it holds the sampling error of all three
    shares. How many independent rows each rests on is read from its own interval, so that clustered
    ones stay clustered.

    Args:
        seen: the share that the judge says yes of.
        sensitivity: the share that it says yes of among what is so.
        specificity: the share that it does not say yes of among what is not so.
    """
    parts = (seen, sensitivity, specificity)
    gain = sensitivity.mean + specificity.mean - 1.0
    if any(math.isnan(part.mean) for part in parts) or gain <= 0.0:
        return Estimate(math.nan, 0.0, 1.0)
    rows, hits, passes = (independent_rows(part) for part in parts)
    said = (rows * seen.mean + Z95**2 / 2.0) / (rows + Z95**2)
    right = (hits * sensitivity.mean + 1.0) / (hits + 2.0)
    clear = (passes * specificity.mean + 1.0) / (passes + 2.0)
    if right + clear <= 1.0:
        return Estimate(math.nan, 0.0, 1.0)
    share = (said + clear - 1.0) / (right + clear - 1.0)
    of_right = right * (1.0 - right) / (hits + 2.0)
    of_clear = clear * (1.0 - clear) / (passes + 2.0)
    spread = said * (1.0 - said) / (rows + Z95**2) + share**2 * of_right
    spread += (1.0 - share) ** 2 * of_clear
    half = Z95 * math.sqrt(spread) / (right + clear - 1.0)
    middle = share + 2.0 * Z95**2 * (share * of_right - (1.0 - share) * of_clear)
    point = _inside((seen.mean + specificity.mean - 1.0) / gain)
    # a judge's luck may put the plain ratio outside of what its own errors allow
    return Estimate(point, min(point, _inside(middle - half)), max(point, _inside(middle + half)))


def independent_rows(share: Estimate) -> float:
    """Return how many independent rows have a Wilson interval as wide as a share's."""
    half = (share.high - share.low) / 2.0
    # of half = z / (1 + s) * sqrt(p (1 - p) / n + s / 4n), with s = z^2 / n
    a, b, c = 0.25 - half**2, share.mean * (1.0 - share.mean) - 2.0 * half**2, -(half**2)
    if a <= 0.0:
        return 0.0
    s = (-b + math.sqrt(b * b - 4.0 * a * c)) / (2.0 * a)
    return Z95**2 / max(s, _LEAST)


def _inside(value: float) -> float:
    return min(1.0, max(0.0, value))
