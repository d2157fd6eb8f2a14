"""The tree and its numbers, as a document."""

from __future__ import annotations

from collections.abc import Sequence

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.layout import Place
from anonymuse.domain.released.report import Report
from anonymuse.insights.columns import Column
from anonymuse.insights.places import places
from anonymuse.insights.sheet import Tree
from anonymuse.web.contract import ClusterRow, ClustersDoc, Measure


def clusters_doc(report: Report, tree: Tree, columns: Sequence[Column]) -> ClustersDoc:
    """Return ``clusters.json``."""
    lie = places(report)
    design = tree.squares.of_windows.round(3).tolist()
    return ClustersDoc(
        clusters=tuple(
            _row(cluster, lie[cluster.id], tree, design[row])
            for row, cluster in enumerate(tree.clusters)
        ),
        measures=tuple(_measure(column) for column in columns),
    )


def _measure(column: Column) -> Measure:
    return Measure(
        key=column.key,
        title=column.title,
        note=column.note,
        scale=column.scale,
        values=column.values,
        low=column.low,
        high=column.high,
        notable=column.notable,
        base=column.base,
    )


def _row(cluster: Cluster, place: Place, tree: Tree, design: float) -> ClusterRow:
    return ClusterRow(
        id=cluster.id,
        parent=None if cluster.parent is None else tree.row[cluster.parent],
        level=cluster.level,
        name=cluster.name,
        description=cluster.description,
        named_by=sentences.named_by(cluster.named_by),
        grade=cluster.grade,
        conversations=cluster.conversations,
        units=cluster.units,
        share=cluster.share,
        low=cluster.share_low,
        high=cluster.share_high,
        x=place.x,
        y=place.y,
        radius=place.radius,
        near=tuple(tree.row[n] for n in place.near if n in tree.row),
        design=design,
    )
