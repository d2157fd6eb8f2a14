"""Names that clusters keep from the run that conversations were put into."""

from __future__ import annotations

from anonymuse.domain.private.drafts import DraftName
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop

CARRIED = "carried.json"
"""file of the step `cluster`, where it put conversations into the clusters of an earlier run"""


def carried(shop: Workshop) -> dict[str, DraftName]:
    """Return the released names of the earlier run by node; none in a run of its own.

    Everybody may know them, and they were chosen before any of the new conversations was read, so
    that they tell nothing of these.
    """
    path = shop.of("cluster") / CARRIED
    found = files.read_json(path) if path.exists() else {}
    return {
        node: DraftName(node, name, description, kind)
        for node, (name, description, kind) in found.items()
    }
