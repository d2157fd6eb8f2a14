"""Numbers as they leave: rounded to a step, with intervals and shares that give no count back."""

from __future__ import annotations

from anonymuse.stats.intervals import Protection, released_limits

BANDS = (0, 1, 2, 5, 10, 20, 35, 50, 75, 100)
"""Edges, in per cent, between which a share is told where the exact one would tell too much."""

DIGITS = 4
"""Of a share: two decimals of a per cent."""


def rounded(count: int, step: int, least: int) -> int:
    """Return the nearest multiple of a step (half up), and at least the first from ``least``."""
    return max((2 * count + step) // (2 * step), -(-least // step)) * step


def share_interval(
    part: float,
    whole: float,
    protection: Protection,
    *,
    terms: int = 1,
    whole_terms: int = 0,
    inside: bool = False,
    design: float = 1.0,
) -> tuple[float, float]:
    """Return the 95 % interval of one share as it leaves, see :func:`released_limits`."""
    low, high = released_limits(
        part, whole, protection,
        terms=terms, whole_terms=whole_terms, inside=inside, design=design,
    )  # fmt: skip
    return round(float(low), DIGITS), round(float(high), DIGITS)


def band(part: int, whole: int) -> str:
    """Return the band of per cents in which a share lies."""
    if not part:
        return "0 %"
    upper = next(edge for edge in BANDS if 100 * part <= edge * whole)
    return f"{BANDS[BANDS.index(upper) - 1]} % to {upper} %"
