"""What moved inside one report: its latest window against those before, cluster by cluster.

Growing and shrinking are what :func:`anonymuse.insights.growth.growth` finds, with its intervals
and its control over all clusters. A cluster that shows in one time alone has no such ratio. It is
called vanished where what is hidden in the latest window leaves room for at most a fifth of its
share before. It is called new where at most a fifth of its people can have been there before only,
which follows from its people in all; and where what is hidden in every earlier window leaves room
for at most a fifth of its share now, as people who come back were there before without adding to
its people. That it is hidden says nothing by itself: a cluster is also hidden so that nobody can
reckon another one out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.report import Report
from anonymuse.insights.growth import Spans, growth, spans
from anonymuse.insights.sheet import Sheet, Sheets, Tree
from anonymuse.stats.intervals import Z95, Protection
from anonymuse.stats.rounding import share_interval

Kind = Literal["new", "growing", "shrinking", "vanished", "steady", "unknown"]
Children = dict[int, list[int]]
"""rows below each row"""

AT_MOST = 0.2
"""Of a new cluster's people: as many may have been there before only. Of a new cluster's share: as
much may have been there before; of a vanished one's: as much may be left."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a cluster did.

    Attributes:
        kind: unknown: too little shows to say.
        cluster: itself.
        ratio: of its shares of people, latest over before; None where it shows in one alone.
        low: lower end of the 95 % interval.
        high: upper end.
        share: of the people of the latest window (of the last one before for vanished ones).
        share_low: lower end of its 95 % interval.
        share_high: upper end.
    """

    kind: Kind
    cluster: Cluster
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    share: float | None = None
    share_low: float | None = None
    share_high: float | None = None


@dataclass(frozen=True, slots=True)
class Moves:
    """What moved in a report.

    Attributes:
        latest: the window that is compared.
        before: the windows that it is compared with, first to last.
        moves: of every cluster, in the order of the tree.
    """

    latest: str
    before: tuple[str, ...]
    moves: tuple[Move, ...]

    def of(self, kind: Kind) -> tuple[Move, ...]:
        """Return the moves of one kind."""
        return tuple(own for own in self.moves if own.kind == kind)


def moves(report: Report) -> Moves | None:
    """Return what every cluster did; None where the report has fewer than two windows."""
    people = Sheets.of(report).windows
    tree = people.tree
    compared = spans(len(people.values), people.units[tree.whole])
    column = growth(people, sentences.unit_noun(report.receipt))
    if compared is None or column is None:
        return None
    below = _children(tree)
    come_back = report.receipt.unit != "conversation"
    found = []
    for row, cluster in enumerate(tree.clusters):
        kind = _kind(people, row, compared, below, come_back=come_back)
        ratio = column.values[row]
        if kind == "steady" and ratio is None:
            kind = "unknown"
        elif kind == "steady" and column.notable[row] and ratio is not None:
            kind = "growing" if ratio > 1.0 else "shrinking"
        share = _share(people, row, compared, kind)
        found.append(Move(kind, cluster, ratio, column.low[row], column.high[row], *share))
    names = people.values
    return Moves(names[compared.latest], tuple(names[n] for n in compared.earlier), tuple(found))


def _kind(people: Sheet, row: int, compared: Spans, below: Children, *, come_back: bool) -> Kind:
    """Return new or vanished where that is sure; steady where ratios decide."""
    units, tree = people.units, people.tree
    latest, before = units[row, compared.latest], units[row, list(compared.earlier)]
    if not np.isnan(latest) and np.isnan(before).all():
        terms = int(tree.leaves[row] + people.terms[row, compared.latest])
        noise = Z95 * (terms * Protection(tree.sigma, tree.rounding).variance) ** 0.5
        is_new = tree.units[row] - latest + noise <= AT_MOST * latest
        if is_new and come_back:
            is_new = all(
                _has_no_room(people, row, n, [compared.latest], below) for n in compared.earlier
            )
        return "new" if is_new else "unknown"
    if np.isnan(latest) and not np.isnan(before).all():
        known = [n for n in compared.earlier if not np.isnan(units[row, n])]
        is_gone = _has_no_room(people, row, compared.latest, known, below)
        return "vanished" if is_gone else "unknown"
    return "steady"


def _has_no_room(people: Sheet, row: int, window: int, known: list[int], below: Children) -> bool:
    """Return whether a window that hides a cluster leaves room for little of its share in others.

    Args:
        people: of each cluster in each window.
        row: of the cluster.
        window: where it is hidden; where the whole report is hidden too, nothing is known of it.
        known: the windows that its share is taken from.
        below: rows below each row.
    """
    units, whole = people.units[row], people.units[people.tree.whole]
    expected = units[known].sum() / whole[known].sum() * whole[window]
    return bool(_most_hidden(people, row, window, below) <= AT_MOST * expected)


def _children(tree: Tree) -> Children:
    found: Children = {}
    for row in range(tree.whole):
        found.setdefault(int(tree.parent[row]), []).append(row)
    return found


def _most_hidden(people: Sheet, row: int, window: int, below: Children) -> float:
    """Return how many people a hidden cluster can have: what its nearest shown parent leaves over.

    The upper limit of a 95 % interval for noise and rounding.
    """
    units, tree = people.units[:, window], people.tree
    above = int(tree.parent[row])
    while np.isnan(units[above]) and above != tree.whole:
        above = int(tree.parent[above])
    shown, todo = [], list(below.get(above, ()))
    while todo:
        own = todo.pop()
        if np.isnan(units[own]):
            todo += below.get(own, ())
        else:
            shown.append(own)
    variance = Protection(tree.sigma, tree.rounding).variance
    noise = Z95 * (variance * (1 + sum(int(people.terms[own, window]) for own in shown))) ** 0.5
    return float(units[above] - units[shown].sum() + noise)


def _share(
    people: Sheet, row: int, compared: Spans, kind: Kind
) -> tuple[float | None, float | None, float | None]:
    window = compared.earlier[-1] if kind == "vanished" else compared.latest
    part, whole = people.units[row, window], people.units[people.tree.whole, window]
    if np.isnan(part) or np.isnan(whole) or whole <= 0:
        return None, None, None
    protection = Protection(people.tree.sigma, people.tree.rounding)
    low, high = share_interval(
        float(part), float(whole), protection,
        terms=max(1, int(people.terms[row, window])),
        whole_terms=max(1, int(people.terms[people.tree.whole, window])),
        inside=True, design=float(people.tree.squares.of_windows[row]),
    )  # fmt: skip
    return round(float(min(1.0, part / whole)), 4), low, high
