"""Shares where most answers are predicted, and an asked sample says how far predictions are off.

The prediction-powered difference estimator (Angelopoulos et al. 2023, arXiv 2301.09633) with the
weight of its successor PPI++ (Angelopoulos, Duchi and Zrnic 2023, arXiv 2311.01453): the mean of
predictions over everybody, times a weight from 0 to 1, and what asked people add to it on average.
With weight 0, or where everybody was asked, it is the mean of the answers.

In what joins base clusters somebody may count several times, in a few of them at most. Everybody
is then counted so, or who is in many would weigh more in the predictions than in what corrects
them; and their answers weigh as those of fewer, as alike as one person's are.

All from released numbers: each carries noise and rounding, which the interval is widened for.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.stats.intervals import Z95, Estimate, Protection, wilson

Floats = npt.NDArray[np.float64]

_PRIOR = 1.0
"""added to each of the four numbers where their spread is judged (after Agresti and Min 2005): few
asked people without an error are no proof that there is none"""


def tuned_weight(asked: AskedNumbers) -> float:
    """Return the weight of predictions that makes the interval shortest, from 0 to 1.

    What PPI++ calls power tuning: the slope of answers on predictions (the mean of predictions is
    over everybody, the asked included).
    """
    if not asked.split:
        return 0.0
    both, missed, wrong, _ = _chances(asked)
    answer, prediction = both + missed, both + wrong
    spread = prediction * (1.0 - prediction)
    return float(np.clip((both - answer * prediction) / spread, 0.0, 1.0))


def all_alike(people: float, persons: float, topics: int) -> float:
    """Return how many of the asked weigh as one, where one person's answers are all the same.

    The design effect of clusters of these sizes (Kish 1965): sum of squares over sum. Of the sizes
    only the mean is known; the squares are the largest that it leaves, where everybody has one or
    as many as may be.

    Args:
        people: asked, each counted in every topic.
        persons: different ones.
        topics: in how many one counts, at most.
    """
    each = people / max(persons, 1.0)
    return float(np.clip(topics + 1.0 - topics / max(each, 1.0), 1.0, topics))


def predicted_share(
    predicted: float,
    whole: float,
    asked: AskedNumbers,
    *,
    protection: Protection,
    asked_protection: Protection,
    terms: int = 1,
    whole_terms: int = 0,
    exactly_these: bool = False,
) -> Estimate:
    """Return a share and its 95 % interval.

    Where the asked tell of everybody, in as many topics at most, that is the whole.

    What chance did to everybody (Wilson 1927), what the draw of the asked did (with the correction
    for a finite population: where all are asked, nothing), and noise and rounding are independent,
    so that the distances add up as a root of squares (Zou and Donner 2008).

    Args:
        predicted: people who are predicted to have the value, among all.
        whole: all people, above 0.
        asked: those of them who were asked.
        protection: of the first two numbers.
        asked_protection: of each of the numbers of ``asked``.
        terms: of how many noisy numbers ``predicted`` is the sum.
        whole_terms: the same of ``whole``; 0 where it is known.
        exactly_these: the share among these very people is meant, who are no sample of others.
    """
    weight = tuned_weight(asked)
    if asked.whole is not None:
        predicted, whole = float(asked.predicted or 0), float(max(asked.whole, 1))
        protection, terms, whole_terms = asked_protection, 1, 1
    n = max(asked.people, 1.0)
    own = np.array([asked.both, asked.missed, asked.wrong, asked.neither])
    adds = np.array([1.0 - weight, 1.0, -weight, 0.0])
    correction = float(adds @ own) / n
    learnt = weight * asked.learnt / n
    share = float(np.clip(weight * predicted / whole + correction + learnt, 0.0, 1.0))

    chances = _chances(asked)
    spread = float(chances @ adds**2 - (chances @ adds) ** 2)
    design = asked.alike
    drawn = design * spread * max(0.0, 1.0 - n / whole) / n
    moves = np.array([*adds[:3], correction + learnt]) ** 2 * _told(asked)
    noise = asked_protection.variance * (float(moves.sum()) + weight**2) / n**2
    found = protection.variance * (terms + (predicted / whole) ** 2 * whole_terms)
    moved = Z95**2 * (drawn + noise + weight**2 * found / whole**2)
    low, high = (share, share) if exactly_these else wilson(share * whole / design, whole / design)
    return Estimate(
        share,
        max(0.0, share - float(np.hypot(share - low, np.sqrt(moved)))),
        min(1.0, share + float(np.hypot(high - share, np.sqrt(moved)))),
    )


def _chances(asked: AskedNumbers) -> Floats:
    """Return the share of each of the four among the asked, away from 0; shape (4,)."""
    own = np.array([asked.both, asked.missed, asked.wrong, asked.neither], dtype=np.float64)
    held = np.maximum(own, 0.0) + _PRIOR * _told(asked)
    found: Floats = held / held.sum()
    return found


def _told(asked: AskedNumbers) -> Floats:
    """Return 1 for each of the four that is a number of its own, shape (4,)."""
    return np.array([asked.split, True, asked.split, True], dtype=np.float64)
