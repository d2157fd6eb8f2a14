"""The map of a released tree; made after the gate, from what the gate let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np

from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.layout import Place, in_rows, rounded
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.steps.publish import CLUSTERS
from anonymuse.ports.embedder import Embedder
from anonymuse.stages.project import project
from anonymuse.vectors.rows import blocks

PROJECT = "project"
"""name of the step"""
PLACES = "places.json"
_ROWS = 512


async def draw(shop: Workshop, *, embedder: Embedder) -> Mapping[str, int]:
    """Say where every released cluster lies; writes ``places.json``.

    It reads the released clusters and nothing else, so that no place tells what the report does
    not.
    """
    path = shop.of("release") / CLUSTERS
    if not path.exists():  # a tree by a further facet that was withheld whole
        return {"clusters": 0}
    order, parents = in_rows([Cluster(**values) for values in files.read_json(path)])
    texts = [f"{cluster.name}. {cluster.description}" for cluster in order]
    vectors = np.zeros((len(texts), embedder.dimensions), dtype=np.float32)
    for low, high in blocks(len(texts), _ROWS):
        vectors[low:high] = embedder.embed(texts[low:high])
        shop.progress(high, len(texts), "names")
    drawn = project(parents, [c.conversations for c in order], [c.level for c in order], vectors)
    layout = drawn.layout
    found = [
        Place(
            cluster=cluster.id,
            x=rounded(layout.x[row]),
            y=rounded(layout.y[row]),
            radius=rounded(layout.radius[row]),
            near=tuple(order[other].id for other in drawn.near[row]),
        )
        for row, cluster in enumerate(order)
    ]
    files.write_json(shop.folder / PLACES, [asdict(place) for place in found])
    return {"clusters": len(found)}


def read_places(folder: Path) -> tuple[Place, ...]:
    """Return the places that :func:`draw` wrote."""
    return tuple(
        Place(**{**place, "near": tuple(place["near"])})
        for place in files.read_json(folder / PLACES)
    )
