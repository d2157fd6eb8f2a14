"""Lifts of a facet: how much more often a value occurs in a cluster than in the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.insights.sheet import Sheet
from anonymuse.stats.lifts import Counts, Ratios, notable, ratios

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Lifts:
    """Lifts of the cells that are shown, cluster by cluster within a value.

    Attributes:
        sheet: the counts.
        row: of each cell in the tree, shape (cells,).
        column: of each cell among the values, shape (cells,).
        ratios: share in the cluster over the share in the rest, shape (cells,).
        notable: which stand out after control over all cells of the facet, shown or not.
    """

    sheet: Sheet
    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    ratios: Ratios
    notable: Flags

    @property
    def tests(self) -> int:
        """How many cells the facet has, shown or not."""
        return self.sheet.tree.whole * len(self.sheet.values)


def without_lifts(sheet: Sheet) -> Lifts:
    """Return the shown cells of a facet whose counts are estimates: none has a lift."""
    column, row = np.nonzero(~np.isnan(sheet.units[: sheet.tree.whole].T))
    unknown = np.full(len(row), np.nan)
    nothing = Ratios(unknown, unknown, unknown, unknown)
    return Lifts(sheet, row, column, nothing, np.zeros(len(row), dtype=np.bool_))


def lifts(sheet: Sheet) -> Lifts:
    """Return the lifts of every shown cell of a facet."""
    tree, terms = sheet.tree, sheet.terms
    column, row = np.nonzero(~np.isnan(sheet.units[: tree.whole].T))
    part, part_terms = sheet.units[row, column], terms[row, column]
    squares = tree.squares
    found = ratios(
        Counts(part, tree.units[row], part_terms, tree.leaves[row], squares.weigh_as_one[row]),
        Counts(
            sheet.units[tree.whole, column] - part,
            tree.units[tree.whole] - tree.units[row],
            np.maximum(1, terms[tree.whole, column] - part_terms),
            np.maximum(1, tree.leaves[tree.whole] - tree.leaves[row]),
            squares.rest_as_one[row],
        ),
        together=squares.together[row],
        sigma=tree.sigma,
        rounding=tree.rounding,
    )
    tests = tree.whole * len(sheet.values)
    return Lifts(sheet, row, column, found, notable(found, tests=tests))
