"""What a tree over clusters grows from: where the clusters lie, and finer grains below them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.consensus import steady_groups
from anonymuse.vectors.discriminant import RIDGE, discriminant_map
from anonymuse.vectors.kmeans import cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import AnyRows, Floats, Labels, Sums, unit_rows

GRAINS = 500
"""Micro-clusters that the groups at the top are found over: finer than most base clusters, so
that one that lies between two topics does not decide how they are divided."""
PASSES = 4
RIDGE_OF_MOVED = 3.0
"""In place of ``RIDGE`` where rows moved towards neighbours: less spread is left to even out."""


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """Clusters (leaves) and grains, in one space where related things are near.

    Attributes:
        leaves: of unit length, shape (k, d).
        sizes: conversations per leaf, shape (k,), positive.
        grains: of unit length, shape (g, d).
        overlap: conversations of each leaf in each grain, shape (k, g).
    """

    leaves: Floats
    sizes: Sums
    grains: Floats
    overlap: Sums

    def __repr__(self) -> str:
        return f"Ground({len(self.leaves)} leaves, {len(self.grains)} grains)"

    def groups(self, k: int) -> Labels:
        """Return the group of each leaf in about ``k`` groups, numbered from 0.

        Grains are grouped; a leaf goes where most of its conversations are.
        """
        group = steady_groups(self.grains, self.overlap.sum(axis=0), k)
        votes = np.zeros((len(self.leaves), int(group.max()) + 1))
        np.add.at(votes.T, group, self.overlap.T)
        _, own = np.unique(votes.argmax(axis=1), return_inverse=True)
        return own.astype(np.int32)


def survey(
    space: AnyRows,
    labels: Labels,
    weights: npt.NDArray[np.float64] | None = None,
    *,
    moved: AnyRows | None = None,
) -> Ground:
    """Return the ground of clustered rows: linear in their number.

    Args:
        space: unit rows that were clustered, shape (n, d); read in blocks.
        labels: cluster of each row, every number from 0 to k - 1 used, shape (n,).
        weights: how often each row counts, shape (n,), positive.
        moved: the rows where they lie closer to those that say the same in other languages, shape
            (n, d); the tree then grows there.
    """
    ridge = RIDGE
    if moved is not None:
        space, ridge = moved, RIDGE_OF_MOVED
    even = discriminant_map(space, labels, weights, ridge=ridge)
    fine = spherical_kmeans(space, GRAINS, seed=0, weights=weights, max_passes=PASSES).labels
    k, g = int(labels.max()) + 1, int(fine.max()) + 1
    leaves, sizes = cluster_sums(space, labels, k, weights)
    grains, _ = cluster_sums(space, fine, g, weights)
    overlap = np.bincount(labels.astype(np.int64) * g + fine, weights=weights, minlength=k * g)
    return Ground(
        leaves=unit_rows(leaves @ even),
        sizes=sizes,
        grains=unit_rows(grains @ even),
        overlap=overlap.reshape(k, g).astype(np.float64),
    )
