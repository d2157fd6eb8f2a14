"""Columns that hold a classifier's verdict (``--flag``): how they are read, what each becomes.

A verdict is true or false, yes or no, 0 or 1, in JSON or as CSV writes it; or a score from 0 to 1,
flagged from one half on. Each column becomes a boolean facet, which is counted like any other.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anonymuse.domain.facets import FLAG, FLAGGED, FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.errors import ColumnError, ConfigError
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, Note

SETTING = "--flag"
FLAGGED_FROM = 0.5
"""a score of so much or more counts as flagged"""
FEW = 0.1
"""where fewer conversations than this share have a verdict, the run says so"""

_WORDS: Mapping[str, float | None] = {
    "true": 1.0, "yes": 1.0, "t": 1.0, "y": 1.0, "false": 0.0, "no": 0.0, "f": 0.0, "n": 0.0,
    "": None, "null": None, "none": None, "nan": None,
}  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z_][\w.\-]{0,39}")
_MOST_VALUES = 1_000
_LONGEST = 60


def flag_facets(columns: Iterable[str]) -> list[FacetQuestion]:
    """Return the facet of each column, ``flag_<column>``.

    Raises:
        ConfigError: two columns would make one facet.
    """
    found: dict[str, FacetQuestion] = {}
    for number, column in enumerate(dict.fromkeys(columns), 1):
        word = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_")[:_LONGEST]
        name = FLAG + (word or str(number))
        if name in found:
            raise ConfigError(
                f"{SETTING} names the columns {found[name].rule!r} and {column!r}, which differ by "
                f"case or signs only. Drop one, or rename it with --sql."
            )
        shown = "".join(mark for mark in column if mark.isprintable())[:_LONGEST]
        found[name] = FacetQuestion(
            name, "", "boolean", source="flag", title=f"{FLAGGED}{shown}", rule=column
        )
    return list(found.values())


def with_sensitive_flags(config: RunConfig) -> RunConfig:
    """Return the configuration with every flag among the answers that nobody may be told."""
    names = [question.name for question in flag_facets(config.input.flag_columns)]
    if not names:
        return config
    tables = config.tables.model_copy(update={"sensitive": (*config.tables.sensitive, *names)})
    return config.model_copy(update={"tables": tables})


def score_of(value: Scalar) -> float | None:
    """Return a verdict as a number from 0 to 1; None where there is none.

    Raises:
        ValueError: it is neither. The message never holds the value.
    """
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _WORDS:
            return _WORDS[word]
        value = _number(word)
    if value is None or math.isnan(score := float(value)):
        return None
    if not 0.0 <= score <= 1.0:
        raise ValueError("no verdict")
    return score


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError("no verdict") from None


def flag_of(metadata: Mapping[str, Any], column: str) -> bool | None:
    """Return whether a conversation is flagged; None where it has no verdict."""
    score = score_of(metadata.get(column))
    return None if score is None else score >= FLAGGED_FROM


@dataclass(slots=True)
class _Seen:
    """What is in one column; values themselves are only told apart."""

    there: bool = False
    answers: int = 0
    flagged: int = 0
    wrong: bool = False
    words: bool = False
    scores: bool = False
    values: set[Scalar] = field(default_factory=set)

    def add(self, value: Scalar) -> None:
        if len(self.values) < _MOST_VALUES:
            self.values.add(value)
        try:
            score = score_of(value)
        except ValueError:
            self.wrong = True
            return
        if score is not None:
            self.answers += 1
            self.flagged += score >= FLAGGED_FROM
            self.words |= isinstance(value, bool) or str(value).strip().lower() in _WORDS
            self.scores |= 0.0 < score < 1.0

    @property
    def several(self) -> str:
        count = len(self.values)
        return f"{count:,} or more" if count == _MOST_VALUES else f"{count:,}"


def check_flags(shards: Sequence[Path], questions: Sequence[FacetQuestion], emit: Emit) -> None:
    """Refuse columns that hold no verdicts, and say where a column tells little.

    Raises:
        ColumnError: a column is in no conversation; names the nearest.
        ConfigError: a column is empty, or holds what is no verdict; never says what.
    """
    flags = [question for question in questions if question.source == "flag"]
    if not flags:
        return
    seen = {question.rule: _Seen() for question in flags}
    names: dict[str, None] = {}
    conversations = 0
    for path in shards:
        for stored in files.read_table(path, ["metadata"])["metadata"].to_pylist():
            metadata = json.loads(stored)
            conversations += 1
            names |= dict.fromkeys(metadata)
            for column, own in seen.items():
                if column in metadata:
                    own.there = True
                    own.add(metadata[column])
    for column, own in seen.items():
        _judge(column, own, names)
        if own.flagged in (0, own.answers):
            emit(Note(f"Every verdict of the column {column!r} is the same: no gap can be told."))
        if own.answers < FEW * conversations:
            emit(
                Note(
                    f"Only {own.answers:,} of {conversations:,} conversations have a verdict in "
                    f"the column {column!r}. All shares are of these."
                )
            )


def _judge(column: str, own: _Seen, names: Iterable[str]) -> None:
    if not own.there:
        raise ColumnError.missing(column, filter(_PLAIN.fullmatch, names), setting=SETTING)
    if own.wrong or (own.words and own.scores):
        raise ConfigError(
            f"The column {column!r} (set by {SETTING}) holds no verdicts: it has {own.several} "
            f"different values. Read are true or false, yes or no, 0 or 1, and scores from 0 to 1; "
            f"make such a column of it with --sql."
        )
    if not own.answers:
        raise ConfigError(
            f"The column {column!r} (set by {SETTING}) is empty in every conversation. Name "
            f"another one, or drop it."
        )
