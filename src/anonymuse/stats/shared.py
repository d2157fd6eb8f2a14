"""What a group shares that others do not, in bits; a burst is a share of time.

One measure for all of it: of a group of n, c have something that a share q of all others have. Of
the n - 1 that could follow the first, c - 1 do: p = (c - 1) / (n - 1), and p log2(p / q) bits for
each member tell the group from the others (the part of a Kullback-Leibler divergence that is
theirs). Nothing is told by one member alone, and nothing by what everybody has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def shared_bits(count: npt.ArrayLike, n: int, outside: npt.ArrayLike) -> Floats:
    """Return the bits for each member by which a group shares something more than others do.

    Args:
        count: members that have it, shape (k,).
        n: members of the group, at least 2.
        outside: share of all others that have it, above 0, shape (k,).

    Returns:
        Shape (k,), 0 where the group has it no more often than others.
    """
    p = np.maximum(np.asarray(count, dtype=np.float64) - 1.0, 0.0) / (n - 1)
    ratio = np.maximum(p / np.asarray(outside, dtype=np.float64), 1.0)
    bits: Floats = p * np.log2(ratio)
    return bits


def burst(places: Floats, least: float) -> tuple[float, int, int]:
    """Return the window that holds most of a group beyond its length, by its bits.

    The scan statistic of Kulldorff (1997), for each member: a window of width w is expected to
    hold w of any group.

    Args:
        places: of the members in the order of everything: 0 the earliest, 1 the latest; shape (n,),
            n at least 2.
        least: no window is narrower than this.

    Returns:
        Bits for each member, and the first and last place of the window among the sorted members.
    """
    ordered = np.sort(places)
    n = len(ordered)
    best = (0.0, 0, n - 1)
    for size in sorted({*(2**e for e in range(1, n.bit_length())), n, max(2, 3 * n // 4)}):
        width = np.clip(ordered[size - 1 :] - ordered[: n - size + 1], least, 1.0)
        bits = shared_bits(np.full(len(width), size), n, width)
        start = int(bits.argmax())
        if bits[start] > best[0]:
            best = float(bits[start]), start, start + size - 1
    return best


def regularity(times: Floats) -> float:
    """Return 0 for times as people make them, towards 1 the more equal the gaps are.

    One minus the coefficient of variation of the gaps: 1 for a clock, 0 where gaps are as unequal
    as those of independent events.

    Args:
        times: shape (n,), at least 3.
    """
    gaps = np.diff(np.sort(times))
    mean = float(gaps.mean())
    return max(0.0, 1.0 - float(gaps.std()) / mean) if mean > 0.0 else 0.0


class Near(NamedTuple):
    """What units have that are close to a group: their codes, how many have each, and all."""

    codes: Ints
    having: Ints
    units: int


class Sharing:
    """Which units have which codes, and what some units share that the others lack.

    Args:
        unit: of each pair, 0 to ``units`` - 1; the same pair may come several times.
        code: likewise, 0 and up.
        units: how many there are.
    """

    def __init__(self, unit: Ints, code: Ints, units: int) -> None:
        most = int(code.max(initial=0)) + 1
        pairs = np.unique(unit.astype(np.int64) * most + code)
        self._codes = pairs % most
        self._start = np.searchsorted(pairs // most, np.arange(units + 1))
        self._total = np.bincount(self._codes, minlength=most)
        self._units = units

    @classmethod
    def of(cls, marks: Sequence[Sequence[str]]) -> Sharing:
        """Return the same of the marks of each unit."""
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(mark, len(numbers)) for own in marks for mark in own]
        units = [unit for unit, own in enumerate(marks) for _ in own]
        return cls(np.array(units, np.int64), np.array(codes, np.int64), len(marks))

    def __bool__(self) -> bool:
        """Whether any unit has any code."""
        return len(self._codes) > 0

    def counts(self, units: Ints) -> tuple[Ints, Ints]:
        """Return the codes that units have, ascending, and how many have each."""
        parts = [self._codes[self._start[u] : self._start[u + 1]] for u in units]
        codes, count = np.unique(np.concatenate(parts), return_counts=True)
        return codes, count.astype(np.int64)

    def near(self, units: Ints) -> Near:
        """Return what distinct units have that are no others to some group."""
        return Near(*self.counts(units), len(units))

    def most_shared(self, group: Ints, around: Near) -> tuple[float, int, int]:
        """Return the bits of what a group shares most beyond others, its code, and who has it.

        Args:
            group: at least 2 units; one that comes twice counts twice.
            around: the group and who is like it.

        Returns:
            Bits for each member, the code (-1: nothing is shared) and how many have it.
        """
        codes, count = self.counts(group)
        if not len(codes):
            return 0.0, -1, 0
        place = np.minimum(np.searchsorted(around.codes, codes), max(len(around.codes) - 1, 0))
        inside = np.where(around.codes[place] == codes, around.having[place], 0)
        others = self._units - around.units
        outside = (self._total[codes] - inside + 0.5) / (others + 1.0)
        bits = shared_bits(count, len(group), np.minimum(outside, 1.0))
        best = int(bits.argmax())
        return float(bits[best]), int(codes[best]), int(count[best])
