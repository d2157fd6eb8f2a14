"""Values of different facets that are nearly the same people: their difference is a small group.

Each facet's table is protected by itself, but "more than 20 turns" and "more than 21 turns" are
two numbers whose difference counts those with exactly 21. Whoever knows how two values lie to each
other (one within the other, never together, never both absent, or nearly the same) needs no more
than their numbers and the node's to know all four combinations of having and lacking them. So
where two values lie like that in the whole, each combination in each node must be nobody, or
enough people; else the value that comes later is withheld there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.stats.suppression import Flags, Table

Ints = npt.NDArray[np.int64]

_BLOCK = 20_000
"""people whose values are spread out at once"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Overlap:
    """What pairs of told values do to each other, in every node.

    Attributes:
        column: which table each told value belongs to, shape (told,).
        value: its column there, shape (told,).
        clash: pairs (earlier, later) that must not both show, by node; shape (nodes, told, told).
        same: pairs that are the same people here and nearly so in the whole, or the one all that
            the other is not: the later one would tell an earlier one that is withheld.
    """

    column: Ints
    value: Ints
    clash: Flags
    same: Flags

    def mask(self, shown: Sequence[Flags], least: Sequence[Flags]) -> bool:
        """Take back what must not show, in place; return whether anything was.

        Args:
            shown: of each table, shape (nodes, its values).
            least: which cells have enough people, likewise; what an earlier cell without does
                not say, a later one cannot give away.
        """
        changed = False
        for later in range(1, len(self.column)):
            own, at = int(self.column[later]), int(self.value[later])
            for earlier in self._before(later):
                first, there = int(self.column[earlier]), int(self.value[earlier])
                bad = self.same[:, earlier, later] & ~shown[first][:, there]
                bad |= self.clash[:, earlier, later]
                bad &= least[first][:, there] & shown[own][:, at]
                if bad.any():
                    shown[own][bad, at] = False
                    changed = True
        return changed

    def _before(self, later: int) -> list[int]:
        some = (self.clash[:, :later, later] | self.same[:, :later, later]).any(axis=0)
        found: list[int] = np.flatnonzero(some).tolist()
        return found


def overlaps(tables: Sequence[Table], told: Sequence[Ints], least: int) -> Overlap:
    """Compare every two told values of different tables over the same rows.

    Args:
        tables: over one tree; at least one.
        told: which values of each table may be told.
        least: a group of fewer people must not be told.
    """
    column = np.repeat(np.arange(len(tables)), [len(own) for own in told])
    value = np.concatenate(told)
    nodes = tables[0].shape[0]
    apart = np.triu(column[:, None] != column[None, :])
    clash = np.zeros((nodes, len(column), len(column)), dtype=np.bool_)
    same = np.zeros_like(clash)
    flagged = near = apart
    for node in range(nodes - 1, -1, -1):
        four = _combinations(*_people(tables, told, node), len(column))
        few = np.stack([(part > 0) & (part < least) for part in four])
        differ, alike = four[1] + four[2], four[0] + four[3]
        if node == nodes - 1:
            empty = np.stack([part == 0 for part in four]).any(axis=0)
            near = apart & ((differ < least) | (alike < least))
            flagged = near | (apart & empty)
        clash[node] = flagged & few.any(axis=0)
        same[node] = near & ((differ == 0) | (alike == 0))
    return Overlap(column, value, clash, same)


def _people(tables: Sequence[Table], told: Sequence[Ints], node: int) -> tuple[Ints, Ints, int]:
    """Return person and told value of each membership in a node, and how many people it has."""
    who, what, everybody = [], [], []
    first = 0
    for table, own in zip(tables, told, strict=True):
        low, high = np.searchsorted(table.node, [node, node + 1])
        unit = table.unit[low:high]
        place = np.full(table.values, -1, dtype=np.int64)
        place[own] = np.arange(first, first + len(own))
        value = place[table.value[low:high]]
        everybody.append(unit)
        who.append(unit[value >= 0])
        what.append(value[value >= 0])
        first += len(own)
    people = np.unique(np.concatenate(everybody))
    return np.searchsorted(people, np.concatenate(who)), np.concatenate(what), len(people)


def _combinations(who: Ints, what: Ints, people: int, values: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return how many have both, only the first, only the second, neither; shape (told, told)."""
    both = np.zeros((values, values), dtype=np.float64)
    order = np.argsort(who, kind="stable")
    who, what = who[order], what[order]
    for start in range(0, people, _BLOCK):
        low, high = np.searchsorted(who, [start, start + _BLOCK])
        held = np.zeros((min(_BLOCK, people - start), values), dtype=np.float32)
        held[who[low:high] - start, what[low:high]] = 1.0
        both += held.T @ held  # whole numbers below 2^24 are exact
    each = np.diag(both)
    only_first, only_second = each[:, None] - both, each[None, :] - both
    neither = people - both - only_first - only_second
    return (
        both.astype(np.int64), only_first.astype(np.int64),
        only_second.astype(np.int64), neither.astype(np.int64),
    )  # fmt: skip
