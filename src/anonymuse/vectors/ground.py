"""What a tree over clusters grows from: where the clusters lie, and finer grains below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.consensus import Part, steady_groups
from anonymuse.vectors.draws import Draw, grained
from anonymuse.vectors.kmeans import cluster_sums
from anonymuse.vectors.rows import AnyRows, Floats, Labels, Sums, unit_rows


@dataclass(frozen=True, slots=True, repr=False)
class Ground:
    """Clusters (leaves) and grains, in one space where related things are near.

    Attributes:
        leaves: of unit length, shape (k, d).
        sizes: conversations per leaf, shape (k,), positive.
        grains: of unit length, shape (g, d).
        overlap: conversations of each leaf in each grain, shape (k, g).
        parts: draws of the conversations, each in a space of its own, by their place in the grains.
    """

    leaves: Floats
    sizes: Sums
    grains: Floats
    overlap: Sums
    parts: tuple[Part, ...] = ()

    def __repr__(self) -> str:
        return f"Ground({len(self.leaves)} leaves, {len(self.grains)} grains)"

    def groups(self, k: int) -> Labels:
        """Return the group of each leaf in about ``k`` groups, numbered from 0.

        Grains are grouped; a leaf goes where most of its conversations are.
        """
        group = steady_groups(self.grains, self.overlap.sum(axis=0), k, self.parts)
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
    draws: Sequence[Draw] = (),
) -> Ground:
    """Return the ground of clustered rows: linear in their number.

    Args:
        space: unit rows that were clustered, shape (n, d); read in blocks.
        labels: cluster of each row, every number from 0 to k - 1 used, shape (n,).
        weights: how often each row counts, shape (n,), positive.
        moved: the rows where they lie closer to those that say the same in other languages, shape
            (n, d); the tree then grows there.
        draws: of the rows, which the groups at the top rest on as well.
    """
    near = space if moved is None else moved
    fine = grained(near, labels, weights, moved=moved is not None)
    k, g = int(labels.max()) + 1, len(fine.points)
    leaves, sizes = cluster_sums(near, labels, k, weights)
    return Ground(
        leaves=unit_rows(leaves @ fine.even),
        sizes=sizes,
        grains=fine.points,
        overlap=_crossed(labels, fine.labels, (k, g), weights),
        parts=tuple(_part(draw, fine.labels, g, weights) for draw in draws),
    )


def _part(draw: Draw, grains: Labels, count: int, weights: npt.NDArray[np.float64] | None) -> Part:
    own = None if weights is None else weights[draw.rows]
    shape = (len(draw.points), count)
    return Part(draw.points, _crossed(draw.grains, grains[draw.rows], shape, own))


def _crossed(
    rows: Labels, columns: Labels, shape: tuple[int, int], weights: npt.NDArray[np.float64] | None
) -> Sums:
    """Count conversations by two numberings of them."""
    cell = rows.astype(np.int64) * shape[1] + columns
    counts = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1])
    return counts.reshape(shape).astype(np.float64)
