"""Counting a stream in little memory: percentiles, distinct values, a sample."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")

_EXACT = 1_000
_STEP = math.log(1.01)


def short_hash(text: str) -> int:
    """Return a 64-bit hash of a text: what sets of identifiers are made of."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of a number, exact below 1,000 and within 1 % above; the largest is exact."""

    p50: int = 0
    p90: int = 0
    p99: int = 0
    largest: int = 0


@dataclass(slots=True)
class Percentiles:
    """Collects numbers in buckets that grow by 1 % each; memory does not grow with the stream."""

    _buckets: Counter[int] = field(default_factory=Counter)
    _largest: int = 0

    def add(self, value: int) -> None:
        """Count one number that is not negative."""
        bucket = value if value < _EXACT else _EXACT + int(math.log(value / _EXACT) / _STEP)
        self._buckets[bucket] += 1
        self._largest = max(self._largest, value)

    def spread(self) -> Spread:
        """Return the percentiles of what was counted."""
        total = sum(self._buckets.values())
        wanted = [math.ceil(total * share) for share in (0.5, 0.9, 0.99)]
        found: list[int] = []
        below = 0
        for bucket in sorted(self._buckets):
            below += self._buckets[bucket]
            while len(found) < len(wanted) and below >= wanted[len(found)] > 0:
                found.append(min(self._value(bucket), self._largest))
        p50, p90, p99 = found or (0, 0, 0)
        return Spread(p50, p90, p99, self._largest)

    @staticmethod
    def _value(bucket: int) -> int:
        return bucket if bucket < _EXACT else round(_EXACT * math.exp((bucket - _EXACT) * _STEP))


@dataclass(frozen=True, slots=True)
class Holders:
    """Who the conversations belong to.

    Attributes:
        distinct: how many different ones there are.
        without: conversations that name none.
        largest_share: share of the largest among the conversations that name one.
        over_50: how many have more than 50 conversations, the most that a run takes from one.
    """

    distinct: int = 0
    without: int = 0
    largest_share: float = 0.0
    over_50: int = 0


@dataclass(slots=True)
class HolderTally:
    """Counts conversations by holder, by hash."""

    _counts: Counter[int] = field(default_factory=Counter)
    _without: int = 0

    def add(self, holder: str | None) -> None:
        """Count one conversation."""
        if holder is None:
            self._without += 1
        else:
            self._counts[short_hash(holder)] += 1

    def holders(self) -> Holders:
        """Return what was counted."""
        counts = self._counts.values()
        share = max(counts) / sum(counts) if counts else 0.0
        return Holders(len(counts), self._without, share, sum(n > 50 for n in counts))


class Reservoir(Generic[T]):
    """A random sample of a stream of unknown length (algorithm R, Vitter 1985), seeded."""

    def __init__(self, size: int, seed: int) -> None:
        self.kept: list[T] = []
        self._size = size
        self._seen = 0
        self._random = np.random.default_rng(seed)

    def place(self) -> int | None:
        """Return where the next item goes, or None when it is not drawn."""
        self._seen += 1
        if len(self.kept) < self._size:
            return len(self.kept)
        drawn = int(self._random.integers(self._seen))
        return drawn if drawn < self._size else None

    def put(self, place: int, item: T) -> None:
        """Keep an item at a place that `place` gave."""
        if place == len(self.kept):
            self.kept.append(item)
        else:
            self.kept[place] = item
