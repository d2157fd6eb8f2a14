"""Attack: what is withheld beside a cell, as a question about one person in that cell.

Complementary suppression looks at cells together. Wherever it compares a count with a number, sock
puppets can put that count at the edge, and read off whether *another* cell, all theirs, is shown.
Sampled over project keys, as the rules are too many to follow by hand: a set of designs is tried,
the best sight of each is chosen on one half of the keys and judged on the other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.released.report import Report
from anonymuse.evals.privacybench.chances import advantage
from anonymuse.evals.privacybench.frame import Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.gate import Town, limit_on, numbers_of, publish
from anonymuse.evals.privacybench.puppets import LIMIT

VALUES = ("a", "b", "c", "d", "e")
JUDGED = 8
"""times as many keys for the design that was found to be the best"""

EACH = 3
"""conversations of every puppet"""


@dataclass(frozen=True, slots=True)
class Design:
    """How many puppets have which answer in which base cluster, and where the target is.

    Attributes:
        name: what it is after.
        puppets: by base cluster, how many of each value; the last number: without an answer.
        target: base cluster and code of the target; -1 for no answer.
    """

    name: str
    puppets: tuple[tuple[int, ...], ...]
    target: tuple[int, int]

    def town(self, *, inside: bool) -> Town:
        """Return the world, with the target or without."""
        rows = [
            (leaf, code if code < len(VALUES) else -1)
            for leaf, counts in enumerate(self.puppets)
            for code, count in enumerate(counts)
            for _ in range(count)
        ] + [self.target] * inside
        leaf, code = np.repeat(np.array(rows, dtype=np.int64), EACH, axis=0).T
        unit = np.repeat(np.arange(len(rows), dtype=np.int64), EACH)
        return Town(leaf, unit, {"facet": (VALUES, code)}, (0,) * len(self.puppets))


def designs(policy: ReleasePolicy) -> Iterator[Design]:
    """Yield worlds in which one person moves a count over some edge."""
    k = policy.min_cell
    big, middle, many = 8 * k, 6 * k, 10 * k
    for low in (k - 2, k - 1, k):
        for first in {low, low // 2}:
            yield Design(
                f"hidden people at {low}",
                ((big, middle, first, low - first, 0, 0),), (0, 2),
            )  # fmt: skip
    for none in (0, 1, k - 1):
        yield Design(f"{none} without an answer", ((big, middle, k, many, many, none),), (0, -1))
        yield Design(f"a value of {none}", ((big, middle, k, none, many, 0),), (0, 3))
        yield Design(f"one value of {none}", ((big, middle, many, none, many, 0),), (0, 3))
    for low in (k - 1, k):
        yield Design(
            f"siblings at {low}",
            ((big, middle, low, 0, 0, 0), (big, middle, many, 0, 0, 0)), (0, 2),
        )  # fmt: skip
    yield Design("the smaller of two", ((big, middle, middle, k, 0, 0),), (0, 1))
    for tenths in (5, 6, 7, 8, 9):
        own = tenths * many // 10
        yield Design(f"share at {tenths} tenths", ((own - 1, many - own, 0, 0, 0, 0),), (0, 0))


def sights(report: Report | None) -> Iterator[Hashable]:
    """Yield everything that may be looked at: each cell shown or not, and the whole."""
    if report is None:
        yield "nothing"
        return
    yield tuple(c.id for c in report.clusters)
    for cell in report.cells:
        yield cell.cluster, cell.facet, cell.value, cell.units is not None


def best_sight(
    design: Design, policy: ReleasePolicy, keys: int, *, paper: bool
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return how often the best sight is had with the target and without, on fresh keys.

    What is best (seen or not seen) is chosen on the other half of the keys.
    """
    worlds = {inside: design.town(inside=inside) for inside in (True, False)}
    counted: dict[tuple[bool, bool], Counter[Hashable]] = {
        (inside, fresh): Counter() for inside, fresh in product((True, False), repeat=2)
    }
    for number, inside in product(range(2 * keys), worlds):
        secret = hashlib.sha256(f"{design.name}/{number}".encode()).digest()
        report = publish(worlds[inside], policy, secret, paper=paper)
        counted[inside, number % 2 == 0].update(set(sights(report)))
    known = set(counted[True, False]) | set(counted[False, False])
    chosen = max(
        sorted(known, key=repr),
        key=lambda s: abs(counted[True, False][s] - counted[False, False][s]),
    )
    if counted[True, False][chosen] >= counted[False, False][chosen]:
        return (counted[True, True][chosen], keys), (counted[False, True][chosen], keys)
    return (keys - counted[True, True][chosen], keys), (keys - counted[False, True][chosen], keys)


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Try every design on so many keys."""
    policy = numbers_of(pipeline)
    limit = limit_on(pipeline, LIMIT)
    tried = list(designs(policy))
    found = []
    for place, design in enumerate(tried):
        bench.tell(place, len(tried))
        inside, outside = best_sight(design, policy, trials, paper=pipeline.baseline)
        gained = inside[0] / trials - outside[0] / trials
        found.append((gained, design, inside, outside))
    _, design, inside, outside = max(found, key=lambda f: f[0])
    # The best of many is too good by luck: it is judged on keys that chose nothing.
    again = Design(f"{design.name}, again", design.puppets, design.target)
    inside, outside = best_sight(again, policy, JUDGED * trials, paper=pipeline.baseline)
    return [
        advantage(
            "a cell beside the person's", pipeline, inside, outside, limit=limit,
            design=design.name, designs=len(tried),
        )
    ]  # fmt: skip


ATTACK = Attack(
    "linked",
    "What is withheld beside a cell tells of it",
    f"advantage at most {LIMIT}",
    {"fast": 2, "full": 60},
    run,
    about=(
        "Sock puppets fill a table so that one person decides whether the withheld cells together "
        "reach the threshold, whether anybody gave no answer, or which share a value has; the "
        "attacker looks at which other cells are shown. Some twenty designs, each over many keys."
    ),
)
