"""Tells with every question whom it is about, so that the answer is kept with their key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.pipeline import files
from anonymuse.pipeline.steps.ingest import shards, units_of
from anonymuse.ports.chat import Asker, ChatFailure, Question, Usage

T = TypeVar("T")


def units_by_place(ingest: Path, rows: Sequence[str]) -> list[str]:
    """Return the pseudonym of each row's unit.

    Args:
        ingest: folder of the step that has read the conversations.
        rows: ids of conversations.
    """
    wanted = pa.array(rows, pa.string())
    found: dict[str, str] = {}
    for path in shards(ingest):
        table = files.read_table(path, ["row", "user", "organisation"])
        table = table.filter(pc.is_in(table["row"], wanted))
        found |= dict(zip(table["row"].to_pylist(), units_of(table), strict=True))
    return [found[row] for row in rows]


@dataclass(frozen=True, slots=True, repr=False)
class AboutUnits:
    """Wraps an asker whose n-th question is about the n-th unit.

    Attributes:
        asker: asks them.
        units: pseudonyms, in the order of the questions.
    """

    asker: Asker
    units: Sequence[str]

    @property
    def model_id(self) -> str:
        """The model's id."""
        return self.asker.model_id

    @property
    def usage(self) -> Usage:
        """Totals so far."""
        return self.asker.usage

    @property
    def ledger(self) -> Mapping[str, Usage]:
        """Totals so far by purpose."""
        return self.asker.ledger

    def ask(self, questions: Iterable[Question[T]]) -> AsyncIterator[tuple[int, T | ChatFailure]]:
        """Ask all questions."""
        return self.asker.ask(
            replace(question, request=replace(question.request, unit=unit))
            for question, unit in zip(questions, self.units, strict=True)
        )

    def __repr__(self) -> str:
        return f"AboutUnits({len(self.units)} questions)"
