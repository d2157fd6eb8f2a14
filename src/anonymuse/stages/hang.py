"""Stage: hang further base clusters into a tree that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from anonymuse.domain.ids import leaf_id, leaf_number
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import leaves_below
from anonymuse.vectors.rows import Floats, unit_rows


def hang(nodes: Sequence[DraftNode], centroids: Floats) -> list[DraftNode]:
    """Return the tree with a leaf for every base cluster that it does not know yet.

    A new leaf goes below the lowest parent whose base clusters lie nearest on average; in a tree
    of one level it stands beside them.

    Args:
        nodes: the tree; base cluster ``i`` is ``L0-<i>``.
        centroids: of all base clusters, the new ones last, of unit length, shape (k, d).
    """
    below = leaves_below(nodes)
    known = below[None]
    new = [i for i in range(len(centroids)) if leaf_id(i) not in known]
    lowest = sorted({n.parent for n in nodes if n.level == 0 and n.parent is not None})
    grown = {node.id: node for node in nodes}
    if not lowest:
        return [*nodes, *(DraftNode(leaf_id(i), None, (), 0) for i in new)]
    middles = np.stack(
        [centroids[list(map(leaf_number, sorted(below[own])))].mean(axis=0) for own in lowest]
    )
    nearest = (centroids[new] @ unit_rows(middles).T).argmax(axis=1) if new else []
    for i, place in zip(new, nearest, strict=True):
        above = grown[lowest[int(place)]]
        grown[above.id] = replace(above, children=(*above.children, leaf_id(i)))
        grown[leaf_id(i)] = DraftNode(leaf_id(i), above.id, (), 0)
    return sorted(grown.values(), key=lambda node: (node.level, node.id))
