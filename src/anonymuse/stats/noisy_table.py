"""A table as its noise shows it: complementary suppression that looks at no exact count.

Where a rule compares exact counts ("the hidden cells rest on ten people", "nobody is in this
cell"), sock puppets put a count at the edge and read one person's presence off what *another* cell
does. So where there is noise, suppression sees what a reader will see and no more: the noisy count
of each cell that passes by itself, and of the others only that they are hidden, be they empty or
not. Whatever it decides is then made from noisy numbers alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import reaches
from anonymuse.stats.suppression import Flags, Ints, Table

_ENOUGH = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False, repr=False)
class NoisyTable(Table):
    """A table that knows noisy counts only.

    Attributes:
        seen: noisy count of each cell that passes by itself, 1 for every other, shape (nodes,
            values); 0 in the last column where next to nobody is without an answer.
    """

    seen: Ints | None = None

    @cached_property
    def people(self) -> Ints:
        """What a reader could think that a cell rests on."""
        if self.seen is None:
            raise ValueError("a noisy table needs its noisy counts")
        return self.seen

    @cached_property
    def sums(self) -> Ints:
        """The same: which of two cells is smaller is all that is asked of it."""
        return self.people

    def hidden_in_row(self, shown: Flags) -> tuple[Ints, Ints]:
        """Return "enough" for each row with a hidden cell; nobody is known to be there alone."""
        hidden = (~shown[:, :-1]).any(axis=1) | (self.people[:, -1] > 0)
        return np.where(hidden, _ENOUGH, 0), np.zeros(len(hidden), dtype=np.int64)

    def hidden_in_family(self, shown: Flags) -> Ints:
        """Return "enough" for each parent's cell with a child's that is not shown."""
        found = np.zeros(self.shape, dtype=np.int64)
        np.maximum.at(found, self.parent[: self.root], np.where(shown[: self.root], 0, _ENOUGH))
        return found


def noisy(table: Table, noise: Ints, policy: ReleasePolicy) -> NoisyTable:
    """Return what the noise shows of a table.

    Args:
        table: exact counts.
        noise: the keyed draw of each cell that reaches the floor, shape (nodes, values).
        policy: its ``min_cell`` and sigma.
    """
    passes = np.vectorize(reaches, otypes=[bool])(
        table.people, noise, policy.min_cell, policy.noise_sigma
    )
    seen = np.where(passes, table.people + noise, 1)
    seen[:, -1] = int(passes[table.root, -1])
    own = {field.name: getattr(table, field.name) for field in fields(Table)}
    return NoisyTable(**own, seen=seen)
