"""Two measures against each other: where what was flagged, or refused, does not fit the concern."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.insights.columns import Column
from anonymuse.insights.measures import CONCERN, CONCERNING, REFUSED
from anonymuse.insights.sheet import Tree
from anonymuse.stats.intervals import Z95
from anonymuse.stats.lifts import Correlation, benjamini_hochberg, weighted_pearson

ENOUGH = 3
"""Clusters without which two measures are not drawn against each other."""

_FLAG = "flag"
_LISTED = 12
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Corner:
    """Clusters that two measures see differently, the surest first.

    Attributes:
        title: what they may be ("Possible false negatives").
        note: why, in a sentence.
        clusters: rows of the tree.
    """

    title: str
    note: str
    clusters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quadrant:
    """Two measures against each other.

    Attributes:
        key: short name, as addresses have it.
        title: heading.
        note: what it shows and over what.
        x: key of the measure along.
        y: key of the measure up.
        clusters: rows of the tree that are plotted; none is part of another.
        split: the whole report's own value of either measure.
        correlation: over the clusters, weighted by people.
        corners: where the two disagree.
    """

    key: str
    title: str
    note: str
    x: str
    y: str
    clusters: tuple[int, ...]
    split: tuple[float, float]
    correlation: Correlation
    corners: tuple[Corner, ...]


def quadrants(tree: Tree, columns: Sequence[Column]) -> list[Quadrant]:
    """Return the quadrants that a report's measures allow; none where nothing tells of concern."""
    known = {c.key: c for c in columns if c.scale == "share" and c.base is not None}
    if CONCERN not in known:
        return []
    found = [
        _quadrant(tree, known[CONCERN], own, _flagged(own.title))
        for key, own in known.items()
        if _FLAG in key.casefold()
    ]
    if REFUSED in known:
        found.append(_quadrant(tree, known[CONCERN], known[REFUSED], _refused()))
    return [quadrant for quadrant in found if quadrant is not None]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a quadrant and its corners are called."""

    title: str
    missed: tuple[str, str]
    overdone: tuple[str, str]


def _flagged(title: str) -> _Reading:
    return _Reading(
        f"{title} against concern",
        (
            "Possible false negatives",
            "More concerning than the report as a whole, and flagged less often: a classifier may "
            "miss something here.",
        ),
        (
            "Possible false positives",
            "Flagged more often than the report as a whole, and less concerning: a classifier may "
            "see what is not there.",
        ),
    )


def _refused() -> _Reading:
    return _Reading(
        "Refused against concern",
        (
            "Possible under-refusal",
            "More concerning than the report as a whole, and refused less often.",
        ),
        (
            "Possible over-refusal",
            "Refused more often than the report as a whole, and less concerning.",
        ),
    )


def _quadrant(tree: Tree, x: Column, y: Column, reading: _Reading) -> Quadrant | None:
    rows = _finest(tree, x, y)
    if len(rows) < ENOUGH:
        return None
    split = x.base or 0.0, y.base or 0.0
    along = np.array([x.values[row] for row in rows], dtype=np.float64)
    up = np.array([y.values[row] for row in rows], dtype=np.float64)
    sides = _corner(x, y, rows, split), _corner(y, x, rows, (split[1], split[0]))
    leaves = int(tree.leaves[tree.whole])
    covered = int(sum(tree.leaves[row] for row in rows))
    note = (
        f"Concern means a grade of {CONCERNING} or more. Each point is a topic, the finest of "
        f"which both numbers are known; together they hold {covered:,} of {leaves:,} topics. "
        "The lines are at the shares of the whole report. A topic is listed where one number lies "
        "above its line and the other below its own, further apart than chance and noise explain; "
        "the surest come first. A released report counts no two facets together, so that nothing "
        "of this is told by language."
    )
    return Quadrant(
        key=f"{y.key}-{x.key}",
        title=reading.title,
        note=note,
        x=x.key,
        y=y.key,
        clusters=tuple(rows),
        split=split,
        correlation=weighted_pearson(along, up, tree.units[rows]),
        corners=(
            Corner(*reading.missed, sides[0]),
            Corner(*reading.overdone, sides[1]),
        ),
    )


def _finest(tree: Tree, x: Column, y: Column) -> list[int]:
    """Return the clusters of which both are known and of none of whose parts both are."""
    below = np.zeros(tree.whole + 1, dtype=np.bool_)
    found = []
    for row in range(tree.whole - 1, -1, -1):
        known = x.values[row] is not None and y.values[row] is not None
        if known and not below[row]:
            found.append(row)
        below[tree.parent[row]] |= below[row] or known
    return found[::-1]


def _corner(
    high: Column, low: Column, rows: Sequence[int], split: tuple[float, float]
) -> tuple[int, ...]:
    """Return the clusters where one share is too high for the other, the surest first.

    What is judged is how far the two are apart, compared with the whole report. The same people
    have both, so its interval adds up both shares' whole distances: it holds whatever they have to
    do with each other.

    Args:
        high: above its line there.
        low: below its own.
        rows: that are looked at, for this corner and for the opposite one.
        split: the lines of both.
    """
    found = [row for row in rows if _is_in(high, low, row, split)]
    apart = [_value(high, row) - _value(low, row) - (split[0] - split[1]) for row in found]
    wide = [_distance(high, low, row) for row in found]
    p = [math.erfc(Z95 * own / max(w, _LEAST) / 2**0.5) for own, w in zip(apart, wide, strict=True)]
    sure = {
        row: own - w
        for row, own, w, stands in zip(
            found, apart, wide, benjamini_hochberg(p, tests=2 * len(rows)).tolist(), strict=True
        )
        if stands
    }
    return tuple(sorted(sure, key=lambda row: (-sure[row], row))[:_LISTED])


def _is_in(high: Column, low: Column, row: int, split: tuple[float, float]) -> bool:
    return _value(high, row) > split[0] and _value(low, row) < split[1]


def _distance(high: Column, low: Column, row: int) -> float:
    """Return how much nearer the two shares may be to each other."""
    return _value(high, row) - (high.low[row] or 0.0) + (low.high[row] or 1.0) - _value(low, row)


def _value(column: Column, row: int) -> float:
    """Return a share that is known, as it is of every cluster that is plotted."""
    return column.values[row] or 0.0
