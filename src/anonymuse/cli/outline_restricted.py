"""What a restricted run prints at its end: numbers and ids, no name and no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anonymuse.cli.outline import taken

if TYPE_CHECKING:
    from anonymuse.api.restricted import RestrictedOutcome

NOT_THE_END = (
    "A score says that somebody should look, and nothing more: nobody is acted against by it."
)


def outline_restricted(outcome: RestrictedOutcome) -> str:
    """Return the lines."""
    unit = "account" if outcome.unit == "conversation" else outcome.unit
    groups = f" and {_many(outcome.parents, 'group')} of them" if outcome.parents else ""
    lines = [
        "A restricted report, for authorised staff in the secure zone only; never published",
        f"{_many(outcome.conversations, 'conversation')} of {_many(outcome.accounts, unit)} in "
        f"{_many(outcome.clusters, 'cluster')}{groups}; nothing withheld",
    ]
    if outcome.coordination:
        lines += ["", "Coordination, highest scores (0 to 1):"]
        lines += [
            f"  {cluster}  {score:.3f}  {_many(accounts, unit)}"
            for cluster, score, accounts in outcome.coordination
        ]
        lines.append(NOT_THE_END)
    if outcome.gaps:
        lines += ["", f"Compared with concern: {', '.join(outcome.gaps)}"]
    lines += ["", *(f"Note: {note}" for note in (*outcome.doubts, *outcome.notes))]
    return "\n".join([*lines, taken(outcome.stages)])


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
