"""Groups inside a cluster whose rows lie close together, though they belong to different owners."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import Floats
from anonymuse.vectors.ward import leaf_places, subtree_sizes, ward

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Nested:
    """Every group of a dendrogram over the rows of one cluster.

    Attributes:
        order: the rows, so that each group is a stretch of them, shape (m,).
        start: where each group starts in ``order``, shape (groups,).
        end: where it ends.
        owners: distinct owners of each group.
        closeness: mean cosine over its pairs of different owners; 0 where there is no pair.
    """

    order: Ints
    start: Ints
    end: Ints
    owners: Ints
    closeness: npt.NDArray[np.float64]

    def rows(self, group: int) -> Ints:
        """Return the rows of a group, ascending."""
        return np.sort(self.order[self.start[group] : self.end[group]])


def nested_groups(rows: Floats, owner: Ints) -> Nested:
    """Join the rows of a cluster by Ward and measure every group that appears.

    Args:
        rows: unit vectors, shape (m, d), at least 2.
        owner: code of each row's owner, shape (m,).
    """
    m = len(rows)
    merges = ward(rows, np.ones(m))
    sizes, places = subtree_sizes(merges), leaf_places(merges)
    order = np.empty(m, dtype=np.int64)
    order[places[:m]] = np.arange(m)
    own = owner[order]
    apart = own[:, None] != own[None, :]
    table = np.zeros((m + 1, m + 1))  # sums over the top left corner: any block is four of them
    table[1:, 1:] = (rows[order] @ rows[order].T * apart).cumsum(axis=0).cumsum(axis=1)
    pairs = np.zeros((m + 1, m + 1))
    pairs[1:, 1:] = apart.cumsum(axis=0).cumsum(axis=1)
    start, end = places[m:], places[m:] + sizes[m:]
    total, count = (_block(one, start, end) for one in (table, pairs))
    owners = np.array([len(np.unique(own[a:b])) for a, b in zip(start, end, strict=True)])
    closeness = np.where(count > 0.0, total / np.maximum(count, 1.0), 0.0)
    return Nested(order, start, end, owners.astype(np.int64), closeness)


def drawn(owner: Ints, random: np.random.Generator, *, each: int, most: int) -> Ints:
    """Return the places of a sample that has every owner's first before anybody's second.

    Args:
        owner: code of each row's owner, shape (m,).
        random: draws.
        each: rows of one owner, at most.
        most: rows in all, at most.

    Returns:
        Ascending, shape (k,).
    """
    order = random.permutation(len(owner))
    by_owner = order[np.argsort(owner[order], kind="stable")]
    starts = np.flatnonzero(np.diff(owner[by_owner], prepend=-1))
    turn = np.zeros(len(owner), dtype=np.int64)  # an owner's first, second, ... in that order
    for low, high in pairwise([*starts, len(owner)]):
        turn[by_owner[low:high]] = np.arange(high - low)
    kept = order[turn[order] < each]
    return np.sort(kept[np.argsort(turn[kept], kind="stable")][:most])


def connected(linked: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return the connected parts of a graph, largest first: the places of their points, ascending.

    Args:
        linked: symmetric, shape (m, m).
    """
    m = len(linked)
    label = np.arange(m)
    while m:
        least = np.where(linked, label[None, :], m).min(axis=1)
        smaller = np.minimum(label, least)
        smaller = smaller[smaller]
        if (smaller == label).all():
            break
        label = smaller
    names, count = np.unique(label, return_counts=True)
    return [np.flatnonzero(label == name) for name in names[np.argsort(-count, kind="stable")]]


def _block(table: npt.NDArray[np.float64], start: Ints, end: Ints) -> npt.NDArray[np.float64]:
    """Return the sum over each square block on the diagonal."""
    found: npt.NDArray[np.float64] = (
        table[end, end] - table[start, end] - table[end, start] + table[start, start]
    )
    return found
