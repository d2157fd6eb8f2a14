"""Which cluster of one clustering is which of another: one to one, over the rows that both have."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from anonymuse.stats.agreement import AnyLabels, contingency

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Match(NamedTuple):
    """Two clusters that are taken for the same.

    Attributes:
        a: label in the first clustering.
        b: label in the second.
        overlap: rows that both hold over rows that either holds (Jaccard), above 0.
    """

    a: int
    b: int
    overlap: float


def match_clusters(a_labels: AnyLabels, b_labels: AnyLabels, *, least: float = 0.0) -> list[Match]:
    """Return the pairs of clusters whose overlaps add up to the most, by the first one's label.

    Each cluster is in one pair at most; clusters with no partner are in none.

    Args:
        a_labels: whole numbers, one for each shared row, shape (n,).
        b_labels: of the same rows.
        least: pairs that overlap by no more than this are left out.
    """
    table = contingency(a_labels, b_labels).astype(np.float64)
    either = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    overlap = table / np.maximum(either, 1.0)
    names = [np.unique(np.asarray(labels)).tolist() for labels in (a_labels, b_labels)]
    return [
        Match(names[0][row], names[1][column], float(overlap[row, column]))
        for row, column in assign(-overlap)
        if overlap[row, column] > least
    ]


def assign(cost: Floats) -> list[tuple[int, int]]:
    """Return the pairs (row, column), one to one, of the least total cost, by row.

    Shortest augmenting paths (the "Hungarian method" as of Jonker and Volgenant 1987): cubic in the
    shorter side at worst. As many pairs as the shorter side is long.

    Args:
        cost: finite, shape (rows, columns).
    """
    if cost.shape[0] > cost.shape[1]:
        return sorted((row, column) for column, row in assign(cost.T))
    rows, columns = cost.shape
    row_price, column_price = np.zeros(rows), np.zeros(columns + 1)
    owner: Ints = np.full(columns + 1, -1, dtype=np.int64)  # the last column is where paths start
    for row in range(rows):
        _augment(cost, row, (row_price, column_price), owner)
    return sorted((int(row), column) for column, row in enumerate(owner[:-1]) if row >= 0)


def _augment(cost: Floats, row: int, prices: tuple[Floats, Floats], owner: Ints) -> None:
    """Give one more row a column, moving others along the cheapest path to a free column."""
    row_price, column_price = prices
    here = cost.shape[1]
    owner[here] = row
    way: Ints = np.full(here, here, dtype=np.int64)
    reach = np.full(here, np.inf)
    done = np.zeros(here + 1, dtype=np.bool_)
    while owner[here] >= 0:
        done[here] = True
        open_ = ~done[:-1]
        step = cost[owner[here]] - row_price[owner[here]] - column_price[:-1]
        better = open_ & (step < reach)
        reach[better], way[better] = step[better], here
        after = int(np.where(open_, reach, np.inf).argmin())
        by = reach[after]
        row_price[owner[done]] += by
        column_price[done] -= by
        reach[open_] -= by
        here = after
    while here != cost.shape[1]:
        owner[here] = owner[way[here]]
        here = int(way[here])
    owner[cost.shape[1]] = -1
