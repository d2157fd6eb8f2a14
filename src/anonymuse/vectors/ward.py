"""Ward's hierarchical clustering of weighted points, without a distance matrix.

Ward's distance of two clusters follows from their means and weights alone, so the nearest
neighbour of one cluster is one matrix-vector product: O(m^2 d) work and O(m d) memory by the
nearest-neighbour chain (Murtagh 1983; Murtagh and Legendre 2014, variant Ward2's objective).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import AnyRows, Labels, Sums


@dataclass(frozen=True, slots=True, repr=False)
class Merges:
    """A whole dendrogram.

    Attributes:
        pairs: shape (m - 1, 2): which two clusters each step joins. Numbers below m are points;
            m + s is the cluster that step s made. Cheapest steps first.
        costs: growth of the weighted sum of squares by each step, shape (m - 1,), ascending.
    """

    pairs: npt.NDArray[np.int64]
    costs: Sums

    @property
    def points(self) -> int:
        """Number of points at the bottom."""
        return len(self.pairs) + 1


def ward(points: AnyRows, weights: npt.NDArray[np.float64]) -> Merges:
    """Join weighted points until one cluster is left.

    Args:
        points: means of the starting clusters, shape (m, d), m at least 1.
        weights: their weights, shape (m,), positive.
    """
    m = len(points)
    if m < 2:
        return Merges(pairs=np.empty((0, 2), dtype=np.int64), costs=np.empty(0))
    chain = _Chain(np.array(points, dtype=np.float64), np.array(weights, dtype=np.float64))
    steps = [chain.next_merge() for _ in range(m - 1)]
    first, second, costs = (np.array(column) for column in zip(*steps, strict=True))
    order = np.argsort(costs, kind="stable")
    return Merges(pairs=_renumber(first[order], second[order], m), costs=costs[order])


def cut(merges: Merges, k: int) -> Labels:
    """Return each point's cluster when ``k`` are left, numbered by first occurrence."""
    m = merges.points
    parent = np.arange(2 * m - 1)
    for step in range(max(0, m - max(1, k))):
        parent[merges.pairs[step]] = m + step
    # parents have larger numbers than children, so one sweep from the top finds every root
    for node in range(2 * m - 2, -1, -1):
        parent[node] = parent[parent[node]]
    _, first, inverse = np.unique(parent[:m], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return rank[inverse]


def subtree_sizes(merges: Merges) -> npt.NDArray[np.int64]:
    """Return how many points every cluster of the dendrogram holds, shape (2m - 1,)."""
    m = merges.points
    sizes = np.ones(2 * m - 1, dtype=np.int64)
    for step, (left, right) in enumerate(merges.pairs):
        sizes[m + step] = sizes[left] + sizes[right]
    return sizes


def leaf_places(merges: Merges) -> npt.NDArray[np.int64]:
    """Return where every cluster starts in an order that keeps each contiguous, (2m - 1,).

    The first m numbers are the points' own places, 0 to m - 1.
    """
    m = merges.points
    sizes = subtree_sizes(merges)
    places = np.zeros(2 * m - 1, dtype=np.int64)
    for step in range(m - 2, -1, -1):
        left, right = merges.pairs[step]
        places[left] = places[m + step]
        places[right] = places[m + step] + sizes[left]
    return places


class _Chain:
    """The nearest-neighbour chain; arrays are compacted when half of them are dead."""

    def __init__(self, means: Sums, weights: Sums) -> None:
        self.means, self.weights = means, weights
        self.norms = np.einsum("ij,ij->i", means, means)
        self.dead = np.zeros(len(means))
        self.names = np.arange(len(means))
        self.alive = len(means)
        self.stack: list[int] = []
        self.stacked = np.zeros(len(means), dtype=np.bool_)

    def next_merge(self) -> tuple[int, int, float]:
        """Follow nearest neighbours until two are each other's; join them."""
        if self.alive < len(self.means) // 2 and self.alive > 64:
            self._compact()
        if not self.stack:
            self._push(int(np.flatnonzero(self.dead == 0.0)[0]))
        while True:
            tip = self.stack[-1]
            costs = self._costs(tip)
            near = int(costs.argmin())
            # rounding can close a longer ring among equal distances; its last link is as good
            if self.stacked[near] or (len(self.stack) > 1 and costs[self.stack[-2]] <= costs[near]):
                near = self.stack[-2]
                break
            self._push(near)
        del self.stack[-2:]
        self.stacked[[tip, near]] = False
        return self._join(min(tip, near), max(tip, near), max(float(costs[near]), 0.0))

    def _push(self, node: int) -> None:
        self.stack.append(node)
        self.stacked[node] = True

    def _costs(self, tip: int) -> Sums:
        squares = self.norms + self.norms[tip] - 2.0 * (self.means @ self.means[tip])
        weight = self.weights[tip]
        costs: Sums = squares * (self.weights * weight / (self.weights + weight)) + self.dead
        costs[tip] = np.inf
        return costs

    def _join(self, keep: int, drop: int, cost: float) -> tuple[int, int, float]:
        names = int(self.names[keep]), int(self.names[drop])
        a, b = self.weights[keep], self.weights[drop]
        self.means[keep] = (a * self.means[keep] + b * self.means[drop]) / (a + b)
        self.norms[keep] = self.means[keep] @ self.means[keep]
        self.weights[keep] = a + b
        self.dead[drop] = np.inf
        self.alive -= 1
        return (*names, cost)

    def _compact(self) -> None:
        live = np.flatnonzero(self.dead == 0.0)
        place = {int(old): new for new, old in enumerate(live)}
        self.means, self.weights = self.means[live], self.weights[live]
        self.norms, self.names = self.norms[live], self.names[live]
        self.dead, self.stacked = np.zeros(len(live)), self.stacked[live]
        self.stack = [place[old] for old in self.stack]


def _renumber(
    first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], m: int
) -> npt.NDArray[np.int64]:
    """Turn pairs of representative points into pairs of cluster numbers."""
    parent = np.arange(2 * m - 1)

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = int(parent[node])
        return node

    pairs = np.empty((m - 1, 2), dtype=np.int64)
    for step in range(m - 1):
        a, b = root(int(first[step])), root(int(second[step]))
        pairs[step] = min(a, b), max(a, b)
        parent[a] = parent[b] = m + step
    return pairs
