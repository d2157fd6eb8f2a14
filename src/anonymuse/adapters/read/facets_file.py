"""Facets that somebody already has (`--facets-from`): checked against the questions they answer."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from anonymuse.adapters.read.look import Look, look_at, refuse_repeated
from anonymuse.adapters.read.names import IDS, first_of, plain
from anonymuse.adapters.read.rows import read_rows
from anonymuse.adapters.read.values import clean, identifier, scalar
from anonymuse.domain.facets import CORE, FacetQuestion
from anonymuse.domain.private.conversation import Dropped, Scalar
from anonymuse.errors import InputError, did_you_mean

WITHOUT_ID = "rows without an id"
REPEATED_ID = "rows whose id was there before"

_YES = ("true", "yes", "1")
_NO = ("false", "no", "0")


class FacetsFile:
    """A file with one row per conversation: its id, and a column for each facet.

    JSON lines, a JSON list, CSV or Parquet, packed or not. A value that does not answer its
    question (out of range, not in the vocabulary, empty) becomes None and is counted.

    Attributes:
        path: the file.
        questions: what the columns answer; other columns are passed over.
        counts: what the last reading kept, left out and could not use.
    """

    def __init__(self, path: Path, questions: Sequence[FacetQuestion] = CORE) -> None:
        self.path = path
        self.questions = tuple(questions)
        self.counts: Counter[str] = Counter()

    @property
    def digest(self) -> str:
        """Digest of the file's bytes, in hexadecimal.

        Raises:
            InputError: the file cannot be read.
        """
        look_at(self.path)
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()

    def rows(self) -> Iterator[tuple[str, Mapping[str, Scalar]]]:
        """Yield ``(conversation id, answer by facet)``; the first row of an id counts.

        A ``several_of`` answer is one text, its values separated by semicolons.

        Raises:
            InputError: the file cannot be read, or has no id or no facet among its columns.
        """
        self.counts = Counter()
        look = look_at(self.path)
        column, asked = self._columns(look)
        refuse_repeated(look)
        needed = frozenset((column, *(name for _, name in asked)))
        seen: set[bytes] = set()
        for row in read_rows(self.path, look.container, look.delimiter, needed=needed):
            self.counts["rows"] += 1
            if isinstance(row, Dropped) or not isinstance(row.value, Mapping):
                self.counts["rows that cannot be read"] += 1
                continue
            key = identifier(row.value.get(column))
            if key is None:
                self.counts[WITHOUT_ID] += 1
                continue
            mark = hashlib.blake2b(key.encode(), digest_size=8).digest()
            if mark in seen:
                self.counts[REPEATED_ID] += 1
                continue
            seen.add(mark)
            self.counts["kept"] += 1
            yield key, {q.name: self._answer(q, row.value.get(name)) for q, name in asked}

    def _columns(self, look: Look) -> tuple[str, list[tuple[FacetQuestion, str]]]:
        names = list(look.columns)
        shown = ", ".join(filter(plain, names)) or "none"
        column = first_of(IDS, names)
        if column is None:
            raise InputError(
                f"{look.name!r} has no column of conversation ids (id, conversation_id). "
                f"Columns found: {shown}."
            )
        found = [(q, name) for q in self.questions if (name := first_of((q.name,), names))]
        if not found:
            wanted = [q.name for q in self.questions]
            near = "".join(did_you_mean(name, wanted) for name in names[:1] if name != column)
            raise InputError(
                f"{look.name!r} has no column of a facet. {near}Facets asked for: "
                f"{', '.join(wanted)}. Columns found: {shown}."
            )
        return column, found

    def _answer(self, question: FacetQuestion, value: Any) -> Scalar:
        if value is None or (isinstance(value, str) and not value.strip()):
            self.counts[f"{question.name}: empty"] += 1
            return None
        answer = _READ[question.kind](question, value)
        if answer is None:
            self.counts[f"{question.name}: not {_wanted(question)}"] += 1
        return answer


def _wanted(question: FacetQuestion) -> str:
    if question.kind == "integer":
        return f"an integer from {question.low} to {question.high}"
    if question.kind in ("one_of", "several_of") and question.values:
        return f"of {', '.join(question.values)}"
    return {"boolean": "yes or no"}.get(question.kind, "a text")


def _text(_: FacetQuestion, value: Any) -> str | None:
    return clean(value).strip() if isinstance(value, str) else None


def _integer(question: FacetQuestion, value: Any) -> int | None:
    if isinstance(value, str):
        try:
            value = float(value) if len(value) <= 20 else None
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    whole = int(value)
    return whole if whole == value and question.low <= whole <= question.high else None


def _boolean(_: FacetQuestion, value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(scalar(value)).strip().lower()
    return True if word in _YES else False if word in _NO else None


def _one_of(question: FacetQuestion, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    same = {known.casefold(): known for known in question.values}
    return same.get(value.strip().casefold())


def _several_of(question: FacetQuestion, value: Any) -> str | None:
    if isinstance(value, str):
        value = _listed(value)
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return None
    if not question.values:  # an open vocabulary
        return "; ".join(clean(one).strip() for one in value)
    known = [_one_of(question, one) for one in value]
    return None if None in known else "; ".join(dict.fromkeys(one for one in known if one))


def _listed(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, list) else [part for part in text.split(";") if part.strip()]


_READ: Mapping[str, Callable[[FacetQuestion, Any], Scalar]] = {
    "text": _text,
    "integer": _integer,
    "boolean": _boolean,
    "one_of": _one_of,
    "several_of": _several_of,
}
