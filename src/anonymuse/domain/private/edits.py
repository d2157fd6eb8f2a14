"""What a person changes before a release. Private: only kinds and numbers of edits are released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EditKind = Literal["rename", "merge", "hide", "lock", "undo"]

NUMBER_BITS = 64
"""of the number that stands for a conversation"""

RELEASED: dict[EditKind, str] = {
    "rename": "renamed",
    "lock": "locked",
    "merge": "merged",
    "hide": "hidden",
}
"""what a receipt calls the kinds"""


@dataclass(frozen=True, slots=True, repr=False)
class Anchor:
    """Which conversations a node held when it was edited: node numbers change, these do not.

    A sample of keyed numbers of the members: all whose first ``bits`` bits are zero. A later
    cluster, sampled in the same way, can be laid over it.

    Attributes:
        bits: how many leading zeros chose the sample; 0 where it is all of them.
        members: the keyed numbers, rising.
    """

    bits: int
    members: tuple[int, ...]

    def __repr__(self) -> str:
        return f"Anchor({len(self.members)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Edit:
    """One line of a run's journal of edits.

    Attributes:
        number: 1 and up, in the order in which they were made.
        kind: what was done.
        time: when, in UTC to the second.
        who: who did it; stays on the private side.
        role: in which role, if it may be told ("privacy officer").
        why: the reason; stays on the private side.
        tree: the facet that groups the tree; empty for the main one.
        base: whether base clusters were edited, or clusters above them.
        nodes: their ids in the report of that time.
        called: their names in it.
        anchors: of each node.
        name: the name given; of a lock, the one that stays.
        description: the description given; empty keeps the cluster's own.
        undoes: number of the edit that is taken back.
    """

    number: int
    kind: EditKind
    time: str
    who: str
    why: str
    role: str = ""
    tree: str = ""
    base: bool = True
    nodes: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    name: str = ""
    description: str = ""
    undoes: int | None = None

    @property
    def names_a_node(self) -> bool:
        """Whether it gives a node its name."""
        return self.kind in {"rename", "lock"}

    def __repr__(self) -> str:
        return f"Edit({self.number}, {self.kind})"


def in_force(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """Return the edits that nobody has taken back, in order."""
    undone = {edit.undoes for edit in edits}
    return tuple(e for e in edits if e.kind != "undo" and e.number not in undone)
