"""Rows into clusters: micro-clusters, Ward over them, passes of k-means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.kmeans import KMeans, cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import Floats, unit_rows
from anonymuse.vectors.ward import cut, ward

MICRO_PER_CLUSTER, LEAST_MICRO, MOST_MICRO = 5, 1_500, 12_000
"""Micro-clusters: this many for each wanted cluster, within bounds that keep Ward quick."""
MICRO_PASSES, FINAL_PASSES = 4, 6

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
