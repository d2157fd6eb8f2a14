"""How asked people divide by answer and prediction, in every node, as noisy numbers.

They are never told themselves: they say how far predictions are off (`stats.predicted`), and what
is told of that is made of these numbers alone. Each has a draw of its own, keyed by who is in it
and how often, so that what several nodes tell of the same people has no sharp difference. No number
is exact, not even where the policy has no noise: one wrong prediction is one person's answer.

How many were asked is one number for all facets and values, or everybody asked would be counted as
often as there are values. And whoever was asked has taught the predictions of all others, which one
answer moves by about as many people as there are for each of the asked: so predictions have noise
of that size beside the noise on their counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.domain.private.thresholds import asked_sigma, reaches
from anonymuse.stats.noise import keyed_noise, unit_keys
from anonymuse.stats.predicted import all_alike
from anonymuse.stats.several import rounded_up
from anonymuse.stats.tables.counting import Column, counted_once

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

MOST_TOPICS = 4
"""base clusters in which one person counts in a node: what the noise is made for"""
ENOUGH = 40
"""times the variance of the noise, asked people from whom on predictions are worth that two more
numbers are told: below, the noise on these is more than predictions can gain"""
LEAST = 20
"""asked people below whom a node's interval would say next to nothing"""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AskedRows:
    """Rows in published base clusters, and which of them a model was asked about.

    Attributes:
        leaf: place of each row's base cluster, shape (rows,).
        unit: code of its privacy unit, shape (rows,).
        asked: which are those of people who were asked, shape (rows,).
        above: for each node, which base clusters are at or below it, shape (nodes, leaves).
        key: the secret key of the noise.
        pseudonyms: of each unit code.
    """

    leaf: Ints
    unit: Ints
    asked: Flags
    above: Flags
    key: bytes
    pseudonyms: list[str]


def asked_numbers(
    rows: AskedRows,
    predictions: Column,
    answers: Column,
    policy: ReleasePolicy,
) -> list[tuple[int, str, AskedNumbers]]:
    """Return the numbers of each node and value; none of nodes where too few were asked.

    What is counted is a person in a base cluster, as in the table that the predictions are counted
    in: who has a value in one of the conversations there has it there, or where values are ranked
    and it is the highest. Where a node joins base clusters, a person counts in a few of them, and
    everybody is counted once more in the same way: whoever is in many would else weigh more in the
    predictions than in what corrects them.

    Args:
        rows: of everybody.
        predictions: of each row.
        answers: of each row, with the same vocabulary; looked at where it was asked about.
        policy: in force.
    """
    secrets = unit_keys(rows.key, rows.pseudonyms)
    everybody = _People.of(rows, np.arange(len(rows.leaf)), secrets, predictions)
    asked = _People.of(rows, np.flatnonzero(rows.asked), secrets, predictions, answers)
    found = []
    for node, leaves in enumerate(rows.above):
        topics = min(MOST_TOPICS, int(leaves.sum()))
        draw = _Draw(rows.key, asked_sigma(policy, topics), policy.rounding)
        own = asked.within(leaves)
        drawn = keyed_noise(rows.key, asked.sum_of(own), draw.sigma, purpose="asked")
        people = len(np.unique(asked.unit[own]))
        if not reaches(people, drawn, max(LEAST, policy.min_cell), draw.sigma):
            continue
        total = _rounded(len(own) + drawn, policy.rounding)
        split = len(own) + drawn >= ENOUGH * draw.sigma**2
        joined = None
        if topics > 1:
            once = replace(draw, sigma=asked_sigma(policy, 1))
            alike = _alike(asked, own, total, topics, once, f"asked:{predictions.name}")
            joined = _Joined.of(alike, everybody, leaves, draw)
        for value, word in enumerate(predictions.values[: predictions.shown_values]):
            name = f"asked:{predictions.name}\x1f{word}"
            numbers = _divided(asked, own, value, draw, total, topics, split, name)
            if joined is not None:
                numbers = joined.added_to(numbers, value, name)
            found.append((node, word, numbers))
    return found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _People:
    """People in base clusters, a pair for each.

    Attributes:
        leaf: of each pair, shape (pairs,).
        unit: of each pair, shape (pairs,).
        secret: of the unit of each pair, shape (pairs,).
        having: of each column which pairs have which value, shape (values, pairs) each.
    """

    leaf: Ints
    unit: Ints
    secret: Keys
    having: list[Flags]

    @classmethod
    def of(cls, rows: AskedRows, kept: Ints, secrets: Keys, *columns: Column) -> _People:
        """Count people of some rows."""
        leaf, unit, width = rows.leaf[kept], rows.unit[kept], len(rows.pseudonyms)
        pairs, place = np.unique(leaf * width + unit, return_inverse=True)
        having = []
        for column in columns:
            own = counted_once(replace(column, codes=column.codes[kept]), leaf, unit)
            has = np.zeros((column.shown_values, len(pairs)), dtype=np.bool_)
            for value in range(column.shown_values):
                has[value, place[own.codes == value]] = True
            having.append(has)
        return cls(pairs // width, pairs % width, secrets[pairs % width], having)

    def within(self, leaves: Flags) -> Ints:
        """Return the pairs in base clusters, of which nobody has more than a few."""
        return bounded(np.flatnonzero(leaves[self.leaf]), self.leaf, self.unit, self.secret)

    def sum_of(self, pairs: Ints) -> int:
        """Return what says who they are, and how often."""
        return int(self.secret[pairs].sum(dtype=np.uint64))


@dataclass(frozen=True, slots=True, repr=False)
class _Draw:
    """Noise for numbers of one node: the secret key, its sigma, and the step of rounding."""

    key: bytes
    sigma: float
    step: int

    def noisy(self, who: Keys, nobody: int, purpose: str) -> int:
        """Return how many there are, with noise that hangs on who they are, and rounded."""
        members = int(who.sum(dtype=np.uint64)) or nobody
        drawn = keyed_noise(self.key, members, self.sigma, purpose=purpose)
        return _rounded(len(who) + drawn, self.step)


def _divided(
    asked: _People, own: Ints, value: int, draw: _Draw, total: int, topics: int, split: bool,
    name: str,
) -> AskedNumbers:  # fmt: skip
    """Return how the asked of a node divide, given how many they are."""
    everybody = asked.sum_of(own)
    predicted, answered = (has[value, own] for has in asked.having)
    kinds = (answered & predicted, answered & ~predicted, predicted & ~answered)
    if not split:
        kinds = (np.zeros_like(answered), answered, np.zeros_like(answered))
    both, missed, wrong = (
        draw.noisy(asked.secret[own[kind]], everybody, f"{name}\x1f{number}")
        if split or number == 1 else 0
        for number, kind in enumerate(kinds)
    )  # fmt: skip
    taught = (everybody + asked.sum_of(np.flatnonzero(asked.having[1][value]))) % 2**64
    learnt = draw.noisy(asked.secret[:0], taught, f"{name}\x1flearnt") if split else 0
    return AskedNumbers(both, missed, wrong, total - both - missed - wrong, topics, split, learnt)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Joined:
    """What a node that joins base clusters needs to know beside: everybody counted as the asked.

    Attributes:
        alike: how many of the asked weigh as one.
        whole: everybody.
        everybody: people in base clusters.
        own: which of them count.
        draw: noise of the node.
    """

    alike: float
    whole: int
    everybody: _People
    own: Ints
    draw: _Draw

    @classmethod
    def of(cls, alike: float, everybody: _People, leaves: Flags, draw: _Draw) -> _Joined:
        """Count everybody in a node."""
        own = everybody.within(leaves)
        whole = draw.noisy(everybody.secret[own], 0, "asked:everybody")
        return cls(alike, whole, everybody, own, draw)

    def added_to(self, numbers: AskedNumbers, value: int, name: str) -> AskedNumbers:
        """Return the numbers of a value with those that a joined node needs beside."""
        predicted = None
        if numbers.split:
            had = self.own[self.everybody.having[0][value, self.own]]
            nobody = self.everybody.sum_of(self.own)
            who = self.everybody.secret[had]
            predicted = self.draw.noisy(who, nobody, f"{name}\x1fpredicted")
        return replace(numbers, alike=self.alike, whole=self.whole, predicted=predicted)


def _alike(asked: _People, own: Ints, total: int, topics: int, draw: _Draw, name: str) -> float:
    """Return how many of a node's asked weigh as one: as the facet's answers are alike, at most.

    Noise hides one person with all they may have, and what it may have taken is added: of few
    asked it is what follows from their number alone, as if one person's answers were all the same.

    Args:
        asked: everybody who was.
        own: the pairs that count in the node.
        total: how many these are, with noise.
        topics: in how many base clusters one person counts, at most.
        draw: of numbers in which nobody is twice.
        name: of the facet.
    """
    _, first, person = np.unique(asked.unit[own], return_index=True, return_inverse=True)
    persons = draw.noisy(asked.secret[own[first]], 0, "asked:persons")
    answered = asked.having[1][:, own]
    squares, alone = sums_of_squares(answered, person, most=topics**2)
    sigma = draw.sigma * topics**1.5
    # Whoever answers otherwise draws other noise.
    said = sum(n * asked.sum_of(own[has]) for n, has in enumerate(answered, 2))
    members = (asked.sum_of(own) + said) % 2**64
    drawn = keyed_noise(draw.key, members, sigma, purpose=f"{name}\x1falike")
    found = rounded_up((squares + drawn + sigma) / max(alone, 1.0))
    return min(found, all_alike(total, persons, topics))


def sums_of_squares(answered: Flags, person: Ints, *, most: float = np.inf) -> tuple[float, float]:
    """Return how much answers differ, as squares: summed by person first, and each for itself.

    Their quotient is how many answers weigh as one. Where all answers are the same, both are 0.

    Args:
        answered: which pairs have which value, shape (values, pairs).
        person: whose each pair is, shape (pairs,).
        most: that one person adds to the first.
    """
    off = answered - answered.mean(axis=1, keepdims=True)
    own = sum(np.bincount(person, weights=one) ** 2 for one in off)
    return float(np.minimum(own, most).sum()), float((off**2).sum())


def bounded(own: Ints, leaf: Ints, unit: Ints, secret: Keys) -> Ints:
    """Return pairs of which nobody has more than a few, whichever the key says.

    Args:
        own: places of the pairs to choose from.
        leaf: of each pair, shape (pairs,).
        unit: of each pair, shape (pairs,).
        secret: of the unit of each pair, shape (pairs,).
    """
    lot = secret[own] * (2 * leaf[own].astype(np.uint64) + np.uint64(1))
    order = own[np.lexsort((lot, unit[own]))]
    who = unit[order]
    first = np.searchsorted(who, who, side="left")
    kept: Ints = order[np.arange(len(order)) - first < MOST_TOPICS]
    return kept


def _rounded(noisy: int, step: int) -> int:
    """Return the nearest multiple of a step; below 0 too, or the mean would be off."""
    return (2 * noisy + step) // (2 * step) * step
