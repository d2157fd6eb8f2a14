"""Intervals over several base clusters, where people are in several: each is counted in every one.

A value belongs to a person, whatever they ask about, so that the truth is a share of people, and
every lift and every change is 1. People keep to topics, more or less.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.evals.coverage.compared import Discoveries
from anonymuse.evals.coverage.populations import Floats, Ints, People, loyal
from anonymuse.evals.coverage.released import POLICIES, Case, about, case, holds, told
from anonymuse.evals.coverage.tree import ABOVE, LEAVES, LEVELS, TOPICS, weights
from anonymuse.stats.intervals import Protection, released_limits
from anonymuse.stats.lifts import Counts, Ratios, notable, ratios
from anonymuse.stats.several import WHOLE, Squares

PEOPLE = 3000
SHARE = 0.2
WHO: tuple[People, ...] = (
    People(),
    *(People("some have several", rho) for rho in (0.0, 0.3, 0.7)),
    *(People("few have very many", rho) for rho in (0.0, 0.3, 0.7)),
)
_ROWS: Ints = np.vstack(
    [np.eye(LEAVES), np.arange(TOPICS)[:, None] == ABOVE, np.ones((1, LEAVES))]
).astype(np.int64)
"""base clusters below each of them, each topic and the whole report"""
_BELOW = _ROWS.sum(axis=1)
_OWN = slice(LEAVES, LEAVES + TOPICS)


class _Report:
    """One report: people and those who have the value, in each topic and in the whole."""

    def __init__(
        self, people: People, policy: ReleasePolicy, share: float, rng: np.random.Generator
    ) -> None:
        talks = loyal(people, PEOPLE, np.full(LEAVES, 1 / LEAVES), ABOVE, rng)
        held = talks > 0
        self._sigma, self._rounding = policy.noise_sigma, policy.rounding
        has = rng.random(PEOPLE) < share
        self.units = self._told(held, rng)
        self.part = np.minimum(self._told(held[has], rng), self.units)
        averages = weights(talks, policy, rng).people
        levels, above = np.array([*LEVELS, (WHOLE, WHOLE)]).T
        self.squares = Squares.of(self.units, levels, above, _BELOW, averages)

    def _told(self, held: npt.NDArray[np.bool_], rng: np.random.Generator) -> Ints:
        return _ROWS @ told(held.sum(axis=0), self._sigma, self._rounding, 1, rng)

    def limits(self) -> tuple[Floats, Floats]:
        """Return the ends of the value's shares."""
        protection = Protection(self._sigma, self._rounding)
        return released_limits(
            self.part, self.units, protection,
            terms=_BELOW, whole_terms=_BELOW, design=self.squares.weigh_as_one,
        )  # fmt: skip

    def lifts(self) -> Ratios:
        """Return the value's share in each topic over that in the rest."""
        own, squares, rest = _OWN, self.squares, LEAVES - _BELOW[_OWN]
        return ratios(
            Counts(
                self.part[own], self.units[own], _BELOW[own], _BELOW[own],
                squares.weigh_as_one[own],
            ),
            Counts(
                self.part[-1] - self.part[own], self.units[-1] - self.units[own], rest, rest,
                squares.rest_as_one[own],
            ),
            together=squares.together[own], sigma=self._sigma, rounding=self._rounding,
        )  # fmt: skip

    def sizes(self) -> Counts:
        """Return the topics' people, as two reports are compared by them."""
        return Counts(
            self.units[_OWN], self.units[-1], _BELOW[_OWN], LEAVES, self.squares.of_shares[_OWN]
        )


def people_in_several(draws: int, seed: int) -> Iterator[Case]:
    """Shares, lifts and changes of topics and of the whole, of people who are in several."""
    rng = np.random.Generator(np.random.Philox(seed))
    for policy in POLICIES:
        for people in WHO:
            found: dict[str, list[npt.NDArray[np.bool_]]] = {}
            for share in about(SHARE, draws, rng).tolist():
                report, other = (_Report(people, policy, share, rng) for _ in range(2))
                low, high = report.limits()
                inside = holds(low, share, high)
                found.setdefault("topic's share of people", []).append(inside[_OWN])
                found.setdefault("whole report's share of people", []).append(inside[-1:])
                for what, own in (
                    ("topic's lift", report.lifts()),
                    ("topic's change", _changes(report, other, policy)),
                ):
                    known = ~np.isnan(own.ratio)
                    found.setdefault(what, []).append(holds(own.low, 1.0, own.high)[known])
            for what, held in found.items():
                inside = np.concatenate(held)
                yield case(f"{what}, in several", f"{policy.name}, {people}", PEOPLE, inside)


def _changes(report: _Report, other: _Report, policy: ReleasePolicy) -> Ratios:
    return ratios(report.sizes(), other.sizes(), sigma=policy.noise_sigma, rounding=policy.rounding)


def chance_topics(draws: int, seed: int) -> Iterator[Discoveries]:
    """How often a topic is called notable where none differs, of people in several."""
    rng = np.random.Generator(np.random.Philox(seed))
    for policy in POLICIES:
        wrong = 0
        for _ in range(draws):
            found = _Report(People("some have several", 0.7), policy, SHARE, rng).lifts()
            wrong += bool(notable(found, tests=TOPICS).any())
        name = f"{policy.name}, none of {TOPICS} topics differs, people in several"
        yield Discoveries(name, draws, wrong / draws, wrong / draws, None)
