"""One table on its way out: what passes by itself, what is taken back, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import reaches
from anonymuse.stats.noisy_table import noisy
from anonymuse.stats.suppression import Flags, Table, suppress
from anonymuse.stats.tables.concentration import dominated, one_answer, one_topic
from anonymuse.stats.tables.counting import (
    OUTSIDE,
    Column,
    Frame,
    counted_once,
    distinct,
    first_of_each,
    table_of,
)

Ints = npt.NDArray[np.int64]

Banned = tuple[int, str, str, str]
"""row of the tree, facet, value, window"""

SIZE = ""
"""name of the column whose values are the windows"""

WHY = (
    "", "too few", "dominance", "homogeneity", "overlap with another facet", "complementary",
    "earlier release",
)  # fmt: skip
"""Why a cell is withheld; the first: it is not."""

BELOW, DOMINANCE, HOMOGENEITY, OVERLAP, COMPLEMENTARY, EARLIER = range(1, 7)
"""places in :data:`WHY`"""


@dataclass(frozen=True, slots=True, repr=False)
class Counted:
    """One cell. Private: the released number and the exact one side by side.

    Attributes:
        row: of the tree.
        column: name of the facet; empty for the people of a window.
        value: of the facet; empty likewise.
        window: name of the window; empty for the whole time.
        units: what is told of, exactly: people of each base cluster, summed.
        people: distinct units over the whole node: what the threshold looks at.
        noise: the cell's keyed draw.
        shown: whether it may be.
        count: the released number where it is shown.
        terms: how many noisy numbers that is the sum of.
        why: why it is not shown; one of :data:`WHY`.
    """

    row: int
    column: str
    value: str
    window: str
    units: int
    people: int
    noise: int
    shown: bool
    count: int
    terms: int
    why: str


@dataclass(slots=True, eq=False, repr=False)
class Sheet:
    """One facet's table: exact counts, noise, and what may be shown.

    Attributes:
        column: the facet, of the rows that are counted.
        table: exact counts.
        noise: of each cell.
        shown: which cells may be shown, as far as is known.
        why: place in :data:`WHY` of each cell.
        fixed: what the last row shows is decided already; the others give way to it.
    """

    column: Column
    table: Table
    noise: Ints
    shown: Flags
    why: Ints
    fixed: bool = False

    @classmethod
    def of(
        cls, frame: Frame, column: Column, policy: ReleasePolicy, base: Ints | None = None
    ) -> Sheet:
        """Count a column, and judge every cell by itself.

        Args:
            frame: the rows.
            column: the facet.
            policy: in force.
            base: a number for each row's base cluster, where the frame's own tree has no base
                clusters: what is told is then summed over them. Shape (rows,).
        """
        base = frame.leaf if base is None else base
        column = counted_once(column, base, frame.unit)
        table = _counted(frame, column, base)
        noise = frame.noise(table, column.headings, policy.min_cell, policy.noise_sigma)
        passes = np.vectorize(reaches, otypes=[bool])(
            table.people, noise, policy.min_cell, policy.noise_sigma
        )
        sheet = cls(column, table, noise, passes, np.zeros(table.shape, np.int64))
        sheet.why[~sheet.shown] = BELOW
        sheet.take(dominated(table, policy), DOMINANCE)
        return sheet

    def take(self, cells: Flags, why: int) -> None:
        """Withhold cells for a reason."""
        self.why[cells & self.shown] = why
        self.shown &= ~cells

    def ban(
        self, rows: Sequence[int], banned: Collection[Banned], windows: Sequence[str] = ()
    ) -> None:
        """Withhold what an earlier release forbids.

        Args:
            rows: of the tree, for each row of the table.
            banned: what must not show.
            windows: of each row of the table, where it is one of windows.
        """
        if not banned:
            return
        wanted = set(banned)
        for at, row in enumerate(rows):
            for col in range(self.column.shown_values):
                if self._place(row, col, windows[at] if windows else "") in wanted:
                    self.why[at, col] = EARLIER
                    self.shown[at, col] = False

    def _place(self, row: int, col: int, window: str) -> Banned:
        name = self.column.values[col]
        if self.column.name == SIZE:
            return row, SIZE, "", name
        return row, self.column.name, name, window

    def give_way(self, others: Sequence[Sheet]) -> None:
        """Withhold the parts of a value where the value itself is: they would add up to it."""
        if self.column.within is None:
            return
        facet, value = self.column.within
        told = np.zeros(len(self.shown), dtype=np.bool_)
        for other in others:
            if other.column.name == facet and value in other.column.values:
                told = other.shown[:, other.column.values.index(value)]
        self.take(np.broadcast_to(~told[:, None], self.shown.shape), COMPLEMENTARY)

    def suppress(self, policy: ReleasePolicy) -> None:
        """Withhold what would give another cell away."""
        table = noisy(self.table, self.noise, policy) if policy.noise_sigma else self.table
        found = suppress(table, self.shown, policy.min_cell)
        if self.fixed and (found[-1] != self.shown[-1]).any():
            found[:-1], found[-1] = False, self.shown[-1]
        self.take(~found, COMPLEMENTARY)

    def told(self) -> Ints:
        """Return the values that the whole shows."""
        shown = self.shown[self.table.root, : self.column.shown_values]
        found: Ints = np.flatnonzero(shown).astype(np.int64)
        return found

    def cells(self, rows: Sequence[int], counts: Ints, terms: Ints) -> Iterator[Counted]:
        """Yield the cells of every told value, in every row."""
        by_window = self.column.name == SIZE
        for value in self.told().tolist():
            name = self.column.values[value]
            for at, row in enumerate(rows):
                yield self.cell(
                    at, value, row, "" if by_window else name, name if by_window else "",
                    counts, terms,
                )  # fmt: skip

    def cell(
        self, at: int, col: int, row: int, value: str, window: str, counts: Ints, terms: Ints
    ) -> Counted:
        """Return one cell: at row ``at`` of the table, of row ``row`` of the tree."""
        return Counted(
            row=row,
            column=self.column.name,
            value=value,
            window=window,
            units=int(self.table.sums[at, col]),
            people=int(self.table.people[at, col]),
            noise=int(self.noise[at, col]),
            shown=bool(self.shown[at, col]),
            count=int(counts[at, col]) if self.shown[at, col] else 0,
            terms=int(terms[at, col]),
            why=WHY[int(self.why[at, col])],
        )


def _counted(frame: Frame, column: Column, base: Ints) -> Table:
    """Count each unit once; where one value is told, in the first that it has in its place."""
    codes = column.codes.astype(np.int64)
    inside = codes > OUTSIDE
    leaf, unit, codes, base = frame.leaf[inside], frame.unit[inside], codes[inside], base[inside]
    if column.told is not None:
        kept = first_of_each(base, unit, codes)
        leaf, unit, codes, base = leaf[kept], unit[kept], codes[kept], base[kept]
    wide = len(column.values) + 1
    cell = leaf * wide + np.where(codes >= 0, codes, wide - 1)
    once = distinct(cell, base, unit)
    nodes = len(frame.parent)
    counted = np.bincount(cell[once], minlength=nodes * wide).reshape(nodes, wide)
    return table_of(frame.parent, leaf, unit, codes, len(column.values), counted)


def homogeneous(
    frame: Frame,
    sheets: Sequence[Sheet],
    policy: ReleasePolicy,
    identifying: Collection[str],
    sensitive: Collection[str],
) -> None:
    """Withhold identifying cells whose people nearly all share an answer, or a topic."""
    for own in (s for s in sheets if s.column.name in identifying):
        alone = one_topic(own.table, own.noise, policy)
        own.take(np.broadcast_to(alone, own.table.shape), HOMOGENEITY)
        for other in (s for s in sheets if s.column.name in sensitive and s is not own):
            answer = np.where(other.column.codes >= 0, other.column.codes, len(other.column.values))
            value = np.where(own.column.codes >= 0, own.column.codes, len(own.column.values))
            wide = other.table.values
            both = table_of(
                frame.parent, frame.leaf, frame.unit, value * wide + answer,
                own.table.values * wide,
            )  # fmt: skip
            own.take(one_answer(own.table, both, other.table, own.noise, policy), HOMOGENEITY)
