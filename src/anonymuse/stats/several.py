"""People who are counted several times: fewer stand behind a sum than it says.

What a parent or the whole report shows is the sum over base clusters, and whoever is in several
counts in each; of conversations somebody has several in one. How many of those counted weigh as
one (Kish 1965: the design effect, sum of squares over sum) a report tells as an average of each
level of its tree, as statistical offices tell it of each survey. From it follows what one person
does to a share, and to two shares that are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WHOLE: Final = 1000
"""level of the whole report: above all others"""

STEPS: Final = (
    1.0, 1.1, 1.2, 1.3, 1.5, 1.6, 1.8, 2.0, 2.2, 2.4, 2.7, 3.0, 3.3, 3.6, 3.9, 4.3, 4.7, 5.1, 5.6,
    6.2, 6.8, 7.5, 8.2, 9.1, 10.0, 11.0, 12.0, 13.0, 15.0, 16.0, 18.0, 20.0, 22.0, 24.0, 27.0, 30.0,
    33.0, 36.0, 39.0, 43.0, 47.0, 51.0,
)  # fmt: skip
"""What averages are rounded up to: preferred numbers, about a tenth apart (E24 of IEC 60063), up to
all that one person has in a run."""

_LEAST: Final = 0.6
"""of those counted that weigh as one in a share of everything, at least: averages are too coarse to
tell how nearly all people divide alike"""


def rounded_up(weight: float) -> float:
    """Return the next of the steps."""
    return next((step for step in STEPS if weight <= step), STEPS[-1])


def squares_in_base_clusters(
    rows: npt.ArrayLike, people: npt.ArrayLike, *, average: float
) -> Floats:
    """Return the sum of squares of people's numbers of conversations in each base cluster.

    What there is above one each is shared out as the conversations beyond everybody's first are.

    Args:
        rows: conversations in each, shape (k,).
        people: in each, at most as many, shape (k,).
        average: how many conversations weigh as one, over all base clusters.
    """
    c = np.asarray(rows, dtype=np.float64)
    beyond = c - np.asarray(people, dtype=np.float64)
    if not beyond.any():
        beyond = c
    return c + _shared_out((average - 1.0) * float(c.sum()), beyond, np.ones(c.shape, np.bool_))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Squares:
    """What people who are counted several times do to the shares of a tree's nodes.

    Attributes:
        counted: of each node, shape (rows,); likewise all others.
        here: sum of squares of how often each person counts in the node.
        rest: the same of everything else.
        both: sum of how often each counts in the node times how often in everything else.
        total: all that are counted.
        whole: sum of squares over everything.
    """

    counted: Floats
    here: Floats
    rest: Floats
    both: Floats
    total: float
    whole: float

    @classmethod
    def of(
        cls,
        counted: npt.ArrayLike,
        levels: npt.ArrayLike,
        above: npt.ArrayLike,
        leaves: npt.ArrayLike,
        averages: Sequence[float],
        in_leaves: npt.ArrayLike | None = None,
    ) -> Squares:
        """Return the squares of all nodes of a tree, from released counts and averages.

        Args:
            counted: of each node, all base clusters among them, shape (rows,).
            levels: of each node, from 0; ``WHOLE`` for the whole, shape (rows,).
            above: level of the parent of each, ``WHOLE`` at the top, shape (rows,).
            leaves: base clusters at or below each, shape (rows,).
            averages: how many weigh as one by level, the whole last; empty: everybody counts once.
            in_leaves: sums of squares over the base clusters of each node, shape (rows,); None:
                nobody counts twice in one.
        """
        n, level = np.asarray(counted, dtype=np.float64), np.asarray(levels, dtype=np.int64)
        parent, below = np.asarray(above, dtype=np.int64), np.asarray(leaves, dtype=np.float64)
        base, overall = (averages[0], averages[-1]) if averages else (1.0, 1.0)
        total = float(n[level == 0].sum())
        share = np.clip(n / max(total, 1.0), 0.0, 1.0)
        # Two picks of one person's are the likelier of different base clusters, the more there are.
        differ = n * (1.0 - 1.0 / np.maximum(below, 1.0))
        # Who is in one node is in the others as they are large.
        apart = share * (1.0 - share)
        inside = np.array(n if in_leaves is None else in_leaves, dtype=np.float64)
        here, both = inside.copy(), np.zeros(n.shape)
        for one in np.unique(level).tolist():
            average = averages[min(one, len(averages) - 1)] if averages else 1.0
            # All that an average is of: where nothing stands at this level, what is lower.
            among = (level <= one) & (parent > one) | (level == one)
            own = level == one
            here[own] += _shared_out((average - base) * total, differ, among)[own]
            both[own] = _shared_out((overall - average) * total, apart, among)[own]
        here = np.minimum(here, inside * np.maximum(below, 1.0))
        whole = overall * total
        rest = np.maximum(whole - here - 2.0 * both, np.maximum(total - n, 0.0))
        return cls(n, here, rest, np.minimum(both, np.sqrt(here * rest)), total, whole)

    @property
    def weigh_as_one(self) -> Floats:
        """How many of those counted in each node weigh as one there, at least 1; shape (rows,)."""
        return _at_least_one(self.here, self.counted)

    @property
    def rest_as_one(self) -> Floats:
        """The same of all that are counted elsewhere."""
        return _at_least_one(self.rest, self.total - self.counted)

    @property
    def together(self) -> Floats:
        """How far shares in a node and elsewhere move alike, 0 to 1, as the same are in both."""
        found: Floats = self.both / np.sqrt(np.maximum(self.here * self.rest, 1e-12))
        return np.minimum(found, 1.0)

    @property
    def of_shares(self) -> Floats:
        """How many of all counted weigh as one in the share that each node has of them.

        Below 1 where everybody divides alike: then no draw of people changes it.
        """
        share = self.counted / max(self.total, 1.0)
        spread = (1.0 - 2.0 * share) * self.here + share**2 * self.whole - 2.0 * share * self.both
        chance = self.counted * (1.0 - share)
        found: Floats = np.where(chance > 0, spread / np.where(chance > 0, chance, 1.0), 1.0)
        return np.maximum(found, _LEAST)

    @property
    def of_windows(self) -> Floats:
        """The same of people of one window or value, who have fewer topics: at least 1."""
        return np.maximum(self.of_shares, 1.0)


def _shared_out(amount: float, parts: Floats, among: npt.NDArray[np.bool_]) -> Floats:
    """Divide an amount among some nodes; nothing where none of them may have a part."""
    found: Floats = amount * np.where(among, parts, 0.0) / max(float(parts[among].sum()), 1e-12)
    return found


def _at_least_one(squared: Floats, counted: Floats) -> Floats:
    found: Floats = np.maximum(squared / np.maximum(counted, 1.0), 1.0)
    return found
