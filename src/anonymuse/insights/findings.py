"""What stands out in a report, as a few sentences that each rest on an interval.

Only what is notable after one control over everything that could be said is said; the rest is left
to the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np

from anonymuse.domain.released import sentences
from anonymuse.domain.released.report import Report
from anonymuse.insights.columns import Column
from anonymuse.insights.family import notable_together
from anonymuse.insights.growth import spans
from anonymuse.insights.lifts import Lifts
from anonymuse.insights.measures import CONCERN, REFUSED
from anonymuse.insights.sheet import Sheet, Sheets, Tree
from anonymuse.insights.words import count, named, number, percent, times

Kind = Literal["lift", "growth", "refusal", "concern", "withheld", "size"]

_MOST: dict[Kind, int] = {"lift": 4, "growth": 2, "concern": 2, "refusal": 2}
_VAGUE = 0.25  # width of an interval from which on only its lower end is put in a sentence
_RIVALS = 9  # so many may be as large as the largest, for it to be named
_OF_ONE_FACET = 2
_MEASURES = frozenset({"growth", CONCERN, REFUSED})
_TOLD_ELSEWHERE = frozenset({CONCERN, REFUSED, "turns"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something notable.

    Attributes:
        kind: what it is about.
        sentence: in plain words.
        evidence: the interval and the counts, in words.
        cluster: id of the cluster; None where it is about the whole report.
        colour: what to colour the map by, as addresses have it; empty for topics.
        is_lift: whether that colour is a lift rather than a share.
    """

    kind: Kind
    sentence: str
    evidence: str
    cluster: str | None = None
    colour: str = ""
    is_lift: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A finding that is put in words only if it is among the strongest.

    Attributes:
        strength: what is surely further from usual is stronger.
        row: of its cluster.
        say: puts it in words.
    """

    strength: float
    row: int
    say: Callable[[], Finding]


def findings(
    report: Report, sheets: Sheets, lifts: Mapping[str, Lifts], columns: Sequence[Column]
) -> list[Finding]:
    """Return a dozen findings at most, grouped by kind, the strongest first in each.

    Args:
        report: what was released.
        sheets: its counts.
        lifts: of each facet.
        columns: its measures.
    """
    tree = sheets.tree
    if not tree.clusters:
        return []
    told = {name: own for name, own in lifts.items() if name not in _TOLD_ELSEWHERE}
    told, known = notable_together(told, {c.key: c for c in columns if c.key in _MEASURES})
    kinds: list[tuple[Kind, Iterator[_Candidate]]] = [
        ("lift", _lifts(report, told)),
        ("growth", _growth(report, sheets.windows, known.get("growth"))),
        ("concern", _shares(report, tree, known.get(CONCERN), "concern")),
        ("refusal", _shares(report, tree, known.get(REFUSED), "refusal")),
    ]
    notable = [own.say() for kind, found in kinds for own in _strongest(found, tree, _MOST[kind])]
    return [*_largest(tree), *(notable or [_nothing()]), *_withheld(report)]


def _strongest(found: Iterable[_Candidate], tree: Tree, most: int) -> list[_Candidate]:
    """Return the strongest, one of each branch of the tree: parents repeat their children."""
    kept: list[_Candidate] = []
    for own in sorted(found, key=lambda c: (-c.strength, c.row)):
        path = tree.path(own.row)
        if len(kept) < most and not any(
            other.row in path or own.row in tree.path(other.row) for other in kept
        ):
            kept.append(own)
    return kept


def _lifts(report: Report, lifts: Mapping[str, Lifts]) -> Iterator[_Candidate]:
    """Yield the strongest lifts of each facet, so that no facet crowds out the others."""
    for name, found in lifts.items():
        own = [
            _lift(report, name, found, cell)
            for cell in np.flatnonzero(found.notable).tolist()
            if found.sheet.values[found.column[cell]] != "no"
        ]
        yield from _strongest(own, found.sheet.tree, _OF_ONE_FACET)


def _lift(report: Report, facet: str, found: Lifts, cell: int) -> _Candidate:
    sheet, tree = found.sheet, found.sheet.tree
    row, column = int(found.row[cell]), int(found.column[cell])
    ratio, low, high = (
        float(own[cell]) for own in (found.ratios.ratio, found.ratios.low, found.ratios.high)
    )
    value, here = sheet.values[column], sheet.units[row, column]
    rest = (sheet.units[-1, column] - here) / (tree.units[-1] - tree.units[row])

    def say() -> Finding:
        often = times(ratio) if ratio > 1 else f"only {times(ratio)}"
        holds = f"{_what(report, facet, value)} {often} as common in {_name(tree, row)}"
        return Finding(
            "lift",
            f"{holds} as elsewhere.",
            f"95 % interval {number(low)} to {times(high)}; {count(here)} of "
            f"{count(tree.units[row])} {_people(report)} here, {percent(rest)} elsewhere.",
            tree.clusters[row].id,
            f"{facet}:{value}",
            is_lift=True,
        )

    return _Candidate(_strength(low, high), row, say)


def _what(report: Report, facet: str, value: str) -> str:
    """Return a facet's value as the beginning of a sentence."""
    title = sentences.facet_title(report, facet)
    if facet == "language":
        return f"{value} is"
    return f"“{title}” is" if value == "yes" else f"“{title}: {value}” is"


def _growth(report: Report, people: Sheet, column: Column | None) -> Iterator[_Candidate]:
    if column is None:
        return
    tree = people.tree
    compared = spans(len(people.values), people.units[tree.whole])
    for row, stands_out in enumerate(column.notable):
        ratio, low, high = column.values[row], column.low[row], column.high[row]
        if not stands_out or compared is None or ratio is None or low is None or high is None:
            continue
        latest = people.values[compared.latest]
        here = people.units[row, compared.latest]

        def say(
            row: int = row, ratio: float = ratio, low: float = low, high: float = high,
            latest: str = latest, here: float = here,
        ) -> Finding:  # fmt: skip
            verb = "grew" if ratio > 1 else "shrank"
            return Finding(
                "growth",
                f"{_name(tree, row)} {verb}: its share of the {_people(report)} of {latest} is "
                f"{times(ratio)} its share before.",
                f"95 % interval {number(low)} to {times(high)}; {count(here)} {_people(report)} "
                f"in {latest}.",
                tree.clusters[row].id,
                column.key,
            )

        yield _Candidate(_strength(low, high), row, say)


def _shares(
    report: Report, tree: Tree, column: Column | None, kind: Literal["concern", "refusal"]
) -> Iterator[_Candidate]:
    """Yield clusters with surely more than the whole report's share."""
    if column is None or not column.base:
        return
    base = column.base
    for row, stands_out in enumerate(column.notable):
        low, high = column.low[row], column.high[row]
        if not stands_out or low is None or high is None or low <= base:
            continue

        def say(row: int = row, low: float = low, high: float = high) -> Finding:
            value, many = column.values[row], _people(report)
            vague = value is None or high - low > _VAGUE
            share = f"at least {percent(low)}" if vague else percent(value or 0.0)
            sentence = f"In {_name(tree, row)}, {share} of {many} have a conversation of concern."
            if kind == "refusal":
                sentence = (
                    f"In {_name(tree, row)}, {share} of {many} were refused something, at least "
                    "in part."
                )
            return Finding(
                kind,
                sentence,
                f"95 % interval {percent(low)} to {percent(high)} of {count(tree.units[row])} "
                f"{many}; {percent(base)} in the whole report.",
                tree.clusters[row].id,
                column.key,
            )

        yield _Candidate(log(low / base), row, say)


def _largest(tree: Tree) -> list[Finding]:
    """Return the largest area and the largest topic; with one level there are topics alone."""
    tops = [row for row in range(tree.whole) if tree.parent[row] == tree.whole]
    while len(tops) == 1:
        below = [row for row in range(tree.whole) if tree.parent[row] == tops[0]]
        if not below:
            break
        tops = below
    areas = [row for row in tops if tree.clusters[row].level > 0]
    leaves = [row for row, cluster in enumerate(tree.clusters) if cluster.level == 0]
    found = [_size(tree, areas, "area", "areas"), _size(tree, leaves, "topic", "topics")]
    return [own for own in found if own is not None]


def _size(tree: Tree, rows: Sequence[int], noun: str, nouns: str) -> Finding | None:
    """Return the largest; None where too many could as well be it."""
    order = sorted(rows, key=lambda row: (-tree.clusters[row].conversations, row))
    if not order:
        return None
    own = tree.clusters[order[0]]
    rivals = sum(tree.clusters[row].share_high >= own.share_low for row in order[1:])
    if rivals > _RIVALS:
        return None
    start = f"The largest {noun} is" if not rivals else f"One of the largest {nouns} is"
    return Finding(
        "size",
        f"{start} {_name(tree, order[0])}, with {percent(own.share)} of all conversations.",
        f"95 % interval {percent(own.share_low)} to {percent(own.share_high)}; "
        f"{count(own.conversations)} conversations.",
        own.id,
    )


def _nothing() -> Finding:
    return Finding(
        "lift",
        "No topic differs from the others by more than chance and noise can make.",
        "All differences of facets, windows, concern and refusal were looked at together; a mark "
        "in one facet holds within that facet alone.",
    )


def _withheld(report: Report) -> list[Finding]:
    total = sum(item.clusters for item in report.withheld)
    if not total:
        return []
    noun = "topic is" if total == 1 else "topics are"
    share = report.receipt.withheld_share
    return [
        Finding(
            "withheld",
            f"{count(total)} {noun} not shown: {sentences.withheld_reasons(report)}.",
            f"Conversations not shown: {share}." if share else "",
        )
    ]


def _strength(low: float, high: float) -> float:
    """Return how far a ratio surely is from 1, on a log scale."""
    return max(log(low) if low > 0 else 0.0, -log(high) if high > 0 else 0.0)


def _name(tree: Tree, row: int) -> str:
    return named(tree.clusters[row].name)


def _people(report: Report) -> str:
    return sentences.unit_noun(report.receipt)
