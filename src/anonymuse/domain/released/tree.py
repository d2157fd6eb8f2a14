"""The invariants of a published tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from anonymuse.domain.released.cluster import Cluster


def children_of(clusters: Sequence[Cluster]) -> dict[str | None, list[Cluster]]:
    """Return children by parent id (None: the top), largest first, then by name."""
    found: dict[str | None, list[Cluster]] = {}
    for cluster in clusters:
        found.setdefault(cluster.parent, []).append(cluster)
    for group in found.values():
        group.sort(key=lambda c: (-c.conversations, c.name, c.id))
    return found


def top_noun(clusters: Sequence[Cluster]) -> str:
    """Return what the clusters on top are: an "area" of topics, or with one level a "topic"."""
    return "topic" if all(cluster.parent is None for cluster in clusters) else "area"


def problems(clusters: Sequence[Cluster]) -> list[str]:
    """Return every broken invariant, in words; an empty list for a sound tree.

    Ids are unique, parents exist one or more levels up, no parent is empty or has an only child
    (but at the top), and a parent's conversations are the sum of its children's.
    """
    by_id = {cluster.id: cluster for cluster in clusters}
    kids = children_of(clusters)
    found = [f"{i} occurs twice" for i, n in Counter(c.id for c in clusters).items() if n > 1]
    for cluster in clusters:
        if cluster.parent is not None:
            parent = by_id.get(cluster.parent)
            if parent is None:
                found.append(f"{cluster.id} hangs from {cluster.parent}, which is not there")
            elif parent.level <= cluster.level:
                found.append(f"{cluster.id} is not below its parent {parent.id}")
        if cluster.level > 0:
            own = kids.get(cluster.id, [])
            if len(own) < 2:
                found.append(f"{cluster.id} has {len(own)} children")
            elif sum(c.conversations for c in own) != cluster.conversations:
                found.append(f"{cluster.id} is not the sum of its children")
    return found


def in_order(clusters: Sequence[Cluster]) -> list[Cluster]:
    """Return the clusters, parents before their children, largest first among siblings."""
    kids = children_of(clusters)
    found, todo = [], list(reversed(kids.get(None, [])))
    while todo:
        cluster = todo.pop()
        found.append(cluster)
        todo.extend(reversed(kids.get(cluster.id, [])))
    return found
