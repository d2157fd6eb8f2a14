"""How well scrubbing finds structured identifiers, on public text with marked personal details.

The sets are those of the Presidio project (synthetic text, MIT). Names and organisations are out
of scope and left out; street addresses are reported and not promised.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.identifiers import Span, find_spans

TYPES: dict[str, frozenset[str]] = {
    "EMAIL_ADDRESS": frozenset({"EMAIL"}),
    "PHONE_NUMBER": frozenset({"PHONE", "NUMBER"}),
    "CREDIT_CARD": frozenset({"CARD", "NUMBER", "ID"}),
    "IBAN_CODE": frozenset({"IBAN"}),
    "DOMAIN_NAME": frozenset({"URL"}),
    "IP_ADDRESS": frozenset({"IP"}),
    "US_SSN": frozenset({"ID"}),
    "US_DRIVER_LICENSE": frozenset({"ID", "NUMBER"}),
}
"""Marked types that have a structure, and the kinds that count as the right answer."""

_SIDE = {"ADDRESS", "STREET_ADDRESS", "ZIP_CODE"}
"""Marked places: reported, and never held against precision."""


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Counts for one marked type.

    Attributes:
        marked: how many there are.
        gone: of these, fully replaced, by whatever kind.
        named: of these, replaced by the right kind.
    """

    marked: int
    gone: int
    named: int

    @property
    def recall(self) -> float:
        """Share of the marked strings that are gone."""
        return self.gone / self.marked if self.marked else 1.0


@dataclass(frozen=True, slots=True)
class ScrubScore:
    """The result on one or more files.

    Attributes:
        texts: number of texts.
        types: counts by marked type.
        replaced: how many strings were replaced, by kind.
        beside: of these, how many touch no marked string (false alarms), by kind.
    """

    texts: int
    types: dict[str, TypeScore]
    replaced: dict[str, int]
    beside: dict[str, int]

    @property
    def precision(self) -> float:
        """Share of the replaced strings that touch a marked one."""
        total = sum(self.replaced.values())
        return 1 - sum(self.beside.values()) / total if total else 1.0

    @property
    def recall(self) -> float:
        """Share of the marked strings with a structure that are gone."""
        kept = [score for name, score in self.types.items() if name in TYPES]
        marked = sum(score.marked for score in kept)
        return sum(score.gone for score in kept) / marked if marked else 1.0


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _covered(text: str, start: int, end: int, spans: list[Span]) -> bool:
    """Say whether no letter or digit of ``text[start:end]`` is left."""
    left = set(range(start, end))
    for span in spans:
        left -= set(range(span.start, span.end))
    return not any(text[place].isalnum() for place in left)


def score_scrubbing(*paths: Path) -> ScrubScore:
    """Score scrubbing on files with ``full_text`` and ``spans`` (the Presidio layout)."""
    texts, marked, gone, named = 0, Counter[str](), Counter[str](), Counter[str]()
    replaced, beside = Counter[str](), Counter[str]()
    for path in paths:
        for row in _rows(path):
            text = row["full_text"]
            if clean(text) != text:
                continue  # marks would not be where they say
            texts += 1
            spans = find_spans(text)
            truth = [
                (s["start_position"], s["end_position"], s["entity_type"]) for s in row["spans"]
            ]
            for start, end, name in truth:
                if name not in TYPES and name not in _SIDE:
                    continue
                marked[name] += 1
                gone[name] += _covered(text, start, end, spans)
                right = TYPES.get(name, frozenset({"ADDRESS", "POSTCODE"}))
                named[name] += any(
                    s.start < end and start < s.end and s.kind in right for s in spans
                )
            for span in spans:
                replaced[span.kind] += 1
                beside[span.kind] += not any(s < span.end and span.start < e for s, e, _ in truth)
    types = {name: TypeScore(marked[name], gone[name], named[name]) for name in sorted(marked)}
    return ScrubScore(texts, types, dict(sorted(replaced.items())), dict(sorted(beside.items())))


def table(score: ScrubScore) -> str:
    """Return the result as two Markdown tables."""
    lines = ["| marked type | strings | gone | right kind |", "|---|---|---|---|"]
    for name, one in score.types.items():
        share = one.named / one.marked if one.marked else 1.0
        lines.append(f"| {name} | {one.marked:,} | {one.recall:.3f} | {share:.3f} |")
    lines += ["", "| replaced kind | strings | touch a marked string |", "|---|---|---|"]
    for kind, total in score.replaced.items():
        lines.append(f"| {kind} | {total:,} | {1 - score.beside[kind] / total:.3f} |")
    return "\n".join(lines)
