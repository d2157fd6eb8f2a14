"""The bootstrap: what a score could as well have been, and a difference of two in pairs.

People are drawn, each with all their rows; where nothing says whose a row is, rows are. One person
fewer is drawn than there are (Rao and Wu 1988), else the spread would be too small by that much.
Every side of a comparison gets the same draws, so that the interval of a difference is that of
pairs. The score of a resample is biased where the resample's duplicates agree with themselves
(purity, shared information), so only the spread of resamples is used, around the score itself: as
a standard deviation, since the outermost of a few hundred draws are a matter of luck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.stats.intervals import Z95, Estimate

Weights = npt.NDArray[np.int64]
"""shape (n,): how often each row counts"""
Score = Callable[[Weights | None], float]
"""a score under weights of the rows; None: each counts once"""
Units = Sequence[object] | npt.NDArray[np.generic]
"""shape (n,): whose each row is"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides measured on the same rows.

    Attributes:
        ours: mean over our scores, with its 95 % interval.
        theirs: likewise.
        gain: ours minus theirs, with the interval of pairs.
    """

    ours: Estimate
    theirs: Estimate
    gain: Estimate


def draw_weights(n: int, *, draws: int, seed: int, units: Units | None = None) -> list[Weights]:
    """Return bootstrap weights of ``n`` rows, shape (n,) for each draw.

    Args:
        n: rows.
        draws: how many.
        seed: of the drawing.
        units: whose each row is. None: everybody has one.

    Raises:
        ValueError: of a single unit nothing can be told.
    """
    own = np.arange(n) if units is None else np.unique(np.asarray(units), return_inverse=True)[1]
    people = int(own.max(initial=-1)) + 1
    if people < 2:
        raise ValueError("a bootstrap needs at least two units")
    rng = np.random.Generator(np.random.Philox(seed))
    return [
        np.bincount(rng.integers(people, size=people - 1), minlength=people)[own]
        for _ in range(draws)
    ]


def bootstrap(scores: Score | Sequence[Score], draws: Sequence[Weights]) -> Estimate:
    """Return a score, or the mean of several, with its 95 % interval."""
    own = _listed(scores)
    return _interval(_mean(own), _spread(own, draws))


def compare(
    ours: Score | Sequence[Score], theirs: Score | Sequence[Score], draws: Sequence[Weights]
) -> Comparison:
    """Measure two sides under the same draws; several scores of a side are averaged."""
    sides = _listed(ours), _listed(theirs)
    means = [_mean(side) for side in sides]
    spreads = [_spread(side, draws) for side in sides]
    return Comparison(
        ours=_interval(means[0], spreads[0]),
        theirs=_interval(means[1], spreads[1]),
        gain=_interval(means[0] - means[1], spreads[0] - spreads[1]),
    )


def _listed(scores: Score | Sequence[Score]) -> Sequence[Score]:
    return [scores] if callable(scores) else scores


def _mean(scores: Sequence[Score]) -> float:
    return float(np.mean([score(None) for score in scores]))


def _spread(scores: Sequence[Score], draws: Sequence[Weights]) -> npt.NDArray[np.float64]:
    values = np.array([np.mean([score(weights) for score in scores]) for weights in draws])
    centred: npt.NDArray[np.float64] = values - values.mean()
    return centred


def _interval(mean: float, spread: npt.NDArray[np.float64]) -> Estimate:
    half = Z95 * float(spread.std(ddof=1)) if len(spread) > 1 else 0.0
    return Estimate(mean=mean, low=mean - half, high=mean + half)
