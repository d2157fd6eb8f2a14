"""Where k-means starts: k-means++ on a sample, in two levels where k is large.

Two levels: about sqrt(k) coarse cells first, then k-means++ inside each cell, with the wanted
number of centroids shared out by the cells' weight. That costs O(n sqrt(k)) instead of O(n k).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import AnyRows, Floats, Labels, blocks, philox, unit_rows

DIRECT = 400
"""Up to this many centroids, one level of k-means++ is cheap enough."""
_SAMPLE_PER_CENTROID = 48
_LOCAL_PASSES = 2


def seed_centroids(
    vectors: AnyRows, k: int, weights: npt.NDArray[np.float64] | None, *, seed: int
) -> Floats:
    """Return ``k`` starting centroids, unit length, shape (k, d).

    Args:
        vectors: unit rows, shape (n, d).
        k: wanted centroids, at most n.
        weights: how often each row counts, shape (n,).
        seed: of every random draw.
    """
    rng = philox(seed)
    n = len(vectors)
    w = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    if k <= DIRECT:
        rows, w = _sample(vectors, w, max(4096, k * _SAMPLE_PER_CENTROID), rng)
        return plus_plus(rows, k, w, rng)
    cells = _coarse_cells(vectors, w, round(k**0.5), rng)
    order = np.argsort(cells, kind="stable")
    bounds = np.flatnonzero(np.diff(cells[order], prepend=-1, append=cells.max() + 1))
    members = [order[a:b] for a, b in pairwise(bounds)]
    shares = share_out(k, np.array([w[m].sum() for m in members]), [len(m) for m in members])
    parts = [
        _split(vectors, m, share, w[m], rng)
        for m, share in zip(members, shares, strict=True)
        if share
    ]
    return np.concatenate(parts)


def plus_plus(
    rows: Floats, k: int, weights: npt.NDArray[np.float64], rng: np.random.Generator
) -> Floats:
    """Choose ``k`` of the rows by greedy k-means++ with cosine distance.

    Arthur and Vassilvitskii (2007), with 2 + ln k candidates a step.
    """
    tries = 2 + int(np.log(k))
    chosen = np.empty((k, rows.shape[1]), dtype=np.float32)
    first = rng.choice(len(rows), p=weights / weights.sum())
    chosen[0] = rows[first]
    gap = np.maximum(1.0 - rows @ chosen[0], 0.0).astype(np.float64)
    for step in range(1, k):
        mass = np.cumsum(gap * weights)
        if mass[-1] <= 1e-9 * len(rows):
            chosen[step:] = rows[rng.choice(len(rows), size=k - step)]
            break
        picks = np.searchsorted(mass, rng.random(tries) * mass[-1], side="right")
        picks = np.minimum(picks, len(rows) - 1)
        gaps = np.minimum(gap, np.maximum(1.0 - rows[picks] @ rows.T, 0.0))
        best = int((gaps @ weights).argmin())
        chosen[step], gap = rows[picks[best]], gaps[best]
    return chosen


def share_out(total: int, mass: npt.NDArray[np.float64], most: list[int]) -> list[int]:
    """Share ``total`` out in proportion to ``mass``: at least 1 each, at most ``most`` each."""
    limit = np.array(most)
    share = np.minimum(np.maximum(1, (total * mass / mass.sum()).astype(int)), limit)
    while (left := total - int(share.sum())) != 0:
        wanted = total * mass / mass.sum() - share
        free = share < limit if left > 0 else share > 1
        if not free.any():
            break
        order = np.argsort(-wanted if left > 0 else wanted, kind="stable")
        for place in order[free[order]][: abs(left)]:
            share[place] += 1 if left > 0 else -1
    return [int(s) for s in share]


def _sample(
    vectors: AnyRows, weights: npt.NDArray[np.float64], size: int, rng: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.float64]]:
    n = len(vectors)
    if n <= size:
        return unit_rows(np.asarray(vectors)), weights
    chosen = np.sort(rng.choice(n, size=size, replace=False))
    return unit_rows(np.asarray(vectors[chosen])), weights[chosen]


def _coarse_cells(
    vectors: AnyRows, weights: npt.NDArray[np.float64], k: int, rng: np.random.Generator
) -> Labels:
    rows, w = _sample(vectors, weights, 256 * k, rng)
    centroids = _lloyd(rows, plus_plus(rows, k, w, rng), w, passes=4)
    cells = np.empty(len(vectors), dtype=np.int32)
    for low, high in blocks(len(vectors)):
        near = np.asarray(vectors[low:high], dtype=np.float32) @ centroids.T
        cells[low:high] = near.argmax(axis=1)
    return cells


def _split(
    vectors: AnyRows,
    members: npt.NDArray[np.int64],
    k: int,
    weights: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Floats:
    rows, w = _sample(vectors[members], weights, max(512, k * _SAMPLE_PER_CENTROID), rng)
    return _lloyd(rows, plus_plus(rows, k, w, rng), w, passes=_LOCAL_PASSES)


def _lloyd(
    rows: Floats, centroids: Floats, weights: npt.NDArray[np.float64], *, passes: int
) -> Floats:
    for _ in range(passes):
        labels = (rows @ centroids.T).argmax(axis=1)
        chosen = np.zeros((len(centroids), len(rows)), dtype=np.float64)
        chosen[labels, np.arange(len(rows))] = weights
        moved = unit_rows(chosen @ rows)
        lost = np.einsum("ij,ij->i", moved, moved) < 0.5
        moved[lost] = centroids[lost]
        centroids = moved
    return centroids
