"""What the receipt says of a run's own groups and names: yes or no, and bands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import reaches
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.quality import MOSTLY_HIDDEN, doubts
from anonymuse.domain.released.report import Report
from anonymuse.lexicon.alike_names import alike_pairs
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps import membership
from anonymuse.pipeline.steps.attempts import read_quality
from anonymuse.pipeline.steps.drift import told_of_drift
from anonymuse.pipeline.steps.edges import edges_of
from anonymuse.ports.embedder import Embedder
from anonymuse.stages.appraise import FOR_HALVES
from anonymuse.stats.rounding import band
from anonymuse.vectors.rows import unit_rows

MEANS_THE_SAME = 0.7
"""cosine of two names, the mean of all taken out: different topics reach 0.54"""
MANY_ALIKE, FEWEST_ALIKE = 0.1, 4
"""share of the topics, and how many at least, whose names may be alike before that is a doubt"""
MOST_HIDDEN = ("50 % to 75 %", "75 % to 100 %")
"""bands of conversations not shown of which a reader is told first"""


def drafted(shop: Workshop, policy: ReleasePolicy, key: ProjectKey) -> dict[str, Any]:
    """Return what may be told of the grouping.

    The one number is a band, of a count that carries the policy's noise; each person is one
    conversation in it. Settings of the tries follow from the configuration and from numbers of
    groups, which the receipt tells anyhow.
    """
    found = read_quality(shop)
    tries, kept = found["attempts"], found["kept"]
    seen = tries[kept]["seen"]
    # With the draws of the appraisal: what it decided is not told a second time otherwise.
    noise = edges_of(membership.sampled(shop).pseudonyms, policy, key).noise

    def judged(own: Mapping[str, Any] | None) -> bool:
        if own is None or own["agreement"] is None:
            return False
        return enough_to_judge(own["different"], noise("judged"), policy)

    told: dict[str, Any] = {
        "judged": judged(seen),
        "doubts": _told_doubts(seen, judged(seen)),
        "attempts": [
            {name: own[name] for name in ("seed", "k")}
            | {"doubts": _told_doubts(own["seen"], judged(own["seen"]))}
            for own in tries
        ],
        "kept": kept,
    }
    if seen is not None:
        unfit = round(seen["misfit"] * seen["rows"]) + noise("misfit")
        told["misfit"] = band(min(max(unfit, 0), seen["rows"]), seen["rows"])
    if drift := told_of_drift(shop, policy, key):
        told["drift"] = drift
    return told


def enough_to_judge(different: int, noise: int, policy: ReleasePolicy) -> bool:
    """Return whether a reader may be told that halves were compared; sharp, it tells of one person.

    Args:
        different: conversations that were looked at.
        noise: the keyed draw of all people.
        policy: its sigma.
    """
    return reaches(different, noise, FOR_HALVES, policy.noise_sigma)


def _told_doubts(seen: Mapping[str, Any] | None, judged: bool) -> list[str]:
    found = [] if seen is None else seen["doubts"]
    return [doubt for doubt in found if judged or doubt != "shapeless"]


def with_names(report: Report, embedder: Embedder) -> Report:
    """Return the report with what its released names and bands say of it; doubts are notes too."""
    told = dict(report.receipt.quality)
    alike = _alike(report.clusters, embedder)
    leaves = sum(cluster.level == 0 for cluster in report.clusters)
    told["alike"] = alike
    told["keywords"] = sum(c.level == 0 and c.named_by == "keywords" for c in report.clusters)
    if alike >= max(FEWEST_ALIKE, MANY_ALIKE * leaves):
        told["doubts"] = [*told["doubts"], "names"]
    hidden = (MOSTLY_HIDDEN,) if report.receipt.withheld_share in MOST_HIDDEN else ()
    notes = (*doubts(told), *hidden, *report.receipt.notes)
    return replace(report, receipt=replace(report.receipt, quality=told, notes=notes))


def _alike(clusters: Sequence[Cluster], embedder: Embedder) -> int:
    """Return how many clusters have nearly the same name as a sibling."""
    found: set[str] = set()
    for siblings in _families(clusters):
        for a, b in alike_pairs([cluster.name for cluster in siblings]):
            found |= {siblings[a].id, siblings[b].id}
    if embedder.knows_meaning:
        found |= _same_meaning(clusters, embedder)
    return len(found)


def _same_meaning(clusters: Sequence[Cluster], embedder: Embedder) -> set[str]:
    vectors = embedder.embed([cluster.name for cluster in clusters])
    points = unit_rows(vectors - vectors.mean(axis=0))
    own = dict(zip((cluster.id for cluster in clusters), points, strict=True))
    found: set[str] = set()
    for siblings in _families(clusters):
        near = [[float(own[a.id] @ own[b.id]) > MEANS_THE_SAME and a is not b for b in siblings]
                for a in siblings]  # fmt: skip
        found |= {a.id for a, row in zip(siblings, near, strict=True) if any(row)}
    return found


def _families(clusters: Sequence[Cluster]) -> Iterator[list[Cluster]]:
    """Yield the clusters of each parent."""

    def parent(cluster: Cluster) -> str:
        return cluster.parent or ""

    for _, siblings in groupby(sorted(clusters, key=parent), key=parent):
        yield list(siblings)
