"""Where the clusters of a tree lie on a map: discs beside discs, inside the discs of their parents.

From the leaves up: siblings are laid close to those whose vectors resemble theirs, then pushed
apart until none overlap, and their parent is the circle around them. Without vectors the largest
lies in the middle. Pure and deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.vectors.discs import GOLDEN, Ints, Pairs, arranged, roughly, tightest
from anonymuse.vectors.reduce import fit_reduction
from anonymuse.vectors.rows import AnyRows, Sums, reader_of, unit_rows

_MARGIN = 1.005  # of a parent's circle around its children, who have room already
_ROOM = 1.035  # that a disc is given among its siblings
_DIRECTIONS = 24
_ALIKE = 6
_BLOCK = 1024


@dataclass(frozen=True, slots=True, repr=False)
class Layout:
    """A map: a disc for each node, in the square from -1 to 1, shapes (n,)."""

    x: Sums
    y: Sums
    radius: Sums


def lay_out(
    parents: Sequence[int], sizes: Sequence[float], vectors: AnyRows | None = None
) -> Layout:
    """Return where the nodes of a tree lie.

    Args:
        parents: the index of each node's parent; -1 at the top.
        sizes: of the nodes; the area of a leaf's disc grows with it.
        vectors: one row per node, shape (n, d); those of leaves are used.
    """
    parent = np.asarray(parents, dtype=np.int64)
    n = len(parent)
    if n == 0:
        return Layout(np.empty(0), np.empty(0), np.empty(0))
    radius = np.sqrt(np.maximum(np.asarray(sizes, dtype=np.float64), 1.0))
    height = _heights(parent)
    meaning = None if vectors is None else _directions(parent, height, radius**2, vectors)
    at = np.zeros((n, 2))  # from the centre of the parent
    for tall in range(1, int(height.max(initial=0)) + 1):
        owners = np.flatnonzero(height == tall)
        rows = np.flatnonzero(np.isin(parent, owners))
        group = np.searchsorted(owners, parent[rows])
        laid, reach = _side_by_side(rows, group, radius, meaning)
        at[rows] = _turned(laid, (np.arange(len(owners)) * GOLDEN + tall * np.pi / 2.0)[group])
        radius[owners] = reach * _MARGIN
    top = np.flatnonzero(parent < 0)
    at[top], _ = _side_by_side(top, np.zeros(len(top), dtype=np.int64), radius, meaning)
    for low in range(int(height.max()) - 1, -1, -1):
        rows = np.flatnonzero((height == low) & (parent >= 0))
        at[rows] += at[parent[rows]]
    return _fitted(at, radius, top)


def _turned(at: Sums, angle: Sums) -> Sums:
    """Return points turned about the origin: pairs inside pairs would make a line otherwise."""
    x, y = at.T
    across, up = np.cos(angle), np.sin(angle)
    return np.column_stack([across * x - up * y, up * x + across * y])


def _fitted(at: Sums, radius: Sums, top: Ints) -> Layout:
    """Return the map scaled into the square, in its middle."""
    low = (at[top] - radius[top, None]).min(axis=0)
    high = (at[top] + radius[top, None]).max(axis=0)
    half = float((high - low).max()) / 2.0
    x, y = ((at - (low + high) / 2.0) / half).T
    return Layout(x.copy(), y.copy(), radius / half)


def _heights(parent: Ints) -> Ints:
    """Return how many steps each node is above the leaf that lies lowest under it."""
    height = np.zeros(len(parent), dtype=np.int64)
    rows = np.flatnonzero(parent >= 0)
    while True:
        before = height.copy()
        np.maximum.at(height, parent[rows], height[rows] + 1)
        if (height == before).all():
            return height


def _directions(parent: Ints, height: Ints, mass: Sums, vectors: AnyRows) -> Sums | None:
    """Return few coordinates per node, a parent's the mean of its leaves'; None if all are alike.

    Rounded, so that another linear algebra library draws the same map.
    """
    rows = unit_rows(vectors).astype(np.float64)
    weight = np.where(height == 0, mass, 0.0)
    total = rows * weight[:, None]
    for low in range(int(height.max())):
        own = np.flatnonzero((height == low) & (parent >= 0))
        np.add.at(total, parent[own], total[own])
        np.add.at(weight, parent[own], weight[own])
    means = (total / weight[:, None]).astype(np.float32)
    fitted = fit_reduction(reader_of(means), means.shape, dimensions=_DIRECTIONS)
    found = np.asarray(np.round(fitted.project(means), 5), dtype=np.float64)
    return found if np.ptp(found, axis=0).max() > 1e-3 else None


def _side_by_side(rows: Ints, group: Ints, radius: Sums, meaning: Sums | None) -> tuple[Sums, Sums]:
    """Return centres of discs around the middle of their group (m, 2), and how far each reaches."""
    room = radius[rows] * _ROOM
    start = np.zeros((len(rows), 2))
    first, second = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    order = np.argsort(group, kind="stable")
    for own in np.split(order, np.cumsum(np.bincount(group))[:-1]):
        told = None if meaning is None else meaning[rows[own]]
        if told is None or np.ptp(told, axis=0).max() < 1e-3:
            start[own] = _spiral(room[own])
            continue
        start[own] = _spread(told)
        a, b = _alike(told)
        first.append(own[a])
        second.append(own[b])
    links = (np.concatenate(first), np.concatenate(second))
    alike = np.isin(np.arange(len(rows)), links[0])
    if alike.any():
        start[alike] = arranged(start, room, group, links)[alike]
    return roughly(start, room, group) if meaning is None else tightest(start, room, group)


def _spiral(radius: Sums) -> Sums:
    """Return places for discs on a sunflower's spiral, the largest in the middle, shape (n, 2)."""
    order = np.argsort(-radius, kind="stable")
    area = radius[order] ** 2
    far = np.sqrt((np.cumsum(area) - area / 2.0 - area[0] / 2.0) * 1.2)
    angle = np.arange(len(radius)) * GOLDEN
    at = np.empty((len(radius), 2))
    at[order] = np.column_stack([far * np.cos(angle), far * np.sin(angle)])
    return at


def _spread(told: Sums) -> Sums:
    """Return the two directions in which siblings differ most."""
    rows = told.astype(np.float32)
    fitted = fit_reduction(reader_of(rows), rows.shape, dimensions=2)
    flat = np.zeros((len(told), 2))
    found = fitted.project(rows).astype(np.float64)
    flat[:, : found.shape[1]] = found
    return np.round(flat, 5)


def _alike(told: Sums) -> Pairs:
    """Return for each sibling the few whose vectors resemble its own most."""
    n = len(told)
    k = min(_ALIKE, n - 1)
    square = (told**2).sum(axis=1)
    found = []
    for low in range(0, n, _BLOCK):
        part = told[low : low + _BLOCK]
        away = square[None, :] - 2.0 * part @ told.T
        away[np.arange(len(part)), np.arange(low, low + len(part))] = np.inf
        found.append(np.argpartition(away, k - 1, axis=1)[:, :k])
    return np.repeat(np.arange(n), k), np.concatenate(found).ravel().astype(np.int64)
