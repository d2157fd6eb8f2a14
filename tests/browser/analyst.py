"""What the tests of an analyst's work look for in the report that they open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.report import Report


@dataclass(frozen=True, slots=True)
class Branch:
    """A way down the tree, by topics whose names are their own."""

    top: Cluster
    middle: Cluster
    leaf: Cluster


def a_branch(report: Report) -> Branch:
    """Return the largest such way."""
    names = Counter(cluster.name for cluster in report.clusters)

    def largest(parent: str | None) -> Cluster:
        found = [c for c in report.clusters if c.parent == parent and names[c.name] == 1]
        return max(found, key=lambda cluster: (cluster.units, cluster.id))

    top = largest(None)
    middle = largest(top.id)
    return Branch(top, middle, largest(middle.id))


def rows_of(csv: bytes) -> list[list[str]]:
    """Return a table without commas inside its cells."""
    return [line.split(",") for line in csv.decode("utf-8-sig").splitlines()]
