"""A part of the rows, in a space that was made from it alone, as fine grains.

What a tree over all rows rests on (who is near, where languages lie, which directions count)
changes with who else is there. Grouped over draws, it rests on what most of them say (bagged
clustering, Dudoit and Fridlyand 2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.discriminant import RIDGE, discriminant_map
from anonymuse.vectors.kmeans import cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import AnyRows, Floats, Labels, Sums, unit_rows

GRAINS = 500
"""Micro-clusters that the groups at the top are found over: finer than most base clusters, so
that one that lies between two topics does not decide how they are divided."""
PASSES = 4
RIDGE_OF_MOVED = 3.0
"""In place of ``RIDGE`` where rows moved towards neighbours: less spread is left to even out."""

Weights = npt.NDArray[np.float64] | None


@dataclass(frozen=True, slots=True, repr=False)
class Draw:
    """Some of the rows.

    Attributes:
        rows: which, ascending, shape (m,).
        grains: micro-cluster of each, shape (m,).
        points: where those lie after directions were evened out, of unit length, shape (g, d).
    """

    rows: npt.NDArray[np.int64]
    grains: Labels
    points: Floats

    def __repr__(self) -> str:
        return f"Draw({len(self.rows)} rows, {len(self.points)} grains)"


@dataclass(frozen=True, slots=True, repr=False)
class Grains:
    """Rows as micro-clusters.

    Attributes:
        labels: micro-cluster of each row, numbered from 0, shape (n,).
        points: where they lie after directions were evened out, of unit length, shape (g, d).
        even: the map that evens them out, shape (d, d).
    """

    labels: Labels
    points: Floats
    even: Sums


def grained(space: AnyRows, labels: Labels, weights: Weights, *, moved: bool) -> Grains:
    """Return the grains of clustered rows: linear in their number.

    Args:
        space: where rows lie, shape (n, d); read in blocks.
        labels: cluster of each row, shape (n,).
        weights: how often each row counts, shape (n,).
        moved: whether rows have moved towards their neighbours.
    """
    even = discriminant_map(space, labels, weights, ridge=RIDGE_OF_MOVED if moved else RIDGE)
    fine = spherical_kmeans(space, GRAINS, seed=0, weights=weights, max_passes=PASSES).labels
    sums, _ = cluster_sums(space, fine, int(fine.max()) + 1, weights)
    return Grains(fine, unit_rows(sums @ even), even)
