"""Intervals of estimates: a few people are asked, and of all others answers are predicted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anonymuse.domain.policy import DEMO, INTERNAL, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.domain.private.thresholds import MARGIN, asked_sigma
from anonymuse.evals.coverage.populations import Floats, Ints
from anonymuse.evals.coverage.released import Case, about, case, holds, told
from anonymuse.stats.intervals import Protection
from anonymuse.stats.predicted import predicted_share
from anonymuse.stats.tables.asked import ENOUGH, LEAST, MOST_TOPICS

PREDICTORS = {"good": (0.85, 0.97), "poor": (0.4, 0.9), "useless": (0.2, 0.8)}
"""of those who have a value, and of those who lack it, how many are predicted right"""
WHOLE = (200, 1000, 10_000)
ASKED = (0.1, 0.3, 1.0)


def predicted_shares(draws: int, seed: int) -> Iterator[Case]:
    """A value's share in a node, as the gate tells it of predictions and asked people."""
    rng = np.random.Generator(np.random.Philox(seed))
    for policy in (DEMO, INTERNAL, PUBLIC):
        for topics in (1, MOST_TOPICS):
            sigma = asked_sigma(policy, topics)
            for whole in WHOLE:
                for asked in (round(whole * part) for part in ASKED):
                    if asked < max(LEAST, policy.min_cell) + MARGIN * sigma:
                        continue  # not told
                    yield _case(policy, topics, whole, asked, draws, rng)


def _case(
    policy: ReleasePolicy,
    topics: int,
    whole: int,
    asked: int,
    draws: int,
    rng: np.random.Generator,
) -> Case:
    kinds = rng.choice(len(PREDICTORS), draws)
    right, clear = np.array([*PREDICTORS.values()])[kinds].T
    true = about(rng.choice([0.02, 0.05, 0.2, 0.5], draws), draws, rng)
    chances = np.stack(
        [true * right, true * (1 - right), (1 - true) * (1 - clear), (1 - true) * clear], axis=1
    )
    of_asked = rng.multinomial(asked, chances)
    others = rng.multinomial(whole - asked, chances)
    predicted = (of_asked + others)[:, [0, 2]].sum(axis=1)
    part = told(predicted, policy.noise_sigma, policy.rounding, policy.min_cell, rng)
    everybody = told(np.full(draws, whole), policy.noise_sigma, policy.rounding, whole // 2, rng)
    sigma = asked_sigma(policy, topics)
    split = asked >= ENOUGH * sigma**2
    parts = of_asked[:, :3] if split else of_asked[:, :2].sum(axis=1, keepdims=True)
    exact = np.column_stack([parts, np.full(draws, asked), np.zeros(draws, dtype=np.int64)])
    numbers = told(exact, sigma, policy.rounding, -whole, rng)
    found = [
        predicted_share(
            float(f), float(n), _asked(own, topics),
            protection=Protection(policy.noise_sigma, policy.rounding),
            asked_protection=Protection(sigma, policy.rounding), whole_terms=1,
        )
        for f, n, own in zip(part, everybody, numbers, strict=True)
    ]  # fmt: skip
    shown = np.array([own.mean for own in found]) * everybody >= policy.min_cell
    shown &= predicted >= policy.min_cell + MARGIN * policy.noise_sigma
    low: Floats = np.array([own.low for own in found])
    high: Floats = np.array([own.high for own in found])
    name = f"{policy.name}, {asked:,} asked, {topics} topics"
    return case("estimate from predictions", name, whole, holds(low, true, high)[shown])


def _asked(own: Ints, topics: int) -> AskedNumbers:
    """Return the numbers of one draw: how many were asked, and one or three parts of them."""
    *parts, asked, learnt = own.tolist()
    neither = asked - sum(parts)
    if len(parts) == 1:
        return AskedNumbers(0, parts[0], 0, neither, topics, split=False)
    both, missed, wrong = parts
    return AskedNumbers(both, missed, wrong, neither, topics, learnt=learnt)
