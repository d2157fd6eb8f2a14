"""Published facet breakdowns: cluster x facet value, thresholded and rounded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facet:
    """What was asked or computed: what the cells of this facet count.

    Attributes:
        name: as the cells have it.
        title: what a reader sees.
        question: what a model was asked; empty where a rule computed the answer.
        kind: ``text``, ``integer``, ``boolean``, ``one_of`` or ``several_of``; of the last, one
            conversation may hold several values, so its shares add up to no total.
    """

    name: str
    title: str
    question: str
    kind: str


@dataclass(frozen=True, slots=True)
class Cell:
    """How often a facet value occurs in a cluster (``cluster`` is None for the whole report).

    Attributes:
        units: rounded distinct privacy units; None means "not shown" (never 0).
        share: of the cluster's units, from released counts; None where units is None.
        share_low: lower end of the 95 % interval, widened for noise and rounding.
        share_high: upper end.
        window: the month ("2026-03") or ISO week ("2026-W09") it is about; empty: all of the time.
            With one, facet and value may be empty: all people of the cluster in that window. The
            share of those is of the window's people in the whole report (of the whole report
            itself, of its units); the share of a value, of the cluster's people in that window.
    """

    cluster: str | None
    facet: str
    value: str
    units: int | None
    share: float | None
    share_low: float | None
    share_high: float | None
    window: str = ""
