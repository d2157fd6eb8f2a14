"""How well scrubbing finds what identifies, on texts with marked personal details.

Recall is counted by string: a marked string is gone when no letter or digit of it is left, by
whatever placeholder. What scrubbing costs is counted on texts in which nothing is marked.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anonymuse.evals.scrubbing_sets import Mark, MarkedText
from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.identifiers import Span
from anonymuse.lexicon.scrubbing import everything, scrub_text
from anonymuse.ports.scrubber import EntityDetector
from anonymuse.stats.intervals import Estimate, wilson

RIGHT: dict[str, frozenset[str]] = {
    "EMAIL": frozenset({"EMAIL"}),
    "PHONE": frozenset({"PHONE", "NUMBER"}),
    "CARD": frozenset({"CARD", "NUMBER", "ID"}),
    "IBAN": frozenset({"IBAN"}),
    "IP": frozenset({"IP"}),
    "URL": frozenset({"URL"}),
    "ID": frozenset({"ID", "NUMBER"}),
    "DATE": frozenset({"DATE"}),
    "ADDRESS": frozenset({"ADDRESS", "POSTCODE", "PLACE"}),
    "POSTCODE": frozenset({"ADDRESS", "POSTCODE"}),
    "PERSON": frozenset({"PERSON"}),
    "PLACE": frozenset({"PLACE", "ADDRESS"}),
    "ORGANISATION": frozenset({"ORGANISATION"}),
}
"""Types of marks, and the placeholders that count as the right kind."""

PROMISED = ("EMAIL", "PHONE", "CARD", "IBAN", "IP", "URL")
"""Types whose recall is promised; the others are reported."""
LEAST = 0.98
"""What is promised of them."""


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Counts for the marks of one type.

    Attributes:
        marked: how many there are.
        gone: of these, fully replaced, by whatever kind.
        touched: of these, replaced at least in part.
        named: of these, touched by the right kind.
    """

    marked: int = 0
    gone: int = 0
    touched: int = 0
    named: int = 0

    @property
    def recall(self) -> Estimate:
        """Share of the marked strings that are gone, with its 95 % interval (Wilson)."""
        share = self.gone / self.marked if self.marked else 1.0
        return Estimate(share, *wilson(self.gone, self.marked))

    def __add__(self, other: TypeScore) -> TypeScore:
        return TypeScore(
            self.marked + other.marked,
            self.gone + other.gone,
            self.touched + other.touched,
            self.named + other.named,
        )


@dataclass(frozen=True, slots=True)
class ScrubScore:
    """The result on one set.

    Attributes:
        texts: number of texts.
        counts: by type and language.
        replaced: how many strings were replaced, by kind.
        beside: of these, how many touch no marked string, by kind. Sets mark what their makers
            thought of, so not every one of these is a mistake.
    """

    texts: int
    counts: Mapping[tuple[str, str], TypeScore]
    replaced: Mapping[str, int]
    beside: Mapping[str, int]

    @property
    def types(self) -> dict[str, TypeScore]:
        """Counts by type, in the order of `RIGHT`."""
        return {kind: self._sum(kind) for kind in RIGHT if any(k == kind for k, _ in self.counts)}

    def _sum(self, kind: str) -> TypeScore:
        return sum((one for (k, _), one in self.counts.items() if k == kind), TypeScore())

    @property
    def precision(self) -> float:
        """Share of the replaced strings that touch a marked one."""
        total = sum(self.replaced.values())
        return 1 - sum(self.beside.values()) / total if total else 1.0


@dataclass(frozen=True, slots=True)
class CleanScore:
    """What scrubbing takes from texts in which nobody is named on purpose.

    Attributes:
        texts: number of texts.
        changed: of these, how many lose something.
        characters: of all texts.
        lost: of these, how many are replaced.
        replaced: strings replaced, by kind.
    """

    texts: int
    changed: int
    characters: int
    lost: int
    replaced: Mapping[str, int]


def score_texts(
    rows: Iterable[MarkedText], *, detector: EntityDetector | None = None
) -> ScrubScore:
    """Score scrubbing on marked texts.

    Args:
        rows: texts as they are after cleaning.
        detector: finds people, places and organisations as well.
    """
    texts = 0
    counts: dict[tuple[str, str], TypeScore] = {}
    replaced, beside = Counter[str](), Counter[str]()
    for row in rows:
        texts += 1
        spans = everything(row.text, detector=detector)
        for mark in row.marks:
            if mark.type:
                key = mark.type, row.language
                counts[key] = counts.get(key, TypeScore()) + _scored(row.text, mark, spans)
        for span in spans:
            replaced[span.kind] += 1
            beside[span.kind] += not any(_meet(mark, span) for mark in row.marks)
    return ScrubScore(texts, counts, dict(sorted(replaced.items())), dict(sorted(beside.items())))


def _scored(text: str, mark: Mark, spans: Iterable[Span]) -> TypeScore:
    whole = {place for place in range(mark.start, mark.end) if text[place].isalnum()}
    left = set(whole)
    named = False
    for span in spans:
        if _meet(mark, span):
            left -= set(range(span.start, span.end))
            named = named or span.kind in RIGHT[mark.type]
    return TypeScore(1, not left, len(left) < len(whole), named)


def _meet(mark: Mark, span: Span) -> bool:
    return mark.start < span.end and span.start < mark.end


def score_clean(texts: Iterable[str], *, detector: EntityDetector | None = None) -> CleanScore:
    """Count what scrubbing takes from texts that hold nothing of anybody's."""
    replaced: Counter[str] = Counter()
    number = changed = characters = lost = 0
    for raw in texts:
        text = clean(raw)
        spans = everything(text, detector=detector)
        number += 1
        changed += bool(spans)
        characters += len(text)
        lost += sum(span.end - span.start for span in spans)
        replaced.update(span.kind for span in spans)
    return CleanScore(number, changed, characters, lost, dict(sorted(replaced.items())))


def time_scrubbing(
    texts: Iterable[str], *, detector: EntityDetector | None = None, rounds: int = 3
) -> float:
    """Return processor milliseconds for 1,000 characters: the best of some rounds."""
    kept = list(texts)
    characters = sum(map(len, kept))
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for text in kept:
            scrub_text(text, detector=detector)
        best = min(best, time.process_time() - started)
    return best * 1e6 / characters if characters else 0.0
