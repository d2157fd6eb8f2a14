"""The terms of special categories, and where they stand in a text.

The files of ``lexicon/special_terms`` say what is looked for and how they are written. A text is
read in lower case, with the digits and look-alike letters of `lexicon.hygiene.shadow`, so that
nothing is hidden by a foreign letter; accents may be left out of longer Latin words.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from anonymuse.domain.ids import content_id
from anonymuse.lexicon.hygiene import shadow

CATEGORIES = (
    "health", "sexuality", "religion", "politics", "union", "crime", "migration", "money", "minors",
)  # fmt: skip
CUE, GENERAL, NEVER = "cues", "general", "never"
"""what cues.toml tells besides: the kinds that a sense may have instead of a category"""

_SIGNS = "\\s!-&(-/:-@\\[-`{-~\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6\u00b8-\u00bf\u2010-\u206f"
_DENSE = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_TOKEN = re.compile(
    f"(?P<run>[{_DENSE}]+)|[^{_SIGNS}{_DENSE}\u060c\u061b\u061f\u0964\u3000-\u303f\uff00-\uff20]+"
)
_PLAIN_ENOUGH = 6
"""letters of a Latin word from which on accents may be missing: short ones become other words"""
_LONGEST_WORD = 40
_ARABIC_HEADS = ("وال", "فال", "بال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
"""conjunctions, prepositions and the article are written in one word with what follows"""


class Sense(NamedTuple):
    """What a term means: its category (or a kind of ``cues.toml``), strength and language."""

    kind: str
    strong: bool
    language: str


class Hit(NamedTuple):
    """A term in a text: ``text[start:end]``."""

    start: int
    end: int
    senses: tuple[Sense, ...]


@dataclass(slots=True)
class _Terms:
    """All terms, by how they are looked up."""

    whole: dict[str, tuple[Sense, ...]] = field(default_factory=dict)
    starts: dict[str, tuple[Sense, ...]] = field(default_factory=dict)
    ends: dict[str, tuple[Sense, ...]] = field(default_factory=dict)
    runs: dict[str, tuple[Sense, ...]] = field(default_factory=dict)
    phrases: dict[str, list[tuple[tuple[str, ...], Sense]]] = field(default_factory=dict)
    phrase_starts: dict[str, list[tuple[tuple[str, ...], Sense]]] = field(default_factory=dict)

    def add(self, term: str, sense: Sense) -> None:
        """Add a term as it is written in the files."""
        words = tuple(term.split("_"))
        if len(words) > 1:
            table = self.phrase_starts if words[0].endswith("*") else self.phrases
            table.setdefault(words[0].rstrip("*"), []).append((words[1:], sense))
        elif re.match(f"[{_DENSE}]", term):
            _put(self.runs, term, sense)
        elif term.startswith("*"):
            _put(self.ends, term.strip("*"), sense)
        elif term.endswith("*") or _is_hangul(term):
            _put(self.starts, term.rstrip("*"), sense)
        else:
            _put(self.whole, term, sense)


def _put(table: dict[str, tuple[Sense, ...]], term: str, sense: Sense) -> None:
    for spelled in dict.fromkeys((term, _unaccented(term))):
        if spelled == term or len(spelled) >= _PLAIN_ENOUGH:
            table[spelled] = tuple(dict.fromkeys((*table.get(spelled, ()), sense)))


@cache
def terms_file(name: str) -> Mapping[str, Any]:
    """Return ``lexicon/special_terms/<name>.toml``."""
    place = files("anonymuse.lexicon") / "special_terms" / f"{name}.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))


@cache
def digest() -> str:
    """Return the hash of all terms: part of the key of everything that was made with them."""
    return content_id([dict(terms_file(name)) for name in (*CATEGORIES, "cues")])


@cache
def _terms() -> _Terms:
    found = _Terms()
    for category in CATEGORIES:
        for strength in ("strong", "weak"):
            _add_all(found, terms_file(category)[strength], category, strong=strength == "strong")
    for kind in (CUE, GENERAL, NEVER):
        _add_all(found, terms_file("cues")[kind], kind, strong=False)
    return found


def _add_all(found: _Terms, listed: Mapping[str, str], kind: str, *, strong: bool) -> None:
    for language, terms in listed.items():
        for term in terms.split():
            found.add(read_form(term), Sense(kind, strong, language))


def read_form(text: str) -> str:
    """Return the spelling under which terms are compared; as long as the text."""
    seen = shadow(text)
    low = seen.lower()
    if len(low) != len(seen):  # a few capitals become two letters: "İ"
        low = "".join(c.lower()[0] for c in seen)
    return low.replace("’", "'")


@lru_cache(maxsize=50_000)
def _unaccented(word: str) -> str:
    """Return a Latin word without accents; other scripts as they are."""
    if word.isascii():
        return word
    return "".join(
        unicodedata.normalize("NFD", c)[0] if "\u00c0" <= c < "\u0250" else c for c in word
    )


def hits(text: str) -> Iterator[Hit]:
    """Yield every term of a cleaned text, cues too; they may overlap."""
    seen = read_form(text)
    words: list[tuple[int, int, str]] = []
    for match in _TOKEN.finditer(seen):
        if match["run"]:
            yield from _in_run(match[0], match.start())
            words.append((*match.span(), ""))
            continue
        token = match[0].strip("'")
        start = match.start() + len(match[0]) - len(match[0].lstrip("'"))
        words.append((start, start + len(token), token))
    for place, (start, end, token) in enumerate(words):
        if token and (senses := senses_of(token)):
            yield Hit(start, end, senses)
        if token:
            yield from _phrases_at(words, place)


def _in_run(run: str, offset: int) -> Iterator[Hit]:
    table = _terms().runs
    for start in range(len(run)):
        for end in range(min(len(run), start + _longest_run()), start, -1):
            if senses := table.get(run[start:end]):
                yield Hit(offset + start, offset + end, senses)
                break


@cache
def _longest_run() -> int:
    return max(map(len, _terms().runs))


@lru_cache(maxsize=100_000)
def senses_of(token: str) -> tuple[Sense, ...]:
    """Return what one word of a script with spaces means, by itself."""
    found: list[Sense] = []
    for form in _forms(token):
        found += _senses(form)
    return tuple(dict.fromkeys(found))


def _senses(form: str) -> Iterator[Sense]:
    terms = _terms()
    yield from terms.whole.get(form, ())
    for size in range(1, len(form) + 1):
        yield from terms.starts.get(form[:size], ())
    for size in range(4, len(form) + 1):
        yield from terms.ends.get(form[-size:], ())


def _forms(token: str) -> list[str]:
    """Return the spellings under which a word is looked up."""
    token = token[:_LONGEST_WORD]
    forms = [token]
    plain = _unaccented(token)
    if plain != token and len(plain) >= _PLAIN_ENOUGH:
        forms.append(plain)
    if "'" in token:  # l'asthme, kanser'in, someone's
        forms += [part for part in token.split("'") if len(part) > 2]
    if "\u0620" <= token[0] <= "\u06ff":
        heads = (head for head in _ARABIC_HEADS if token.startswith(head))
        forms += [token[len(head) :] for head in heads if len(token) - len(head) >= 3]
    return forms


def _phrases_at(words: Sequence[tuple[int, int, str]], place: int) -> Iterator[Hit]:
    start, _, first = words[place]
    for rest, sense in _phrases_from(first):
        last = place + len(rest)
        if last < len(words) and all(
            _fits(word, words[place + 1 + i][2]) for i, word in enumerate(rest)
        ):
            yield Hit(start, words[last][1], (sense,))


@lru_cache(maxsize=100_000)
def _phrases_from(first: str) -> tuple[tuple[tuple[str, ...], Sense], ...]:
    terms = _terms()
    found: list[tuple[tuple[str, ...], Sense]] = []
    for form in _forms(first):
        found += terms.phrases.get(form, ())
        for size in range(1, len(form) + 1):
            found += terms.phrase_starts.get(form[:size], ())
    return tuple(found)


def _fits(written: str, token: str) -> bool:
    if not token:
        return False
    bare = written.rstrip("*")
    loose = bare != written or _is_hangul(bare)
    spellings = {bare, _unaccented(bare)} if len(bare) > 3 else {bare}
    return any(
        form.startswith(own) if loose else form == own
        for own in spellings
        for form in _forms(token)
    )


def _is_hangul(term: str) -> bool:
    return "\uac00" <= term[:1] <= "\ud7a3"
