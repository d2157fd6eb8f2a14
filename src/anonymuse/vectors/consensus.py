"""Groups of points that hold whichever of the points are seen.

One dendrogram is brittle: a few leaves more or less turn its top over. Many draws of the points
are grouped, and what is together in most of them stays together (evidence accumulation, Fred and
Jain 2005).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.kmeans import assign, cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import AnyRows, Floats, Labels, philox, unit_rows
from anonymuse.vectors.ward import cut, ward

DRAWS = 30
DRAWN = 0.6
"""Share of the points in each draw."""
MOST_POINTS = 1_000
"""More are joined to so many first: memory and work grow with their square."""


def steady_groups(points: AnyRows, sizes: npt.NDArray[np.float64], k: int) -> Labels:
    """Return the group of each point, numbered from 0.

    Args:
        points: of unit length, shape (m, d).
        sizes: how much each counts, shape (m,), positive.
        k: wanted groups; at most m come back, and at least one.
    """
    m = len(points)
    k = max(1, min(k, m))
    if k in {1, m}:
        return cut(ward(points, sizes), k)
    if m > MOST_POINTS:
        coarse = cut(ward(points, sizes), max(k, MOST_POINTS))
        sums, mass = cluster_sums(points, coarse, int(coarse.max()) + 1, sizes)
        if len(mass) < m:
            return steady_groups(unit_rows(sums), mass, k)[coarse]
    together = np.zeros((m, m))
    for draw in range(DRAWS):
        rows = np.sort(philox(draw).permutation(m)[: max(k, round(DRAWN * m))])
        group, _ = assign(points, _centroids(np.asarray(points)[rows], sizes[rows], k))
        together += group[:, None] == group
    sums, _ = cluster_sums(together, cut(ward(together / DRAWS, sizes), k), k, sizes)
    return spherical_kmeans(together, k, seed=0, weights=sizes, start=unit_rows(sums)).labels


def _centroids(points: AnyRows, sizes: npt.NDArray[np.float64], k: int) -> Floats:
    """Return the centroids of a Ward cut that passes of k-means made better."""
    sums, _ = cluster_sums(points, cut(ward(points, sizes), k), k, sizes)
    start = unit_rows(sums)
    return spherical_kmeans(points, k, seed=0, weights=sizes, start=start).centroids
