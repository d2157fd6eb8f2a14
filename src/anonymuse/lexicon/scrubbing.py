"""Scrubbing: a text goes in, and the same text without strings that point at somebody comes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.identifiers import Span, find_spans, replaced
from anonymuse.ports.scrubber import EntityDetector

_ROUNDS = 12
"""A replaced string can uncover a neighbour; in practice the second round finds nothing."""


def scrub_text(text: str, *, detector: EntityDetector | None = None) -> tuple[str, Counter[str]]:
    """Replace what identifies by placeholders such as ``[EMAIL]``.

    Args:
        text: anything; it is cleaned first (`lexicon.hygiene.clean`).
        detector: finds people, places and organisations as well; asked once, after the patterns.

    Returns:
        The scrubbed text, and how many strings of each kind were replaced. Scrubbing a scrubbed
        text changes nothing (without a detector, whose answers nobody can vouch for).
    """
    text = clean(text)
    counts: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        spans = find_spans(text)
        if not spans:
            break
        counts.update(span.kind for span in spans)
        text = clean(replaced(text, spans))
    if detector is not None:
        spans = _entities(text, detector)
        counts.update(span.kind for span in spans)
        text = replaced(text, spans)
    return text, counts


def everything(text: str, *, detector: EntityDetector | None = None) -> list[Span]:
    """Return what is replaced in a cleaned text, as places in that text, in order.

    For measuring: `scrub_text` looks again at what it has made, and may find a little more.
    """
    spans = find_spans(text)
    if detector is None:
        return spans
    found = _entities(replaced(text, spans), detector)
    return sorted([*spans, *_moved_back(found, spans)])


def _moved_back(found: Iterable[Span], spans: Sequence[Span]) -> Iterator[Span]:
    """Yield spans of the text with placeholders as spans of the text before."""
    place = longer = 0
    for start, end, kind in found:
        while place < len(spans) and spans[place].start + longer < start:
            before = spans[place]
            longer += len(before.kind) + 2 - (before.end - before.start)
            place += 1
        yield Span(start - longer, end - longer, kind)


def _entities(text: str, detector: EntityDetector) -> list[Span]:
    """Return the detector's spans in order, without overlap and outside placeholders."""
    kept: list[Span] = []
    taken = [match.span() for match in _PLACEHOLDER.finditer(text)]
    place = 0
    for start, end, kind in sorted(detector.find(text)):
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        free = place == len(taken) or end <= taken[place][0]
        if free and start >= (kept[-1].end if kept else 0) and text[start:end].strip():
            kept.append(Span(start, end, kind))
    return kept


_PLACEHOLDER = re.compile(r"\[[A-Z]{2,14}\]")


MARGIN = 400
"""Characters scrubbed beyond a cut, so that no identifier is cut in two and then missed."""

_BREAK = re.compile("[\\s\u0e00-\u0eff\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]")
"""Where an identifier cannot go on: white space, and letters of scripts without spaces."""


def scrub_head(
    text: str, characters: int, *, detector: EntityDetector | None = None
) -> tuple[str, Counter[str]]:
    """Scrub about the first ``characters`` of a text; the rest is not even read."""
    if len(text) <= characters + MARGIN:
        return scrub_text(text, detector=detector)
    piece = clean(text[: characters + MARGIN])
    end = max(0, len(piece) - MARGIN)
    spans = find_spans(piece)
    end = min((span.start for span in spans if span.start < end < span.end), default=end)
    return _finished(piece[:end], [span for span in spans if span.end <= end], detector)


def scrub_tail(
    text: str, characters: int, *, detector: EntityDetector | None = None
) -> tuple[str, Counter[str]]:
    """Scrub about the last ``characters`` of a text; empty where no safe place to start is."""
    if len(text) <= characters + MARGIN:
        return scrub_text(text, detector=detector)
    piece = clean(text[-(characters + MARGIN) :])
    start = _BREAK.search(piece)
    if start is None:
        return "", Counter()
    piece = piece[start.start() :]
    begin = max(0, len(piece) - characters)
    spans = find_spans(piece)
    begin = max((span.end for span in spans if span.start < begin < span.end), default=begin)
    kept = [
        Span(span.start - begin, span.end - begin, span.kind)
        for span in spans
        if span.start >= begin
    ]
    return _finished(piece[begin:], kept, detector)


def _finished(
    piece: str, spans: list[Span], detector: EntityDetector | None
) -> tuple[str, Counter[str]]:
    text, counts = scrub_text(replaced(piece, spans), detector=detector)
    counts.update(span.kind for span in spans)
    return text, counts
