"""Stage: put every conversation into a base cluster.

``views`` joins several embeddings of a conversation, takes the language out, reduces dimensions,
moves rows towards their neighbours where there are several languages and towards the clusters of
draws of them, makes micro-clusters, joins them by Ward and ends with passes of k-means: linear in
the number of conversations. ``paper`` is the recipe of Clio (arXiv 2412.13678): k-means on one
embedding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.draws import Draw
from anonymuse.vectors.ground import Ground, survey
from anonymuse.vectors.grouping import group_rows
from anonymuse.vectors.kmeans import cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import AnyRows, Floats, Labels, blocks, unit_rows
from anonymuse.vectors.steadied import steadied
from anonymuse.vectors.views import View, positions

Method = Literal["views", "paper"]

LEAST_CLUSTERS, MOST_CLUSTERS = 10, 10_000
MEAN_PER_MINIMUM = 3
"""The mean cluster holds this many times the policy's minimum of conversations."""
FACET_DIMENSIONS, WHOLE_DIMENSIONS = 80, 60
"""Principal components kept of two facets together, and of a text beside them."""
WHOLE_WEIGHT = 0.7
"""Of the whole conversation beside facets that weigh 1."""
TEXT_WEIGHTS = {"user": 0.7, "whole": 1.0, "replies": 1.0}
"""Of the views where no model has read the conversations; the user's turns are in the whole too."""
SIBLINGS = 3
"""The nearest ones that a cluster below the minimum may join."""


@dataclass(frozen=True, slots=True, repr=False)
class Clustering:
    """Base clusters.

    Attributes:
        labels: each row's cluster, 0 to k' - 1, shape (n,).
        centroids: unit length, in ``space``, shape (k', d').
        fit: each row's cosine to its own centroid, shape (n,).
        space: the joint reduced unit vectors, shape (n, d').
        moved: ``space`` after rows moved towards their neighbours, shape (n, d'); None where none
            did.
        draws: of the rows, each in a space of its own; for the tree. Empty where there were none.
    """

    labels: Labels
    centroids: Floats
    fit: Floats
    space: Floats
    moved: Floats | None = None
    draws: Sequence[Draw] = ()

    def __repr__(self) -> str:
        return f"Clustering({len(self.labels)} rows, {len(self.centroids)} clusters)"


def text_views(vectors: Mapping[str, AnyRows], languages: Sequence[str] | None) -> list[View]:
    """Return the views where no model has read the conversations.

    Args:
        vectors: of what there is of ``user`` (the user's turns), ``whole`` and ``replies``.
        languages: of every row, or None where all are in one language.
    """
    return [
        View(name, vectors[name], languages, weight=weight)
        for name, weight in TEXT_WEIGHTS.items()
        if name in vectors
    ]


def facet_views(vectors: Mapping[str, AnyRows], languages: Sequence[str] | None) -> list[View]:
    """Return the views where English facets exist: the two facets as one, beside the whole.

    Args:
        vectors: ``request``, ``task`` and, where the policy allows it, ``whole``.
        languages: of every row; what the facets were made from.
    """
    facets = np.concatenate([vectors["request"], vectors["task"]], axis=1)
    views = [View("facets", facets, dimensions=FACET_DIMENSIONS)]
    if "whole" in vectors:
        whole = View("whole", vectors["whole"], languages, WHOLE_DIMENSIONS, WHOLE_WEIGHT)
        views.append(whole)
    return views


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
        return Clustering(found.labels, found.centroids, found.fit, space)
    lie = positions(views, weights, k=k, seed=seed)
    steady, draws = steadied(views, lie.near, weights, k=k, seed=seed)
    labels = group_rows(steady, weights, k, seed=seed).labels
    centroids = unit_rows(cluster_sums(lie.space, labels, int(labels.max()) + 1, weights)[0])
    fit = _fit(lie.space, labels, centroids)
    return Clustering(labels, centroids, fit, lie.space, lie.moved, draws)


def ground_of(found: Clustering, weights: npt.NDArray[np.float64] | None = None) -> Ground:
    """Return what a tree over the clusters grows from."""
    return survey(found.space, found.labels, weights, moved=found.moved, draws=found.draws)


def _fit(space: Floats, labels: Labels, centroids: Floats) -> Floats:
    """Return each row's cosine to its cluster's centroid, shape (n,)."""
    fit = np.empty(len(space), dtype=np.float32)
    for low, high in blocks(len(space)):
        own = centroids[labels[low:high]]
        fit[low:high] = np.einsum("ij,ij->i", space[low:high], own)
    return fit


def merge_small(
    found: Clustering,
    passes: Callable[[npt.NDArray[np.int64]], bool],
    *,
    weights: npt.NDArray[np.float64] | None = None,
) -> Clustering:
    """Merge clusters that fail a minimum into their nearest sibling, smallest first.

    A merger never makes a passing sibling fail (one account that dominates a cluster would
    otherwise spread through all of them): the next nearest is tried, and at last the cluster is
    left as it is, for the gate to withhold. Two failing clusters may always join. There are
    fewer mergers than clusters, so it ends.

    Args:
        found: what ``cluster`` returned.
        passes: says of the rows of a cluster (their numbers, ascending) whether they suffice.
        weights: how many conversations a row stands for, shape (n,).
    """
    pool = _Pool(found, weights)
    good = {c: passes(rows) for c, rows in pool.members.items()}
    waiting = {c for c, fine in good.items() if not fine}
    while waiting:
        smallest = min(waiting, key=lambda c: (len(pool.members[c]), c))
        waiting.discard(smallest)
        for sibling in pool.nearest(smallest, SIBLINGS):
            together = np.sort(np.concatenate([pool.members[smallest], pool.members[sibling]]))
            fine = passes(together)
            if fine or not good[sibling]:
                pool.join(smallest, sibling, together)
                del good[smallest]
                good[sibling] = fine
                (waiting.discard if fine else waiting.add)(sibling)
                break
    return replace(pool.result(found.space), moved=found.moved, draws=found.draws)


class _Pool:
    """Clusters that are being merged."""

    def __init__(self, found: Clustering, weights: npt.NDArray[np.float64] | None) -> None:
        k = len(found.centroids)
        order = np.argsort(found.labels, kind="stable")
        bounds = np.searchsorted(found.labels[order], np.arange(k + 1))
        parts = (order[a:b] for a, b in pairwise(bounds))
        self.members = {c: rows for c, rows in enumerate(parts) if len(rows)}
        self.sums, _ = cluster_sums(found.space, found.labels, k, weights)
        self.units = np.array(found.centroids, dtype=np.float64)
        self.n = len(found.labels)

    def nearest(self, cluster: int, count: int) -> list[int]:
        """Return the nearest other clusters by cosine, nearest first."""
        others = np.array([c for c in self.members if c != cluster], dtype=np.int64)
        cosine = self.units[others] @ self.units[cluster]
        return [int(c) for c in others[np.argsort(-cosine, kind="stable")[:count]]]

    def join(self, gone: int, into: int, rows: npt.NDArray[np.int64]) -> None:
        """Move all rows of one cluster into another."""
        self.sums[into] += self.sums[gone]
        self.units[into] = unit_rows(self.sums[into : into + 1])[0]
        self.members[into] = rows
        del self.members[gone]

    def result(self, space: Floats) -> Clustering:
        """Number the clusters that are left, and measure every row's fit again."""
        left = sorted(self.members)
        labels = np.empty(self.n, dtype=np.int32)
        for number, c in enumerate(left):
            labels[self.members[c]] = number
        centroids = unit_rows(self.units[left])
        return Clustering(labels, centroids, _fit(space, labels, centroids), space)
