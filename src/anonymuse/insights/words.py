"""Numbers and names as they stand in a finding's sentence."""

from __future__ import annotations

import unicodedata

from anonymuse.domain.released import sentences

_LONGEST = 90  # characters of a name
_ISOLATE, _END = "\u2068", "\u2069"


def named(name: str) -> str:
    """Return a cluster's name in quotes: cut where it is long, and on its own in either direction.

    A name that runs from right to left would else drag the quotes and what follows with it.
    """
    short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in short):
        short = f"{_ISOLATE}{short}{_END}"
    return f"“{short}”"


def number(ratio: float) -> str:
    """Return a ratio with two digits that tell ("3.2", "24", "0.43")."""
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2f}"


def times(ratio: float) -> str:
    """Return a ratio in words ("3.2 times")."""
    return f"{number(ratio)} times"


def percent(share: float) -> str:
    """Return a share as a per cent with as many decimals as its size asks for."""
    return sentences.percent(share, 0 if share >= 0.1 else 1 if share >= 0.01 else 2)


def count(people: float) -> str:
    """Return a whole number with thousands separated."""
    return sentences.count(round(people))
