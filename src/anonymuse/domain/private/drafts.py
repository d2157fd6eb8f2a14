"""What is made from many people's data before the gate has spoken. Private until released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NameKind = Literal["model", "phrase", "keywords", "given"]


@dataclass(frozen=True, slots=True, repr=False)
class DraftNode:
    """A cluster under review: a leaf (base cluster) or a parent.

    Attributes:
        id: stable within the run: ``L<level>-<index>``, level 0 are the base clusters.
        parent: id of the parent, None at the top.
        children: ids, empty for a base cluster.
        level: 0 for base clusters, growing upwards.
    """

    id: str
    parent: str | None
    children: tuple[str, ...]
    level: int

    def __repr__(self) -> str:
        return f"DraftNode({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class DraftName:
    """A proposed name, still to be audited.

    Attributes:
        node: id of the node.
        name: at most ten words.
        description: one or two sentences.
        kind: how the name was made.
        attempts: how many proposals were turned down before this one.
        fallback: why a stronger way of naming was given up; empty when it was not.
    """

    node: str
    name: str
    description: str
    kind: NameKind
    attempts: int = 0
    fallback: str = ""

    def __repr__(self) -> str:
        return f"DraftName({self.node}, {self.kind})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an auditor says of one draft.

    Attributes:
        node: id of the node.
        auditor: ``rules``, ``support`` or ``model``; ``form`` in the unprotected baseline.
        passed: False is a veto.
        grade: 1 to 5 for the model auditor, None for the others or when it did not answer.
        reason: a short class of reasons, never the text that was judged.
    """

    node: str
    auditor: Literal["rules", "support", "model", "form"]
    passed: bool
    grade: int | None
    reason: str
