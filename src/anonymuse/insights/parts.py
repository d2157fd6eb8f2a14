"""Shares of several values together: concern of 3 or more, refused at least in part, "yes".

Where some of the values are too few to show, what is shown still leaves bounds: the values asked
for hold at least what is shown of them, and at most what the other shown ones leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.insights.columns import Column, flags, told
from anonymuse.insights.sheet import Floats, Sheet
from anonymuse.stats.intervals import Protection, released_limits
from anonymuse.stats.lifts import Counts, Ratios, notable, ratios

Flags = npt.NDArray[np.bool_]

KNOWN = 0.3
"""Where the bounds are further apart than this, no share is told, only the bounds."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which values of a facet are taken together.

    Attributes:
        key: of the column.
        title: heading.
        note: what it is, in a sentence.
        values: those that count.
    """

    key: str
    title: str
    note: str
    values: tuple[str, ...]


def share_of(sheet: Sheet, part: Part) -> Column:
    """Return the share of people in each cluster for whom one of the values holds."""
    tree = sheet.tree
    inside = np.array([value in part.values for value in sheet.values])
    least, most = _bounds(sheet, inside)
    nothing = sheet.hidden.sum(axis=1) == len(sheet.values)
    known = ~nothing & (most - least <= KNOWN * tree.units)
    terms = np.maximum(1, sheet.terms[:, inside].sum(axis=1))
    noise = Protection(tree.sigma, tree.rounding)
    (low, _), (_, high) = (
        released_limits(count, tree.units, noise, terms=terms, whole_terms=tree.leaves)
        for count in (least, most)
    )
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
        notable=flags(notable(against_rest(sheet, inside), tests=tree.whole)),
        base=shares[-1],
        base_low=lows[-1],
        base_high=highs[-1],
    )


def against_rest(sheet: Sheet, inside: Flags) -> Ratios:
    """Return how much more often the values hold in each cluster than in the rest.

    Where some of them are too few to show, what is shown is compared: the true ratio is no smaller,
    so it may say "more often", and is left out where it would say "less often".
    """
    tree, terms = sheet.tree, sheet.terms[:, inside].sum(axis=1)
    rows, whole = np.arange(tree.whole), tree.whole
    least, _ = _bounds(sheet, inside)
    found = ratios(
        Counts(least[rows], tree.units[rows], np.maximum(1, terms[rows]), tree.leaves[rows]),
        Counts(
            least[whole] - least[rows],
            tree.units[whole] - tree.units[rows],
            np.maximum(1, terms[whole] - terms[rows]),
            np.maximum(1, tree.leaves[whole] - tree.leaves[rows]),
        ),
        sigma=tree.sigma,
        rounding=tree.rounding,
    )
    hidden = sheet.hidden[:, inside].sum(axis=1) > 0
    silent = hidden[whole] | (hidden[rows] & ~(found.ratio > 1.0))
    return Ratios(
        *(np.where(silent, np.nan, own) for own in (found.ratio, found.low, found.high, found.p))
    )


def _bounds(sheet: Sheet, inside: Flags) -> tuple[Floats, Floats]:
    """Return how many people hold the values, at least and at most, shape (rows,) each."""
    tree, shown = sheet.tree, np.where(sheet.hidden, 0.0, sheet.units)
    least = np.minimum(shown[:, inside].sum(axis=1), tree.units)
    # A person may hold several values, in several conversations; as many do as in the whole report.
    held = np.maximum(tree.units, tree.units * (shown[-1].sum() / max(1.0, tree.units[-1])))
    most = np.clip(held - shown[:, ~inside].sum(axis=1), least, tree.units)
    complete = sheet.hidden[:, inside].sum(axis=1) == 0
    return least, np.where(complete, least, most)
