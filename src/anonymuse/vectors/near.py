"""How near the nearest rows are: what density comes down to where nothing else is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import Floats, blocks

BLOCK = 1024
"""Rows compared at a time, so that a block of cosines stays small."""


def nearness(
    rows: Floats,
    others: Floats,
    *,
    neighbours: int,
    own: npt.NDArray[np.int64] | None = None,
) -> Floats:
    """Return each row's mean cosine to its nearest other rows, shape (n,).

    Args:
        rows: unit length, shape (n, d).
        others: unit length, shape (m, d), at least one.
        neighbours: how many of the nearest count; all of them where there are fewer.
        own: place of each row among the others, which is not its own neighbour; -1 where it is not
            there; shape (n,). None: none is.
    """
    found = np.zeros(len(rows), dtype=np.float32)
    count = min(neighbours, len(others) - (own is not None))
    if count < 1:
        return found
    for low, high in blocks(len(rows), BLOCK):
        cosine = rows[low:high] @ others.T
        if own is not None:
            here = np.flatnonzero(own[low:high] >= 0)
            cosine[here, own[low:high][here]] = -np.inf
        found[low:high] = np.partition(cosine, -count, axis=1)[:, -count:].mean(axis=1)
    return found
