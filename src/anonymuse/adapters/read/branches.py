"""Messages that form a tree, because somebody edited one or asked again: which of them count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def way_to(leaf: str, parent_of: Mapping[str, str | None]) -> tuple[list[str], bool]:
    """Return the nodes from the root to a leaf, and whether the way is whole.

    It is not whole where a parent is missing or the way runs in a circle; then it begins there.
    """
    way: list[str] = []
    passed: set[str] = set()
    node: str | None = leaf
    while node is not None and node in parent_of and node not in passed:
        passed.add(node)
        way.append(node)
        node = parent_of[node]
    way.reverse()
    return way, node is None


def replaced(links: Sequence[tuple[str | None, str | None]], forks: Iterable[int]) -> set[int]:
    """Return the places of messages that were replaced, and of everything that followed them.

    Made for logs that are in order and lack messages here and there: a message without a known
    parent stays.

    Args:
        links: ``(id, parent's id)`` of each message in order, None where there is none.
        forks: places of the messages that replace earlier ones with the same parent.
    """
    last: dict[str, int] = {}
    gone: set[int] = set()
    for place in forks:
        parent = links[place][1]
        if parent is None:
            continue
        if parent in last:
            gone.add(last[parent])
        last[parent] = place
    lost: set[str] = set()
    # A message stands after its parent, so one pass finds all that followed.
    for place, (name, parent) in enumerate(links):
        if parent is not None and parent in lost:
            gone.add(place)
        if place in gone and name is not None:
            lost.add(name)
    return gone
