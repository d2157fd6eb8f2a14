"""Draws of the rows, each clustered in a space of its own; rows move towards what they say.

Who else is in the data decides less about a row's cluster then: over who its neighbours are, where
its language lies and which directions count (bagged clustering, Dudoit and Fridlyand 2003).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.draws import Draw, grained
from anonymuse.vectors.grouping import group_rows
from anonymuse.vectors.kmeans import assign, cluster_sums
from anonymuse.vectors.rows import Floats, Labels, philox, unit_rows
from anonymuse.vectors.views import View, positions, some_rows

DRAWS, DRAWN, WEIGHT = 16, 0.7, 0.5
"""So many draws of this share of the rows; a row then lies so far towards the mean of the
centroids that it was given."""
MOST_DRAWN, MOST_STEADIED = 20_000, 10**9
"""Rows in a draw, at most; and rows times clusters beyond which there are no draws."""
PASSES = 3

Weights = npt.NDArray[np.float64] | None


def steadied(
    views: Sequence[View], near: Floats, weights: Weights, *, k: int, seed: int
) -> tuple[Floats, tuple[Draw, ...]]:
    """Return the rows, each part of the way to its centroids over draws, and the draws.

    Where there are too few rows for draws of them, or too many, rows stay as they are.

    Args:
        views: what the rows' space was made from.
        near: where rows lie, of unit length, shape (n, d).
        weights: how often each row counts, shape (n,); None: once.
        k: clusters in each draw.
        seed: of every random draw.
    """
    n = len(near)
    size = min(round(DRAWN * n), MOST_DRAWN)
    if 2 * k > size or n * k > MOST_STEADIED:
        return near, ()
    places, draws = np.zeros(near.shape, dtype=np.float32), []
    for number in range(DRAWS):
        rows = np.sort(philox(DRAWS * seed + number).permutation(n)[:size])
        own = None if weights is None else weights[rows]
        lie = positions(some_rows(views, rows), own, k=k, seed=seed, share=DRAWN)
        labels = group_rows(lie.near, own, k, seed=seed, passes=PASSES).labels
        places += _places(near, rows, labels, own)
        grains = grained(lie.near, labels, own, moved=lie.moved is not None)
        draws.append(Draw(rows, grains.labels, grains.points))
    share = np.float32(WEIGHT)
    return unit_rows((1 - share) * near + share / DRAWS * places), tuple(draws)


def _places(near: Floats, rows: npt.NDArray[np.int64], labels: Labels, weights: Weights) -> Floats:
    """Return the centroid of each row: of its cluster in the draw, or else the nearest."""
    sums, _ = cluster_sums(near[rows], labels, int(labels.max()) + 1, weights)
    centroids = unit_rows(sums)
    nearest, _ = assign(near, centroids)
    nearest[rows] = labels
    return centroids[nearest]
