"""Two finished runs: which released cluster of one continues which of the other.

What is said of two clusters rests on as many people as either of them: a link that too few stand
behind, with keyed noise, is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import reaches
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.links import Links
from anonymuse.domain.released.report import Report
from anonymuse.pipeline.base import Base
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps import groups, membership
from anonymuse.pipeline.steps.placed import joined
from anonymuse.stages.follow import Crossing, Flow, Side, cross, flows, links, parts, successors
from anonymuse.stages.threshold import leaf_number
from anonymuse.stats.noise import keyed_discrete_gaussian
from anonymuse.vectors.rows import Labels


def follow(a: Base, b: Base, key: ProjectKey, tree: str = "") -> Links:
    """Return how the released clusters of two runs continue each other.

    Args:
        a: the first run.
        b: the second one, embedded by the same model and made with the same key.
        key: of both.
        tree: the facet that grouped them; empty for the main trees.
    """
    before, after = (own.shop(tree) for own in (a, b))
    reports = (a.report(tree), b.report(tree))
    recipe = groups.recipe_of(a.config, reports[0].receipt.settings["extraction"])
    people = [membership.sampled(shop) for shop in (before, after)]
    spaces = joined(
        before, after, recipe, tree, *(own.weights for own in people), seed=a.config.seed
    )
    sides = [
        Side(space, membership.leaves(shop), own.weights)
        for space, shop, own in zip(spaces, (before, after), people, strict=True)
    ]
    crossing = cross(*sides)
    policies = (a.config.policy(), b.config.policy())
    behind = _Behind(people, sides, crossing, policies, key)
    same: list[tuple[str, str]] = []
    divided: list[tuple[str, str]] = []
    joined_up: list[tuple[str, str]] = []
    for level in sorted({c.level for report in reports for c in report.clusters}):
        here, there = ([c for c in r.clusters if c.level == level] for r in reports)
        below = [_below(r, own) for r, own in zip(reports, (here, there), strict=True)]
        out = flows(sides[0].labels, crossing.there, sides[0].weights, *below)
        back = flows(sides[1].labels, crossing.here, sides[1].weights, *reversed(below))
        sizes = (_sizes(sides[0], below[0]), _sizes(sides[1], below[1]))
        ids = [[c.id for c in own] for own in (here, there)]
        pairs = [(link.a, link.b) for link in links(out, back, sizes)]
        found = (
            pairs,
            parts(out, back, sizes),
            [(x, y) for x, y in successors(out, sizes[0]) if (x, y) not in pairs],
        )
        for told, own in zip((same, divided, joined_up), found, strict=True):
            told += [
                (ids[0][x], ids[1][y]) for x, y in own if behind.enough(below[0][x], below[1][y])
            ]
    return Links(tuple(same), tuple(divided), tuple(joined_up))


def _below(report: Report, nodes: Sequence[Cluster]) -> list[list[int]]:
    """Return the numbers of the published base clusters at or below each node."""
    parent = {c.id: c.parent for c in report.clusters}
    found: dict[str, list[int]] = {node.id: [] for node in nodes}
    for leaf in (c for c in report.clusters if c.level == 0):
        above: str | None = leaf.id
        while above is not None:
            if above in found:
                found[above].append(leaf_number(leaf.id))
            above = parent[above]
    return list(found.values())


def _sizes(side: Side, nodes: Sequence[Sequence[int]]) -> Flow:
    return np.array([side.weights[np.isin(side.labels, list(own))].sum() for own in nodes])


@dataclass(frozen=True, slots=True, repr=False)
class _Behind:
    """The people behind a link of two clusters."""

    people: Sequence[membership.Sampled]
    sides: Sequence[Side]
    crossing: Crossing
    policies: tuple[ReleasePolicy, ReleasePolicy]
    key: ProjectKey

    def enough(self, a: Sequence[int], b: Sequence[int]) -> bool:
        """Return whether those who would change places are as many as a cluster needs."""
        nearest: tuple[Labels, Labels] = (self.crossing.there, self.crossing.here)
        names: set[str] = set()
        for side, to, own, own_leaves, other in zip(
            self.sides, nearest, self.people, (a, b), (b, a), strict=True
        ):
            texts = np.isin(side.labels, list(own_leaves)) & np.isin(to, list(other))
            units = np.unique(own.unit[texts[own.text]]).tolist()
            names |= {own.pseudonyms[unit] for unit in units}
        sigma = max(policy.noise_sigma for policy in self.policies)
        least = max(policy.min_units for policy in self.policies)
        noise = keyed_discrete_gaussian(
            self.key.derive("noise"), sorted(names), sigma, purpose="link"
        )
        return reaches(len(names), noise, least, sigma)
