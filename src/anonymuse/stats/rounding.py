"""Numbers as they leave: rounded to a step, with intervals and shares that give no count back."""

from __future__ import annotations

from math import sqrt

from anonymuse.stats.intervals import Z95, wilson

BANDS = (0, 1, 2, 5, 10, 20, 35, 50, 75, 100)
"""Edges, in per cent, between which a share is told where the exact one would tell too much."""

DIGITS = 4
"""Of a share: two decimals of a per cent."""


def rounded(count: int, step: int, least: int) -> int:
    """Return the nearest multiple of a step (half up), and at least the first from ``least``."""
    return max((2 * count + step) // (2 * step), -(-least // step)) * step


def slack(terms: int, step: int, sigma: float) -> float:
    """Return how far noise and rounding move a sum of counts, at 95 %."""
    return Z95 * sqrt(terms * (sigma**2 + (step**2 - 1) / 12))


def share_interval(count: float, total: float, moved: float) -> tuple[float, float]:
    """Return a Wilson interval of released counts, widened by how far the count may be moved."""
    low, _ = wilson(max(0.0, count - moved), total)
    _, high = wilson(min(float(total), count + moved), total)
    return round(low, DIGITS), round(high, DIGITS)


def band(part: int, whole: int) -> str:
    """Return the band of per cents in which a share lies."""
    if not part:
        return "0 %"
    upper = next(edge for edge in BANDS if 100 * part <= edge * whole)
    return f"{BANDS[BANDS.index(upper) - 1]} % to {upper} %"
