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

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.domain.private.thresholds import asked_sigma, reaches
from anonymuse.stats.noise import keyed_noise, unit_keys
from anonymuse.stats.tables.counting import Column, counted_once

Ints = npt.NDArray[np.int64]
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
    """The rows of asked people, in published base clusters.

    Attributes:
        leaf: place of each row's base cluster, shape (rows,).
        unit: code of its privacy unit, shape (rows,).
        above: for each node, which base clusters are at or below it, shape (nodes, leaves).
        key: the secret key of the noise.
        pseudonyms: of each unit code.
    """

    leaf: Ints
    unit: Ints
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
    and it is the highest.

    Args:
        rows: of asked people.
        predictions: of each row.
        answers: of each row, with the same vocabulary.
        policy: in force.
    """
    width = len(rows.pseudonyms)
    pairs, place = np.unique(rows.leaf * width + rows.unit, return_inverse=True)
    leaf, unit = pairs // width, pairs % width
    secrets = unit_keys(rows.key, rows.pseudonyms)
    predictions, answers = (
        counted_once(own, rows.leaf, rows.unit) for own in (predictions, answers)
    )
    kinds = _kinds(place, len(pairs), predictions, answers)
    having = [secrets[unit[own < 2]].sum(dtype=np.uint64) for own in kinds]
    found = []
    for node, leaves in enumerate(rows.above):
        own = _bounded(np.flatnonzero(leaves[leaf]), leaf, unit, secrets)
        everybody = int(secrets[unit[own]].sum(dtype=np.uint64))
        topics = min(MOST_TOPICS, int(leaves.sum()))
        sigma = asked_sigma(policy, topics)
        drawn = keyed_noise(rows.key, everybody, sigma, purpose="asked")
        people = len(np.unique(unit[own]))
        if not reaches(people, drawn, max(LEAST, policy.min_cell), sigma):
            continue
        split = len(own) + drawn >= ENOUGH * sigma**2
        for value in range(predictions.shown_values):
            name = f"asked:{predictions.name}\x1f{predictions.values[value]}"
            mine = kinds[value, own] if split else kinds[value, own] // 2 * 2 + 1
            both, missed, wrong = (
                _noisy(secrets[unit[own[mine == kind]]], everybody, rows.key, sigma,
                       policy.rounding, f"{name}\x1f{kind}")
                if split or kind == 1 else 0
                for kind in range(3)
            )  # fmt: skip
            neither = _rounded(len(own) + drawn, policy.rounding) - both - missed - wrong
            taught = (everybody + int(having[value])) % 2**64
            learnt = (
                _noisy(secrets[:0], taught, rows.key, sigma, policy.rounding, f"{name}\x1flearnt")
                if split else 0
            )  # fmt: skip
            asked = AskedNumbers(both, missed, wrong, neither, topics, split, learnt)
            found.append((node, predictions.values[value], asked))
    return found


def _kinds(place: Ints, pairs: int, predictions: Column, answers: Column) -> Ints:
    """Return for each value and person in a base cluster: 0 both, 1 missed, 2 wrong, 3 neither."""
    kinds = np.full((predictions.shown_values, pairs), 3, dtype=np.int64)
    for value in range(predictions.shown_values):
        has, said = np.zeros(pairs, dtype=np.bool_), np.zeros(pairs, dtype=np.bool_)
        has[place[answers.codes == value]] = True
        said[place[predictions.codes == value]] = True
        kinds[value] = np.where(has, np.where(said, 0, 1), np.where(said, 2, 3))
    return kinds


def _bounded(own: Ints, leaf: Ints, unit: Ints, secrets: npt.NDArray[np.uint64]) -> Ints:
    """Return pairs of which nobody has more than a few, whichever the key says."""
    lot = secrets[unit[own]] * (2 * leaf[own].astype(np.uint64) + np.uint64(1))
    order = own[np.lexsort((lot, unit[own]))]
    who = unit[order]
    first = np.searchsorted(who, who, side="left")
    kept: Ints = order[np.arange(len(order)) - first < MOST_TOPICS]
    return kept


def _noisy(
    who: npt.NDArray[np.uint64], nobody: int, key: bytes, sigma: float, step: int, purpose: str
) -> int:
    """Return how many there are, with noise that hangs on who they are, and rounded."""
    members = int(who.sum(dtype=np.uint64)) or nobody
    return _rounded(len(who) + keyed_noise(key, members, sigma, purpose=purpose), step)


def _rounded(noisy: int, step: int) -> int:
    """Return the nearest multiple of a step; below 0 too, or the mean would be off."""
    return (2 * noisy + step) // (2 * step) * step
