"""Complementary suppression in a hierarchical table: no difference of shown cells gives one away.

The table has one row per node of a tree (base clusters, their parents, the whole) and one column
per value of a facet. Everybody is taken to know the size of every node, and that a parent is the
sum of its children. So each base cluster's row, and each parent with its children in one column,
is an equation over the cells that are not shown:

* what one equation leaves open rests on nobody, or on two cells and ``least`` people;
* taken together, the equations leave every cell below ``least`` at least two values. They are
  those of a flow through a network, so a cell is determined exactly where no cycle of cells that
  can still grow or shrink runs through it (hierarchical tables as networks: Cox 1995).

What is hidden stays hidden, so the search ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Who has which value in which node.

    Attributes:
        node: row of the table, shape (triples,); each (node, value, unit) occurs once, and what
            holds for a node holds for its parent.
        value: column, shape (triples,); the last column is "no answer" and never shown.
        unit: code of the unit, shape (triples,).
        parent: row of each node's parent, shape (nodes,). A parent's row comes after its
            children's; the last row is the root, which is its own parent.
        values: number of columns.
        talks: conversations of each triple, shape (triples,); None: one each.
        counted: what is told of each leaf's cell, where that is not its people; shape (nodes,
            values).
    """

    node: Ints
    value: Ints
    unit: Ints
    parent: Ints
    values: int
    talks: Ints | None = None
    counted: Ints | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Nodes, values."""
        return len(self.parent), self.values

    @property
    def root(self) -> int:
        """Row of the whole."""
        return len(self.parent) - 1

    @cached_property
    def is_leaf(self) -> Flags:
        """Which rows are base clusters, shape (nodes,)."""
        found = np.ones(len(self.parent), dtype=np.bool_)
        found[self.parent] = False
        return found

    @cached_property
    def cell(self) -> Ints:
        """Flat index of each triple's cell, shape (triples,)."""
        return self.node * self.values + self.value

    @cached_property
    def people(self) -> Ints:
        """Distinct units of each cell, shape (nodes, values)."""
        return np.bincount(self.cell, minlength=self.shape[0] * self.values).reshape(self.shape)

    @cached_property
    def sums(self) -> Ints:
        """Distinct units of each base cluster, summed over those below a node: additive."""
        told = self.people if self.counted is None else self.counted
        found = np.where(self.is_leaf[:, None], told, 0)
        for row in range(self.root):
            found[self.parent[row]] += found[row]
        return found

    @cached_property
    def depths(self) -> list[Ints]:
        """Rows by their distance from the root, the root's children first."""
        depth = np.zeros(len(self.parent), dtype=np.int64)
        for row in range(self.root - 1, -1, -1):
            depth[row] = depth[self.parent[row]] + 1
        return [np.flatnonzero(depth == d) for d in range(1, int(depth.max(initial=0)) + 1)]

    @cached_property
    def _in_row(self) -> tuple[Ints, Ints]:
        """Return node of each (node, unit), and which of them each triple belongs to."""
        width = int(self.unit.max(initial=0)) + 1
        pairs, place = np.unique(self.node * width + self.unit, return_inverse=True)
        return pairs // width, place

    @cached_property
    def _in_family(self) -> tuple[Ints, Ints]:
        """Return parent's cell of each (parent, value, unit), and where each triple belongs."""
        width = int(self.unit.max(initial=0)) + 1
        above = self.parent[self.node] * self.values + self.value
        triples, place = np.unique(above * width + self.unit, return_inverse=True)
        return triples // width, place

    def hidden_in_row(self, shown: Flags) -> tuple[Ints, Ints]:
        """Return people of each row in some cell that is not shown, and in no cell that is."""
        node, place = self._in_row
        hidden = ~shown.ravel()[self.cell]
        some = np.bincount(place, weights=hidden, minlength=len(node))
        all_of = np.bincount(place, minlength=len(node)) == some
        nodes = len(self.parent)
        return (
            np.bincount(node[some > 0], minlength=nodes),
            np.bincount(node[all_of], minlength=nodes),
        )

    def hidden_in_family(self, shown: Flags) -> Ints:
        """Return people of each parent's cell who are in a child's cell that is not shown."""
        above, place = self._in_family
        hidden = ~shown.ravel()[self.cell] & (self.node != self.root)
        some = np.bincount(place, weights=hidden, minlength=len(above)) > 0
        return np.bincount(above[some], minlength=shown.size).reshape(shown.shape)


def suppress(table: Table, shown: Flags, least: int) -> Flags:
    """Return which cells may be shown together.

    Args:
        table: the counts.
        shown: cells that pass on their own, shape (nodes, values); people behind each.
        least: a group of fewer people must not be told.
    """
    shown = shown & (table.sums > 0)
    shown[:, -1] = False
    while True:
        before = int(shown.sum())
        _close(table, shown)
        _mend_rows(table, shown, least)
        _mend_families(table, shown, least)
        if int(shown.sum()) == before:
            _mend_exposed(table, shown, least)
            if int(shown.sum()) == before:
                return shown


def _close(table: Table, shown: Flags) -> None:
    """Hide a cell where its parent's is hidden: the parts would give the sum."""
    for rows in table.depths:
        shown[rows] &= shown[table.parent[rows]]


def _mend_rows(table: Table, shown: Flags, least: int) -> None:
    """In each node: what is not shown is nobody, or two values and enough people."""
    hidden, only_hidden = table.hidden_in_row(shown)
    cells = (~shown[:, :-1]).sum(axis=1) + (table.sums[:, -1] > 0)
    few = (cells < 2) | (hidden < least) | ((only_hidden > 0) & (only_hidden < least))
    rows = np.flatnonzero((hidden > 0) & few & shown.any(axis=1))
    shown[rows, _smallest(table.sums[rows], shown[rows])] = False


def _mend_families(table: Table, shown: Flags, least: int) -> None:
    """In each shown parent: the children not shown are nobody, or two and enough people."""
    hidden = table.hidden_in_family(shown)
    cells = np.zeros(table.shape, dtype=np.int64)
    np.add.at(cells, table.parent[: table.root], ~shown[: table.root])
    few = (hidden > 0) & ((cells < 2) | (hidden < least))
    for row, value in np.argwhere(shown & few).tolist():
        own = _children(table, row)
        own = own[shown[own, value]]
        target = own[table.sums[own, value].argmin()] if len(own) else row
        shown[target, value] = False


def _children(table: Table, row: int) -> Ints:
    return np.flatnonzero(table.parent[: table.root] == row)


def _smallest(sums: Ints, shown: Flags) -> Ints:
    """Return the column of the smallest shown cell in each row; the first of equals."""
    smallest: Ints = np.where(shown, sums, np.iinfo(np.int64).max).argmin(axis=1)
    return smallest


def _mend_exposed(table: Table, shown: Flags, least: int) -> None:
    """Hide one more cell for each small one that all equations together would determine."""
    small = (table.people > 0) & (table.people < least) & ~shown
    if not shown.any() or not small.any():
        return
    network = _Network(table, shown)
    for row, value in np.argwhere(small).tolist():
        if not network.is_open(row, value):
            target = _next_to_hide(table, shown, row, value)
            if target is not None:
                shown[target] = False


def _next_to_hide(table: Table, shown: Flags, row: int, value: int) -> tuple[int, int] | None:
    """Return the smallest shown cell nearest to an exposed one: its row, its column, the root."""
    if shown[row].any():
        return row, int(_smallest(table.sums[[row]], shown[[row]])[0])
    up = row
    while up != table.root:
        up = int(table.parent[up])
        if shown[up, value]:
            return up, value
    if shown[up].any():
        return up, int(_smallest(table.sums[[up]], shown[[up]])[0])
    return None


class _Network:
    """The cells that are not shown, as arcs: from a base cluster's row up to the whole.

    A base cluster's cell runs from its row to its parent's column, a parent's cell from its own
    column to its parent's, the root's to the ground. Any of them may be larger than it is; it may
    be smaller where somebody is in it.
    """

    def __init__(self, table: Table, shown: Flags) -> None:
        self._table = table
        self._ground = shown.size
        self._after: dict[int, set[int]] = {}
        self._before: dict[int, set[int]] = {}
        hidden = ~shown
        hidden[:, -1] &= table.sums[:, -1] > 0
        for row, value in np.argwhere(hidden).tolist():
            tail, head = self._ends(row, value)
            self._join(tail, head)
            if table.sums[row, value] > 0:
                self._join(head, tail)

    def _join(self, tail: int, head: int) -> None:
        self._after.setdefault(tail, set()).add(head)
        self._before.setdefault(head, set()).add(tail)

    def _ends(self, row: int, value: int) -> tuple[int, int]:
        """Return both ends of a cell: rows of leaves count down from -1, columns up from 0."""
        table = self._table
        tail = -1 - row if table.is_leaf[row] else row * table.values + value
        if row == table.root:
            return tail, self._ground
        return tail, int(table.parent[row]) * table.values + value

    def is_open(self, row: int, value: int) -> bool:
        """Return whether a cell that is not shown could as well be one larger or one smaller."""
        tail, head = self._ends(row, value)
        return self._detour(tail, head) or self._detour(head, tail)

    def _detour(self, start: int, goal: int) -> bool:
        """Return whether a path leads from start to goal other than their own cell.

        No two cells join the same two points. Searched from both ends, the smaller rim first.
        """
        ahead = self._after.get(start, set()) - {goal}
        behind = self._before.get(goal, set()) - {start}
        seen, seen_behind = {start} | ahead, {goal} | behind
        while ahead and behind:
            if not ahead.isdisjoint(seen_behind) or not behind.isdisjoint(seen):
                return True
            if len(ahead) <= len(behind):
                ahead = set().union(*(self._after.get(point, ()) for point in ahead)) - seen
                seen |= ahead
            else:
                behind = set().union(*(self._before.get(point, ()) for point in behind))
                behind -= seen_behind
                seen_behind |= behind
        return False
