"""Chances of counts: how often so many hits, or more, come about by themselves."""

from __future__ import annotations

import math

_ENOUGH = 1e-12


def at_least(hits: float, trials: float, chance: float) -> float:
    """Return how often at least ``hits`` of ``trials`` are hits, each with the same chance.

    Hits and trials need not be whole (rows that belong to people are worth fewer independent ones):
    the share of hits is kept, and both are rounded down, which says "chance" rather too often.

    Args:
        hits: 0 to ``trials``.
        trials: independent ones.
        chance: of a hit, 0 to 1.
    """
    whole = math.floor(trials + 1e-9)
    least = math.floor(hits / trials * whole + 1e-9) if trials > 0 else 0
    if least <= 0 or chance >= 1.0:
        return 1.0
    if chance <= 0.0:
        return 0.0
    if least <= chance * whole:  # the other tail is the one whose terms are not too small to add
        return 1.0 - at_least(whole - least + 1, whole, 1.0 - chance)
    ways = math.lgamma(whole + 1) - math.lgamma(least + 1) - math.lgamma(whole - least + 1)
    term = math.exp(ways + least * math.log(chance) + (whole - least) * math.log1p(-chance))
    odds, total = chance / (1.0 - chance), term
    for count in range(least, whole):
        term *= (whole - count) / (count + 1) * odds
        total += term
        if term < _ENOUGH * total:
            break
    return min(1.0, total)
