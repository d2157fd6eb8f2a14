"""Special categories: what tells of somebody's health, belief, debts ... becomes its category.

Terms in some 25 languages, no model (`special_table`, `special_terms/`). Strong ones (diagnoses,
medicines, charges ...) count wherever they stand; weak ones only near something that makes them
personal ("my", "I have", "у меня"), so that homework on religion stays homework. A word too many
becomes a category now and then: that is the safe side.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.special_table import (
    CATEGORIES,
    CUE,
    GENERAL,
    NEVER,
    Hit,
    digest,
    hits,
    read_form,
    terms_file,
)

__all__ = [
    "CATEGORIES",
    "SpecialSpan",
    "becomes",
    "digest",
    "find_special",
    "generalised",
    "is_special",
]

_NEAR = 200
"""characters between a cue and the weak term that it makes personal"""
_ONE = 24
"""characters between two terms of a category that become one word together"""
_ROUNDS = 12
"""A shorter text can bring a cue near; in practice the second round finds nothing."""
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|[。！？\n।؟]")
_AGE = r"(?<![\w.,])(?:1[0-7]|[0-9])(?![0-9])"


class SpecialSpan(NamedTuple):
    """A part of a text that tells something of a category: ``text[start:end]``."""

    start: int
    end: int
    category: str


@cache
def becomes(category: str) -> str:
    """Return the words that stand for a category."""
    return str(terms_file(category)["becomes"])


def generalised(text: str, *, personal: Collection[str] = ()) -> tuple[str, Counter[str]]:
    """Replace what tells something of a special category by the category.

    Args:
        text: any language; it is cleaned (`lexicon.hygiene.clean`).
        personal: categories whose weak terms count without a cue: something else that is known of
            the same conversation is personal already.

    Returns:
        The text, and how many places were replaced by category. Doing it again changes nothing.
    """
    text = clean(text)
    counts: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        spans = find_special(text, personal=personal)
        if not spans:
            break
        counts.update(span.category for span in spans)
        text = clean(_replaced(text, spans))
    return text, counts


def _replaced(text: str, spans: Sequence[SpecialSpan]) -> str:
    pieces: list[str] = []
    last = 0
    for start, end, category in spans:
        pieces += [text[last:start], _spaced(text, start, end, becomes(category))]
        last = end
    return "".join([*pieces, text[last:]])


def _spaced(text: str, start: int, end: int, words: str) -> str:
    """Return the words with spaces where the text has letters on: Chinese, Japanese, Thai."""
    before = " " if text[:start][-1:].isalnum() else ""
    return f"{before}{words}{' ' if text[end : end + 1].isalnum() else ''}"


def find_special(text: str, *, personal: Collection[str] = ()) -> list[SpecialSpan]:
    """Return what tells something of a special category, in order and apart from each other.

    Args:
        text: after `lexicon.hygiene.clean`.
        personal: see `generalised`.
    """
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    found = list(hits(text))
    cues = _Cues(found, ends)
    spans = [
        SpecialSpan(hit.start, hit.end, category)
        for hit in found
        if (category := _counting(hit, cues, personal))
    ]
    spans += _ages(text, {span.category for span in spans} | set(personal))
    return list(_joined(text, [span for span in spans if not _is_category(text, span)]))


class _Cues:
    """Where a text is personal, and in which language; and where it is about a task."""

    def __init__(self, found: Sequence[Hit], ends: Sequence[int]) -> None:
        self._ends = ends
        self._cues: dict[str, list[int]] = {}
        self._general: set[tuple[int, str]] = set()
        self._never: list[tuple[int, int]] = []
        for hit in found:
            for sense in hit.senses:
                self._note(hit, sense.kind, sense.language)

    def _note(self, hit: Hit, kind: str, language: str) -> None:
        if kind == CUE:
            self._cues.setdefault(language, []).append(hit.start)
        elif kind == GENERAL:
            self._general.add((bisect_right(self._ends, hit.start), language))
        elif kind == NEVER:
            self._never.append((hit.start, hit.end))

    def personal(self, hit: Hit, language: str) -> bool:
        """Say whether a cue of that language makes this weak term personal."""
        if (bisect_right(self._ends, hit.start), language) in self._general:
            return False
        return any(abs(start - hit.start) <= _NEAR for start in self._cues.get(language, ()))

    def never(self, hit: Hit) -> bool:
        """Say whether the term is part of words that mean something else."""
        return any(start <= hit.start and hit.end <= end for start, end in self._never)


def _counting(hit: Hit, cues: _Cues, personal: Collection[str]) -> str:
    """Return the category that a term counts for here; strong senses first."""
    senses = [sense for sense in hit.senses if sense.kind in CATEGORIES]
    if not senses or cues.never(hit):
        return ""
    for sense in sorted(senses, key=lambda one: not one.strong):
        if sense.strong or sense.kind in personal or cues.personal(hit, sense.language):
            return sense.kind
    return ""


@cache
def _ages_pattern() -> re.Pattern[str]:
    listed = terms_file("minors")["ages"].values()
    forms = [form.replace("{}", _AGE, 1) for forms in listed for form in forms]
    return re.compile(
        "|".join(f"(?:{form})" for form in forms).replace("{{", "{").replace("}}", "}")
    )


def _ages(text: str, found: Collection[str]) -> Iterator[SpecialSpan]:
    """Yield the ages of children, where the text speaks of a child of somebody's."""
    if "minors" in found:
        for match in _ages_pattern().finditer(read_form(text)):
            yield SpecialSpan(*match.span(), "minors")


def _joined(text: str, spans: Sequence[SpecialSpan]) -> Iterator[SpecialSpan]:
    """Yield spans in order; overlapping ones, and near ones of one category, become one."""
    last: SpecialSpan | None = None
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if last is not None and _together(text, last, span):
            last = SpecialSpan(last.start, max(last.end, span.end), last.category)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _together(text: str, last: SpecialSpan, span: SpecialSpan) -> bool:
    if span.start < last.end:
        return True
    between = text[last.end : span.start]
    near = len(between) <= _ONE and not _SENTENCE_END.search(between)
    return near and span.category == last.category


def _is_category(text: str, span: SpecialSpan) -> bool:
    """Say whether a span is a category's own word, as an earlier pass wrote it."""
    words = text[span.start : span.end].lower().split()
    return all(word in own_words() for word in words)


def is_special(text: str) -> bool:
    """Say whether a word or phrase holds a strong term of any language, beside categories' words.

    For what is to be published: in a generalising run nobody's text can have supported one.
    """
    text = clean(text)
    found = list(hits(text))
    cues = _Cues(found, ())
    return any(
        sense.strong and not cues.never(hit)
        for hit in found
        for sense in hit.senses
        if not _is_category(text, SpecialSpan(hit.start, hit.end, sense.kind))
    )


@cache
def own_words() -> frozenset[str]:
    """Return the words that stand in for specifics ("health", "condition" ...)."""
    return frozenset(word for category in CATEGORIES for word in becomes(category).split())
