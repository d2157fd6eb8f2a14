"""Where the clusters of a released report lie on the map."""

from __future__ import annotations

from collections.abc import Mapping

from anonymuse.domain.released.layout import Place, in_rows, rounded
from anonymuse.domain.released.report import Report
from anonymuse.vectors.map_layout import lay_out


def places(report: Report) -> Mapping[str, Place]:
    """Return the place of every cluster by its id.

    A report whose map was never drawn, or not whole, is drawn here from its tree and sizes alone.
    """
    told = {place.cluster: place for place in report.places}
    if all(cluster.id in told for cluster in report.clusters):
        return told
    order, parents = in_rows(report.clusters)
    drawn = lay_out(parents, [cluster.conversations for cluster in order])
    return {
        cluster.id: Place(cluster.id, rounded(x), rounded(y), rounded(radius))
        for cluster, x, y, radius in zip(order, drawn.x, drawn.y, drawn.radius, strict=True)
    }
