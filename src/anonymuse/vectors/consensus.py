"""Groups of points that hold whichever of the points are seen.

One dendrogram is brittle: a few leaves more or less turn its top over. Many draws of the points
are grouped, and what is together in most of them stays together (evidence accumulation, Fred and
Jain 2005). Draws of the rows themselves, each in a space of its own, may say so beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.kmeans import KMeans, assign, cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import AnyRows, Floats, Labels, Sums, philox, unit_rows
from anonymuse.vectors.ward import cut, ward

DRAWS = 30
DRAWN = 0.6
"""Share of the points in each draw."""
WEIGHT_OF_PARTS = 0.7
"""Of what draws of the rows say, where there are any."""


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A draw of what the points stand for, as points in another space.

    Attributes:
        points: of unit length, shape (g, d).
        overlap: how much of each is in each of the points that are grouped, shape (g, m).
    """

    points: Floats
    overlap: Sums

    def __repr__(self) -> str:
        return f"Part({len(self.points)} points)"


def steady_groups(
    points: AnyRows, sizes: npt.NDArray[np.float64], k: int, parts: Sequence[Part] = ()
) -> Labels:
    """Return the group of each point, numbered from 0.

    Args:
        points: of unit length, shape (m, d).
        sizes: how much each counts, shape (m,), positive.
        k: wanted groups; at most m come back, and at least one.
        parts: draws of what the points stand for.
    """
    m = len(points)
    k = max(1, min(k, m))
    if k in {1, m}:
        return cut(ward(points, sizes), k)
    together = _together(points, sizes, k)
    if parts:
        in_parts = _together_in(parts, k)
        together = (1 - WEIGHT_OF_PARTS) * together + WEIGHT_OF_PARTS * in_parts
    return _grouped(together, sizes, k).labels


def _together(points: AnyRows, sizes: npt.NDArray[np.float64], k: int) -> Sums:
    """Return in what share of draws of the points two are together, shape (m, m)."""
    m = len(points)
    together = np.zeros((m, m))
    for draw in range(DRAWS):
        rows = np.sort(philox(draw).permutation(m)[: max(k, round(DRAWN * m))])
        centroids = _grouped(np.asarray(points)[rows], sizes[rows], k).centroids
        group, _ = assign(points, centroids)
        together += group[:, None] == group
    return together / DRAWS


def _together_in(parts: Sequence[Part], k: int) -> Sums:
    """Return in what share of the parts what two points stand for is together, shape (m, m)."""
    m = parts[0].overlap.shape[1]
    together, seen = np.zeros((m, m)), np.zeros((m, m))
    for part in parts:
        sizes = part.overlap.sum(axis=1)
        group = _grouped(part.points, sizes, min(k, len(sizes))).labels
        shares, _ = cluster_sums(part.overlap, group, int(group.max()) + 1)
        mass = shares.sum(axis=0)
        shares /= np.maximum(mass, 1e-12)
        together += shares.T @ shares
        seen += np.outer(mass > 0, mass > 0)
    return together / np.maximum(seen, 1.0)


def _grouped(points: AnyRows, sizes: npt.NDArray[np.float64], k: int) -> KMeans:
    """Return groups: a Ward cut that passes of k-means made better."""
    sums, _ = cluster_sums(points, cut(ward(points, sizes), k), k, sizes)
    return spherical_kmeans(points, k, seed=0, weights=sizes, start=unit_rows(sums))
