"""Intervals of a report: released from people who are drawn, noisy, rounded, and only if large.

What a case counts as covered is what the same release would say of endless people without noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import DEMO, INTERNAL, PUBLIC, ReleasePolicy
from anonymuse.domain.private.thresholds import MARGIN, conversation_sigma
from anonymuse.evals.coverage.populations import ACTIVITIES, Floats, Ints, People, counts, loyal
from anonymuse.evals.coverage.tree import ABOVE, BELOW, LEAVES, LEVELS, TOPICS, weights
from anonymuse.stats.intervals import Protection, released_limits
from anonymuse.stats.tables.told import shares_of_sizes

POLICIES = (DEMO, INTERNAL, PUBLIC)
Draw = Callable[[People, int, Floats, np.random.Generator], Ints]
ENDLESS = 40_000
"""People from whom the true shares are counted."""


@dataclass(frozen=True, slots=True)
class Case:
    """How often intervals held in one setting.

    Attributes:
        what: is told.
        setting: under which the people were drawn and told.
        n: people (or rows) of one draw.
        covered: intervals that hold the truth.
        told: intervals that were shown.
    """

    what: str
    setting: str
    n: int
    covered: int
    told: int

    @property
    def share(self) -> float:
        """Coverage, 0 to 1."""
        return self.covered / max(self.told, 1)


def case(what: str, setting: str, n: int, inside: npt.NDArray[np.bool_]) -> Case:
    """Return the case of some intervals, given which of them hold."""
    return Case(what, setting, n, int(inside.sum()), int(inside.size))


def told(exact: Ints, sigma: float, step: int, least: int, rng: np.random.Generator) -> Ints:
    """Return counts as they are released."""
    return _rounded(exact + _noise(exact, sigma, rng), step, least)


def shares_of_people(draws: int, seed: int) -> Iterator[Case]:
    """A value's share of a base cluster's people, who count once each; shown where large enough."""
    rng = np.random.Generator(np.random.Philox(seed))
    for policy in POLICIES:
        for n in (15, 50, 200, 1000, 10_000):
            if n < policy.min_units:
                continue
            for share in (0.01, 0.05, 0.2, 0.5, 0.8, 0.99):
                if n * share < policy.min_cell + MARGIN * policy.noise_sigma:
                    continue  # seldom shown, and then for being too large by chance
                true = about(share, draws, rng)
                exact = rng.binomial(n, true)
                part, shown = cell(exact, policy, rng)
                whole = told(np.full(draws, n), policy.noise_sigma, policy.rounding, n // 2, rng)
                low, high = released_limits(
                    np.minimum(part, whole), whole,
                    Protection(policy.noise_sigma, policy.rounding), whole_terms=1,
                )  # fmt: skip
                name = f"{policy.name}, share {share:g}"
                yield case("share of people", name, n, holds(low, true, high)[shown])


def about(share: float | Floats, draws: int, rng: np.random.Generator) -> Floats:
    """Return shares near one: coverage of a single one goes up and down with the steps of counts.

    Brown, Cai and DasGupta (2001) show by how much.
    """
    odds = np.log(share / (1.0 - share)) + rng.uniform(-0.3, 0.3, draws)
    found: Floats = 1.0 / (1.0 + np.exp(-odds))
    return found


def whole_reports(draws: int, seed: int) -> Iterator[Case]:
    """All cells that a report shows, small shares and large: those shown are not a fair sample."""
    rng = np.random.Generator(np.random.Philox(seed))
    for policy in POLICIES:
        for n in (60, 200, 1000):
            share = np.exp(rng.uniform(np.log(0.005), np.log(0.9), (draws, 40)))
            exact = rng.binomial(n, share)
            part, shown = cell(exact, policy, rng)
            whole = told(np.full(share.shape, n), policy.noise_sigma, policy.rounding, n // 2, rng)
            low, high = released_limits(
                np.minimum(part, whole), whole,
                Protection(policy.noise_sigma, policy.rounding), whole_terms=1,
            )  # fmt: skip
            yield case("all cells shown", policy.name, n, holds(low, share, high)[shown])


def shares_of_conversations(
    draws: int, seed: int, *, alike: tuple[float, ...] = (0.0, 0.1, 0.3, 0.6, 0.9)
) -> Iterator[Case]:
    """A topic's share of conversations, of people with many that are alike."""
    rng = np.random.Generator(np.random.Philox(seed))
    base = rng.dirichlet(np.full(LEAVES, 4.0))
    for policy in POLICIES:
        for activity in ACTIVITIES:
            for rho in alike if activity != "one each" else (0.0,):
                yield from _topics(policy, People(activity, rho), base, draws, rng)


def loyal_people(draws: int, seed: int) -> Iterator[Case]:
    """A topic's share where people keep to it, in several of its base clusters."""
    rng = np.random.Generator(np.random.Philox(seed))
    base = rng.dirichlet(np.full(LEAVES, 4.0))
    for policy in POLICIES:
        for activity in ACTIVITIES[1:]:
            for rho in (0.1, 0.3, 0.6):
                people = People(activity, rho)
                for own in _topics(policy, people, base, draws, rng, drawn=_loyal):
                    yield replace(own, what=f"{own.what}, people keep to topics")


def two_kinds_of_people(draws: int, seed: int) -> Iterator[Case]:
    """Shares of conversations where numbers do not fall off: one person in twenty has 50.

    An average over base clusters does not say on which of them a few people weigh.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    base = np.full(LEAVES, 1 / LEAVES)
    for policy in POLICIES:
        for rho in (0.2, 0.6):
            people = People("one in twenty has 50", rho)
            for own in _topics(policy, people, base, draws, rng):
                yield replace(own, what=f"{own.what}, two kinds of people")


def _loyal(people: People, n: int, base: Floats, rng: np.random.Generator) -> Ints:
    return loyal(people, n, base, ABOVE, rng)


def _topics(
    policy: ReleasePolicy, people: People, base: Floats, draws: int, rng: np.random.Generator,
    *, drawn: Draw = counts,
) -> Iterator[Case]:  # fmt: skip
    n = 1500
    known = np.minimum(drawn(people, ENDLESS, base, rng), policy.per_node).sum(axis=0)
    true = known / known.sum()
    shares = np.concatenate([true, np.bincount(ABOVE, true)])
    inside = np.zeros((draws, LEAVES + TOPICS), dtype=np.bool_)
    for draw in range(draws):
        held = drawn(people, n, base, rng)
        counted = np.minimum(held, policy.per_node)
        units = told((held > 0).sum(axis=0), policy.noise_sigma, policy.rounding, 1, rng)
        talks = told(counted.sum(axis=0), conversation_sigma(policy), policy.rounding, 1, rng)
        sizes = zip(units.tolist(), np.maximum(talks, units).tolist(), strict=True)
        found = shares_of_sizes(
            BELOW, LEVELS, {own: size for (own,), size in zip(BELOW, sizes, strict=False)},
            policy=policy, weights=weights(held, policy, rng).conversations,
        )  # fmt: skip
        low, high = (np.array([getattr(own, end) for own in found]) for end in ("low", "high"))
        inside[draw] = holds(low, shares, high)
    name = f"{policy.name}, {people}"
    yield case("base cluster's share of conversations", name, n, inside[:, :LEAVES])
    yield case("topic's share of conversations", name, n, inside[:, LEAVES:])


def cell(
    exact: Ints, policy: ReleasePolicy, rng: np.random.Generator
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return counts as they are released, and which are shown."""
    noisy = exact + _noise(exact, policy.noise_sigma, rng)
    enough = noisy >= policy.min_cell + MARGIN * policy.noise_sigma
    found = _rounded(noisy, policy.rounding, policy.min_cell)
    return found, enough & (exact >= policy.min_cell)


def _noise(exact: Ints, sigma: float, rng: np.random.Generator) -> Ints:
    return np.rint(rng.normal(0.0, sigma, exact.shape)).astype(np.int64)


def _rounded(noisy: Ints, step: int, least: int) -> Ints:
    """Round as `stats.rounding.rounded` does one count."""
    found: Ints = np.maximum((2 * noisy + step) // (2 * step), -(-least // step)) * step
    return found


def holds(low: Floats, true: float | Floats, high: Floats) -> npt.NDArray[np.bool_]:
    """Return which intervals hold the truth."""
    found: npt.NDArray[np.bool_] = (low <= true) & (true <= high)
    return found
