"""Exact intervals for what the attacks count, with nothing but sums of binomial chances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, lgamma, log

import numpy as np

from anonymuse.evals.privacybench.frame import Measure, Pipeline

ONE_SIDED = 0.05
"""chance that a one-sided bound is on the wrong side"""


def upper(hits: int, trials: int, alpha: float = ONE_SIDED) -> float:
    """Return the Clopper-Pearson upper bound of a rate; 1 without trials."""
    if hits >= trials:
        return 1.0
    # the rate at which so few hits have become as seldom as alpha
    return _solve(lambda rate: _at_most(hits, trials, rate) - alpha)


def lower(hits: int, trials: int, alpha: float = ONE_SIDED) -> float:
    """Return the Clopper-Pearson lower bound of a rate; 0 without hits."""
    return 1.0 - upper(trials - hits, trials, alpha) if hits else 0.0


def bounded_rate(
    what: str, pipeline: Pipeline, hits: int, trials: int, *, limit: float | None = None,
    **told: str | int | float,
) -> Measure:  # fmt: skip
    """Return a rate with its two one-sided 95 % bounds; the upper one is judged."""
    return Measure(
        what, pipeline.name, trials, hits / max(1, trials), lower(hits, trials),
        upper(hits, trials), limit, "high", told={"hits": hits, **told},
    )  # fmt: skip


def none_at_all(
    what: str, pipeline: Pipeline, hits: int, trials: int, **told: str | int | float
) -> Measure:
    """Return a rate whose target is 0 in so many trials; the page shows the bound beside it."""
    return Measure(
        what, pipeline.name, trials, hits / max(1, trials), lower(hits, trials),
        upper(hits, trials), 0.0, "estimate", told={"hits": hits, **told},
    )  # fmt: skip


def paired_difference(
    what: str, pipeline: Pipeline, gained: int, lost: int, trials: int, *,
    limit: float | None = None, **told: str | int | float,
) -> Measure:  # fmt: skip
    """Return the difference of two rates seen on the same trials.

    The bounds are exact: each of the two discordant rates at half of the 5 %.

    Args:
        what: in words.
        pipeline: under test.
        gained: trials that succeed with and fail without.
        lost: the other way round.
        trials: all of them.
        limit: for the upper bound.
        told: for the page.
    """
    half = ONE_SIDED / 2
    low = lower(gained, trials, half) - upper(lost, trials, half)
    high = upper(gained, trials, half) - lower(lost, trials, half)
    told = {"gained": gained, "lost": lost, **told}
    return Measure(
        what, pipeline.name, trials, (gained - lost) / max(1, trials), low, high, limit, told=told
    )


def advantage(
    what: str, pipeline: Pipeline, inside: tuple[int, int], outside: tuple[int, int], *,
    limit: float | None = None, **told: str | int | float,
) -> Measure:  # fmt: skip
    """Return how much more often something shows with the target than without.

    Judged by its estimate: a distinguisher that never wins has a difference of zero, and its
    interval only says how many trials there were.

    Args:
        what: in words.
        pipeline: under test.
        inside: how often it showed with the target, and trials.
        outside: the same without.
        limit: for the estimate.
        told: for the page.
    """
    half = ONE_SIDED / 2
    estimate = inside[0] / max(1, inside[1]) - outside[0] / max(1, outside[1])
    low = lower(*inside, half) - upper(*outside, half)
    high = upper(*inside, half) - lower(*outside, half)
    told = {"shown with": inside[0], "shown without": outside[0], **told}
    return Measure(
        what, pipeline.name, min(inside[1], outside[1]), estimate, low, high, limit, "estimate",
        told=told,
    )  # fmt: skip


def area_under_curve(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return the chance that a value from inside exceeds one from outside, ties counting half."""
    own, other = np.asarray(inside, dtype=float), np.sort(np.asarray(outside, dtype=float))
    below = np.searchsorted(other, own, side="left")
    equal = np.searchsorted(other, own, side="right") - below
    return float((below + 0.5 * equal).sum() / (len(own) * len(other)))


def _at_most(hits: int, trials: int, rate: float) -> float:
    """Return the chance of at most so many hits."""
    if rate <= 0.0:
        return 1.0
    if rate >= 1.0:
        return float(hits >= trials)
    terms = (
        lgamma(trials + 1) - lgamma(i + 1) - lgamma(trials - i + 1)
        + i * log(rate) + (trials - i) * log(1.0 - rate)
        for i in range(hits + 1)
    )  # fmt: skip
    return min(1.0, sum(exp(term) for term in terms))


def _solve(falling: Callable[[float], float]) -> float:
    """Return where a falling function crosses zero between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return high
