"""Scores of one facet's answers beside the truth, as the facet's kind wants them.

Each gives a part of the section of answers: figures, tables and pictures without a lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from anonymuse.adapters.language.names import ENGLISH_NAMES
from anonymuse.domain.facets import FacetKind
from anonymuse.domain.private.conversation import Scalar
from anonymuse.evals.suite.section import Bars, Figure, Number, Section, Table
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import f1, macro_f1, share, spearman

LEAST_GROUP = 20
"""A language with fewer rows (for F1: fewer that are a yes) has no score of its own."""
SHORT = 40
"""Texts with fewer characters are also scored apart: a detector has little to go by."""
MOST_ROWS = 15
_YES = frozenset({"yes", "partly", "true", "1"})
_RELATIVES = {
    "Bosnian": "Serbian",
    "Chinese": "Mandarin Chinese",
    "Croatian": "Serbian",
    "Malay": "Indonesian",
}
"""Languages that count for another one: nobody tells a short text of theirs from its."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """One facet: rows where both the truth and an answer are there.

    Attributes:
        facet: its name.
        truth: of each row.
        said: the answer to each row.
        languages: of each row; None: one language.
        units: who wrote each row; None: everybody once.
        lengths: characters of each row's text.
        unanswered: rows with a truth and no answer.
    """

    facet: str
    truth: tuple[Scalar, ...]
    said: tuple[Scalar, ...]
    languages: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    lengths: tuple[int, ...] | None = None
    unanswered: int = 0

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, rows: Sequence[int]) -> Asked:
        """Return the same of some rows."""
        return replace(
            self,
            truth=tuple(self.truth[row] for row in rows),
            said=tuple(self.said[row] for row in rows),
            languages=_taken(self.languages, rows),
            units=_taken(self.units, rows),
            lengths=_taken(self.lengths, rows),
        )

    def by_language(self) -> Iterator[tuple[str, Asked]]:
        """Yield the rows of each language, the languages sorted."""
        for language in sorted(set(self.languages or ())):
            rows = [row for row, own in enumerate(self.languages or ()) if own == language]
            yield language, self.take(rows)


def put_beside(
    facet: str,
    truth: Sequence[Scalar],
    said: Sequence[Scalar],
    *,
    languages: tuple[str, ...] | None = None,
    units: tuple[str, ...] | None = None,
    lengths: tuple[int, ...] | None = None,
) -> Asked:
    """Return the rows of a facet where both sides say something, and how many lack an answer."""
    everything = Asked(facet, tuple(truth), tuple(said), languages, units, lengths)
    rows = [row for row, own in enumerate(truth) if own not in (None, "")]
    both = [row for row in rows if said[row] not in (None, "")]
    return replace(everything.take(both), unanswered=len(rows) - len(both))


def scored(asked: Asked, kind: FacetKind) -> Section:
    """Score a facet as its kind wants it; a free text has no score."""
    if asked.facet == "language":
        return language_part(asked)
    if asked.facet == "refused" or kind == "boolean":
        return yes_part(asked)
    if kind == "integer":
        return rank_part(asked)
    if kind == "several_of":
        return several_part(asked)
    return one_part(asked) if kind == "one_of" else Section(asked.facet, "", "")


def yes_part(asked: Asked) -> Section:
    """Score a yes or no: F1, precision and recall. ``partly`` is a yes."""
    true, said = (np.array(list(map(_is_yes, own))) for own in (asked.truth, asked.said))
    units = None if asked.units is None else np.asarray(asked.units)

    def of(rows: np.ndarray[tuple[int], np.dtype[np.bool_]], flags: object) -> Estimate:
        own = None if units is None else units[rows]
        return share(np.asarray(flags)[rows], units=own)

    name = asked.facet
    if not true.any():
        note = f"{name}: yes in no conversation's truth, so nothing is said of it."
        return Section(name, "", "", notes=(note,))
    figures = [
        _figure(f"{name}.f1", f"{name}: F1", f1(true, said, units=asked.units), len(asked)),
        _figure(f"{name}.recall", f"{name}: recall", of(true, said), int(true.sum())),
    ]
    if said.any():
        precision = of(said, true)
        figures.insert(
            1, _figure(f"{name}.precision", f"{name}: precision", precision, int(said.sum()))
        )
    own = {
        language: f1(list(map(_is_yes, part.truth)), list(map(_is_yes, part.said)))
        for language, part in asked.by_language()
        if sum(map(_is_yes, part.truth)) >= LEAST_GROUP
    }
    return Section(name, "", "", tuple(figures), pictures=_bars(f"F1 of {name} by language.", own))


def rank_part(asked: Asked) -> Section:
    """Score an answer on a scale: rank correlation."""
    name = asked.facet
    truth, said = ([float(value or 0) for value in own] for own in (asked.truth, asked.said))
    overall = spearman(truth, said, units=asked.units)
    if np.isnan(overall.mean):
        return Section(name, "", "", notes=(f"{name}: one side is the same everywhere.",))
    own = {}
    for language, part in asked.by_language():
        sides = [[float(value or 0) for value in values] for values in (part.truth, part.said)]
        if len(part) >= LEAST_GROUP and all(len(set(values)) > 1 for values in sides):
            own[language] = spearman(*sides, units=part.units)
    figure = _figure(f"{name}.spearman", f"{name}: rank correlation", overall, len(asked))
    pictures = _bars(f"Rank correlation of {name} by language.", own)
    return Section(name, "", "", (figure,), pictures=pictures)


def one_part(asked: Asked) -> Section:
    """Score one of several answers: share that is right, and mean F1 of the answers."""
    name = asked.facet
    truth, said = (list(map(_plain, own)) for own in (asked.truth, asked.said))
    right = [a == b for a, b in zip(truth, said, strict=True)]
    figures = (
        _figure(f"{name}.right", f"{name}: right", share(right, units=asked.units), len(asked)),
        _figure(f"{name}.f1", f"{name}: mean F1 of the answers",
                macro_f1(truth, said, units=asked.units), len(asked)),
    )  # fmt: skip
    return Section(name, "", "", figures)


def several_part(asked: Asked) -> Section:
    """Score several answers at once: F1 over all pairs of a row and a value, and value by value."""
    name = asked.facet
    truth, said = ([set(_listed(value)) for value in own] for own in (asked.truth, asked.said))
    values = sorted(set().union(*truth))
    pairs = [
        (value in a, value in b, row)
        for row, (a, b) in enumerate(zip(truth, said, strict=True))
        for value in sorted(a | b)
    ]
    if not values:
        return Section(name, "", "")
    units = asked.units or tuple(map(str, range(len(asked))))
    true, found, rows = zip(*pairs, strict=True)
    overall = f1(true, found, units=[units[row] for row in rows])
    lines = []
    for value in values:
        flags = [value in own for own in truth], [value in own for own in said]
        one = f1(*flags, units=asked.units)
        lines.append((value, sum(flags[0]), one.mean, one.low, one.high))
    table = Table(f"{name}, value by value.", ("value", "rows", "F1", "from", "to"), tuple(lines))
    return Section(
        name,
        "",
        "",
        (_figure(f"{name}.f1", f"{name}: F1 of values", overall, len(asked)),),
        (table,),
    )


def language_part(asked: Asked) -> Section:
    """Score the detector: share right, by language, of short texts apart, and what it confuses."""
    right = _right(asked)
    figures = [
        _figure("language.right", "language: right", share(right, units=asked.units), len(asked))
    ]
    if asked.lengths is not None:
        short = [row for row, length in enumerate(asked.lengths) if length < SHORT]
        if len(short) >= LEAST_GROUP:
            own = None if asked.units is None else [asked.units[row] for row in short]
            estimate = share([right[row] for row in short], units=own)
            label = f"language: right, texts under {SHORT} characters"
            figures.append(_figure("language.short", label, estimate, len(short)))
    by_language = {
        language: share(_right(part), units=part.units)
        for language, part in asked.by_language()
        if len(part) >= LEAST_GROUP
    }
    rows = zip(asked.truth, asked.said, right, strict=True)
    wrong = Counter((str(a), str(b)) for a, b, fine in rows if not fine)
    table = Table(
        "Languages taken for another one, most often first.",
        ("language", "taken for", "conversations"),
        tuple((a, b, count) for (a, b), count in wrong.most_common(MOST_ROWS)),
    )
    return Section(
        "language", "", "", tuple(figures), (table,) if wrong else (),
        _bars("Share of each language's conversations whose language is told right.", by_language),
    )  # fmt: skip


def _taken(values: tuple[_T, ...] | None, rows: Sequence[int]) -> tuple[_T, ...] | None:
    return None if values is None else tuple(values[row] for row in rows)


def _right(asked: Asked) -> list[bool]:
    """Return for each row whether its language is told right."""
    sides = ([_language(value) for value in own] for own in (asked.truth, asked.said))
    return [a == b for a, b in zip(*sides, strict=True)]


def _language(value: Scalar) -> str:
    name = ENGLISH_NAMES.get(str(value), str(value))
    return _RELATIVES.get(name, name)


def _is_yes(value: Scalar) -> bool:
    return _plain(value) in _YES


def _plain(value: Scalar) -> str:
    return str(value).strip().casefold()


def _listed(value: Scalar) -> list[str]:
    return [part.strip().casefold() for part in str(value).split(";") if part.strip()]


def _figure(key: str, label: str, estimate: Estimate, rows: int) -> Figure:
    return Figure(key, label, Number.of(estimate), rows=rows)


def _bars(caption: str, found: Mapping[str, Estimate]) -> tuple[Bars, ...]:
    if not found:
        return ()
    return (Bars(caption, tuple(found), tuple(map(Number.of, found.values()))),)
