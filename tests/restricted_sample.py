"""A small restricted report with everything that one can hold, for tests of the secure zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.domain.restricted.evidence import (
    Account,
    Coordination,
    Gap,
    GapRow,
    Member,
    Rate,
    Signal,
)
from anonymuse.domain.restricted.report import EvidenceCluster, RestrictedReport

_HALF = Rate(1, 2, 0.1, 0.9)


def cluster(own: str, parent: str | None, level: int, **more: Any) -> EvidenceCluster:
    """Return a cluster of two conversations of two accounts."""
    return EvidenceCluster(
        id=own, parent=parent, level=level, name=f"Name of {own}", description="",
        named_by="keywords", conversations=2, accounts=2, organisations=1,
        languages={"English": 2}, **more,
    )  # fmt: skip


def report() -> RestrictedReport:
    """Return a tree of two levels with evidence of every kind."""
    row = GapRow("L0-0001", "Spanish", 2, Rate(0, 2, 0.0, 0.6), _HALF, 0.4, 0.1, 0.7, notable=True)
    return RestrictedReport(
        title="A restricted report",
        clusters=(
            cluster("L1-0000", None, 1, windows=(("2026-03", 3, 4),)),
            cluster(
                "L0-0000",
                "L1-0000",
                0,
                concern=_HALF,
                refused=Rate(0, 2, 0.0, 0.6),
                flags={"flagged": _HALF},
                windows=(("2026-03", 2, 2), ("2026-04", 0, 0)),
                top_accounts=(
                    Account("anna", "acme", 1, 1, 1, "2026-03-02T08:00:00+00:00", None),
                    Account("ben", None, 1, 0, 0, None, None, beyond=7),
                ),
                coordination=Coordination(
                    0.75, (Signal("templates", 0.5, 1.5, "1 of 2 accounts share a template."),)
                ),
            ),
            cluster("L0-0001", "L1-0000", 0),
            cluster("L0-0002", None, 0),
        ),
        gaps=(
            Gap("flagged", 3, 0.5, 0.1, 0.8, (row,), (), {"English": (_HALF, _HALF)}),
            Gap("refused", 0, None, None, None, (), ()),
        ),
        conversations=6,
        accounts=4,
        unit="user",
        window=("2026-03-02T08:00:00+00:00", "2026-04-02T08:00:00+00:00"),
        settings={"seed": 0, "cluster": {"k": None}},
        models={"embed": "hashing"},
        notes=("A note.",),
        doubts=("A doubt.",),
    )


def members() -> list[Member]:
    """Return six conversations: anna is in two clusters."""
    places = ("L0-0000", "L0-0000", "L0-0001", "L0-0001", "L0-0002", "L0-0002")
    who = ("anna", "ben", "anna", "carl", "dora", "dora")
    return [
        Member(
            row=f"row-{i}",
            cluster=place,
            account=account,
            organisation="acme" if account == "anna" else None,
            time="2026-03-02T08:00:00+00:00" if i else None,
            language="English",
            concern=5 if i == 0 else None,
            refused="no" if i == 0 else None,
            flags={"flagged": True, "second": None} if i == 0 else {},
            stands_for="row-4" if i == 5 else f"row-{i}",
        )
        for i, (place, account) in enumerate(zip(places, who, strict=True))
    ]


def conversations() -> dict[str, Conversation]:
    """Return the conversations; that of the last row was erased."""
    return {
        own.row: Conversation(
            id=f"c-{own.row}",
            turns=(Turn("user", f"Words of {own.row}"), Turn("assistant", "An answer")),
            user=own.account,
            organisation=own.organisation,
            time=datetime(2026, 3, 2, 8, tzinfo=UTC),
            metadata={"model": "a"},
        )
        for own in members()[:-1]
    }
