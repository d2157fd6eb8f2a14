"""Attack: subtract released numbers until a count below the threshold is left.

One release: every equation of its tables at once (siblings, parents less children, rows, columns).
Several: a filter and its complement, a facet nested in another, two policies, two runs. The
attacker knows how large the noise is; he names a count when he is sure of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from math import exp, sqrt

import numpy as np

from anonymuse.domain.ids import leaf_number
from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.released.report import Report
from anonymuse.evals.privacybench.chances import none_at_all
from anonymuse.evals.privacybench.flow import ANY, Arc, Network
from anonymuse.evals.privacybench.frame import Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.gate import Town, leaves_of, numbers_of, publish

SURE = 0.9
"""how likely a count must be, of all below the threshold, to be named"""

LEAVES = 6
PARENTS = (0, 0, 0, 1, 1, 1)
FACETS = {"subject": ("a", "b", "c", "d"), "length": ("short", "long", "longest")}
_TWO_SIGMA = 2.0


@dataclass(frozen=True, slots=True)
class Try:
    """A withheld count below the threshold: what it is, and what the attacker says it is."""

    truth: int
    named: int | None


def town(draw: np.random.Generator, policy: ReleasePolicy) -> Town:
    """Return a world of large base clusters, each with a few people of one rare answer.

    Everybody gives one answer to each facet, and the attacker knows it: nobody is in no column.
    """
    margin = int(3 * policy.noise_sigma)
    sizes = draw.integers(8 * (policy.min_cell + margin), 12 * (policy.min_cell + margin), LEAVES)
    leaf = np.repeat(np.arange(LEAVES), sizes)
    answers = {}
    for name, values in FACETS.items():
        codes = draw.integers(0, len(values) - 1, len(leaf))
        for own in range(LEAVES):
            if draw.random() < 0.7:
                rare = int(draw.integers(1, policy.min_cell))
                codes[np.flatnonzero(leaf == own)[:rare]] = len(values) - 1
            elif draw.random() < 0.5:
                here = np.flatnonzero(leaf == own)
                codes[here[: len(here) // 3]] = len(values) - 1
        answers[name] = values, np.repeat(codes, 2).astype(np.int64)
    unit = np.repeat(np.arange(len(leaf), dtype=np.int64), 2)
    return Town(np.repeat(leaf, 2).astype(np.int64), unit, answers, PARENTS)


def one_release(truth: Town, policy: ReleasePolicy, secret: bytes, *, paper: bool) -> Iterator[Try]:
    """Attack the tables of one release with all their equations at once."""
    report = publish(truth, policy, secret, paper=paper)
    if report is None:
        return
    for facet in FACETS:
        yield from _solve(report, truth, facet, policy, paper=paper)


def _solve(
    report: Report, truth: Town, facet: str, policy: ReleasePolicy, *, paper: bool
) -> Iterator[Try]:
    values, _ = truth.answers[facet]
    shown = {(c.cluster, c.value): c.units for c in report.cells if c.facet == facet}
    below = leaves_of(report)
    parent = {c.id: c.parent for c in report.clusters}
    size = {c.id: c.units for c in report.clusters}
    most = policy.min_cell - 1 if paper else ANY
    arcs: dict[Hashable, Arc] = {}
    cells: dict[tuple[str | None, str], Arc] = {}
    for node, leaves in below.items():
        is_leaf = node is not None and node.startswith("L0")
        wide = _wide(policy, len(leaves))
        if is_leaf:
            count = truth.people(leaves)
            arcs[node, None] = _arc("ground", ("row", node), count, size[node or ""], wide, ANY)
        for code, value in enumerate(values):
            # a parent's number is a sum over base clusters
            count = sum(truth.people(np.array([own]), facet, code) for own in leaves)
            tail = ("row", node) if is_leaf else (node, value)
            head = "ground" if node is None else (parent[node], value)
            told = shown.get((node, value))
            cells[node, value] = _arc(tail, head, count, told, _wide(policy, 1), most)
    network = Network(arcs | cells)
    for place, arc in cells.items():
        if 0 < arc.count < policy.min_cell:
            low, high = network.range_of(place)
            yield Try(arc.count, low if low == high else None)


def _wide(policy: ReleasePolicy, terms: int) -> int:
    """Return how far a released number may be from the truth, in all but 5 % of cases."""
    half = policy.rounding / 2 if policy.rounding > 1 else 0
    return int(half * terms + _TWO_SIGMA * policy.noise_sigma * sqrt(terms))


def _arc(tail: object, head: object, count: int, told: int | None, wide: int, most: int) -> Arc:
    """Return an arc; where the truth lies outside what the attacker believes, so be it."""
    low, high = (0, most) if told is None else (max(0, told - wide), told + wide)
    return Arc(tail, head, count, min(low, count), max(high, count))


def name_it(difference: float, deviation: float, cell: int) -> int | None:
    """Return the count below the threshold that a difference makes likely enough, if any."""
    if deviation == 0:
        return int(difference) if 0 < difference < cell else None
    weights = [exp(-((difference - n) ** 2) / (2 * deviation**2)) for n in range(1, cell)]
    total, best = sum(weights), max(weights)
    return 1 + weights.index(best) if total > 0 and best / total >= SURE else None


def deviation(policy: ReleasePolicy) -> float:
    """Return the standard deviation of a released number: noise, and rounding as if uniform."""
    return sqrt(policy.noise_sigma**2 + (policy.rounding**2 - 1) / 12)


def filters(truth: Town, policy: ReleasePolicy, secret: bytes, *, paper: bool) -> Iterator[Try]:
    """Attack a filter: everybody less those who gave some answer leaves those who did not."""
    rare = len(FACETS["subject"]) - 1
    whole = publish(truth, policy, secret, paper=paper)
    part = publish(truth.where(truth.answers["subject"][1] != rare), policy, secret, paper=paper)
    yield from _less(whole, part, truth, policy, "subject", rare)


def _less(
    whole: Report | None, part: Report | None, truth: Town, policy: ReleasePolicy,
    facet: str, code: int,
) -> Iterator[Try]:  # fmt: skip
    if whole is None or part is None:
        return
    after = {c.id: c for c in part.clusters if c.level == 0}
    for cluster in (c for c in whole.clusters if c.level == 0):
        leaf = np.array([leaf_number(cluster.id)])
        count = truth.people(leaf, facet, code)
        if 0 < count < policy.min_cell:
            other = after.get(cluster.id)
            named = None
            if other is not None:
                gone = cluster.units - other.units
                named = name_it(gone, sqrt(2) * deviation(policy), policy.min_cell)
            yield Try(count, named)


def nested(truth: Town, policy: ReleasePolicy, secret: bytes, *, paper: bool) -> Iterator[Try]:
    """Attack two facets of which one splits an answer of the other: the difference is the split."""
    _, codes = truth.answers["length"]
    longest = len(FACETS["length"]) - 1
    outer = np.where(codes >= longest - 1, 1, 0)
    inner = np.where(codes == longest - 1, 1, 0)
    both = replace(
        truth, answers={"long or longest": (("no", "yes"), outer), "long": (("no", "yes"), inner)}
    )
    report = publish(both, policy, secret, paper=paper)
    if report is None:
        return
    cells = {(c.cluster, c.facet): c.units for c in report.cells if c.value == "yes"}
    for cluster in (c for c in report.clusters if c.level == 0):
        leaf = np.array([leaf_number(cluster.id)])
        count = truth.people(leaf, "length", longest)
        if 0 < count < policy.min_cell:
            more, less = (cells.get((cluster.id, f)) for f in both.answers)
            named = None
            if more is not None and less is not None:
                named = name_it(more - less, sqrt(2) * deviation(policy), policy.min_cell)
            yield Try(count, named)


def two_policies(
    truth: Town, policy: ReleasePolicy, secret: bytes, *, paper: bool
) -> Iterator[Try]:
    """Attack the same data under two policies, with the equations of each and the other's cells."""
    other = POLICIES["internal"] if policy.name == "public" else POLICIES["public"]
    if paper:
        other = replace(policy, min_cell=policy.min_cell + 5)
    weaker, stronger = (
        publish(truth, p, secret, paper=paper) for p in sorted((policy, other), key=_noise_of)
    )
    if weaker is None or stronger is None:
        return
    told = {(c.cluster, c.facet, c.value): c.units for c in stronger.cells}
    joined = tuple(
        replace(c, units=c.units or told.get((c.cluster, c.facet, c.value))) for c in weaker.cells
    )
    least = min((policy, other), key=_noise_of)
    for facet in FACETS:
        yield from _solve(replace(weaker, cells=joined), truth, facet, least, paper=paper)


def _noise_of(policy: ReleasePolicy) -> tuple[float, int]:
    return policy.noise_sigma, policy.min_cell


Scheme = Callable[..., Iterator[Try]]
SCHEMES: tuple[tuple[str, Scheme], ...] = (
    ("siblings, parents, rows and columns of one release", one_release),
    ("a filter and its complement", filters),
    ("one facet nested in another", nested),
    ("two policies", two_policies),
)


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Attack so many worlds in every way; also with the noise off, where suppression is alone."""
    policy = numbers_of(pipeline)
    silent = replace(policy, noise_sigma=0.0, rounding=1)
    found: Counter[tuple[str, str]] = Counter()
    for trial in range(trials):
        bench.tell(trial, trials)
        draw = np.random.Generator(np.random.Philox([bench.seed, trial]))
        secret = hashlib.sha256(f"differencing/{bench.seed}/{trial}".encode()).digest()
        world = town(draw, policy)
        for what, scheme in SCHEMES:
            _count(found, what, scheme(world, policy, secret, paper=pipeline.baseline))
        if not pipeline.baseline:
            alone = f"{SCHEMES[0][0]}, noise off"
            _count(found, alone, one_release(world, silent, secret, paper=False))
    return [
        none_at_all(what, pipeline, found[what, "right"], found[what, "tried"],
                    wrong=found[what, "wrong"])
        for what, part in list(found)
        if part == "tried"
    ]  # fmt: skip


def _count(found: Counter[tuple[str, str]], what: str, tries: Iterator[Try]) -> None:
    for one in tries:
        found[what, "tried"] += 1
        found[what, "right"] += one.named == one.truth
        found[what, "wrong"] += one.named is not None and one.named != one.truth


ATTACK = Attack(
    "differencing",
    "Differences give a small count back",
    "0 counts below the threshold recovered",
    {"fast": 6, "full": 300},
    run,
    about=(
        "Tables in which a few people of a cluster gave a rare answer. One release is attacked "
        "with all its equations at once (a network flow gives exactly what each withheld count can "
        "still be); filters, nested facets and two policies by subtraction, the attacker knowing "
        "the noise but for its key and naming a count when he is 90 % sure. The baseline shows "
        "every count at or above the threshold exactly."
    ),
)
