"""Intervals of estimates where people are in several base clusters, and the busy answer otherwise.

The numbers are counted and corrected as in a run: people in base clusters, of whom some are asked,
through `stats.tables.asked` and `stats.predicted`. What is to be held is the share in the
population, a person counted in as many topics as the asked are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anonymuse.domain.policy import DEMO, INTERNAL, PUBLIC, ReleasePolicy
from anonymuse.domain.private.thresholds import asked_sigma
from anonymuse.evals.coverage.populations import Floats, Ints, People, sizes
from anonymuse.evals.coverage.released import Case, case, holds
from anonymuse.stats.intervals import Estimate, Protection
from anonymuse.stats.predicted import predicted_share
from anonymuse.stats.tables.asked import MOST_TOPICS, AskedRows, asked_numbers
from anonymuse.stats.tables.counting import Column

PEOPLE, TOPICS, BUSY = 5000, 24, 4
"""people; base clusters of the node; in more than how many of them somebody is busy"""
SHARES = {"all alike": (0.2, 0.2), "the busy otherwise": (0.15, 0.4)}
"""of those who are not busy, and of those who are"""
PEOPLES = (People("some have several", 0.95), People("few have very many", 0.5))
RIGHT, CLEAR = 0.75, 0.95
"""of those who have a value, and of those who lack it, how many are predicted right"""
_ASKED = 0.3


@dataclass(frozen=True, slots=True)
class _Setting:
    """People, whether the busy answer otherwise, and the policy."""

    people: People
    habit: str
    policy: ReleasePolicy

    def __str__(self) -> str:
        return f"{self.policy.name}, {self.people}, {self.habit}"


def predicted_in_several(draws: int, seed: int) -> Iterator[Case]:
    """A value's share in a node of many base clusters, estimated from predictions and the asked."""
    rng = np.random.Generator(np.random.Philox(seed))
    for policy in (DEMO, INTERNAL, PUBLIC):
        for habit in SHARES:
            for people in PEOPLES:
                setting = _Setting(people, habit, policy)
                true = np.full(draws, _true(setting, rng))
                found = [own for _ in range(draws) if (own := _drawn(setting, rng)) is not None]
                low: Floats = np.array([own.low for own in found])
                high: Floats = np.array([own.high for own in found])
                kept = holds(low, true[: len(found)], high)
                name = "estimate from predictions, people in several topics"
                yield case(name, str(setting), PEOPLE, kept)


def _true(setting: _Setting, rng: np.random.Generator) -> float:
    """Return the share in the population, from very many of its people."""
    topics = np.minimum(sizes(setting.people, 300_000, rng), TOPICS)
    usual, busy = SHARES[setting.habit]
    counted = np.minimum(topics, MOST_TOPICS)
    return float((np.where(topics > BUSY, busy, usual) * counted).sum() / counted.sum())


def _drawn(setting: _Setting, rng: np.random.Generator) -> Estimate | None:
    """Return what is told of a draw of people; None where too few were asked."""
    policy, topics = setting.policy, np.minimum(sizes(setting.people, PEOPLE, rng), TOPICS)
    unit: Ints = np.repeat(np.arange(PEOPLE), topics)
    order = rng.permuted(np.tile(np.arange(TOPICS), (PEOPLE, 1)), axis=1)
    leaf: Ints = order[np.arange(TOPICS) < topics[:, None]]
    usual, busy = SHARES[setting.habit]
    chance = np.where(topics > BUSY, busy, usual)
    if setting.people.alike:
        alike = (1.0 - setting.people.alike) / setting.people.alike
        chance = rng.beta(chance * alike, (1.0 - chance) * alike)
    has = rng.random(len(unit)) < chance[unit]
    said = rng.random(len(unit)) < np.where(has, RIGHT, 1.0 - CLEAR)
    rows = AskedRows(
        leaf, unit, (rng.random(PEOPLE) < _ASKED)[unit], np.ones((1, TOPICS), dtype=np.bool_),
        rng.bytes(32), [f"p{number}" for number in range(PEOPLE)],
    )  # fmt: skip
    guess, truth = (Column("f", ("yes", "no"), np.where(own, 0, 1)) for own in (said, has))
    told = [own for _, value, own in asked_numbers(rows, guess, truth, policy) if value == "yes"]
    if not told:
        return None
    return predicted_share(
        float(said.sum()), float(len(unit)), told[0],
        protection=Protection(policy.noise_sigma, policy.rounding),
        asked_protection=Protection(asked_sigma(policy, told[0].topics), policy.rounding),
    )  # fmt: skip
