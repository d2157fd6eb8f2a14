"""Shares of several values together: concern of 3 or more, refused at least in part, "yes".

Values that are taken together are ranked (`FacetQuestion.ranked`): a person counts by the highest
in each base cluster, so that the people of several values are a sum, in which nobody is twice.

Where some of the values are not shown, what is shown still leaves bounds: the values asked
for hold at least what is shown of them, and at most what the other shown ones leave.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from anonymuse.insights.columns import Column, flags, told
from anonymuse.insights.sheet import Floats, Sheet, Tree
from anonymuse.stats.intervals import Protection, released_limits
from anonymuse.stats.lifts import Counts, Ratios, notable, ratios

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

KNOWN = 0.3
"""Where the bounds are further apart than this, no share is told, only the bounds."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which values of a facet are taken together.

    Attributes:
        key: of the column.
        title: heading.
        note: what it is, in a sentence.
        values: those that count. One that the report shows nowhere is not nobody's: it is hidden.
    """

    key: str
    title: str
    note: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Bound:
    """How many people hold the values at least, or at most.

    Attributes:
        people: of each row, shape (rows,).
        terms: of how many noisy numbers each is made.
        others: which are what the other values leave, and not what is shown of these.
    """

    people: Floats
    terms: Ints
    others: Flags


def share_of(sheet: Sheet, part: Part) -> Column:
    """Return the share of people in each cluster for whom one of the values holds."""
    tree = sheet.tree
    inside = _inside(sheet, part)
    least, most, complete = _bounds(sheet, inside, part)
    nothing = sheet.hidden.sum(axis=1) == len(sheet.values)
    known = ~nothing & (most - least <= KNOWN * tree.units)
    low, high = _limits(sheet, inside, least, complete)
    compared = against_rest(sheet, part)
    shares = told(np.where(known, (least + most) / 2 / tree.units, np.nan))
    lows, highs = told(np.where(nothing, np.nan, low)), told(np.where(nothing, np.nan, high))
    return Column(
        key=part.key,
        title=part.title,
        note=part.note,
        scale="share",
        values=shares[:-1],
        low=lows[:-1],
        high=highs[:-1],
        notable=flags(notable(compared, tests=tree.whole)),
        base=shares[-1],
        base_low=lows[-1],
        base_high=highs[-1],
        p=tuple(compared.p.tolist()),
    )


def against_rest(sheet: Sheet, part: Part) -> Ratios:
    """Return how much more often the values hold in each cluster than in the rest.

    Where some of them are not shown, only what is sure is told: "more often" compares the
    least that may hold them here with the most that may elsewhere, "less often" the reverse.
    """
    least, most = _between(sheet, part)
    more, less = _compared(sheet.tree, least, most), _compared(sheet.tree, most, least)
    found = []
    for own, other in zip(fields(more), fields(less), strict=True):
        sure = np.where(less.ratio < 1.0, getattr(less, other.name), np.nan)
        found.append(np.where(more.ratio >= 1.0, getattr(more, own.name), sure))
    return Ratios(*found)


def _between(sheet: Sheet, part: Part) -> tuple[_Bound, _Bound]:
    tree, inside = sheet.tree, _inside(sheet, part)
    least, most, complete = _bounds(sheet, inside, part)
    terms, others = (np.maximum(1, sheet.terms[:, own].sum(axis=1)) for own in (inside, ~inside))
    left = np.where(complete, terms, others + tree.leaves)
    return _Bound(least, terms, np.zeros_like(complete)), _Bound(most, left, ~complete)


def _compared(tree: Tree, here: _Bound, there: _Bound) -> Ratios:
    """Return the ratios of one bound in each cluster to the other one in the rest."""
    rows, whole = np.arange(tree.whole), tree.whole
    same = there.others[whole] == here.others[rows]  # a part of the same numbers, or others
    terms = there.terms[whole] + np.where(same, -1, 1) * here.terms[rows]
    squares = tree.squares
    return ratios(
        Counts(
            here.people[rows], tree.units[rows], here.terms[rows], tree.leaves[rows],
            squares.weigh_as_one[rows],
        ),
        Counts(
            np.maximum(0.0, there.people[whole] - here.people[rows]),
            tree.units[whole] - tree.units[rows],
            np.maximum(1, terms),
            np.maximum(1, tree.leaves[whole] - tree.leaves[rows]),
            squares.rest_as_one[rows],
        ),
        together=squares.together[rows],
        sigma=tree.sigma,
        rounding=tree.rounding,
    )  # fmt: skip


def _inside(sheet: Sheet, part: Part) -> Flags:
    """Return which values of the sheet are taken together, shape (values,)."""
    return np.array([value in part.values for value in sheet.values])


def _bounds(sheet: Sheet, inside: Flags, part: Part) -> tuple[Floats, Floats, Flags]:
    """Return how many people hold the values, at least and at most, and where both are one number.

    Shape (rows,) each.
    """
    tree, shown = sheet.tree, np.where(sheet.hidden, 0.0, sheet.units)
    least = np.minimum(shown[:, inside].sum(axis=1), tree.units)
    most = np.clip(_held(sheet) - shown[:, ~inside].sum(axis=1), least, tree.units)
    complete = sheet.hidden[:, inside].sum(axis=1) == 0
    complete &= set(part.values) <= set(sheet.values)
    return least, np.where(complete, least, most), complete


def _limits(sheet: Sheet, inside: Flags, least: Floats, complete: Flags) -> tuple[Floats, Floats]:
    """Return the lower limit of the least and the upper one of the most, shape (rows,) each."""
    tree, noise, held = sheet.tree, Protection(sheet.tree.sigma, sheet.tree.rounding), _held(sheet)
    terms = [np.maximum(1, sheet.terms[:, own].sum(axis=1)) for own in (inside, ~inside)]
    low, high = released_limits(
        least,
        tree.units,
        noise,
        terms=terms[0],
        whole_terms=tree.leaves,
        design=tree.squares.weigh_as_one,
    )
    outside = np.where(sheet.hidden, 0.0, sheet.units)[:, ~inside].sum(axis=1)
    others, _ = released_limits(
        outside,
        held,
        noise,
        terms=terms[1],
        whole_terms=tree.leaves,
        design=tree.squares.weigh_as_one,
    )
    most = np.clip(held * (1.0 - others) / tree.units, high, 1.0)
    return low, np.where(complete, high, most)


def _held(sheet: Sheet) -> Floats:
    """Return how many values the people of each cluster hold, shape (rows,).

    Of values that are not ranked a person may hold several, in several conversations; as many do as
    in the whole report.
    """
    units, shown = sheet.tree.units, np.where(sheet.hidden[-1], 0.0, sheet.units[-1])
    found: Floats = np.maximum(units, units * (shown.sum() / max(1.0, units[-1])))
    return found
