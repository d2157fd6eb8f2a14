"""What became of people's edits: told to who runs it, counted for who reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from anonymuse.domain.private.edits import RELEASED, Edit
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import SCOPE, Finished, Workshop

STEPS = ("merge", "hide", "rename", "parents")
"""the steps that carry out edits"""
TOLD = "edits.json"
"""what became of each edit, by its number"""

APPLIED = "applied"
PARTLY = "applied in part: some of what it hid is in other clusters now"
GONE = "does not apply any more: its cluster has changed too much"
UNHIDDEN = (
    "does not apply any more: its cluster has changed too much. Look whether the report shows what "
    "was to be hidden"
)
WITHHELD = "does not apply now: its cluster is withheld"
LATER = "does not apply: a later edit names the same cluster"
REFUSED = "does not apply now: the name does not pass here"
NO_TREE = "does not apply: this run makes no such tree"


def tell(shop: Workshop, told: Mapping[int, str]) -> None:
    """Write what became of the edits that a step has carried out."""
    files.write_json(shop.folder / TOLD, {str(number): what for number, what in told.items()})


def tally(told: Mapping[int, str]) -> dict[str, int]:
    """Return how many edits a step applied and how many not, for its counts."""
    applied = sum(what in (APPLIED, PARTLY) for what in told.values())
    return {"edits": applied, "edits that do not apply": len(told) - applied}


def released_counts(shop: Workshop, edits: Sequence[Edit]) -> dict[str, int]:
    """Return for the receipt how many edits of each kind are in force, in this tree."""
    applied = _in_force(shop)
    return dict(sorted(Counter(RELEASED[e.kind] for e in edits if e.number in applied).items()))


def _in_force(shop: Workshop) -> set[int]:
    told = _read_told(shop.of(step) for step in STEPS if shop.ran(step))
    return {number for number, what in told.items() if what in (APPLIED, PARTLY)}


def told_of_people(shop: Workshop, edits: Sequence[Edit]) -> tuple[str, ...]:
    """Return what a reader must know of people's part in this tree; nothing where there is none."""
    kinds = released_counts(shop, edits)
    if not kinds:
        return ()
    done = ", ".join(f"{what} ({number})" for what, number in kinds.items())
    roles = sorted({e.role for e in edits if e.role and e.number in _in_force(shop)})
    by = f" ({', '.join(roles)})" if roles else ""
    return (
        f"People{by} had the last word on clusters: {done}. What they changed went through the "
        "same policy.",
    )


def became(edits: Sequence[Edit], steps: Iterable[Finished]) -> dict[int, str]:
    """Return what became of each edit in a run that has ended."""
    told = _read_told(s.folder for s in steps if s.name.partition(SCOPE)[0] in STEPS)
    return {edit.number: told.get(edit.number, NO_TREE) for edit in edits}


def _read_told(folders: Iterable[Path]) -> dict[int, str]:
    places = [folder / TOLD for folder in folders]
    found = [files.read_json(place) for place in places if place.exists()]
    return {int(number): what for own in found for number, what in own.items()}
