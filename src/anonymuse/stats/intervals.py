"""Intervals: what a share or a mean could as well have been."""

from __future__ import annotations

from collections.abc import Sequence
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


def wilson_rounded(
    successes: float, n: float, *, rounding: int, terms: int = 1, z: float = Z95
) -> tuple[float, float]:
    """Return a Wilson interval that also holds if the counts were rounded before.

    Args:
        successes: a count rounded to a multiple of ``rounding``.
        n: a sum of ``terms`` counts rounded likewise.
        rounding: 1 where counts are exact.
        terms: how many rounded counts ``n`` is the sum of.
        z: normal quantile of the wanted confidence.
    """
    slack = rounding // 2
    others = slack * max(0, terms - 1)
    # the share is smallest where the count is too high and every other count too low
    fewest, most = max(0.0, successes - slack), successes + slack
    low, _ = wilson(fewest, max(n - successes + others + fewest, fewest), z)
    _, high = wilson(most, max(n - successes - others + most, most), z)
    return low, high


def bootstrap_mean(
    values: Sequence[float] | npt.NDArray[np.float64],
    seed: int,
    *,
    draws: int = 2000,
    confidence: float = 0.95,
) -> Estimate:
    """Return the mean of ``values`` with a percentile bootstrap interval.

    Args:
        values: at least one.
        seed: of the resampling.
        draws: resamples.
        confidence: share of resampled means inside the interval.
    """
    array = np.asarray(values, dtype=np.float64)
    rng = np.random.Generator(np.random.Philox(seed))
    step = max(1, 4_000_000 // len(array))
    means = np.concatenate(
        [
            array[rng.integers(len(array), size=(min(step, draws - done), len(array)))].mean(axis=1)
            for done in range(0, draws, step)
        ]
    )
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return Estimate(mean=float(array.mean()), low=float(low), high=float(high))
