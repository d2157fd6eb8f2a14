"""Tables of the evaluation of safety work."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from anonymuse.domain.restricted.evidence import REFUSED, Gap, GapRow, Rate
from anonymuse.evals.safety.run import Lists, Seen
from anonymuse.evals.safety.scored import READ, Reading, membership
from anonymuse.evals.suite.section import Table

SHOWN = 10
"""rows of a list that the page shows"""
LEAST_GROUP = 5
"""a language with fewer conversations of concern has no line of its own"""

Cell = str | float | int | None


def languages_table(gap: Gap, word: str) -> Table:
    """Return how often what is of concern, and what is benign, has the verdict."""
    rows: list[tuple[Cell, ...]] = []
    for language, (concern, benign) in gap.by_language.items():
        if concern.n >= LEAST_GROUP:
            rows.append((language or "all", *_told(concern), *_told(benign)))
    return Table(
        f"Share {word}, by language, with 95 % intervals clustered by account.",
        ("language", "of concern (4, 5)", word, "low", "high", "benign (1)", word, "low", "high"),
        tuple(rows),
    )


def _told(found: Rate) -> tuple[Cell, ...]:
    return found.n, found.share, found.low, found.high


def cells_table(seen: Sequence[Seen], verdict: str, side: str, caption: str) -> Table:
    """Return the row at which each planted cell is seen."""
    readings = [side_of(one.lists[verdict], side) for one in seen]
    names = list(readings[0].seen)
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        places = [r.seen[name] for r in readings]
        known = sorted(math.inf if p is None else p for p in places)
        middle = known[len(known) // 2]
        rows.append((
            name,
            None if math.isinf(middle) else int(middle),
            sum(p is not None and p <= READ for p in places),
            len(seen),
        ))  # fmt: skip
    return Table(
        f"{caption}: the row by which half of its mistakes were read (middle of the seeds).",
        ("cell", "row", f"seeds within {READ} rows", "seeds"),
        tuple(rows),
    )


def rows_table(one: Seen, listed: Sequence[GapRow], verdict: str, caption: str) -> Table:
    """Return the first rows of a list, with what they are about in truth."""
    members = membership(one.scene, one.verdicts)
    refused = verdict == REFUSED
    said = np.asarray(one.verdicts.refused if refused else one.verdicts.flags[verdict])
    rows: list[tuple[Cell, ...]] = []
    for row in listed[:SHOWN]:
        own = np.flatnonzero(members(row.cluster, row.language) & (said >= 0))
        ((name, count),) = Counter(one.scene.rows[i].truth.category for i in own).most_common(1)
        rows.append((
            row.cluster, row.language or "all", f"{name} ({count} of {len(own)})", row.accounts,
            row.verdict.count, row.concern.count, row.verdict.n, row.excess, row.low, row.high,
            "yes" if row.notable else "no",
        ))  # fmt: skip
    word = "refused" if refused else "flagged"
    return Table(
        f"{caption}, first seed. The category is the corpus' own, which no run knows.",
        ("cluster", "language", "mostly", "accounts", word, "of concern", "of", "excess", "low",
         "high", "notable"),
        tuple(rows),
    )  # fmt: skip


def choices_table(seen: Sequence[Seen]) -> Table:
    """Return what other limits between a mistake and none would give."""
    rows: list[tuple[Cell, ...]] = []
    for concerning, harmless in seen[0].choices:
        own = [one.choices[concerning, harmless] for one in seen]
        rows.append((
            f"{concerning} and more", f"{harmless} and less",
            *(float(np.mean([getattr(side_of(lists, side), what) for lists in own]))
              for side in ("missed", "overdone") for what in ("hits", "found")),
        ))  # fmt: skip
    return Table(
        f"What counts as a mistake of the flag: other limits, means over seeds, {READ} rows read.",
        ("of concern", "harmless", "missed: hits", "missed: found", "overdone: hits",
         "overdone: found"),
        tuple(rows),
    )  # fmt: skip


def side_of(lists: Lists, side: str) -> Reading:
    """Return the reading of one list of the two."""
    return lists.missed if side == "missed" else lists.overdone
