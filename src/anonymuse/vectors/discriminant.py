"""A map after which directions count by how far they tell clusters apart.

What varies between the members of one cluster (wording, language, length) varies between related
clusters too and hides that they are related. Scaling by the spread inside of clusters, as linear
discriminant analysis does (Fisher 1936; with found clusters in place of classes Ding and Li 2007),
takes it back.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.kmeans import cluster_sums
from anonymuse.vectors.rows import AnyRows, Labels, Sums, blocks

RIDGE = 0.3
"""Added to every variance, as a share of their mean: few rows tell small variances badly."""


def discriminant_map(
    space: AnyRows,
    labels: Labels,
    weights: npt.NDArray[np.float64] | None = None,
    *,
    ridge: float = RIDGE,
) -> Sums:
    """Return the matrix that evens out the spread inside of clusters, shape (d, d).

    Args:
        space: vectors of what was clustered, shape (n, d); read in blocks.
        labels: cluster of each row, shape (n,).
        weights: how often each row counts, shape (n,).
        ridge: added to every variance, as a share of their mean.
    """
    sums, mass = cluster_sums(space, labels, int(labels.max()) + 1, weights)
    means = sums / np.maximum(mass, 1e-12)[:, None]
    d = space.shape[1]
    scatter = np.zeros((d, d))
    for low, high in blocks(len(space)):
        rest = space[low:high] - means[labels[low:high]]
        own = rest if weights is None else rest * weights[low:high, None]
        scatter += own.T @ rest
    variance, axes = np.linalg.eigh(scatter / max(float(mass.sum()), 1e-12))
    floor = ridge * float(np.maximum(variance, 0.0).mean())
    if floor < np.finfo(np.float32).eps:  # every row is its cluster's mean
        return np.eye(d)
    evened: Sums = (axes / np.sqrt(np.maximum(variance, 0.0) + floor)) @ axes.T
    return evened
