"""The attacks on numbers, and on the auditors: what holds, what leaks, what is known to miss."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from anonymuse.domain.policy import INTERNAL, PUBLIC
from anonymuse.evals.privacybench import (
    auditors,
    averaging,
    differencing,
    linked,
    membership,
    puppets,
    violations,
)
from anonymuse.evals.privacybench.frame import DIRECT, Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.frame import INTERNAL as INSIDE
from anonymuse.evals.privacybench.frame import PUBLIC as HARDENED
from anonymuse.evals.privacybench.gate import Town, bare, publish

ATTACKS = [
    puppets.ATTACK, averaging.ATTACK, linked.ATTACK, violations.ATTACK, differencing.ATTACK,
    membership.ATTACK, auditors.ATTACK,
]  # fmt: skip
KNOWN = {
    "a claim of a name",
    "the claim that is the name",
    "a claim told in many ways",
    "a cluster, by a person with 2 conversations",
    "a cluster, by a person with 50 conversations",
    "a cluster in 10 releases, half of the accounts new each time",
    "a word in 10 releases, one account more each time",
    "a claim in 10 releases, one account more each time",
    "a cell beside the person's",
    "one release, everybody else is the attacker's",
}
"""Targets that policy ``public`` misses, and that its page of results tells. Nothing may join."""


def measures(attack: Attack, pipeline: Pipeline) -> list[Measure]:
    bench = Bench("fast", 0, lambda _done, _all: None)

    async def run() -> list[Measure]:
        return await attack.run(bench, pipeline, attack.trials["fast"])

    return asyncio.run(run())


JUDGED = [
    pytest.param(attack, marks=[pytest.mark.slow] if attack is membership.ATTACK else [])
    for attack in ATTACKS
]
"""membership runs the whole pipeline twice"""


@pytest.mark.parametrize("attack", JUDGED, ids=lambda attack: attack.name)
def test_the_hardened_numbers_miss_nothing_but_what_is_told(attack: Attack) -> None:
    found = measures(attack, HARDENED)
    assert any(m.limit is not None for m in found)
    assert {m.what for m in found if m.met is False} <= KNOWN


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_the_baseline_leaks(attack: Attack) -> None:
    assert any(m.broken for m in measures(attack, DIRECT))


def test_noise_is_worth_less_to_the_attacker_than_its_limit() -> None:
    edges = range(PUBLIC.min_cell - 1, 60)
    for question in (puppets.cell(PUBLIC), puppets.word(PUBLIC)):
        assert puppets.best(question, edges).advantage == pytest.approx(0.0798, abs=1e-3)
    one = puppets.best_cluster(PUBLIC, 1, searched="fast")
    assert 0.0798 < one.advantage < puppets.LIMIT


def test_the_paper_is_an_oracle_at_every_threshold() -> None:
    for found in measures(puppets.ATTACK, DIRECT):
        assert found.estimate == pytest.approx(1.0)


def test_the_policy_for_inside_is_shown_and_not_judged() -> None:
    assert all(m.met is None for m in measures(averaging.ATTACK, INSIDE))


@pytest.mark.parametrize("policy", [PUBLIC, INTERNAL], ids=lambda p: p.name)
def test_the_ledger_stands_against_an_account_more_each_time(policy: object) -> None:
    rules = PUBLIC if policy is PUBLIC else INTERNAL
    around = rules.min_units + int(3 * rules.noise_sigma)
    found = {what: averaging.fresh(rules, own, b"k" * 32) for what, own in
             averaging.ways(around).items()}  # fmt: skip
    assert found["unchanged"] == found["one account more each time"] == 1
    assert found["half of the accounts new each time"] == averaging.RUNS


def test_the_real_gate_shows_a_cluster_as_often_as_was_computed() -> None:
    """64 and 65 accounts with two conversations each, over many keys, against the exact chances."""
    inside, outside = puppets.cluster(PUBLIC, 64, 2, 2)
    for people, chances in ((65, inside), (64, outside)):
        shown = 1 - sum(p for what, p in chances.items() if isinstance(what, str))
        unit = np.repeat(np.arange(people), 2)
        world = Town(np.zeros_like(unit), unit, {}, (0,))
        keys = 200
        seen = sum(
            publish(world, PUBLIC, number.to_bytes(32, "big")) is not None for number in range(keys)
        )
        assert abs(seen - keys * shown) < 4 * (keys * shown * (1 - shown)) ** 0.5 + 1


def test_the_paper_publishes_exact_counts_above_a_bare_threshold() -> None:
    leaf = np.repeat([0, 1], [150, 30])
    world = Town(leaf, np.arange(180), {"f": (("a", "b"), np.arange(180) % 10 // 9)}, (0, 0))
    report = publish(world, bare(PUBLIC), b"k" * 32, paper=True)
    assert report is not None
    assert [(c.units, c.conversations) for c in report.clusters] == [(150, 150)]
    told = {(c.cluster, c.value): c.units for c in report.cells}
    assert told["L0-0000", "a"] == 135
    assert told["L0-0000", "b"] == 15
