"""People who are drawn from a population whose shares are known.

Some have one conversation, some have many, and what one person does is alike: everybody has shares
of their own, drawn from a Dirichlet distribution around the population's. Its correlation is how
alike two conversations of one person are, beyond what everybody does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Activity = Literal["one each", "some have several", "few have very many", "one in twenty has 50"]

ACTIVITIES: tuple[Activity, ...] = ("one each", "some have several", "few have very many")
MOST = 50
"""Conversations of one person that take part in a run, at most."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is drawn.

    Attributes:
        activity: how many conversations they have: one, geometric with a mean of 3, or as Zipf has
            it with an exponent of 1.8, at most ``MOST``; or, far from Zipf's law, ``MOST`` of one
            person in twenty and one of all others.
        alike: correlation within a person, from 0 to below 1.
    """

    activity: Activity = "one each"
    alike: float = 0.0

    def __str__(self) -> str:
        return self.activity if self.activity == "one each" else f"{self.activity}, {self.alike:g}"


def sizes(people: People, n: int, rng: np.random.Generator) -> Ints:
    """Return how many conversations each of ``n`` people has, shape (n,)."""
    if people.activity == "one each":
        return np.ones(n, dtype=np.int64)
    if people.activity == "one in twenty has 50":
        return np.where(rng.random(n) < 0.05, MOST, 1)
    drawn = rng.geometric(1 / 3, n) if people.activity == "some have several" else rng.zipf(1.8, n)
    return np.minimum(drawn, MOST)


def counts(people: People, n: int, shares: Floats, rng: np.random.Generator) -> Ints:
    """Return how many conversations each of ``n`` people has of each kind, shape (n, kinds)."""
    held = sizes(people, n, rng)
    return rng.multinomial(held, habits(people.alike, n, shares, rng))


def habits(alike: float, n: int, shares: Floats, rng: np.random.Generator) -> Floats:
    """Return the shares of each of ``n`` people, shape (n, kinds)."""
    if alike == 0.0:
        return np.tile(shares / shares.sum(), (n, 1))
    weights = rng.gamma(shares / shares.sum() * (1.0 - alike) / alike, size=(n, len(shares)))
    weights[weights.sum(axis=1) == 0.0] = shares  # gamma of a tiny shape may be 0 in all
    own: Floats = weights / weights.sum(axis=1, keepdims=True)
    return own


def loyal(people: People, n: int, shares: Floats, above: Ints, rng: np.random.Generator) -> Ints:
    """Return counts of people who are alike in the group of a kind, not in the kind itself.

    Args:
        people: who is drawn.
        n: how many.
        shares: of the kinds, shape (kinds,).
        above: group of each kind.
        rng: of the drawing.
    """
    groups = np.bincount(above, shares).astype(np.float64)
    own = habits(people.alike, n, groups, rng)[:, above] * (shares / groups[above])
    return rng.multinomial(sizes(people, n, rng), own / own.sum(axis=1, keepdims=True))


def rows(people: People, n: int, shares: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the kind of each conversation of ``n`` people, and whose it is, shape (rows,) each."""
    table = counts(people, n, shares, rng)
    unit, kind = np.nonzero(table)
    times = table[unit, kind]
    return np.repeat(kind, times), np.repeat(unit, times)
