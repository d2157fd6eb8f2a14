"""Taking nodes out of a tree, so that what is left is sound and says nothing of what is gone.

A released parent is the sum of its *published* children, never of all of them: nothing that was
withheld is inside any released number, so no parent minus its children can bring it back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from anonymuse.domain.private.drafts import DraftNode


def prune(
    nodes: Sequence[DraftNode], *, withheld: Collection[str], vetoed: Collection[str] = ()
) -> list[DraftNode]:
    """Return the published tree, in the order of ``nodes``.

    Withheld base clusters are gone; a parent without a published child is gone; a single child
    takes its parent's place; a vetoed parent dissolves and its children hang one level higher.

    Args:
        nodes: the whole tree; children agree with parents.
        withheld: ids of base clusters that are not published.
        vetoed: ids of parents whose name did not pass. (A vetoed base cluster is withheld.)

    Raises:
        ValueError: the nodes are not a tree.
    """
    _check(nodes)
    # What each node leaves behind: itself, its children without it, or nothing.
    left: dict[str, list[str]] = {}
    kept: dict[str, tuple[str, ...]] = {}
    parent: dict[str, str] = {}
    for node in sorted(nodes, key=lambda n: n.level):
        if node.level == 0:
            left[node.id] = [] if node.id in withheld or node.id in vetoed else [node.id]
            continue
        below = [child for own in node.children for child in left[own]]
        if len(below) < 2 or node.id in vetoed:
            left[node.id] = below
            continue
        left[node.id] = [node.id]
        kept[node.id] = tuple(below)
        parent.update(dict.fromkeys(below, node.id))
    published = {n for node in nodes if node.parent is None for n in left[node.id]} | set(parent)
    return [
        replace(node, parent=parent.get(node.id), children=kept.get(node.id, ()))
        for node in nodes
        if node.id in published
    ]


def take_out(
    nodes: Sequence[DraftNode], *, withheld: Collection[str], vetoed: Collection[str] = ()
) -> list[DraftNode]:
    """Prune a tree whose parents have their names.

    A parent was named from its children: one that loses a base cluster dissolves, as what was
    withheld may stand in its words.
    """
    left = prune(nodes, withheld=withheld, vetoed=vetoed)
    before, after = leaves_below(nodes), leaves_below(left)
    changed = [n.id for n in left if n.level > 0 and after[n.id] != before[n.id]]
    return prune(nodes, withheld=withheld, vetoed=[*vetoed, *changed])


def _check(nodes: Sequence[DraftNode]) -> None:
    by_id = {node.id: node for node in nodes}
    if len(by_id) != len(nodes):
        raise ValueError("a node occurs twice")
    named = [child for node in nodes for child in node.children]
    hanging = [node.id for node in nodes if node.parent is not None]
    if sorted(named) != sorted(hanging):
        raise ValueError("children and parents do not agree")
    for node in nodes:
        if node.level == 0 and node.children:
            raise ValueError(f"{node.id} is a base cluster and has children")
        for child in node.children:
            if by_id[child].parent != node.id or by_id[child].level >= node.level:
                raise ValueError(f"{child} does not hang below {node.id}")


def leaves_below(nodes: Sequence[DraftNode]) -> dict[str | None, frozenset[str]]:
    """Return the base clusters below each node, itself included; None: those of the whole tree."""
    found: dict[str | None, frozenset[str]] = {}
    for node in sorted(nodes, key=lambda n: n.level):
        below = [found[child] for child in node.children]
        found[node.id] = frozenset().union(*below) if node.level else frozenset({node.id})
    found[None] = frozenset(node.id for node in nodes if node.level == 0)
    return found
