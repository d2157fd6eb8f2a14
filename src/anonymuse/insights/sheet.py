"""A released report as arrays: clusters by values, with how many noisy numbers each count sums.

A parent's count is the sum of its children's that are shown and of one number for the hidden ones
(``stats/tables/sums.py``), so of how many noisy numbers it is the sum can be read off the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report
from anonymuse.domain.released.tree import in_order
from anonymuse.stats.several import WHOLE, Squares

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Tree:
    """The clusters of a report, parents first, and after them the whole report as the last row.

    Attributes:
        clusters: in that order.
        row: of each cluster id; None is the whole.
        parent: row of each one's parent, of the whole its own; shape (rows,).
        units: released people; shape (rows,).
        sigma: of the noise on a count.
        rounding: the step of counts.
        weights: how many people counted weigh as one, by level, of the whole last.
    """

    clusters: tuple[Cluster, ...]
    row: Mapping[str | None, int]
    parent: Ints
    units: Floats
    sigma: float
    rounding: int
    weights: tuple[float, ...] = ()

    @classmethod
    def of(cls, report: Report) -> Tree:
        """Return the tree of a report."""
        clusters = tuple(in_order(report.clusters))
        row: dict[str | None, int] = {cluster.id: i for i, cluster in enumerate(clusters)}
        row[None] = len(clusters)
        units = [c.units for c in clusters]
        whole = sum(c.units for c in clusters if c.level == 0)
        policy = report.receipt.policy
        return cls(
            clusters,
            row,
            np.array([*(row[c.parent] for c in clusters), row[None]], dtype=np.int64),
            np.array([*units, whole], dtype=np.float64),
            float(policy.get("noise_sigma", 0.0)),
            int(policy.get("rounding", 1)),
            tuple(report.receipt.weigh_as_one.get("people", ())),
        )

    @property
    def whole(self) -> int:
        """Row of the whole report."""
        return len(self.clusters)

    @cached_property
    def leaves(self) -> Ints:
        """How many base clusters are at or below each row, shape (rows,)."""
        found = np.zeros(self.whole + 1, dtype=np.int64)
        for row in range(self.whole - 1, -1, -1):
            found[row] = max(found[row], 1)
            found[self.parent[row]] += found[row]
        return found

    @cached_property
    def squares(self) -> Squares:
        """What people in several base clusters do to the shares of each row, shape (rows,)."""
        levels = np.array([*(cluster.level for cluster in self.clusters), WHOLE])
        return Squares.of(self.units, levels, levels[self.parent], self.leaves, self.weights)

    def path(self, row: int) -> list[int]:
        """Return a cluster's row and those above it, up to the top."""
        found = []
        while row != self.whole:
            found.append(row)
            row = int(self.parent[row])
        return found


@dataclass(frozen=True, eq=False, repr=False)
class Sheet:
    """One facet's released counts, or those of windows.

    Attributes:
        tree: the rows.
        values: the columns.
        units: people, NaN where they are not shown; shape (rows, values).
    """

    tree: Tree
    values: tuple[str, ...]
    units: Floats

    @cached_property
    def hidden(self) -> npt.NDArray[np.bool_]:
        """Which are not shown, shape (rows, values)."""
        return np.isnan(self.units)

    @cached_property
    def terms(self) -> Ints:
        """Of how many noisy numbers each count is the sum, shape (rows, values)."""
        tree, hidden = self.tree, self.hidden
        found = np.zeros(self.units.shape, dtype=np.int64)
        some_hidden = np.zeros(self.units.shape, dtype=np.bool_)
        for row in (*range(tree.whole - 1, -1, -1), tree.whole):
            own = found[row] + some_hidden[row]
            found[row] = np.where(hidden[row], 0, np.maximum(own, 1))
            if row != tree.whole:
                found[tree.parent[row]] += found[row]
                some_hidden[tree.parent[row]] |= hidden[row]
        return found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sheets:
    """All counts of a report that cover the whole time, and its people by window.

    Attributes:
        tree: the rows.
        facets: the counts of each facet, in the report's order.
        estimates: the same of facets that were predicted: their counts are no counts of answers, so
            that nothing is computed from them.
        cells: what they were read from: the shown cells of each facet.
        windows: people of each cluster in each window, windows in order.
    """

    tree: Tree
    facets: Mapping[str, Sheet]
    estimates: Mapping[str, Sheet]
    cells: Mapping[str, Sequence[Cell]]
    windows: Sheet

    @classmethod
    def of(cls, report: Report) -> Sheets:
        """Read a report."""
        tree = Tree.of(report)
        values: dict[str, list[Cell]] = {}
        windows: list[Cell] = []
        for cell in report.cells:
            if cell.cluster not in tree.row:
                continue
            if not cell.window:
                values.setdefault(cell.facet, []).append(cell)
            elif not cell.facet:
                windows.append(cell)
        values.pop("", None)
        found = {name: _sheet(tree, own, [c.value for c in own]) for name, own in values.items()}
        estimated = report.estimated
        return cls(
            tree,
            {name: own for name, own in found.items() if name not in estimated},
            {name: own for name, own in found.items() if name in estimated},
            {name: [c for c in own if c.units is not None] for name, own in values.items()},
            _sheet(tree, windows, [c.window for c in windows], in_order=True),
        )


def _sheet(
    tree: Tree, cells: Sequence[Cell], values: Sequence[str], *, in_order: bool = False
) -> Sheet:
    """Return cells as arrays, given the value that each is about."""
    names = sorted(set(values)) if in_order else list(dict.fromkeys(values))
    column = {name: place for place, name in enumerate(names)}
    units = np.full((tree.whole + 1, len(names)), np.nan)
    rows = [tree.row[cell.cluster] for cell in cells]
    counts = [np.nan if cell.units is None else cell.units for cell in cells]
    units[rows, [column[value] for value in values]] = counts
    return Sheet(tree, tuple(names), units)
