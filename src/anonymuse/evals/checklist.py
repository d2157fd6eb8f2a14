"""A reader's checklist: a fixed sample of names to grade by hand, and what the grades say.

The file is a table that any spreadsheet opens. It holds names and descriptions as they would be
released, and beside them what the truth says of the cluster; no conversation.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from anonymuse.adapters.export.csv import guard
from anonymuse.errors import InputError, OutputError, did_you_mean
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import share

SAMPLE: Final = 50
GRADES: Final = ("fits", "vague", "wrong", "detail")
"""detail: it says what one person's conversation is about; all but ``fits`` count against a name,
and ``wrong`` and ``detail`` most"""
COLUMNS: Final = ("name", "description", "holds", "grade")
SHOWN = 3
"""lower categories that are told of a cluster"""


@dataclass(frozen=True, slots=True)
class Row:
    """One name to grade.

    Attributes:
        name: as it would be released.
        description: likewise.
        holds: what the truth says of the cluster: its largest categories, with their shares.
        grade: one of ``GRADES``; empty until a reader has filled it in.
    """

    name: str
    description: str
    holds: str
    grade: str = ""


def drawn(rows: Sequence[Row], *, seed: int, most: int = SAMPLE) -> list[Row]:
    """Return a sample, in the order of the rows; the same for the same seed."""
    rng = np.random.Generator(np.random.Philox(seed))
    chosen = rng.choice(len(rows), size=min(most, len(rows)), replace=False)
    return [rows[place] for place in sorted(chosen.tolist())]


def holds(categories: Sequence[str]) -> str:
    """Return the largest categories of a cluster: "leftovers 80%, menus 20%"."""
    counts = Counter(categories).most_common(SHOWN)
    return ", ".join(f"{name} {count / len(categories):.0%}" for name, count in counts)


def write_checklist(path: Path, rows: Sequence[Row]) -> None:
    """Write a table to be graded.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(COLUMNS)
            told = ((row.name, row.description, row.holds, row.grade) for row in rows)
            table.writerows(map(guard, row) for row in told)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror}).") from None


def read_checklist(path: Path) -> list[Row]:
    """Read a table that somebody has graded, or has begun to.

    Raises:
        InputError: it is no such table, or holds a grade that does not exist.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            if missing := [name for name in COLUMNS if name not in (table.fieldnames or ())]:
                raise InputError(
                    f"{path} is no checklist: it has no column {missing[0]!r}. "
                    "Name a new file, and it is written."
                )
            rows = [Row(*((line[name] or "").strip() for name in COLUMNS)) for line in table]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(f"{path} cannot be read as a checklist: a CSV file in UTF-8.") from None
    for number, row in enumerate(rows, start=2):
        if row.grade and row.grade not in GRADES:
            raise InputError(
                f"{path}, line {number}: there is no such grade. "
                f"{did_you_mean(row.grade, GRADES)}Grades: {', '.join(GRADES)}."
            )
    return rows


def graded(rows: Sequence[Row]) -> dict[str, Estimate]:
    """Return the share of every grade among the rows that have one, with 95 % intervals."""
    grades = [row.grade for row in rows if row.grade]
    return {grade: share([own == grade for own in grades]) for grade in GRADES} if grades else {}
