"""Intervals: what a share or a mean could as well have been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with the ends of its interval."""

    mean: float
    low: float
    high: float


def wilson(successes: float, n: float, z: float = Z95) -> tuple[float, float]:
    """Return the Wilson (1927) interval of a share; ``(0, 1)`` where n is not positive.

    Args:
        successes: between 0 and n; need not be whole.
        n: number of trials.
        z: normal quantile of the wanted confidence.
    """
    if n <= 0:
        return 0.0, 1.0
    share = min(max(successes / n, 0.0), 1.0)
    spread = z * z / n
    middle = (share + spread / 2.0) / (1.0 + spread)
    half = z / (1.0 + spread) * (share * (1.0 - share) / n + spread / (4.0 * n)) ** 0.5
    low = 0.0 if share == 0.0 else max(0.0, middle - half)
    high = 1.0 if share == 1.0 else min(1.0, middle + half)
    return low, high


def wilson_limits(shares: Floats, n: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """Return the Wilson intervals of many shares, as :func:`wilson` does that of one.

    Args:
        shares: from 0 to 1, shape (k,).
        n: number of trials of each, above 0, shape (k,).
        z: normal quantile of the wanted confidence.
    """
    spread = z * z / n
    middle = (shares + spread / 2.0) / (1.0 + spread)
    half = z / (1.0 + spread) * np.sqrt(shares * (1.0 - shares) / n + spread / (4.0 * n))
    low = np.where(shares <= 0.0, 0.0, np.maximum(0.0, middle - half))
    return low, np.where(shares >= 1.0, 1.0, np.minimum(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class Protection:
    """How released numbers were protected.

    Attributes:
        sigma: of the noise on each.
        rounding: the step that each is a multiple of.
    """

    sigma: float = 0.0
    rounding: int = 1

    @property
    def variance(self) -> float:
        """What noise and rounding add to the variance of one released number."""
        return self.sigma**2 + (self.rounding**2 - 1) / 12


def released_limits(
    part: npt.ArrayLike,
    whole: npt.ArrayLike,
    protection: Protection,
    *,
    terms: npt.ArrayLike = 1,
    whole_terms: npt.ArrayLike = 0,
    inside: bool = False,
    design: npt.ArrayLike = 1.0,
) -> tuple[Floats, Floats]:
    """Return the 95 % limits of shares of released counts: every interval of a report is made here.

    Wilson's limits say what chance does. What noise and rounding do is independent of it, so that
    the distances add up as a root of squares (Zou and Donner 2008).

    Args:
        part: released counts, shape (k,) or one number; likewise all others.
        whole: released counts that they are parts of, above 0.
        protection: of each number.
        terms: of how many released numbers each part is the sum.
        whole_terms: the same of each whole; 0 where it is known or never changes.
        inside: the numbers of the part are among those of the whole, not counted apart.
        design: how many rows weigh as one (``stats/several.py``); 1 where nobody has two.
    """
    own, n = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    share = np.clip(own / n, 0.0, 1.0)
    low, high = wilson_limits(share, n / np.asarray(design, dtype=np.float64))
    t, w = np.asarray(terms, dtype=np.float64), np.asarray(whole_terms, dtype=np.float64)
    shared = 2.0 * share * t if inside else 0.0
    moved = Z95**2 * protection.variance * np.maximum(t - shared + share**2 * w, 0.0) / n**2
    down, up = np.sqrt((share - low) ** 2 + moved), np.sqrt((high - share) ** 2 + moved)
    return np.maximum(0.0, share - down), np.minimum(1.0, share + up)
