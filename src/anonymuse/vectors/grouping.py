"""Rows into clusters: micro-clusters, Ward over them, passes of k-means.

Rows may first be moved towards where clusterings of draws of the rows put them, so that who else is
in the data decides less about a row's cluster (bagged clustering, Dudoit and Fridlyand 2003).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.kmeans import KMeans, assign, cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import Floats, philox, unit_rows
from anonymuse.vectors.ward import cut, ward

MICRO_PER_CLUSTER, LEAST_MICRO, MOST_MICRO = 5, 1_500, 12_000
"""Micro-clusters: this many for each wanted cluster, within bounds that keep Ward quick."""
MICRO_PASSES, DRAW_PASSES, FINAL_PASSES = 4, 3, 6
DRAWS, DRAWN, WEIGHT = 8, 0.6, 0.5
"""So many draws of this share of the rows; a row then lies so far towards the mean of the
centroids that it was given."""
MOST_DRAWN, MOST_STEADIED = 20_000, 10**9
"""Rows in a draw, at most; and rows times clusters beyond which there are no draws."""

Weights = npt.NDArray[np.float64] | None


def group_rows(
    space: Floats, weights: Weights, k: int, *, seed: int, passes: int = FINAL_PASSES
) -> KMeans:
    """Return at most ``k`` clusters: a Ward cut that passes of k-means made better.

    Args:
        space: rows of unit length, shape (n, d).
        weights: how often each row counts, shape (n,); None: once.
        k: wanted clusters.
        seed: of every random draw.
        passes: of k-means, at most.
    """
    start = _ward_start(space, weights, k, seed)
    return spherical_kmeans(space, k, seed=seed, weights=weights, start=start, max_passes=passes)


def steadied(space: Floats, weights: Weights, k: int, *, seed: int) -> Floats:
    """Return the rows, each part of the way to its centroids over draws of the rows.

    Where there are too few rows for draws of them, or too many, rows stay as they are.

    Args:
        space: rows of unit length, shape (n, d).
        weights: how often each row counts, shape (n,); None: once.
        k: clusters in each draw.
        seed: of every random draw.
    """
    n = len(space)
    drawn = min(round(DRAWN * n), MOST_DRAWN)
    if 2 * k > drawn or n * k > MOST_STEADIED:
        return space
    places = np.zeros(space.shape, dtype=np.float32)
    for draw in range(DRAWS):
        rows = np.sort(philox(DRAWS * seed + draw).permutation(n)[:drawn])
        own = None if weights is None else weights[rows]
        centroids = group_rows(space[rows], own, k, seed=seed, passes=DRAW_PASSES).centroids
        labels, _ = assign(space, centroids)
        places += centroids[labels]
    share = np.float32(WEIGHT)
    return unit_rows((1 - share) * space + share / DRAWS * places)


def _ward_start(space: Floats, weights: Weights, k: int, seed: int) -> Floats | None:
    """Return centroids of a Ward cut over micro-clusters, or None where k is too large for it."""
    n = len(space)
    micro = min(n, max(LEAST_MICRO, MICRO_PER_CLUSTER * k), MOST_MICRO)
    if k >= n or 2 * k > micro:
        return None
    if micro == n:
        labels = np.arange(n, dtype=np.int32)
    else:
        labels = spherical_kmeans(
            space, micro, seed=seed, weights=weights, max_passes=MICRO_PASSES
        ).labels
    sums, mass = cluster_sums(space, labels, int(labels.max()) + 1, weights)
    group = cut(ward(sums / mass[:, None], mass), k)
    joined = np.zeros((int(group.max()) + 1, space.shape[1]))
    np.add.at(joined, group, sums)
    return unit_rows(joined)
