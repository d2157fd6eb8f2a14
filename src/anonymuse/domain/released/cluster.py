"""A published cluster. Every number here has passed the gate and is rounded by policy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cluster:
    """One node of the published tree.

    Attributes:
        id: stable within the bundle.
        parent: id of the parent; None at the top.
        level: 0 for base clusters, growing towards the top.
        name: at most ten words; plain text, never markup.
        description: one or two sentences; plain text.
        named_by: ``model``, ``phrase``, ``keywords`` or ``given``.
        conversations: rounded; a parent's is the sum of its published children's.
        units: rounded distinct privacy units of a base cluster; a parent's is the sum over its
            published children, so a unit in two of them counts twice (an upper bound).
        share: of all published conversations, 0 to 1, two significant decimals of a per cent.
        share_low: lower end of the 95 % interval, from released counts: chance, people with
            several conversations, noise and rounding.
        share_high: upper end.
        grade: the model auditor's 1 to 5; None where no model audited.
    """

    id: str
    parent: str | None
    level: int
    name: str
    description: str
    named_by: str
    conversations: int
    units: int
    share: float
    share_low: float
    share_high: float
    grade: int | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """Base clusters that were not published, by reason.

    Attributes:
        reason: in words a reader understands ("too few people").
        clusters: how many.
    """

    reason: str
    clusters: int
