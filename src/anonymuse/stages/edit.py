"""Stage: find again what a person edited, and join what a person wants to be one.

The numbers of nodes mean nothing in another run. An edit therefore keeps an *anchor*, a keyed
sample of the conversations that the node held. It goes to the node that overlaps most, if the two
share at least half of all that is in either (Jaccard); otherwise to none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.edits import NUMBER_BITS, Anchor
from anonymuse.vectors.rows import Floats, Labels, unit_rows

Numbers = npt.NDArray[np.uint64]
"""one keyed number per conversation, shape (n,)"""

SAME = 0.5
"""Jaccard overlap from which a node is the one that was edited."""
SAMPLE = 1024
"""Members that an anchor holds, at most; the overlap of larger nodes is estimated to about 3 %."""


def numbers_of(rows: Sequence[str], key: bytes) -> Numbers:
    """Return the keyed number of each conversation, by its id."""
    drawn = (
        hashlib.blake2b(row.encode(), digest_size=NUMBER_BITS // 8, key=key).digest()
        for row in rows
    )
    return np.frombuffer(b"".join(drawn), dtype=">u8").astype(np.uint64)


def anchor_of(members: Numbers) -> Anchor:
    """Return the anchor of a node that holds these conversations (at least one)."""
    bits = 0
    while int(_sampled(members, bits).sum()) > SAMPLE:
        bits += 1
    return Anchor(bits, tuple(np.sort(members[_sampled(members, bits)]).tolist()))


def _sampled(numbers: Numbers, bits: int) -> npt.NDArray[np.bool_]:
    if not bits:
        return np.ones(len(numbers), dtype=np.bool_)
    chosen: npt.NDArray[np.bool_] = numbers >> np.uint64(NUMBER_BITS - bits) == 0
    return chosen


@dataclass(frozen=True, slots=True, repr=False)
class Overlap:
    """How an anchor lies over today's base clusters.

    Attributes:
        shared: members of the anchor in each base cluster, shape (k,).
        sizes: all of the base cluster's conversations that are in such a sample, shape (k,).
        of: members of the anchor.
    """

    shared: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    of: int

    def jaccard(self, leaves: Sequence[int]) -> float:
        """Return the overlap with a node of these base clusters, 0 to 1."""
        own = np.asarray(leaves, dtype=np.int64)
        shared = int(self.shared[own].sum())
        return shared / max(1, int(self.sizes[own].sum()) + self.of - shared)

    def mostly_inside(self) -> list[int]:
        """Return the base clusters that were at least half inside of what the anchor is of."""
        return np.flatnonzero((self.shared > 0) & (2 * self.shared >= self.sizes)).tolist()


def lay_over(anchor: Anchor, numbers: Numbers, leaf: npt.NDArray[np.integer], k: int) -> Overlap:
    """Compare an anchor with every base cluster.

    Args:
        anchor: of an edit.
        numbers: of every conversation.
        leaf: base cluster of each conversation, 0 to k - 1; shape (n,).
        k: number of base clusters.
    """
    chosen = _sampled(numbers, anchor.bits)
    own, where = numbers[chosen], leaf[chosen]
    known = np.isin(own, np.array(anchor.members, dtype=np.uint64))
    return Overlap(
        shared=np.bincount(where[known], minlength=k),
        sizes=np.bincount(where, minlength=k),
        of=len(anchor.members),
    )


def find_node(overlap: Overlap, nodes: Iterable[tuple[str, Sequence[int]]]) -> str | None:
    """Return the node that overlaps most with an anchor, if it is the same one; else None.

    Args:
        overlap: of the anchor.
        nodes: the candidates, each with its base clusters; of equals the first wins.
    """
    best, found = 0.0, None
    for node, leaves in nodes:
        if (share := overlap.jaccard(leaves)) > best:
            best, found = share, node
    return found if best >= SAME else None


def find_together(
    overlaps: Sequence[Overlap],
    nodes: Mapping[str, Sequence[int]],
    joined: Mapping[str, Sequence[str]],
) -> list[str] | None:
    """Return the nodes that a merger is about; None where one of them is not there any more.

    Args:
        overlaps: of each of its anchors.
        nodes: base clusters of each node.
        joined: what earlier mergers made, by the node that stands for it: a node in it is found
            alone as well as together with the others.
    """
    stands_for = {node: head for head, own in joined.items() for node in own}
    alone = [(stands_for.get(node, node), leaves) for node, leaves in nodes.items()]
    united = [(h, [leaf for node in own for leaf in nodes[node]]) for h, own in joined.items()]
    found = [find_node(overlap, [*alone, *united]) for overlap in overlaps]
    known = [node for node in found if node is not None]
    return list(dict.fromkeys(known)) if len(known) == len(found) else None


def unite(joined: Mapping[str, Sequence[str]], nodes: Sequence[str]) -> dict[str, list[str]]:
    """Return the mergers with one more: the first of its nodes stands for all."""
    together = [one for node in nodes for one in joined.get(node, [node])]
    left = {head: list(own) for head, own in joined.items() if head not in nodes}
    return {**left, nodes[0]: together}


@dataclass(frozen=True, slots=True, repr=False)
class Joined:
    """Base clusters after mergers: as in a clustering, with fewer numbers."""

    labels: Labels
    centroids: Floats
    fit: Floats


def join_leaves(
    labels: Labels,
    space: Floats,
    centroids: Floats,
    weights: npt.NDArray[np.float64],
    groups: Sequence[Sequence[int]],
) -> Joined:
    """Make one base cluster of each group; the others keep their order and their centroids.

    Args:
        labels: base cluster of each text, shape (texts,).
        space: unit vectors of the texts, shape (texts, d).
        centroids: of the base clusters, shape (k, d).
        weights: conversations that each text stands for, shape (texts,).
        groups: base clusters that become one each, without overlap.
    """
    head = np.arange(len(centroids))
    for group in groups:
        head[list(group)] = min(group)
    left, number = np.unique(head, return_inverse=True)
    joined = number[labels].astype(np.int32)
    sums = np.array(centroids, dtype=np.float64)
    for group in groups:
        own = np.isin(labels, list(group))
        sums[min(group)] = (space[own] * weights[own, None]).sum(axis=0)
    centres = unit_rows(sums[left])
    fit = np.einsum("ij,ij->i", np.asarray(space), centres[joined]).astype(np.float32)
    return Joined(joined, centres, fit)


def join_parents(nodes: Sequence[DraftNode], group: Sequence[str]) -> list[DraftNode]:
    """Return the tree where the first node of the group has all their children.

    A node above may be left with one child or none: pruning takes it out.
    """
    first, *others = group
    by_id = {node.id: node for node in nodes}
    children = tuple(child for own in group for child in by_id[own].children)
    found = []
    for node in nodes:
        if node.id in others:
            continue
        if node.id == first:
            node = replace(node, children=children)
        elif node.parent in others:
            node = replace(node, parent=first)
        left = tuple(child for child in node.children if child not in others)
        found.append(replace(node, children=left))
    return found
