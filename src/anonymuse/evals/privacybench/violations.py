"""Attack: worlds made to break the policy: automated accounts, one organisation, cells all alike.

Nothing is guessed here: every released node and cell is audited with the private truth.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

import numpy as np

from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.released.report import Report
from anonymuse.evals.privacybench.chances import none_at_all
from anonymuse.evals.privacybench.frame import Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.gate import Ints, Town, leaves_of, numbers_of, publish
from anonymuse.stats.suppression import Flags

LEAVES = 6
SENSITIVE = ("topic", ("ordinary", "debt", "illness"))
PLAIN = ("country", ("a", "b", "c", "d"))
KINDS = (
    "ordinary", "one account", "three accounts", "one organisation", "all alike", "at the edge",
)  # fmt: skip


def town(draw: np.random.Generator, policy: ReleasePolicy, kind: str) -> Town:
    """Return a random world; in half of its base clusters something is wrong.

    Args:
        draw: of everything.
        policy: sizes are drawn around its thresholds.
        kind: what is wrong, one of ``KINDS``.
    """
    leaves: list[Ints] = []
    units: list[Ints] = []
    people = 0
    for number in range(LEAVES):
        own = int(draw.integers(policy.min_units // 2, 4 * policy.min_units))
        each = draw.choice([1, 2, 3, 4], own, p=[0.4, 0.3, 0.2, 0.1])
        if number % 2 == 0:
            each = _spoiled(draw, each, policy, kind)
        leaves.append(np.full(int(each.sum()), number))
        units.append(np.repeat(people + np.arange(len(each)), each))
        people += len(each)
    leaf, unit = np.concatenate(leaves), np.concatenate(units)
    country = draw.integers(0, len(PLAIN[1]), people)[unit]
    topic = draw.choice([0, 0, 0, 0, 1, 2], people)[unit]
    if kind == "all alike":
        share = float(draw.choice([0.75, 0.85, 0.95, 1.0]))
        alike = (country == 0) & (draw.random(people) < share)[unit]
        topic = np.where(alike, 2, topic)
    return Town(
        leaf.astype(np.int64), unit.astype(np.int64),
        {SENSITIVE[0]: (SENSITIVE[1], topic), PLAIN[0]: (PLAIN[1], country)}, (0, 0, 0, 1, 1, 1),
    )  # fmt: skip


def _spoiled(draw: np.random.Generator, each: Ints, policy: ReleasePolicy, kind: str) -> Ints:
    """Return conversations by person, spoiled."""
    each = each.copy()
    if kind == "one account":
        each[0] = int(each.sum() * draw.uniform(policy.top_unit, 2))
    elif kind == "three accounts":
        each[:3] = int(each.sum() * draw.uniform(policy.top_three, 2) / 3)
    elif kind == "one organisation":
        # the unit is the organisation: a handful of them make up the whole
        each = np.bincount(draw.integers(0, 12, len(each)), weights=each).astype(np.int64)
        each = each[each > 0]
    elif kind == "at the edge":
        most = max(1, int(policy.top_unit * each.sum()) + int(draw.integers(-1, 2)))
        each[0] = most
    return each


def broken(report: Report, truth: Town, policy: ReleasePolicy) -> Counter[str]:
    """Return how often released nodes and cells break a policy, by rule."""
    found: Counter[str] = Counter()
    below = leaves_of(report)
    published = np.isin(truth.leaf, below[None])
    for node, leaves in below.items():
        here = np.isin(truth.leaf, leaves)
        # Dominance is about what is counted: of one person at most so many conversations.
        held = np.sort(np.minimum(np.bincount(truth.unit[here]), policy.per_node))[::-1]
        rows, people = int(held.sum()), int((held > 0).sum())
        found["nodes"] += 1
        found["too few people"] += int(people < policy.min_units)
        found["too few conversations"] += int(rows < policy.min_conversations)
        found["one person dominates"] += int(held[0] > policy.top_unit * rows)
        found["three people dominate"] += int(held[:3].sum() > policy.top_three * rows)
        for cell in (c for c in report.cells if c.cluster == node and c.units is not None):
            values, codes = truth.answers[cell.facet]
            own = here & (codes == values.index(cell.value))
            has = len(np.unique(truth.unit[own]))
            found["cells"] += 1
            found["cells of too few"] += int(has < policy.min_cell)
            found["dominated cells"] += _dominated(truth.unit[own], policy)
            if cell.facet == PLAIN[0]:
                found["identifying cells"] += 1
                found["identifying cells all alike"] += _alike(truth, own, published, has, policy)
    return found


def _dominated(units: Ints, policy: ReleasePolicy) -> int:
    if policy.noise_sigma:
        return 0  # each person is counted once
    held = np.sort(np.bincount(units))[::-1]
    one, three = policy.top_unit * len(units), policy.top_three * len(units)
    return int(held[0] > one or held[:3].sum() > three)


def _alike(truth: Town, own: Flags, published: Flags, people: int, policy: ReleasePolicy) -> int:
    """Return 1 where nearly all people of a cell share an answer that is unusual in the report."""
    values, codes = truth.answers[SENSITIVE[0]]
    everybody = len(np.unique(truth.unit[published]))
    for code in range(len(values)):
        has = len(np.unique(truth.unit[published & (codes == code)]))
        usual = has >= policy.one_answer * everybody
        share = len(np.unique(truth.unit[own & (codes == code)]))
        if not usual and share >= policy.one_answer * people:
            return 1
    return 0


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Audit so many worlds."""
    policy = numbers_of(pipeline)
    rules = POLICIES[pipeline.policy]
    found: Counter[str] = Counter()
    for trial in range(trials):
        bench.tell(trial, trials)
        draw = np.random.Generator(np.random.Philox([bench.seed, trial]))
        world = town(draw, rules, KINDS[trial % len(KINDS)])
        secret = hashlib.sha256(f"violations/{bench.seed}/{trial}".encode()).digest()
        report = publish(
            world, policy, secret, paper=pipeline.baseline,
            identifying=[PLAIN[0]], sensitive=[SENSITIVE[0]],
        )  # fmt: skip
        if report is not None:
            found += broken(report, world, replace(rules, per_node=policy.per_node))
    nodes, cells = found["nodes"], found["cells"]
    sizes = sum(found[rule] for rule in ("too few people", "too few conversations"))
    return [
        none_at_all("nodes of too few people or conversations", pipeline, sizes, nodes),
        none_at_all(
            "nodes that one person or three dominate", pipeline,
            found["one person dominates"] + found["three people dominate"], nodes,
        ),
        none_at_all("cells of too few people", pipeline, found["cells of too few"], cells),
        none_at_all(
            "cells that one person or three dominate", pipeline, found["dominated cells"], cells
        ),
        none_at_all(
            "identifying cells whose people share a sensitive answer", pipeline,
            found["identifying cells all alike"], found["identifying cells"],
        ),
    ]  # fmt: skip


ATTACK = Attack(
    "violations",
    "Homogeneity and dominance",
    "no published node or cell violates the policy",
    {"fast": 24, "full": 1200},
    run,
    about=(
        "Random worlds in which one account, three accounts or a handful of organisations write "
        "most of a cluster, or everybody in it shares a sensitive answer; every released node and "
        "cell is checked against the private truth."
    ),
)
