"""Two measures against each other, as a document."""

from __future__ import annotations

from collections.abc import Sequence

from anonymuse.insights import quadrants
from anonymuse.insights.columns import Column
from anonymuse.insights.sheet import Tree
from anonymuse.web.contract import Corner, Quadrant, QuadrantsDoc


def quadrants_doc(tree: Tree, columns: Sequence[Column]) -> QuadrantsDoc:
    """Return ``quadrants.json``."""
    return QuadrantsDoc(quadrants=tuple(map(_quadrant, quadrants.quadrants(tree, columns))))


def _quadrant(found: quadrants.Quadrant) -> Quadrant:
    return Quadrant(
        key=found.key,
        title=found.title,
        note=found.note,
        clusters=found.clusters,
        x=found.x,
        y=found.y,
        split=found.split,
        r=_rounded(found.correlation.r),
        low=_rounded(found.correlation.low),
        high=_rounded(found.correlation.high),
        n=len(found.clusters),
        corners=tuple(
            Corner(title=own.title, note=own.note, clusters=own.clusters) for own in found.corners
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
