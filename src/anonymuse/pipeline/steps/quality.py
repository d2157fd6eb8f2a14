"""What the receipt says of a run's own groups and names: yes or no, and bands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from anonymuse.domain.policy import ReleasePolicy
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
    told: dict[str, Any] = {
        # Whether halves were compared was decided with the policy's noise.
        "judged": seen is not None and seen["agreement"] is not None,
        "doubts": _doubts(seen),
        "attempts": [
            {"seed": own["seed"], "k": own["k"], "doubts": _doubts(own["seen"])} for own in tries
        ],
        "kept": kept,
    }
    if seen is not None:
        noise = edges_of(membership.sampled(shop).pseudonyms, policy, key).noise
        unfit = round(seen["misfit"] * seen["rows"]) + noise("misfit")
        told["misfit"] = band(min(max(unfit, 0), seen["rows"]), seen["rows"])
    if drift := told_of_drift(shop, policy, key):
        told["drift"] = drift
    return told


def _doubts(seen: Mapping[str, Any] | None) -> list[str]:
    return [] if seen is None else seen["doubts"]


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
