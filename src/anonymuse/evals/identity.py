"""Does a cluster stay itself? Two runs on overlapping data, and topics that the first never saw.

Two samples share 80 % of their conversations. Each is clustered alone; what `compare` takes for the
same cluster is held against the conversations that both have: the right counterpart is the one that
holds most of a cluster's shared conversations. The matching itself does not know which these are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.evals.clusterings import draw_rows, numbers, sizes_of, views_of
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.cluster import cluster, ground_of
from anonymuse.stages.follow import Side, cross, flows, links, successors
from anonymuse.stages.place import DRIFTED, place
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import over_seeds
from anonymuse.vectors.rows import philox, unit_rows
from anonymuse.vectors.views import join_views

Rows = npt.NDArray[np.int64]
Numbers = dict[str, list[float]]

SHARED = 0.8
"""share of each sample's conversations that the other has too"""
HELD_OUT = 0.1
"""share of the topics that the first run never saw, or saw a fifth of"""
MOST_ROWS = 4_000
"""of a set: more make an evaluation long, and no figure surer than the pairs of samples allow"""
LEAST_OF_TOPIC = 25
"""conversations that a topic which is left out has on average, so that a policy would show it"""
GROWN = 0.8
"""share of a growing topic's conversations that the first run lacks"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A share over seeds with its 95 % interval."""

    key: str
    label: str
    mean: float
    low: float
    high: float


def measure_identity(
    known: KnownTruth, vectors: Mapping[str, Vectors], *, seeds: int
) -> dict[str, Any]:
    """Return how often clusters are found again, and how well drift is told.

    Args:
        known: the data.
        vectors: of its views.
        seeds: pairs of samples.
    """
    found: Numbers = {}
    known, vectors = _drawn(known, vectors)
    base, top = sizes_of(known, None, share=1.0 / (2.0 - SHARED))
    for seed in range(seeds):
        for key, value in (
            *_kept(known, vectors, (base, top), seed).items(),
            *_drift(known, vectors, base, seed).items(),
        ):
            found.setdefault(key, []).append(value)
    return {
        "name": known.name,
        "rows": len(known),
        "base clusters": base,
        "top nodes": top,
        "seeds": seeds,
        "figures": [asdict(_figure(key, found[key])) for key in LABELS if key in found],
    }


def _drawn(
    known: KnownTruth, vectors: Mapping[str, Vectors]
) -> tuple[KnownTruth, dict[str, Vectors]]:
    """Return as many rows of a large set as an evaluation needs."""
    rows = np.arange(len(known))
    if len(known) > MOST_ROWS:
        rows = draw_rows(len(known), MOST_ROWS / len(known), 0)
    return known.take(rows.tolist()), {view: own[rows] for view, own in vectors.items()}


LABELS = {
    "kept.base": "base clusters whose successor is the right one",
    "kept.base.weighted": "the same, by conversations",
    "kept.base.steady": "base clusters most of whose shared conversations stay together",
    "kept.base.nearest": "by nearest centroid alone",
    "kept.top": "top clusters whose successor is the right one",
    "kept.top.weighted": "the same, by conversations",
    "pairs.base": "base clusters that are told to be the same as one of the other run",
    "right.base": "of these, those where it is the right one",
    "assigned.base": "assigned: base clusters whose counterpart is the right one",
    "assigned.rows": "assigned: shared conversations in the cluster that they were in",
    "drift.found": "conversations of topics that are new found as drift",
    "drift.false": "other conversations taken for drift",
    "drift.grown": "conversations of topics that grew five times taken for drift",
    "drift.none": "conversations taken for drift where nothing is new",
}
"""what each figure is"""


def _figure(key: str, values: Sequence[float]) -> Figure:
    own: Estimate = over_seeds(values)
    return Figure(key, LABELS[key], own.mean, max(0.0, own.low), min(1.0, own.high))


def _kept(
    known: KnownTruth, vectors: Mapping[str, Vectors], sizes: tuple[int, int], seed: int
) -> dict[str, float]:
    """Return how often clusters of two overlapping samples are found again."""
    order = philox(seed).permutation(len(known))
    size = round(len(known) / (2.0 - SHARED))
    a, b = np.sort(order[:size]), np.sort(order[-size:])
    base, top = sizes
    runs = [
        cluster(views_of(known, vectors, rows), k=base, seed=2 * seed + i)
        for i, rows in enumerate((a, b))
    ]
    space = join_views(views_of(known, vectors, np.concatenate([a, b])), seed=0)
    one = np.ones(size)
    sides = [Side(space[:size], runs[0].labels, one), Side(space[size:], runs[1].labels, one)]
    crossing = cross(*sides)
    _, mine, theirs = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    found: dict[str, float] = {}
    leaves = [[[leaf] for leaf in range(int(run.labels.max()) + 1)] for run in runs]
    tops = [_nodes(ground_of(run).groups(top)) for run in runs]
    for level, nodes in (("base", leaves), ("top", tops)):
        out = flows(sides[0].labels, crossing.there, one, nodes[0], nodes[1])
        back = flows(sides[1].labels, crossing.here, one, nodes[1], nodes[0])
        own = [_node_of(side.labels, own) for side, own in zip(sides, nodes, strict=True)]
        counts = [
            np.bincount(n, minlength=len(x)).astype(float) for n, x in zip(own, nodes, strict=True)
        ]
        same = {link.a: link.b for link in links(out, back, (counts[0], counts[1]))}
        table = _table(own[0][mine], own[1][theirs], len(nodes[0]), len(nodes[1]))
        found |= _scores(level, table, dict(successors(out, counts[0])))
        pairs = _scores("x", table, same)
        found |= {f"right.{level}": pairs["right.x"], f"pairs.{level}": len(same) / len(counts[0])}
    nearest = (_centroids(sides[0]) @ _centroids(sides[1]).T).argmax(axis=1)
    table = _table(sides[0].labels[mine], sides[1].labels[theirs], len(leaves[0]), len(leaves[1]))
    found["kept.base.nearest"] = _scores("x", table, dict(enumerate(nearest.tolist())))["kept.x"]
    placed = place(sides[0].space, sides[0].labels, sides[1].space, seed=seed).labels
    shared = (sides[0].labels[mine], placed[theirs])
    kept = np.where(shared[1] == DRIFTED, len(leaves[0]), shared[1])
    table = _table(shared[0], kept, len(leaves[0]), len(leaves[0]) + 1)
    found["assigned.base"] = _scores("x", table, {i: i for i in range(len(leaves[0]))})["kept.x"]
    found["assigned.rows"] = float((shared[0] == shared[1]).mean())
    return found


def _scores(
    level: str, table: npt.NDArray[np.float64], same: Mapping[int, int]
) -> dict[str, float]:
    """Return the shares of clusters with shared conversations that have the right counterpart.

    Of several counterparts with as many shared conversations, each is right.
    """
    seen = np.flatnonzero(table.sum(axis=1) > 0)
    most = table.max(axis=1)
    right = np.array([i in same and table[i, same[i]] == most[i] for i in seen.tolist()])
    given = np.array([i in same for i in seen.tolist()])
    steady = most[seen] >= 0.5 * table[seen].sum(axis=1)
    return {
        f"kept.{level}": float(right.mean()),
        f"kept.{level}.weighted": float(np.average(right, weights=table[seen].sum(axis=1))),
        f"kept.{level}.steady": float(steady.mean()),
        f"right.{level}": float(right[given].mean()) if given.any() else 0.0,
    }


def _drift(
    known: KnownTruth, vectors: Mapping[str, Vectors], base: int, seed: int
) -> dict[str, float]:
    """Return what is taken for drift where topics are new, where they have grown, and else."""
    rng = philox(1_000 + seed)
    topic = _topics(known)
    topics = rng.permutation(int(topic.max()) + 1)
    count = max(1, round(HELD_OUT * len(topics)))
    first = rng.random(len(topic)) < 0.5
    new = np.isin(topic, topics[:count])
    grown = np.isin(topic, topics[count : 2 * count]) & (rng.random(len(topic)) < GROWN)
    later = np.flatnonzero(~first)
    told = {}
    for what, left_out in (("new", new), ("grown", grown), ("none", np.zeros_like(new))):
        before = np.flatnonzero(first & ~left_out)
        labels = cluster(views_of(known, vectors, before), k=base, seed=seed).labels
        space = join_views(views_of(known, vectors, np.concatenate([before, later])), seed=0)
        placed = place(space[: len(before)], labels, space[len(before) :], seed=seed)
        drifted = placed.labels == DRIFTED
        if what == "new":
            told["drift.found"] = float(drifted[new[later]].mean())
            told["drift.false"] = float(drifted[~new[later]].mean())
        elif what == "grown":
            own = np.isin(topic[later], topics[count : 2 * count])
            told["drift.grown"] = float(drifted[own].mean())
        else:
            told["drift.none"] = float(drifted.mean())
    return told


def _topics(known: KnownTruth) -> Rows:
    """Return the number of each row's topic: the finest truth of which each value has enough."""
    finer = known.subcategory
    if finer is not None and len(known) >= LEAST_OF_TOPIC * len(set(finer)):
        return numbers(finer)
    return numbers(known.category)


def _nodes(groups: npt.NDArray[np.int32]) -> list[list[int]]:
    return [np.flatnonzero(groups == node).tolist() for node in range(int(groups.max()) + 1)]


def _node_of(labels: npt.NDArray[np.int32], nodes: Sequence[Sequence[int]]) -> Rows:
    lookup = np.zeros(int(labels.max()) + 1, dtype=np.int64)
    for place_, own in enumerate(nodes):
        lookup[list(own)] = place_
    return lookup[labels]


def _centroids(side: Side) -> npt.NDArray[np.float32]:
    sums = np.zeros((int(side.labels.max()) + 1, side.space.shape[1]))
    np.add.at(sums, side.labels, side.space)
    return unit_rows(sums)


def _table(a: Any, b: Any, rows: int, columns: int) -> npt.NDArray[np.float64]:
    found = np.zeros((rows, columns))
    np.add.at(found, (a, b), 1.0)
    return found
