"""Stage: put every conversation into a base cluster.

``views`` joins several embeddings of a conversation, takes the language out, reduces dimensions,
makes micro-clusters, joins them by Ward and ends with passes of k-means: linear in the number
of conversations. ``paper`` is the recipe of Clio (arXiv 2412.13678): k-means on one embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.centre import fit_centring
from anonymuse.vectors.kmeans import cluster_sums, spherical_kmeans
from anonymuse.vectors.reduce import fit_reduction
from anonymuse.vectors.rows import AnyRows, Floats, Labels, blocks, unit_rows
from anonymuse.vectors.ward import cut, ward

Method = Literal["views", "paper"]

LEAST_CLUSTERS, MOST_CLUSTERS = 10, 10_000
MEAN_PER_MINIMUM = 3
"""The mean cluster holds this many times the policy's minimum of conversations."""
MICRO_PER_CLUSTER, LEAST_MICRO, MOST_MICRO = 5, 1_500, 12_000
"""Micro-clusters: this many for each wanted cluster, within bounds that keep Ward quick."""
MICRO_PASSES, FINAL_PASSES = 4, 6


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """One way to look at every conversation.

    Attributes:
        name: what was embedded, for the report ("request", "whole").
        vectors: shape (n, d); any float width; may be memory-mapped. Zero rows: nothing known.
        groups: a language per row, taken out of this view; None where texts are in one language.
        dimensions: principal components kept.
        weight: share of the squared distance that this view decides, relative to the others.
    """

    name: str
    vectors: AnyRows
    groups: Sequence[str] | None = None
    dimensions: int = 30
    weight: float = 1.0


@dataclass(frozen=True, slots=True, repr=False)
class Clustering:
    """Base clusters.

    Attributes:
        labels: each row's cluster, 0 to k' - 1, shape (n,).
        centroids: unit length, in ``space``, shape (k', d').
        fit: each row's cosine to its own centroid, shape (n,).
        space: the joint reduced unit vectors, shape (n, d').
    """

    labels: Labels
    centroids: Floats
    fit: Floats
    space: Floats

    def __repr__(self) -> str:
        return f"Clustering({len(self.labels)} rows, {len(self.centroids)} clusters)"


def choose_k(n: int, min_conversations: int) -> int:
    """Return how many base clusters ``n`` conversations should make under a policy.

    The mean cluster holds three times the policy's minimum, within 10 to 10,000 clusters, and
    never fewer than two conversations on average.
    """
    wanted = round(n / (MEAN_PER_MINIMUM * max(1, min_conversations)))
    return max(1, min(max(wanted, LEAST_CLUSTERS), MOST_CLUSTERS, n // 2))


def cluster(
    views: Sequence[View],
    weights: npt.NDArray[np.float64] | None = None,
    *,
    k: int,
    seed: int,
    method: Method = "views",
) -> Clustering:
    """Assign every row of the views to one of at most ``k`` clusters.

    Args:
        views: at least one, all with the same number of rows (at least one row).
        weights: how many conversations a row stands for, shape (n,); None: one each.
        k: wanted clusters.
        seed: of every random draw.
        method: ``views`` as above, or ``paper``: k-means on the first view as it is.
    """
    if method == "paper":
        space = unit_rows(np.asarray(views[0].vectors))
        found = spherical_kmeans(space, k, seed=seed, weights=weights)
    else:
        space = join_views(views, weights)
        start = _ward_start(space, weights, k, seed)
        found = spherical_kmeans(
            space, k, seed=seed, weights=weights, start=start, max_passes=FINAL_PASSES
        )
    return Clustering(found.labels, found.centroids, found.fit, space)


def join_views(
    views: Sequence[View], weights: npt.NDArray[np.float64] | None = None
) -> Floats:
    """Return one unit vector per row: each view centred, reduced, normalised, weighted, joined.

    Returns:
        Shape (n, d'), d' the sum of the views' dimensions.
    """
    total = sum(view.weight for view in views)
    parts = [_reduced(view, weights) * np.float32((view.weight / total) ** 0.5) for view in views]
    return unit_rows(np.concatenate(parts, axis=1))


def _reduced(view: View, weights: npt.NDArray[np.float64] | None) -> Floats:
    vectors = view.vectors
    n, d = vectors.shape
    centring = fit_centring(vectors, view.groups, weights=weights)

    def read(low: int, high: int) -> Floats:
        rows = np.asarray(vectors[low:high], dtype=np.float32)
        known = np.any(rows != 0.0, axis=1)
        return unit_rows(centring.apply(rows, low)) * known[:, None]

    reduction = fit_reduction(read, (n, d), dimensions=view.dimensions, weights=weights)
    out = np.empty((n, reduction.axes.shape[1]), dtype=np.float32)
    for low, high in blocks(n):
        out[low:high] = unit_rows(reduction.project(read(low, high)))
    return out


def _ward_start(
    space: Floats, weights: npt.NDArray[np.float64] | None, k: int, seed: int
) -> Floats | None:
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
