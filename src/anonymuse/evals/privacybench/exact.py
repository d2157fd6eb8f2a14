"""What an attacker gains from one more person, computed and not sampled.

The noise is known but for its key, so every answer of a threshold has a known chance with the
target and without. The distance in total variation of the two is the largest advantage that any
attacker can have, whatever he makes of what he sees.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import comb, exp
from typing import Any

Chances = Mapping[Any, float]
"""the chance of each thing that may be seen; they sum to one"""

_REACH = 9
"""Standard deviations of noise that are looked at: all but 10^-18 of it."""


def gaussian(sigma: float) -> dict[int, float]:
    """Return the discrete Gaussian of ``stats.noise``, value by value."""
    if sigma == 0:
        return {0: 1.0}
    most = int(_REACH * sigma) + 1
    weights = {x: exp(-x * x / (2 * sigma * sigma)) for x in range(-most, most + 1)}
    whole = sum(weights.values())
    return {x: weight / whole for x, weight in weights.items()}


def seen(see: Callable[[int], Hashable], sigma: float) -> dict[Hashable, float]:
    """Return the chances of what is seen, given what a draw makes visible."""
    found: dict[Hashable, float] = {}
    for drawn, chance in gaussian(sigma).items():
        what = see(drawn)
        found[what] = found.get(what, 0.0) + chance
    return found


def advantage(inside: Chances, outside: Chances) -> float:
    """Return the distance in total variation: the best attacker's true less false positives."""
    keys = inside.keys() | outside.keys()
    return sum(abs(inside.get(k, 0.0) - outside.get(k, 0.0)) for k in keys) / 2


def area(inside: Chances, outside: Chances) -> float:
    """Return the area under the best attacker's curve: sights in the order of their likelihood."""
    pairs = [(inside.get(k, 0.0), outside.get(k, 0.0)) for k in inside.keys() | outside.keys()]
    pairs.sort(key=lambda pair: -(pair[0] / (pair[0] + pair[1] or 1.0)))
    found, above = 0.0, 0.0
    for own, other in pairs:
        found += other * (above + own / 2)
        above += own
    return found


def times(chance: float, trials: int) -> dict[Hashable, float]:
    """Return how often out of so many independent trials something is seen."""
    return {
        hits: comb(trials, hits) * chance**hits * (1 - chance) ** (trials - hits)
        for hits in range(trials + 1)
    }


def repeated(inside: Chances, outside: Chances, runs: int, *, steps: int = 4000) -> float:
    """Return the advantage after several independent sights of the same question.

    The distance of two products is the mean of what their likelihood ratio says. The sum of its
    logarithms is followed on a grid that is as fine as ``steps``, always to the attacker's side.

    Args:
        inside: chances with the target.
        outside: without.
        runs: independent sights.
        steps: cells of the grid.
    """
    import numpy as np

    keys = list(inside.keys() | outside.keys())
    p = np.array([inside.get(k, 0.0) for k in keys])
    q = np.array([outside.get(k, 0.0) for k in keys])
    sure = (p > 0) & (q == 0)
    known = (p > 0) & (q > 0)
    if not known.any():
        return 1.0 if sure.any() else 0.0
    loss = np.log(p[known] / q[known])
    width = max(float(np.abs(loss).max()), 1e-12) * 2 / steps
    place = np.ceil(loss / width).astype(np.int64)  # rounded up: never to the defender's side
    law = np.bincount(place - place.min(), weights=p[known])
    total, start = law, int(place.min())
    for _ in range(runs - 1):
        total, start = np.convolve(total, law), start + int(place.min())
    ratio = np.exp(-width * (start + np.arange(len(total))))
    undecided = float(total.sum())
    return (1.0 - undecided) + float((total * np.maximum(0.0, 1.0 - ratio)).sum())
