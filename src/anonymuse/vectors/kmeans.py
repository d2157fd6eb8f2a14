"""Spherical k-means on plain matrix products: seeded, exact, and blind to the input's size.

Rows are read in blocks (a memory-mapped fp16 file will do) and sums are float64 in a fixed order,
so the same machine class gives the same bytes. Passes go over all rows until the gain dries up:
fewer would lose objective on data without topic structure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import AnyRows, Floats, Labels, Sums, blocks, reader_of, unit_rows
from anonymuse.vectors.seeding import seed_centroids

GAIN = 5e-4
"""A pass that raises the mean cosine by less than this share of it is the last."""
_CELLS = 1 << 24


@dataclass(frozen=True, slots=True, repr=False)
class KMeans:
    """A finished clustering.

    Attributes:
        labels: each row's cluster, shape (n,).
        centroids: unit length, shape (k', d); k' may be smaller than asked for where the data
            have fewer distinct rows.
        fit: each row's cosine to its own centroid, shape (n,).
        objective: weighted mean of ``fit``.
        passes: exact passes over all rows.
    """

    labels: Labels
    centroids: Floats
    fit: Floats
    objective: float
    passes: int


def spherical_kmeans(
    vectors: AnyRows,
    k: int,
    *,
    seed: int,
    weights: npt.NDArray[np.float64] | None = None,
    start: Floats | None = None,
    max_passes: int = 25,
    gain: float = GAIN,
) -> KMeans:
    """Cluster unit rows into at most ``k`` clusters, maximising the weighted mean cosine.

    Args:
        vectors: rows of unit length (zero rows are carried along), shape (n, d), n at least 1.
        k: wanted clusters.
        seed: of every random draw.
        weights: how often each row counts, shape (n,).
        start: centroids to start from instead of seeding, shape (k, d).
        max_passes: most exact passes.
        gain: relative gain of the objective below which passes stop.
    """
    n = len(vectors)
    k = max(1, min(k, n))
    centroids = start if start is not None else seed_centroids(vectors, k, weights, seed=seed)
    state = _pass(vectors, centroids, weights)
    passes = 1
    while passes < max_passes:
        moved = _move(state, centroids, vectors)
        then = _pass(vectors, moved, weights)
        passes += 1
        better = then.objective - state.objective
        if better < 0.0:
            break
        centroids, state = moved, then
        if better <= gain * abs(then.objective):
            break
    return _without_empty(state, centroids, passes)


def assign(vectors: AnyRows, centroids: Floats) -> tuple[Labels, Floats]:
    """Return each row's nearest centroid and its cosine to it, both of shape (n,)."""
    read, n = reader_of(vectors), len(vectors)
    labels, fit = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.float32)
    turned = np.ascontiguousarray(centroids.T)
    for low, high in blocks(n, _block_rows(len(centroids))):
        near = read(low, high) @ turned
        labels[low:high] = near.argmax(axis=1)
        fit[low:high] = near[np.arange(high - low), labels[low:high]]
    return labels, fit


def cluster_sums(
    vectors: AnyRows, labels: Labels, k: int, weights: npt.NDArray[np.float64] | None = None
) -> tuple[Sums, Sums]:
    """Return each cluster's weighted sum of rows, shape (k, d), and weight, shape (k,)."""
    sums, mass = np.zeros((k, vectors.shape[1])), np.zeros(k)
    for low, high in blocks(len(vectors)):
        _add_block(sums, mass, np.asarray(vectors[low:high]), labels[low:high],
                   None if weights is None else weights[low:high])  # fmt: skip
    return sums, mass


@dataclass(frozen=True, slots=True, repr=False)
class _State:
    labels: Labels
    fit: Floats
    sums: Sums
    mass: Sums
    objective: float


def _block_rows(k: int) -> int:
    return max(256, min(16_384, _CELLS // max(k, 1)))


def _pass(vectors: AnyRows, centroids: Floats, weights: npt.NDArray[np.float64] | None) -> _State:
    labels, fit = assign(vectors, centroids)
    sums, mass = cluster_sums(vectors, labels, len(centroids), weights)
    w = np.ones(len(fit)) if weights is None else weights
    return _State(labels, fit, sums, mass, float(w @ fit) / max(float(w.sum()), 1e-12))


def _add_block(
    sums: Sums,
    mass: Sums,
    rows: AnyRows,
    labels: Labels,
    weights: npt.NDArray[np.float64] | None,
) -> None:
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    values = rows[order].astype(np.float64)
    if weights is not None:
        values *= weights[order][:, None]
    sums[ordered[starts]] += np.add.reduceat(values, starts, axis=0)
    mass += np.bincount(labels, weights=weights, minlength=len(mass))


def _move(state: _State, centroids: Floats, vectors: AnyRows) -> Floats:
    """Return the new centroids; a cluster without rows restarts at a badly served row."""
    moved = unit_rows(state.sums)
    still = np.einsum("ij,ij->i", moved, moved) < 0.5
    moved[still] = centroids[still]
    empty = np.flatnonzero(state.mass == 0.0)
    if len(empty):
        donors = np.argsort(-state.mass, kind="stable")[: len(empty)]
        for target, donor in zip(empty, donors, strict=False):
            members = np.flatnonzero(state.labels == donor)
            if len(members) > 1:
                worst = members[state.fit[members].argmin()]
                moved[target] = unit_rows(np.asarray(vectors[worst : worst + 1]))[0]
    return moved


def _without_empty(state: _State, centroids: Floats, passes: int) -> KMeans:
    used = np.bincount(state.labels, minlength=len(centroids)) > 0
    place = np.cumsum(used) - 1
    return KMeans(
        labels=place[state.labels].astype(np.int32),
        centroids=np.ascontiguousarray(centroids[used], dtype=np.float32),
        fit=state.fit,
        objective=state.objective,
        passes=passes,
    )
