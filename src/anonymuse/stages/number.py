"""Stage: give clusters numbers that say nothing of any row.

As a clustering leaves them, the first cluster is that of the first row of the file, or of a row
that follows from the seed: whoever knows whose conversation that is would read its topic off a
number. So numbers are dealt out with a key, and all of them anew where anything differs: two runs
side by side do not tell whose cluster has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import content_id, keyed_id, leaf_id
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.vectors.rows import Floats, Labels


def made_of(rows: Sequence[str], labels: Labels) -> str:
    """Return what stands for a clustering, as numbers are dealt out.

    Args:
        rows: ids of the conversations.
        labels: base cluster of each text.
    """
    return content_id(list(rows), labels.tolist())


def number_leaves(
    labels: Labels, centroids: Floats, *, key: bytes, about: str, first: int = 0
) -> tuple[Labels, Floats]:
    """Return base clusters under new numbers.

    Args:
        labels: base cluster of each text, 0 to k - 1.
        centroids: by number, shape (k, d).
        key: the project's, for numbers.
        about: of :func:`made_of`.
        first: base clusters below it keep their numbers.
    """
    old = first + _order(len(centroids) - first, key, about, 0)
    old = np.concatenate([np.arange(first), old])
    new = np.empty(len(old), dtype=np.int32)
    new[old] = np.arange(len(old), dtype=np.int32)
    return new[labels], centroids[old]


def as_they_come(labels: Labels) -> tuple[Labels, list[int]]:
    """Return labels numbered by first occurrence, and the number that each of these has in fact.

    A tree is grown on them: it must not be another one with every key.
    """
    numbers, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return np.argsort(order).astype(np.int32)[inverse], numbers[order].tolist()


def number_nodes(
    nodes: Sequence[DraftNode], leaves: Sequence[int], *, key: bytes, about: str
) -> list[DraftNode]:
    """Return a tree under new numbers, lowest level first.

    Were parents numbered as their base clusters are, a gap in the numbers of these would say
    below which parent a withheld one hangs.

    Args:
        nodes: the tree of :func:`as_they_come`.
        leaves: number of each of its base clusters.
        key: the project's, for numbers.
        about: of :func:`made_of`.
    """
    called: dict[str | None, str] = {leaf_id(i): leaf_id(n) for i, n in enumerate(leaves)}
    for level in {node.level for node in nodes} - {0}:
        ids = [node.id for node in nodes if node.level == level]
        order = _order(len(ids), key, about, level).tolist()
        called |= {ids[old]: node for old, node in zip(order, sorted(ids), strict=True)}
    found = [
        replace(
            node,
            id=called[node.id],
            parent=called.get(node.parent),
            children=tuple(sorted(called[child] for child in node.children)),
        )
        for node in nodes
    ]
    return sorted(found, key=lambda node: (node.level, node.id))


def _order(count: int, key: bytes, about: str, level: int) -> npt.NDArray[np.int64]:
    """Return the numbers 0 to count - 1 in a keyed order."""
    drawn = [keyed_id(key, about, level, number) for number in range(count)]
    return np.array(sorted(range(count), key=drawn.__getitem__), dtype=np.int64)
