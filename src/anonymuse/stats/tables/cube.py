"""The cube: every facet by every node, and by window, with what may be shown of it and why not.

Three kinds of tables, protected one after the other:

1. nodes x values, one for each facet;
2. nodes x windows: how many people each node has in each month or week. It is the same kind of
   table, with windows for values;
3. for each node at the top, values x windows of each facet. Its equations are that a node's people
   of a value are spread over the windows, and its people of a window over the values. Both totals
   are taken to be known whether they are shown or not, and only nodes at the top are crossed with
   windows, so no equation joins two such tables: each is a table of its own.

A world in which a hidden cell of one kind has another number goes with worlds of the other kinds:
the step from one number to the other can be made inside rows or columns that are hidden there too,
because a cell of the third kind shows only where its value and its window show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.stats.suppression import Flags
from anonymuse.stats.tables.counting import Column, Frame, table_of
from anonymuse.stats.tables.overlap import overlaps
from anonymuse.stats.tables.sheet import OVERLAP, Banned, Counted, Sheet, homogeneous
from anonymuse.stats.tables.sums import leaf_sizes, released

Ints = npt.NDArray[np.int64]


def cube(
    frame: Frame,
    columns: Sequence[Column],
    policy: ReleasePolicy,
    *,
    windows: Column | None = None,
    identifying: Collection[str] = (),
    sensitive: Collection[str] = (),
    banned: Collection[Banned] = (),
) -> list[Counted]:
    """Count everything and decide what may be shown together.

    Args:
        frame: the rows of published base clusters, and their tree.
        columns: the facets.
        policy: in force.
        windows: the window of each row, -1 where none is known.
        identifying: facets that tell who somebody is (a language, a country).
        sensitive: facets that nobody may be told to have.
        banned: cells that must not show, whatever they rest on.
    """
    every = [*columns, *([windows] if windows is not None else [])]
    if not every or not len(frame.leaf):
        return []
    sheets = [Sheet.of(frame, column, policy) for column in every]
    homogeneous(frame, sheets, policy, identifying, sensitive)
    for sheet in sheets:
        sheet.ban(range(len(frame.parent)), banned)
    _protect(sheets, policy)
    everyone = np.zeros(len(frame.leaf), dtype=np.int64)
    whole = table_of(frame.parent, frame.leaf, frame.unit, everyone, 1)
    sizes = leaf_sizes(frame, whole, policy)
    found: list[Counted] = []
    counts = sizes
    for sheet in sheets:
        counts, terms = released(
            frame, sheet.column, sheet.table, sheet.shown, sheet.noise, sizes, policy
        )
        found += sheet.cells(range(len(frame.parent)), counts, terms)
    if windows is None:
        return found
    for top in frame.tops():
        plane = _Plane(frame, top, windows, sheets[-1].shown[top], counts[top])
        found += plane.cells(columns, sheets[:-1], policy, identifying, sensitive, banned)
    return found


def _protect(sheets: Sequence[Sheet], policy: ReleasePolicy) -> None:
    """Withhold what gives another cell away, within a table and between two."""
    least = policy.min_cell
    if policy.noise_sigma:  # the noise blurs every difference; a test on exact ones would tell it
        _suppress(sheets, policy)
        return
    pairs = overlaps([sheet.table for sheet in sheets], [sheet.told() for sheet in sheets], least)
    enough = [sheet.table.people >= least for sheet in sheets]
    again = True
    while again:
        _suppress(sheets, policy)
        before = [sheet.shown.copy() for sheet in sheets]
        again = pairs.mask([sheet.shown for sheet in sheets], enough)
        for sheet, shown in zip(sheets, before, strict=True):
            sheet.why[shown & ~sheet.shown] = OVERLAP


def _suppress(sheets: Sequence[Sheet], policy: ReleasePolicy) -> None:
    """Protect each table by itself, those that take a value of another apart after that one."""
    for sheet in sorted(sheets, key=lambda one: one.column.within is not None):
        sheet.give_way(sheets)
        sheet.suppress(policy)


class _Plane:
    """Values by windows of one node at the top: a tree of windows below the node."""

    def __init__(self, frame: Frame, top: int, windows: Column, shown: Flags, counts: Ints) -> None:
        """Keep the rows of a node.

        Args:
            frame: all rows.
            top: the node.
            windows: of all rows.
            shown: which of its windows may be shown.
            counts: the node's released people in each.
        """
        self._own = np.flatnonzero(frame.top_of()[frame.leaf] == top)
        self._top, self._names = top, windows.values
        self._shown, self._counts = shown, counts
        wide = len(windows.values) + 1
        codes = windows.codes[self._own]
        window = np.where(codes >= 0, codes, wide - 1)
        self._frame = replace(
            frame,
            parent=np.full(wide + 1, wide, dtype=np.int64),
            leaf=window.astype(np.int64),
            unit=frame.unit[self._own],
            windows=(*windows.values, "no time", ""),
        )
        self._base = frame.leaf[self._own] * wide + window

    def cells(
        self,
        columns: Sequence[Column],
        above: Sequence[Sheet],
        policy: ReleasePolicy,
        identifying: Collection[str],
        sensitive: Collection[str],
        banned: Collection[Banned],
    ) -> Iterator[Counted]:
        """Yield the cells of each facet's values and windows that the node shows.

        A facet of which no window shows is left out. The node's own row is given; where protecting
        the windows would take a cell back from it, the facet's windows are withheld instead.
        """
        both = zip(columns, above, strict=True)
        told = [(column, sheet) for column, sheet in both if sheet.shown[self._top].any()]
        if self._shown.sum() < 2 or not told:
            return
        above = [sheet for _, sheet in told]
        sheets = [
            Sheet.of(self._frame, self._part(column), policy, self._base) for column, _ in told
        ]
        homogeneous(self._frame, sheets, policy, identifying, sensitive)
        for sheet, whole in zip(sheets, above, strict=True):
            row = whole.shown[self._top]
            sheet.shown &= row
            sheet.shown[:-1] &= self._shown[:, None]
            sheet.shown[-1] = row
            sheet.fixed = True
            sheet.ban([self._top] * len(self._names), banned, self._names)
        _protect(sheets, policy)
        room = np.append(self._counts, self._counts.max())[:, None]
        for sheet in sheets:
            if not sheet.shown[:-1].any():
                continue
            room_here = np.broadcast_to(room, sheet.table.shape)
            counts, terms = released(
                self._frame, sheet.column, sheet.table, sheet.shown, sheet.noise, room_here, policy
            )
            for value in sheet.told().tolist():
                for at in np.flatnonzero(self._shown[:-1]).tolist():
                    yield sheet.cell(
                        at, value, self._top, sheet.column.values[value], self._names[at],
                        counts, terms,
                    )  # fmt: skip

    def _part(self, column: Column) -> Column:
        return replace(column, codes=column.codes[self._own])
