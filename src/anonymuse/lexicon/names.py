"""Names of people, places and organisations by the words around them: no model, no list of names.

An `EntityDetector` that is always there. It finds what is announced (a title, "my name is",
kinship, a signature, a firm's form) in some twenty languages, and what looks like a full name; a
first name alone, in passing, it misses, and some headings and products it takes for names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from anonymuse.lexicon.name_cues import ordinary
from anonymuse.lexicon.names_cased import Entity, cased_names
from anonymuse.lexicon.names_caseless import caseless_names

_CAPITAL = re.compile(r"[^\W\d_]{3,}")
_ENDS = 4
"""Letters that a case ending may add to a name."""


class NameCues:
    """Finds names by cues; the same text gives the same answer."""

    @property
    def id(self) -> str:
        """Name, and a digest of the rules and the word lists."""
        return f"cues-{_digest()}"

    def find(self, text: str) -> Sequence[Entity]:
        """Return ``(start, end, kind)`` of every name, in order, without overlap."""
        found = _apart([*caseless_names(text), *cased_names(text)])
        return _apart([*found, *_again(text, found)])


def _apart(found: Iterable[Entity]) -> list[Entity]:
    """Return entities in order; of overlapping ones the earlier and longer stays."""
    kept: list[Entity] = []
    for start, end, kind in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, kind))
    return kept


def _again(text: str, found: Sequence[Entity]) -> list[Entity]:
    """Return where the words of a person's name stand again by themselves, also with an ending."""
    names: set[str] = set()
    for start, end, kind in found:
        if kind == "PERSON":
            names.update(
                word for word in _CAPITAL.findall(text[start:end]) if word.lower() not in ordinary()
            )
    if not names:
        return []
    again = []
    for match in _CAPITAL.finditer(text):
        word = match[0]
        if word in names or (
            word[0] != word[0].lower()
            and any(
                word[: len(word) - cut] in names
                for cut in range(1, _ENDS + 1)
                if len(word) - cut > 3
            )
        ):
            again.append((*match.span(), "PERSON"))
    return again


@cache
def _digest() -> str:
    parts = sorted(
        (file.name, file.read_bytes())
        for file in files("anonymuse.lexicon").iterdir()
        if file.name.startswith("name") and file.is_file()
    )
    return hashlib.blake2b(b"".join(data for _, data in parts), digest_size=4).hexdigest()
