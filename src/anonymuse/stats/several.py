"""People in several topics: counted in each, so that fewer stand behind a sum than it says.

What a parent or the whole report shows is the sum over base clusters, and whoever is in several
counts in each. How often that is, a report tells as one number: in how many topics a person counts
on average, rounded up. From it follows how many of those counted weigh as one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.stats.intervals import Floats, squares

STEPS = (
    1.0, 1.05, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0,
    50.0,
)  # fmt: skip
"""What the average is rounded up to: nobody has more than 50 conversations in a run."""


def topics_each(counted: int, people: int) -> float:
    """Return in how many base clusters a person counts on average, rounded up to one of the steps.

    Args:
        counted: people of each base cluster, summed.
        people: distinct people in all of them; both may carry noise.
    """
    mean = counted / max(people, 1)
    return next((step for step in STEPS if mean <= step), STEPS[-1])


def weight_of_several(units: npt.ArrayLike, leaves: npt.ArrayLike, each: float) -> Floats:
    """Return how many counted people weigh as one: 1 for base clusters, where each counts once.

    The average of the whole report is taken for every part of it: people who keep to a topic have
    all of their several there. So a topic is never taken for surer than it is, and mostly for less.

    Args:
        units: people of each base cluster below a row, summed; shape (rows,) or one number.
        leaves: how many base clusters are at or below each row, likewise.
        each: see :func:`topics_each`.
    """
    rows, below = np.broadcast_arrays(np.asarray(units, np.float64), np.asarray(leaves, np.int64))
    found = np.ones(rows.shape)
    if each <= 1.0:
        return found
    for most in np.unique(below[(below > 1) & (rows > 0)]).tolist():
        own = (below == most) & (rows > 0)
        found[own] = squares(rows[own], rows[own] / each, most=most) / rows[own]
    return np.maximum(found, 1.0)
