"""Texts with marked personal details: the shipped corpus, public sets, sentences made by rule."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from anonymuse.errors import InputError
from anonymuse.lexicon.hygiene import clean

PRESIDIO_TYPES = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "CARD", "IBAN_CODE": "IBAN",
    "DOMAIN_NAME": "URL", "IP_ADDRESS": "IP", "US_SSN": "ID", "US_DRIVER_LICENSE": "ID",
    "STREET_ADDRESS": "ADDRESS", "ADDRESS": "ADDRESS", "ZIP_CODE": "POSTCODE",
    "PERSON": "PERSON", "GPE": "PLACE", "LOCATION": "PLACE", "ORGANIZATION": "ORGANISATION",
}  # fmt: skip
"""Types of the Presidio sets under our names. What is not here (titles, ages, nationalities, dates)
is not ours to find, and never held against us when it goes."""

_CORPUS = "anonymuse.evals.corpus"
_LETTERS = {
    "P": "PERSON", "L": "PLACE", "O": "ORGANISATION", "A": "ADDRESS", "E": "EMAIL", "T": "PHONE",
    "U": "URL", "I": "ID", "D": "DATE",
}  # fmt: skip
_CHAINED = re.compile(r"[^\W\d_]")
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff"


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked part of a text: ``text[start:end]``; an empty type is out of scope."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True, repr=False)
class MarkedText:
    """A text as it is after cleaning, with its marks."""

    text: str
    language: str
    marks: tuple[Mark, ...]

    def __repr__(self) -> str:
        return f"MarkedText({len(self.text)} characters, {len(self.marks)} marks)"


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSON-lines file, compressed or not.

    Raises:
        InputError: the file is not there.
    """
    if not path.is_file():
        raise InputError(f"There is no file {path.name} in that folder.")
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def presidio(*paths: Path) -> Iterator[MarkedText]:
    """Yield the texts of files in the Presidio project's layout; rows that cleaning moves are out.

    Every text is English; the values in it are of many countries.
    """
    for path in paths:
        for row in rows_of(path):
            text = row["full_text"]
            if clean(text) == text:
                marks = (
                    Mark(
                        span["start_position"],
                        span["end_position"],
                        PRESIDIO_TYPES.get(span["entity_type"], ""),
                    )
                    for span in row["spans"]
                )
                yield MarkedText(text, "English", tuple(marks))


def corpus() -> Iterator[MarkedText]:
    """Yield the user turns of the shipped corpus in which something is marked."""
    types = pii_types()
    taken: Counter[str] = Counter()
    for part in ("regular", "safety"):
        for row in rows_of(Path(str(files(_CORPUS) / f"{part}.jsonl.gz"))):
            language = row["language"]
            named = []
            for value in row["pii"]:
                named.append((clean(value), types[language][taken[language]]))
                taken[language] += 1
            yield from _marked_turns(row["messages"], language, named)


def _marked_turns(
    messages: list[dict[str, str]], language: str, named: list[tuple[str, str]]
) -> Iterator[MarkedText]:
    for message in messages:
        text = clean(message["content"])
        marks = tuple(
            Mark(start, start + len(value), kind)
            for value, kind in named
            for start in _places(text, value)
        )
        if message["role"] == "user" and marks:
            yield MarkedText(text, language, marks)


@cache
def pii_types() -> dict[str, tuple[str, ...]]:
    """Return the types of the corpus's marks by language, in the order of the corpus."""
    text = (files("anonymuse.evals") / "pii_types.toml").read_text(encoding="utf-8")
    return {
        language: tuple(_LETTERS[letter] for letter in letters)
        for language, letters in tomllib.loads(text).items()
    }


def _places(text: str, value: str) -> list[int]:
    """Return where a string stands by itself; anywhere, where it never does."""
    found = [match.start() for match in re.finditer(re.escape(value), text)]
    alone = [start for start in found if _alone(text, start, start + len(value))]
    return alone or found


def _alone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if re.match(f"[{_UNSPACED}]", text[start]):
        return True
    return not _CHAINED.match(before) and not _CHAINED.match(after)
