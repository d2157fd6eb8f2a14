"""Growth: a cluster's share of the latest whole window against its share before.

Shares of a window's people, so that a cluster does not grow because everything does, and so that a
window that the data cover in part can be compared. A last window of three or more that has less
than a third of the people of the one before is left out, as the data end inside it; everything
before the one that is compared is taken together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anonymuse.insights.columns import Column, flags, told
from anonymuse.insights.sheet import Floats, Sheet
from anonymuse.stats.lifts import Counts, notable, ratios

SMALL = 1 / 3
"""of the people of the window before: with fewer, the data end inside the last one"""


@dataclass(frozen=True, slots=True)
class Spans:
    """What is compared.

    Attributes:
        latest: place of the latest whole window.
        earlier: places of those before it.
    """

    latest: int
    earlier: tuple[int, ...]


def spans(windows: int, people: Floats | None = None) -> Spans | None:
    """Return which windows are compared; None where there are fewer than two.

    Args:
        windows: how many there are.
        people: of the whole report in each, NaN where they are not shown; None: not known,
            and the last of three or more is left out.
    """
    if windows < 2:
        return None
    latest = windows - 1
    ends_inside = people is None or not people[latest] >= SMALL * people[latest - 1]
    if latest > 1 and ends_inside:
        latest -= 1
    return Spans(latest, tuple(range(latest)))


def growth(people: Sheet, many: str = "people") -> Column | None:
    """Return the growth of each cluster; None where there are not two windows.

    Args:
        people: of each cluster in each window, windows in order.
        many: what they are called.
    """
    tree, terms = people.tree, people.terms
    compared = spans(len(people.values), people.units[tree.whole])
    if compared is None:
        return None
    units, rows, whole = people.units, np.arange(people.tree.whole), people.tree.whole
    before = list(compared.earlier)
    # A window in which a cluster is hidden is left out of both its part and the whole. Mostly it
    # was small then, so its share before comes out too high, and growth too low.
    known = ~np.isnan(units[rows][:, before]) & ~np.isnan(units[whole, before])
    design = tree.squares.of_windows[rows]
    found = ratios(
        Counts(
            units[rows, compared.latest], units[whole, compared.latest],
            np.maximum(1, terms[rows, compared.latest]), max(1, terms[whole, compared.latest]),
            design,
        ),
        Counts(
            np.where(known, units[rows][:, before], 0.0).sum(axis=1),
            np.where(known, units[whole, before], 0.0).sum(axis=1),
            np.where(known, terms[rows][:, before], 0).sum(axis=1),
            np.where(known, terms[whole, before], 0).sum(axis=1),
            design,
        ),
        sigma=tree.sigma,
        rounding=tree.rounding,
    )  # fmt: skip
    names = people.values
    # A small last window has the first one taken back in every cluster: then it is not named.
    used = [n for n, own in zip(before, known.T, strict=True) if own.any()] or before
    first, last = names[used[0]], names[used[-1]]
    against = first if first == last else f"{first} to {last}"
    note = f"Its share of the {many} of {names[compared.latest]} over its share before ({against})."
    return Column(
        key="growth",
        title="Growth",
        note=note,
        scale="ratio",
        values=told(found.ratio, 3),
        low=told(found.low, 3),
        high=told(found.high, 3),
        notable=flags(notable(found, tests=len(rows))),
        p=tuple(found.p.tolist()),
    )
