"""Which topics of a fixed list conversations are nearest to, whatever language they are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.centre import fit_centring
from anonymuse.vectors.rows import AnyRows, Floats, Labels, blocks, unit_rows

PER_ROW = 3
"""topics that a conversation counts for"""
LEAST_SHARE = 0.12
"""share of a cluster's units that must count for a topic"""
NEAR_BEST = 0.6
"""share of the best topic's cosine that another topic of the cluster must reach"""


@dataclass(frozen=True, slots=True, repr=False)
class NearestTopics:
    """What the rows and the clusters are about.

    Attributes:
        rows: topic numbers of each row, nearest first; shape (n, per row).
        leaves: topic numbers of each cluster that enough units count for, nearest to the
            cluster's centre first.
        middles: mean of each cluster's rows after centring, every unit counting alike; of unit
            length or zero, shape (clusters, d).
    """

    rows: Labels
    leaves: dict[int, tuple[int, ...]]
    middles: Floats


def nearest_topics(
    vectors: AnyRows,
    topics: Floats,
    *,
    labels: npt.NDArray[np.int32],
    units: Sequence[int],
    cell: int,
    groups: Sequence[str] | None = None,
    per_row: int = PER_ROW,
) -> NearestTopics:
    """Compare rows with topics after the mean of each side, and of each language, is taken away.

    Args:
        vectors: embedded conversations or facets, shape (n, d); read in blocks.
        topics: the embedded list in the same space, shape (topics, d).
        labels: cluster per row, negative for none; shape (n,).
        units: privacy unit per row.
        cell: distinct units that must count for a topic of a cluster, at least.
        groups: language per row for multilingual vectors, None for English ones.
        per_row: topics that a row counts for.
    """
    points = unit_rows(topics - topics.mean(axis=0, keepdims=True))
    centring = fit_centring(vectors, groups)
    count = int(labels.max(initial=-1)) + 1
    sums = np.zeros((count, topics.shape[1]))
    weights = _weights(labels, units)
    rows = np.empty((len(vectors), min(per_row, len(topics))), dtype=np.int32)
    for low, high in blocks(len(vectors)):
        block = unit_rows(centring.apply(np.asarray(vectors[low:high], dtype=np.float32), low))
        rows[low:high] = np.argsort(-(block @ points.T), axis=1, kind="stable")[:, :per_row]
        own = labels[low:high]
        shown = own >= 0
        np.add.at(sums, own[shown], block[shown] * weights[low:high][shown, None])
    middles = unit_rows(sums)
    cosines = middles @ points.T
    voters = _voters(rows, labels, units)
    leaves = {
        leaf: _passed(cosines[leaf], voters[leaf], least=max(cell, ceil(LEAST_SHARE * size)))
        for leaf, size in _units_per_leaf(labels, units).items()
    }
    return NearestTopics(rows, leaves, middles.astype(np.float32))


def _passed(cosines: Floats, votes: Mapping[int, int], *, least: int) -> tuple[int, ...]:
    """Return topics with enough votes, the nearest to the cluster's centre first."""
    found = sorted((t for t, n in votes.items() if n >= least), key=lambda t: (-cosines[t], t))
    near = NEAR_BEST * float(cosines[found[0]]) if found else 0.0
    return tuple(t for t in found if cosines[t] >= near)


def _weights(labels: npt.NDArray[np.int32], units: Sequence[int]) -> Floats:
    """Return what each row counts for in its cluster: all of a unit's rows together count 1."""
    own = np.stack([labels.astype(np.int64), np.asarray(units, dtype=np.int64)])
    _, place, counts = np.unique(own, axis=1, return_inverse=True, return_counts=True)
    found: Floats = (1.0 / counts[place.reshape(-1)]).astype(np.float32)
    return found


def _voters(
    rows: Labels, labels: npt.NDArray[np.int32], units: Sequence[int]
) -> dict[int, dict[int, int]]:
    """Return distinct units by cluster and topic."""
    seen: dict[int, dict[int, set[int]]] = {}
    for topics, leaf, unit in zip(rows.tolist(), labels.tolist(), units, strict=True):
        if leaf >= 0:
            for topic in topics:
                seen.setdefault(leaf, {}).setdefault(topic, set()).add(unit)
    return {leaf: {t: len(who) for t, who in found.items()} for leaf, found in seen.items()}


def _units_per_leaf(labels: npt.NDArray[np.int32], units: Sequence[int]) -> dict[int, int]:
    members: dict[int, set[int]] = {}
    for leaf, unit in zip(labels.tolist(), units, strict=True):
        if leaf >= 0:
            members.setdefault(leaf, set()).add(unit)
    return {leaf: len(who) for leaf, who in sorted(members.items())}
