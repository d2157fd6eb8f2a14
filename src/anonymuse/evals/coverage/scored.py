"""Intervals of evaluations: scores of answers, of clusterings and of runs, whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from anonymuse.evals.coverage.populations import Floats, Ints, People, rows
from anonymuse.evals.coverage.released import Case
from anonymuse.evals.scores import InformationShared, Measure, PuritySeen, Trial
from anonymuse.stats import scoring
from anonymuse.stats.bootstrap import compare, draw_weights
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.lifts import weighted_pearson

Score = Callable[[Ints, Ints, Ints], Estimate]
"""of what is true and what was said, as numbers, and whose each row is"""

SETTINGS: tuple[tuple[People, int], ...] = (
    (People(), 20),
    (People(), 100),
    (People(), 1000),
    (People("some have several", 0.1), 60),
    (People("some have several", 0.5), 60),
    (People("some have several", 0.9), 60),
    (People("some have several", 0.5), 300),
    (People("few have very many", 0.1), 200),
    (People("few have very many", 0.5), 200),
    (People("few have very many", 0.9), 200),
)


def _grades(names: int, right: float) -> Floats:
    """Return how often each truth meets each answer, the near ones more often; sums to 1."""
    place = np.arange(names)
    table = np.exp(-right * np.abs(place[:, None] - place[None, :]))
    often = 1.0 / (place + 1.0)
    found: Floats = table / table.sum(axis=1, keepdims=True) * (often / often.sum())[:, None]
    return found


def _yes(true: float, hit: float, alarm: float) -> Floats:
    """Return the table of a detector: rows are no and yes as is true, columns as was said."""
    miss, clear = true * (1.0 - hit), (1.0 - true) * (1.0 - alarm)
    return np.array([[clear, (1.0 - true) * alarm], [miss, true * hit]])


def _accuracy(true: Ints, said: Ints, units: Ints) -> Estimate:
    return scoring.share(true == said, units=units)


def _f1(true: Ints, said: Ints, units: Ints) -> Estimate:
    return scoring.f1(true == 1, said == 1, units=units)


def _macro_f1(true: Ints, said: Ints, units: Ints) -> Estimate:
    return scoring.macro_f1(true, said, units=units)


def _kappa(true: Ints, said: Ints, units: Ints) -> Estimate:
    return scoring.kappa(true, said, units=units)


def _spearman(true: Ints, said: Ints, units: Ints) -> Estimate:
    return scoring.spearman(true, said, units=units)


def _gain(true: Ints, said: Ints, units: Ints) -> Estimate:
    return scoring.gain(true, said, units=units).gain


def _true_accuracy(table: Floats) -> float:
    return float(np.trace(table))


def _true_f1(table: Floats) -> float:
    return float(2 * table[1, 1] / (table[1].sum() + table[:, 1].sum()))


def _true_macro_f1(table: Floats) -> float:
    return float(np.mean(2 * np.diag(table) / (table.sum(axis=1) + table.sum(axis=0))))


def _true_kappa(table: Floats) -> float:
    chance = float(table.sum(axis=1) @ table.sum(axis=0))
    return (float(np.trace(table)) - chance) / (1.0 - chance)


def _true_spearman(table: Floats) -> float:
    sides = [table.sum(axis=1), table.sum(axis=0)]
    ranks = [own.cumsum() - own / 2.0 - 0.5 for own in sides]
    spread = [float(own @ rank**2) for own, rank in zip(sides, ranks, strict=True)]
    return float(ranks[0] @ table @ ranks[1]) / float(np.sqrt(spread[0] * spread[1]))


def _true_gain(table: Floats) -> float:
    return float(table[1, 0] - table[0, 1])


_SCORES: tuple[tuple[str, Score, Callable[[Floats], float], Floats], ...] = (
    ("accuracy about 0.9", _accuracy, _true_accuracy, _yes(0.5, 0.9, 0.1)),
    ("accuracy about 0.6", _accuracy, _true_accuracy, _yes(0.5, 0.6, 0.4)),
    ("F1 about 0.9", _f1, _true_f1, _yes(0.3, 0.9, 0.05)),
    ("F1 about 0.6", _f1, _true_f1, _yes(0.2, 0.6, 0.1)),
    ("macro F1, 4 answers", _macro_f1, _true_macro_f1, _grades(4, 2.0)),
    ("kappa, 3 answers", _kappa, _true_kappa, _grades(3, 1.5)),
    ("Spearman, 5 grades", _spearman, _true_spearman, _grades(5, 1.0)),
    ("paired difference of shares", _gain, _true_gain, np.array([[0.2, 0.1], [0.2, 0.5]])),
)


def answers(draws: int, seed: int) -> Iterator[Case]:
    """Scores of answers, of people whose rows are alike."""
    rng = np.random.Generator(np.random.Philox(seed))
    for what, score, truth, table in _SCORES:
        true = truth(table)
        for people, n in SETTINGS:
            held = told = 0
            for _ in range(draws):
                kind, unit = rows(people, n, table.ravel(), rng)
                found = score(kind // len(table), kind % len(table), unit)
                if not np.isnan(found.mean):
                    told += 1
                    held += found.low <= true <= found.high
            yield Case(what, str(people), n, held, told)


def clusterings(draws: int, seed: int) -> Iterator[Case]:
    """Differences of two clusterings of the same conversations, in pairs, people drawn."""
    rng = np.random.Generator(np.random.Philox(seed))
    for people, n in ((People(), 400), (People("some have several", 0.5), 150)):
        for what, make in (
            ("paired difference of purity", PuritySeen), ("paired difference of AMI", _information),
        ):  # fmt: skip
            found = [_difference(people, n, make, rng, seed + i) for i in range(draws)]
            true = float(np.mean([own.mean for own in found]))
            held = sum(own.low <= true <= own.high for own in found)
            yield Case(what, str(people), n, held, draws)


def _information(trial: Trial) -> Measure:
    return InformationShared(trial)


def _difference(
    people: People, n: int, make: Callable[[Trial], Measure], rng: np.random.Generator, seed: int
) -> Estimate:
    kind, unit = rows(people, n, np.full(6, 1 / 6), rng)
    place = np.arange(len(kind))
    sides = []
    for noise in (0.25, 0.35):
        careless = rng.beta(noise, 1.0 - noise, unit.max() + 1)[unit]
        wrong = rng.random(len(kind)) < (careless if people.alike else noise)
        labels = np.where(wrong, rng.integers(6, size=len(kind)), kind)
        sides.append(make(Trial(labels, kind, place)).value)
    draws = draw_weights(len(kind), draws=200, seed=seed, units=unit)
    return compare(sides[0], sides[1], draws).gain


def runs(draws: int, seed: int) -> Iterator[Case]:
    """Agreement over all pairs of a few runs, some of which are worse than others."""
    rng = np.random.Generator(np.random.Philox(seed))
    for count in (3, 5, 10):
        held = 0
        for _ in range(draws):
            own, pair = rng.normal(0.0, 0.04, count), rng.normal(0.0, 0.02, (count, count))
            table = 0.75 + own[:, None] + own[None, :] + np.triu(pair, 1) + np.triu(pair, 1).T
            found = scoring.over_pairs(table)
            held += found.low <= 0.75 <= found.high
        yield Case("mean over pairs of runs", "runs that differ", count, held, draws)


def correlations(draws: int, seed: int) -> Iterator[Case]:
    """Pearson's correlation of topics of unequal size."""
    rng = np.random.Generator(np.random.Philox(seed))
    for points in (12, 40, 150):
        for r in (0.0, 0.6):
            held = told = 0
            for _ in range(draws):
                x, noise = rng.normal(size=points), rng.normal(size=points)
                weights = rng.lognormal(0.0, 0.8, points)
                found = weighted_pearson(x, r * x + np.sqrt(1 - r**2) * noise, weights)
                if found.low is not None and found.high is not None:
                    told += 1
                    held += found.low <= r <= found.high
            yield Case("weighted Pearson correlation", f"r = {r:g}", points, held, told)
