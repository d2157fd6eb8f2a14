"""Attack: was this person there? From one release, and from two that differ in nothing else.

One release: the attacker owns everybody else in the cluster, so that the noise alone hides the
person; computed. Two releases: the person joins a cluster between two runs of the whole pipeline
under one key, with the ledger that every project has; everything else stays as it was. The
attacker looks at whatever separates best: sizes, cells, what appears or goes, words.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from anonymuse.adapters.store.ledger import FolderLedger
from anonymuse.domain.released.report import Report
from anonymuse.evals.privacybench.chances import area_under_curve
from anonymuse.evals.privacybench.exact import area
from anonymuse.evals.privacybench.frame import DIRECT, PUBLIC, Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.gate import Town, limit_on, numbers_of, publish
from anonymuse.evals.privacybench.puppets import cluster
from anonymuse.evals.privacybench.under_test import key_of, release
from anonymuse.evals.privacybench.worlds import Chat, Scene, crowd_for, planted_scenes, world_of
from anonymuse.stages.threshold import leaf_id
from anonymuse.stats.intervals import Z95

LIMIT = 0.55
SCENES = 20
"""clusters of one pair of runs; each is a trial"""

ENOUGH = 100
"""trials from which an area is judged"""


@dataclass(frozen=True, slots=True)
class Look:
    """What the attacker sees of one cluster in one release; no number where it is withheld."""

    units: int | None
    conversations: int | None
    cells: Mapping[tuple[str, str], int | None]
    words: frozenset[str]


Statistic = Callable[[Look, Look], float]


def _cells_changed(before: Look, after: Look) -> float:
    keys = before.cells.keys() | after.cells.keys()
    return sum(before.cells.get(k) != after.cells.get(k) for k in keys)


STATISTICS: Mapping[str, Statistic] = {
    "people more": lambda a, b: (b.units or 0) - (a.units or 0),
    "conversations more": lambda a, b: (b.conversations or 0) - (a.conversations or 0),
    "sizes changed": lambda a, b: float((a.units, a.conversations) != (b.units, b.conversations)),
    "cells changed": _cells_changed,
    "cells more": lambda a, b: (
        sum(v or 0 for v in b.cells.values()) - sum(v or 0 for v in a.cells.values())
    ),
    "appeared": lambda a, b: float(b.units is not None) - float(a.units is not None),
    "words changed": lambda a, b: float(len(a.words ^ b.words)),
}


def look(report: Report | None, leaf: str | None) -> Look:
    """Return what is seen of a base cluster."""
    node = next((c for c in report.clusters if c.id == leaf), None) if report else None
    if report is None or node is None:
        return Look(None, None, {}, frozenset())
    cells = {(c.facet, c.value): c.units for c in report.cells if c.cluster == leaf}
    words = frozenset(f"{node.name} {node.description}".casefold().split())
    return Look(node.units, node.conversations, cells, words)


def judged(
    pairs: Sequence[tuple[Look, Look]], joined: Sequence[bool]
) -> tuple[str, float, int, int]:
    """Return the best statistic, its area, and how many trials with and without it rests on.

    What is best is chosen on every other trial, and judged on the rest.
    """

    def of(statistic: Statistic, part: int) -> tuple[list[float], list[float]]:
        sides: tuple[list[float], list[float]] = [], []
        for place, (pair, own) in enumerate(zip(pairs, joined, strict=True)):
            if place // 2 % 2 == part:
                sides[0 if own else 1].append(statistic(*pair))
        return sides

    found = {name: area_under_curve(*of(own, 0)) for name, own in STATISTICS.items()}
    best = max(found, key=lambda name: abs(found[name] - 0.5))
    inside, outside = of(STATISTICS[best], 1)
    value = area_under_curve(inside, outside)
    return best, value if found[best] >= 0.5 else 1 - value, len(inside), len(outside)


def spread(value: float, inside: int, outside: int) -> float:
    """Return the standard error of an area (Hanley and McNeil 1982)."""
    one, two = value / (2 - value), 2 * value**2 / (1 + value)
    variance = value * (1 - value) + (inside - 1) * (one - value**2)
    variance += (outside - 1) * (two - value**2)
    return sqrt(max(variance, 0.0) / (inside * outside))


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Compute the one, and run the other so often."""
    policy = numbers_of(pipeline)
    limit = limit_on(pipeline, LIMIT)
    sizes = {policy.min_units + int(f * policy.noise_sigma) for f in (0, 2, 3, 4, 8)}
    known = max(area(*cluster(policy, size, 2, 1)) for size in sizes)
    pairs: list[tuple[Look, Look]] = []
    joined: list[bool] = []
    while len(pairs) < trials:
        bench.tell(len(pairs), trials)
        seed = bench.seed + len(pairs)
        crowd = crowd_for(pipeline.policy, puppets=0.0)
        scenes = planted_scenes(min(SCENES, trials - len(pairs)), crowd, seed=seed)
        coin = random.Random(seed)  # noqa: S311
        # of every two one is in: as many in as out in each half of the trials
        inside = [own for _ in scenes[::2] for own in coin.sample([True, False], 2)]
        found = _bare(pipeline, scenes, inside) if pipeline.baseline else None
        pairs += found or await _run_twice(bench, pipeline, scenes, inside, seed)
        joined += inside
    best, value, own, others = judged(pairs, joined)
    wide = Z95 * spread(value, own, others)
    return [
        Measure(
            "one release, everybody else is the attacker's", pipeline.name, len(sizes), known,
            known, known, limit, "estimate",
        ),
        Measure(
            "two releases, one person joins a cluster", pipeline.name, own + others, value,
            max(0.0, value - wide), min(1.0, value + wide),
            limit if trials >= ENOUGH or pipeline.baseline else None, "estimate",
            told={"statistic": best},
        ),
    ]  # fmt: skip


async def _run_twice(
    bench: Bench, pipeline: Pipeline, scenes: Sequence[Scene], inside: Sequence[bool], seed: int
) -> list[tuple[Look, Look]]:
    """Run the whole pipeline before and after some targets have joined."""
    axes = [scene.subject for scene in scenes]
    crowd = [_short(chat) for scene in scenes for chat in scene.crowd]
    more = [_short(scene.target) for scene, own in zip(scenes, inside, strict=True) if own]
    looks: list[list[Look]] = []
    with bench.folder() as out:
        ledger = FolderLedger(out / "ledger")
        for number, chats in enumerate((crowd, [*crowd, *more])):
            world = world_of(sorted(chats, key=lambda chat: chat.id), axes)
            seen = await release(
                pipeline, world, out / f"run {number}", model=None, key=key_of(seed),
                ledger=ledger, cluster__k=len(axes), naming__mode="none",
            )  # fmt: skip
            leaves = [seen.leaf_of.get(scene.crowd[0].id) for scene in scenes]
            looks.append([look(seen.report, leaf) for leaf in leaves])
    return list(zip(*looks, strict=True))


def _short(chat: Chat) -> Chat:
    """Return a chat that says no more than what it asks for: texts decide nothing here."""
    return replace(chat, text=chat.request)


def _bare(
    pipeline: Pipeline, scenes: Sequence[Scene], inside: Sequence[bool]
) -> list[tuple[Look, Look]]:
    """Return what the paper's numbers tell of the same worlds: exact counts."""
    policy = numbers_of(pipeline)
    leaf: list[int] = []
    unit: list[int] = []
    codes: dict[str, int] = {}
    for place, scene in enumerate(scenes):
        for chat in scene.crowd:
            leaf.append(place)
            unit.append(codes.setdefault(chat.user, len(codes)))
    towns = []
    for more in (False, True):
        own = [place for place, joins in enumerate(inside) if joins and more]
        leaves = np.array([*leaf, *own], dtype=np.int64)
        units = np.array([*unit, *(len(codes) + i for i in range(len(own)))], dtype=np.int64)
        towns.append(Town(leaves, units, {}, (0,) * len(scenes)))
    secret = hashlib.sha256(b"bare").digest()
    before, after = (publish(town, policy, secret, paper=True) for town in towns)
    return [(look(before, leaf_id(i)), look(after, leaf_id(i))) for i in range(len(scenes))]


ATTACK = Attack(
    "membership",
    "Membership, from one release and from two",
    f"area under the curve at most {LIMIT}",
    {"fast": 4, "full": 300},
    run,
    quick=(PUBLIC, DIRECT),
    about=(
        "One release: the attacker owns everybody else in the cluster; the area of his best test "
        "is computed. Two: the whole pipeline runs twice under one key and one ledger, and in half "
        "of the clusters one person has joined in between, nothing else; the statistic that "
        "separates best is chosen on half of the trials and judged on the other."
    ),
)
