"""Signals weighed into one score: each against comparable groups, then a logistic sum.

The weights are data with their provenance, not part of the code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_NARROWEST = 1e-3
"""spread of a measure that hardly varies"""
FEWEST_COMPARABLE = 12
"""groups of similar size that a median needs; with fewer, all groups are comparable"""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic score.

    Attributes:
        bias: log-odds of a group of which no signal tells anything.
        weight: log-odds for one unit of each signal.
        most: units beyond which a signal adds no more.
        about: where the numbers come from.
    """

    bias: float
    weight: Mapping[str, float]
    most: Mapping[str, float]
    about: Mapping[str, Any]

    def points(self, excess: Floats) -> Floats:
        """Return what each signal adds to the log-odds, shape (groups, signals).

        Args:
            excess: in the order of ``weight``, shape (groups, signals); NaN: cannot be told.
        """
        weight = np.array(list(self.weight.values()))
        points: Floats = self.bounded(excess) * weight
        return points

    def bounded(self, excess: Floats) -> Floats:
        """Return signals within their bounds, 0 where they cannot be told."""
        most = np.array([self.most[name] for name in self.weight])
        known = np.nan_to_num(excess, nan=0.0)
        bounded: Floats = np.clip(known, 0.0, most)
        return bounded

    def score(self, points: Floats) -> Floats:
        """Return the score of each group, 0 to 1, shape (groups,)."""
        found: Floats = 1.0 / (1.0 + np.exp(-(self.bias + points.sum(axis=-1))))
        return found


def read_weights(text: str) -> Weights:
    """Read weights from TOML: ``bias``, a table ``signals`` of weight and most, and ``about``."""
    data = tomllib.loads(text)
    signals = data["signals"]
    return Weights(
        bias=float(data["bias"]),
        weight={name: float(one["weight"]) for name, one in signals.items()},
        most={name: float(one["most"]) for name, one in signals.items()},
        about=data["about"],
    )


class Comparable:
    """How one measure lies in groups of each size.

    Args:
        values: of the measure, shape (n,).
        sizes: of the groups, at least 1, shape (n,).
    """

    def __init__(self, values: Floats, sizes: Ints) -> None:
        above, spread = above_comparable(values, sizes)
        band = _bands(sizes)
        self._bands = {
            int(one): (float(np.median((values - above)[own])), float(np.median(spread[own])))
            for one in np.unique(band)
            for own in (band == one,)
        }

    def of(self, values: Floats, sizes: Ints) -> Floats:
        """Return in how many standard deviations values are above groups of similar size.

        A size that no other group has is compared with the nearest.
        """
        known = np.array(sorted(self._bands))
        own = known[np.abs(known[None, :] - _bands(sizes)[:, None]).argmin(axis=1)]
        middle, spread = np.array([self._bands[int(one)] for one in own]).reshape(-1, 2).T
        found: Floats = (values - middle) / np.maximum(spread, _NARROWEST)
        return found


def above_comparable(values: Floats, sizes: Ints) -> tuple[Floats, Floats]:
    """Return by how much values are above the median of groups of similar size.

    Args:
        values: shape (n,); NaN: not known.
        sizes: of each group, at least 1, shape (n,). Between a power of two and the next is
            similar.

    Returns:
        Values minus their median, and how wide values of that size spread (the median of absolute
        differences, as a standard deviation); shapes (n,). NaN stays.
    """
    above, spread = np.full(len(values), np.nan), np.full(len(values), np.nan)
    band = _bands(sizes)
    known = ~np.isnan(values)
    for one in np.unique(band[known]):
        own = known & (band == one)
        like = own if own.sum() >= FEWEST_COMPARABLE else known
        middle = np.median(values[like])
        above[own] = values[own] - middle
        spread[own] = 1.4826 * np.median(np.abs(values[like] - middle))
    return above, spread


def _bands(sizes: Ints) -> Ints:
    bands: Ints = np.log2(np.maximum(sizes, 1)).astype(np.int64)
    return bands
