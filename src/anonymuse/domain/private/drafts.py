"""What is made from many people's data before the gate has spoken. Private until released."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from anonymuse.domain.private.counts import AskedNumbers, DraftCell, LeafCounts, Noise

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


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Drafts:
    """Everything the gate judges.

    Attributes:
        nodes: the tree that the cells were counted on; withheld clusters are already out.
        names: by node.
        verdicts: of all auditors, in any order.
        counts: of every base cluster, the withheld ones too.
        noise: by base cluster; may be empty where the policy has none.
        cells: the cube.
        reasons: why the pipeline withheld a base cluster, where it was not for its size.
        repeated: sizes of an earlier release that are published once more, by base cluster and
            what is counted ("units", "conversations").
        estimated: facets whose cells count predictions.
        asked: what corrects them, by node (None: the whole), facet and value; such a cell without
            it is not told.
    """

    nodes: Sequence[DraftNode]
    names: Mapping[str, DraftName]
    verdicts: Sequence[Verdict]
    counts: Sequence[LeafCounts]
    noise: Mapping[str, Noise]
    cells: Sequence[DraftCell]
    reasons: Mapping[str, str]
    repeated: Mapping[tuple[str, str], int] = field(default_factory=dict)
    estimated: Collection[str] = ()
    asked: Mapping[tuple[str | None, str, str], AskedNumbers] = field(default_factory=dict)
