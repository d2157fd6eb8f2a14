"""Sample: which conversations take part, and which of them stand for exact duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import keyed_unit_interval

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sample:
    """Who takes part.

    Attributes:
        kept: shape (m,), indices of the rows that take part, ascending.
        stands_for: shape (m,), for each kept row the index of the row with the same content that
            models are asked about (itself, or an earlier one).
        over_size: rows left out by the sample size.
        over_bound: rows left out because their unit had given enough.
    """

    kept: Indices
    stands_for: Indices
    over_size: int
    over_bound: int


def sample(
    rows: Sequence[str],
    units: Sequence[str],
    contents: Sequence[str],
    *,
    key: bytes,
    seed: int,
    size: int | None,
    per_unit: int,
) -> Sample:
    """Draw conversations, bound what one unit contributes, collapse exact duplicates.

    The draw is by keyed hash of the row id: the order of the file plays no part, and nobody
    without the key can foresee who is drawn. Strategy "conversations" of the paper (section 2).

    Args:
        rows: row ids.
        units: privacy unit of each row.
        contents: content id of each row; equal ids mean equal text.
        key: the project's sampling key.
        seed: the run's seed.
        size: how many rows to draw; None for all.
        per_unit: at most this many rows of one unit.
    """
    chance = np.array([keyed_unit_interval(key, seed, row) for row in rows])
    order = np.lexsort((np.arange(len(rows)), chance))
    drawn = order if size is None else order[:size]
    given: dict[str, int] = {}
    kept: list[int] = []
    for index in drawn.tolist():
        unit = units[index]
        given[unit] = given.get(unit, 0) + 1
        if given[unit] <= per_unit:
            kept.append(index)
    kept.sort()
    first: dict[str, int] = {}
    stands_for = [first.setdefault(contents[index], index) for index in kept]
    return Sample(
        kept=np.array(kept, dtype=np.int64),
        stands_for=np.array(stands_for, dtype=np.int64),
        over_size=len(rows) - len(drawn),
        over_bound=len(drawn) - len(kept),
    )
