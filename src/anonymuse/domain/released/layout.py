"""Where clusters lie on the map. Made from released values alone, so that it tells nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.tree import in_order

DIGITS = 5
"""of a coordinate after the point"""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of one published cluster on the map.

    Attributes:
        cluster: its id.
        x: of its centre, in the square from -1 to 1; y likewise, growing upwards.
        y: see x.
        radius: of the disc that its dots and its children's discs lie in, in the same unit.
        near: ids of the clusters of the same level that its name resembles most, nearest first.
    """

    cluster: str
    x: float
    y: float
    radius: float
    near: tuple[str, ...] = ()


def in_rows(clusters: Sequence[Cluster]) -> tuple[list[Cluster], list[int]]:
    """Return the clusters in reading order, and the row of each one's parent or -1.

    The order does not look at ids unless two siblings share name and size.
    """
    order = in_order(clusters)
    row = {cluster.id: i for i, cluster in enumerate(order)}
    return order, [-1 if c.parent is None else row[c.parent] for c in order]


def rounded(value: float) -> float:
    """Return a coordinate as it is published."""
    return round(float(value), DIGITS)
