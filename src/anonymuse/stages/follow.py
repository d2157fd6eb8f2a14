"""Stage: find which cluster of one run continues which of another, by where conversations would go.

Every conversation of either run is put to the nearest base centroid of the other. The successor of
a cluster is the one that takes most of its conversations; the two are the same where each is the
other's. No conversation has to be in both runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.kmeans import cluster_sums
from anonymuse.vectors.rows import Floats, Labels, blocks, unit_rows

Flow = npt.NDArray[np.float64]
"""conversations by cluster of the one run and of the other"""

CONTINUES = 0.25
"""Share of a cluster's conversations that its successor takes at least."""
PART_OF_WHOLE, WHOLE_OF_PART = 0.2, 0.5
"""A cluster was divided where a further one takes this share of it, and would give it this share
of its own."""


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """A clustered run.

    Attributes:
        space: unit rows in a space of both runs, shape (n, d).
        labels: base cluster of each, 0 and up, shape (n,).
        weights: conversations that each row stands for, shape (n,).
    """

    space: Floats
    labels: Labels
    weights: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class Crossing:
    """Where the conversations of each run would be in the other.

    Attributes:
        there: nearest base cluster of the second run to each row of the first, shape (n,).
        here: nearest base cluster of the first run to each row of the second, shape (m,).
    """

    there: Labels
    here: Labels


@dataclass(frozen=True, slots=True)
class Link:
    """A cluster of the first run and one of the second, by their places among the nodes.

    Attributes:
        a: place in the first run.
        b: place in the second.
    """

    a: int
    b: int


def cross(a: Side, b: Side) -> Crossing:
    """Put the rows of each run to the nearest base centroid of the other."""
    return Crossing(_nearest(a.space, b), _nearest(b.space, a))


def _nearest(rows: Floats, other: Side) -> Labels:
    used = np.unique(other.labels)
    k = int(used.max()) + 1
    centroids = unit_rows(cluster_sums(other.space, other.labels, k, other.weights)[0])[used]
    found = np.empty(len(rows), dtype=np.int32)
    for low, high in blocks(len(rows)):
        found[low:high] = used[(rows[low:high] @ centroids.T).argmax(axis=1)]
    return found


def flows(
    labels: Labels,
    nearest: Labels,
    weights: npt.NDArray[np.float64],
    here: Sequence[Sequence[int]],
    there: Sequence[Sequence[int]],
) -> Flow:
    """Return how many conversations of each node would be in each node of the other run.

    Args:
        labels: base cluster of each row.
        nearest: nearest base cluster of the other run.
        weights: conversations that each row stands for.
        here: base clusters below each node of this run; no base cluster is in two.
        there: likewise of the other run.

    Returns:
        Shape (nodes here, nodes there). Rows in no node are left out.
    """
    row, column = _place(labels, here), _place(nearest, there)
    known = (row >= 0) & (column >= 0)
    found = np.zeros((len(here), len(there)))
    np.add.at(found, (row[known], column[known]), weights[known])
    return found


def _place(labels: Labels, nodes: Sequence[Sequence[int]]) -> Labels:
    """Return the node of each row, -1 for none."""
    most = max((leaf for node in nodes for leaf in node), default=-1)
    lookup = np.full(max(most, int(labels.max(initial=-1))) + 1, -1, dtype=np.int32)
    for place, leaves in enumerate(nodes):
        lookup[list(leaves)] = place
    return lookup[labels]


def links(out: Flow, back: Flow, sizes: tuple[Flow, Flow]) -> list[Link]:
    """Return the nodes that are the same, one to one: each takes most of the other.

    Args:
        out: of the first run's nodes into the second's, shape (a, b).
        back: of the second run's into the first's, shape (b, a).
        sizes: conversations of the nodes of either run, also those that go to no node.
    """
    there, here = dict(successors(out, sizes[0])), dict(successors(back, sizes[1]))
    return [Link(a, b) for a, b in there.items() if here.get(b) == a]


def successors(out: Flow, sizes: Flow) -> list[tuple[int, int]]:
    """Return the node that takes most of each (place, place); none where none takes enough."""
    if not out.size:
        return []
    share = out / np.maximum(sizes, 1.0)[:, None]
    best = share.argmax(axis=1).tolist()
    return [(a, b) for a, b in enumerate(best) if share[a, b] >= CONTINUES]


def parts(out: Flow, back: Flow, sizes: tuple[Flow, Flow]) -> list[tuple[int, int]]:
    """Return which nodes of the second run hold a part of one of the first (place, place).

    For those of the first run that hold a part of one of the second, turn the arguments round.
    """
    taken = out / np.maximum(sizes[0], 1.0)[:, None]
    given = (back / np.maximum(sizes[1], 1.0)[:, None]).T
    rows, columns = np.nonzero((taken >= PART_OF_WHOLE) & (given >= WHOLE_OF_PART))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
