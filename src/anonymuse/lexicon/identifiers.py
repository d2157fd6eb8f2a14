"""Strings that point at somebody, found by patterns and check digits in every language.

Deterministic and without a model: e-mail, URLs, phones, cards, accounts, identity numbers,
machines, keys, handles, dates of birth, and addresses of unmistakable form. Names of people and
places are not found here (see `lexicon.names`). Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from anonymuse.lexicon.hygiene import shadow
from anonymuse.lexicon.identifier_codes import announced, checked, identities, locators
from anonymuse.lexicon.identifier_dates import births, dates
from anonymuse.lexicon.identifier_net import Found, handles, machines, mails, spelt, urls
from anonymuse.lexicon.identifier_numbers import cards, ibans, phones, phones_abroad, runs
from anonymuse.lexicon.identifier_places import places
from anonymuse.lexicon.identifier_secrets import secrets


class Span(NamedTuple):
    """A part of a text: ``text[start:end]``, and what it is."""

    start: int
    end: int
    kind: str


KINDS: tuple[str, ...] = (
    "ADDRESS", "CARD", "COORDINATES", "DATE", "EMAIL", "HANDLE", "IBAN", "ID", "IP", "MAC",
    "NUMBER", "PHONE", "POSTCODE", "SECRET", "URL", "UUID", "WALLET",
)  # fmt: skip
"""Every kind found here; a kind in square brackets is its placeholder."""

Detector = Callable[[str], Iterable[Found]]

_DIGIT = re.compile(r"\d+")
_DIGITS = re.compile(r"\d(?:\D{0,3}\d){2,}")

# First come, first served: what an earlier one has found is blank for the later ones, so the
# narrow and checked stand before the wide. ``dates`` finds nothing: it only blanks. Those with a
# pattern in front read no more than what is near a match of it, which is most of the cost.
_DETECTORS: tuple[tuple[re.Pattern[str] | None, Detector], ...] = (
    (None, spelt), (None, urls), (None, mails), (_DIGIT, machines), (None, secrets),
    (_DIGIT, places), (_DIGITS, ibans), (_DIGITS, cards), (_DIGITS, phones_abroad),
    (_DIGITS, identities), (_DIGITS, births), (_DIGITS, dates), (_DIGIT, locators),
    (_DIGITS, announced), (_DIGITS, phones), (_DIGITS, checked), (_DIGITS, runs), (None, handles),
)  # fmt: skip
_REACH = 150
"""Characters around a digit that belong to its context; no pattern with a digit is longer."""
_BLANK = "\x00"


def find_spans(text: str) -> list[Span]:
    """Return the identifiers of a cleaned text, in order and without overlap."""
    seen = shadow(text)
    found: list[Span] = []
    near = {pattern: _near(seen, pattern) for pattern in (_DIGIT, _DIGITS)}
    for needs, detector in _DETECTORS:
        if needs is None:
            fresh: Iterable[Found] = detector(seen)
        else:
            parts = (_shifted(detector(seen[a:b]), a) for a, b in near[needs])
            fresh = chain.from_iterable(parts)
        seen = _taken(seen, fresh, found)
    return sorted(found)


def _taken(seen: str, fresh: Iterable[Found], found: list[Span]) -> str:
    """Add what is new to ``found`` and return the text with it blanked."""
    new = [f for f in fresh if _BLANK not in seen[f[0] : f[1]]]
    if not new:
        return seen
    spans = _without_overlap(new)
    found += [span for span in spans if span.kind]
    return _blanked(seen, spans)


def _near(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return the parts of a text that have a match near."""
    parts: list[tuple[int, int]] = []
    start, end = 0, -1
    for match in pattern.finditer(text):
        if match.start() - _REACH > end:
            if end >= 0:
                parts.append((start, end))
            start = max(0, match.start() - _REACH)
        end = match.end() + _REACH
    return [*parts, (start, end)] if end >= 0 else parts


def _shifted(found: Iterable[Found], by: int) -> Iterator[Found]:
    return ((start + by, end + by, kind) for start, end, kind in found)


def _without_overlap(found: Iterable[Found]) -> list[Span]:
    """Return spans in order; of overlapping ones the earlier and longer stays."""
    kept: list[Span] = []
    for start, end, kind in sorted(found, key=lambda item: (item[0], -item[1])):
        if not kept or start >= kept[-1].end:
            kept.append(Span(start, end, kind))
    return kept


def _blanked(text: str, spans: Iterable[Span]) -> str:
    parts, last = [], 0
    for span in spans:
        parts += [text[last : span.start], _BLANK * (span.end - span.start)]
        last = span.end
    return "".join((*parts, text[last:]))


def replaced(text: str, spans: Iterable[Span]) -> str:
    """Return the text with every span replaced by its kind in square brackets."""
    return "".join(_pieces(text, spans))


def _pieces(text: str, spans: Iterable[Span]) -> Iterator[str]:
    last = 0
    for span in spans:
        yield text[last : span.start]
        yield f"[{span.kind}]"
        last = span.end
    yield text[last:]


def find_identifiers(text: str) -> list[str]:
    """Return the kinds of identifiers in a text, sorted, each once; empty when there are none."""
    return sorted({span.kind for span in find_spans(text)})
