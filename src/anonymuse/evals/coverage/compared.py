"""Ratios of a report, lifts and growth: whether their intervals hold, and how many are chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.evals.coverage.populations import Floats, Ints, People, counts
from anonymuse.evals.coverage.released import ENDLESS, POLICIES, Case, case, cell, holds, told
from anonymuse.evals.coverage.tree import LEAVES, weights
from anonymuse.stats.lifts import Counts, Ratios, notable, ratios
from anonymuse.stats.several import WHOLE, Squares


def lifts(draws: int, seed: int) -> Iterator[Case]:
    """How much more often a value occurs in a base cluster than in all others.

    A value belongs to a person, who may be in several clusters: there each counts anew.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    base = rng.dirichlet(np.full(LEAVES, 4.0))
    for policy in POLICIES:
        for people in (
            People(), People("some have several", 0.1), People("few have very many", 0.1),
        ):  # fmt: skip
            for share in (0.1, 0.4):
                effect = np.exp(rng.normal(0.0, 0.4, LEAVES))
                inside = [_lift(policy, people, base, effect, share, rng) for _ in range(draws)]
                name = f"{policy.name}, {people}, share {share:g}"
                yield case("lift", name, 3000, np.concatenate(inside))


def _lift(
    policy: ReleasePolicy, people: People, base: Floats, effect: Floats, share: float,
    rng: np.random.Generator,
) -> npt.NDArray[np.bool_]:  # fmt: skip
    """Draw people, whose first cluster decides how likely they have the value."""
    talks = counts(people, 3000, base, rng)
    here = talks > 0
    large = counts(people, ENDLESS // 4, base, rng) > 0
    chance = [np.minimum(share * effect[own.argmax(axis=1)], 0.95) for own in (here, large)]
    part, whole = _sums(here, rng.random(len(here)) < chance[0])
    true_part, true_whole = (large * chance[1][:, None]).sum(axis=0), large.sum(axis=0)
    true = _ratio(true_part, true_whole)
    shown_part, shown = cell(part, policy, rng)
    shown_whole = told(whole, policy.noise_sigma, policy.rounding, 1, rng)
    averages = weights(talks, policy, rng).people
    found = _against_rest(shown_part, shown_whole, policy, averages)
    known = shown & ~np.isnan(found.ratio)
    return holds(found.low, true, found.high)[known]


def _sums(here: npt.NDArray[np.bool_], has: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    return here[has].sum(axis=0), here.sum(axis=0)


def _ratio(part: Floats, whole: Floats) -> Floats:
    rest: Floats = (part.sum() - part) / (whole.sum() - whole)
    return part / whole / rest


def _against_rest(
    part: Ints, whole: Ints, policy: ReleasePolicy, averages: Sequence[float] = ()
) -> Ratios:
    others, one = len(part) - 1, np.ones_like(part)
    squares = Squares.of(whole, 0 * one, WHOLE * one, one, averages)
    return ratios(
        Counts(part, whole),
        Counts(
            part.sum() - part, whole.sum() - whole, others, others, squares.rest_as_one
        ),
        together=squares.together,
        sigma=policy.noise_sigma,
        rounding=policy.rounding,
    )  # fmt: skip


def growth(draws: int, seed: int) -> Iterator[Case]:
    """A cluster's share of a window's people over its share in three windows before."""
    rng = np.random.Generator(np.random.Philox(seed))
    base = rng.dirichlet(np.full(LEAVES, 4.0))
    for policy in POLICIES:
        for people in (People(), People("some have several", 0.3)):
            change = np.exp(rng.normal(0.0, 0.4, LEAVES))
            later = base * change / (base @ change)
            inside = []
            true = [(counts(people, ENDLESS, own, rng) > 0).sum(axis=0) for own in (base, later)]
            ratio = true[1] / true[1].sum() / (true[0] / true[0].sum())
            for _ in range(draws):
                before = sum(
                    (told((counts(people, 1500, base, rng) > 0).sum(axis=0), policy.noise_sigma,
                          policy.rounding, policy.min_cell, rng) for _ in range(3)),
                    start=np.zeros(LEAVES, dtype=np.int64),
                )  # fmt: skip
                now = (counts(people, 1500, later, rng) > 0).sum(axis=0)
                now = told(now, policy.noise_sigma, policy.rounding, policy.min_cell, rng)
                found = ratios(
                    Counts(now, now.sum(), 1, LEAVES),
                    Counts(before, before.sum(), 3, 3 * LEAVES),
                    sigma=policy.noise_sigma, rounding=policy.rounding,
                )  # fmt: skip
                inside.append(holds(found.low, ratio, found.high)[~np.isnan(found.ratio)])
            yield case("growth", f"{policy.name}, {people}", 1500, np.concatenate(inside))


@dataclass(frozen=True, slots=True)
class Discoveries:
    """What is called notable in simulated reports.

    Attributes:
        setting: policy, and how many of the clusters differ.
        reports: drawn.
        any_false: share of reports that name a cluster that does not differ.
        false: share of what is named that does not differ, averaged over reports.
        found: share of the clusters that differ which are named; None where none does.
    """

    setting: str
    reports: int
    any_false: float
    false: float
    found: float | None


def discoveries(draws: int, seed: int) -> Iterator[Discoveries]:
    """False discoveries and power of lifts: 100 clusters of 200 people, each 15 %.

    Where some differ, half of those have 25 % and half 5 %, so that the rest stays as it was.
    """
    rng = np.random.Generator(np.random.Philox(seed))
    clusters, people = 100, 200
    for policy in POLICIES:
        for different in (0, 10, 30):
            share = np.full(clusters, 0.15)
            share[:different:2], share[1:different:2] = 0.25, 0.05
            outcomes = []
            for _ in range(draws):
                exact = rng.binomial(people, share)
                part, shown = cell(exact, policy, rng)
                whole = told(np.full(clusters, people), policy.noise_sigma, policy.rounding, 1, rng)
                found = _against_rest(np.where(shown, part, exact), whole, policy)
                hidden = np.where(shown, found.p, np.nan)
                own = Ratios(found.ratio, found.low, found.high, hidden)
                named = notable(own, tests=clusters)
                wrong, right = int(named[different:].sum()), int(named[:different].sum())
                outcomes.append((wrong > 0, wrong / max(wrong + right, 1), right))
            table = np.array(outcomes, dtype=np.float64).mean(axis=0)
            power = float(table[2]) / different if different else None
            name = f"{policy.name}, {different} of {clusters} differ"
            yield Discoveries(name, draws, float(table[0]), float(table[1]), power)
