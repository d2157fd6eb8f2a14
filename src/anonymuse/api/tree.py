"""The published tree as one walks it in Python: nodes with their children, and an outline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.report import Report
from anonymuse.domain.released.tree import children_of

WIDTH = 100


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """A cluster with the clusters below it.

    Attributes:
        cluster: its name, description and numbers.
        children: largest first; empty for a base cluster.
    """

    cluster: Cluster
    children: tuple[Node, ...]

    @property
    def id(self) -> str:
        """The cluster's id."""
        return self.cluster.id

    @property
    def name(self) -> str:
        """The cluster's name; plain text."""
        return self.cluster.name

    @property
    def description(self) -> str:
        """The cluster's description; plain text."""
        return self.cluster.description

    @property
    def share(self) -> float:
        """Share of all published conversations, 0 to 1."""
        return self.cluster.share

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return self.cluster.share_low, self.cluster.share_high

    @property
    def conversations(self) -> int:
        """Conversations, rounded by policy."""
        return self.cluster.conversations

    @property
    def units(self) -> int:
        """Distinct people (or organisations ...), rounded; an upper bound above base clusters."""
        return self.cluster.units

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """Yield this node and everything below it with its depth, parents first."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.children)

    def __len__(self) -> int:
        return len(self.children)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        below = f", {len(self.children)} below" if self.children else ""
        return f"<{self.name!r}: {sentences.percent(self.share)}{below}>"


@dataclass(frozen=True, slots=True, repr=False)
class Tree:
    """The whole tree: iterate over its top nodes, `walk` all of it, or print it.

    Attributes:
        nodes: the top, largest first.
        many: what the people behind a cluster are called; empty where they are not counted.
    """

    nodes: tuple[Node, ...]
    many: str

    def walk(self) -> Iterator[tuple[int, Node]]:
        """Yield every node with its depth, parents first."""
        for node in self.nodes:
            yield from node.walk()

    def outline(self, *, depth: int | None = None, width: int = WIDTH) -> str:
        """Return a line per node: name, share, its 95 % interval, conversations, people.

        Args:
            depth: how many levels; left out, all.
            width: of a line, in characters; long names are cut.
        """
        heads = ["share", "95 % interval", "conversations", *([self.many] if self.many else [])]
        rows = [
            ("  " * level + node.name, _numbers(node, people=bool(self.many)))
            for level, node in self.walk()
            if depth is None or level < depth
        ]
        sizes = [
            max([len(head), *(len(numbers[i]) for _, numbers in rows)])
            for i, head in enumerate(heads)
        ]
        room = max(20, width - sum(sizes) - 2 * len(sizes))
        return "\n".join(
            in_cells(name, room) + "".join(f"  {n:>{s}}" for n, s in zip(ns, sizes, strict=True))
            for name, ns in [("", heads), *rows]
        )

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __str__(self) -> str:
        return self.outline()

    def __repr__(self) -> str:
        return f"<tree of {sum(1 for _ in self.walk())} clusters, {len(self.nodes)} at the top>"


def tree_of(report: Report) -> Tree:
    """Nest a report's clusters."""
    below = children_of(report.clusters)

    def nest(parent: str | None) -> tuple[Node, ...]:
        return tuple(Node(cluster, nest(cluster.id)) for cluster in below.get(parent, ()))

    counted = report.receipt.unit != "conversation"
    return Tree(nest(None), sentences.unit_noun(report.receipt) if counted else "")


def _numbers(node: Node, *, people: bool) -> Sequence[str]:
    found = [
        sentences.percent(node.share),
        sentences.interval(*node.interval),
        sentences.count(node.conversations),
    ]
    return [*found, sentences.count(node.units)] if people else found


def in_cells(name: str, room: int) -> str:
    """Return a name cut or filled to a width in terminal cells: scripts of the world differ."""
    if cell_len(name) > room:
        return set_cell_size(name, room - 1) + "…"
    return set_cell_size(name, room)
