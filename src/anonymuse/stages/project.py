"""Stage: where published clusters lie on the map, from what is published of them and nothing else.

It is shown names, descriptions, sizes and the tree, all of which have passed the gate. So the map
is a function of what a reader holds anyway, and tells nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.vectors.map_layout import Layout, lay_out
from anonymuse.vectors.rows import AnyRows, blocks, unit_rows

NEAR = 5
"""clusters that are told to be nearest to one"""
_BLOCK = 1024


@dataclass(frozen=True, slots=True, repr=False)
class Drawn:
    """The map of one tree.

    Attributes:
        layout: a disc for each cluster.
        near: rows of the same level with the most similar names, nearest first, by cluster.
    """

    layout: Layout
    near: tuple[tuple[int, ...], ...]


def project(
    parents: Sequence[int], sizes: Sequence[int], levels: Sequence[int], vectors: AnyRows
) -> Drawn:
    """Draw the map of one tree.

    Args:
        parents: the row of each cluster's parent; -1 at the top.
        sizes: published conversations of each.
        levels: of each in the tree.
        vectors: embedded names and descriptions, one row per cluster.
    """
    return Drawn(lay_out(parents, sizes, vectors), _nearest(np.asarray(levels), vectors))


def _nearest(levels: np.ndarray, vectors: AnyRows) -> tuple[tuple[int, ...], ...]:
    found: list[tuple[int, ...]] = [()] * len(levels)
    rows = unit_rows(vectors)
    for level in np.unique(levels):
        own = np.flatnonzero(levels == level)
        for low, high in blocks(len(own), _BLOCK):
            # Rounded, so that ties are ties whatever library multiplied.
            alike = np.round(rows[own[low:high]] @ rows[own].T, 4)
            alike[np.arange(high - low), np.arange(low, high)] = -1.0
            best = np.argsort(-alike, axis=1, kind="stable")[:, :NEAR]
            for row, columns in enumerate(best):
                found[own[low + row]] = tuple(int(own[c]) for c in columns if alike[row, c] > 0)
    return tuple(found)
