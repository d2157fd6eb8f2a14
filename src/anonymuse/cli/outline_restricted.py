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
    unit = "accounts" if outcome.unit == "conversation" else f"{outcome.unit}s"
    lines = [
        "A restricted report, for authorised staff in the secure zone only; never published",
        f"{outcome.conversations:,} conversations of {outcome.accounts:,} {unit} in "
        f"{outcome.clusters:,} clusters and {outcome.parents:,} groups of them; nothing withheld",
    ]
    if outcome.coordination:
        lines += ["", "Coordination, highest scores (0 to 1):"]
        lines += [
            f"  {cluster}  {score:.3f}  {accounts:,} {unit}"
            for cluster, score, accounts in outcome.coordination
        ]
        lines.append(NOT_THE_END)
    if outcome.gaps:
        lines += ["", f"Compared with concern: {', '.join(outcome.gaps)}"]
    lines += ["", *(f"Note: {note}" for note in (*outcome.doubts, *outcome.notes))]
    return "\n".join([*lines, taken(outcome.stages)])
