"""Moving rows towards their neighbours, so that one odd wording decides less."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import AnyRows, Floats, blocks, philox, unit_rows

NEIGHBOURS = 5
STEP = 0.5
"""How far a row moves towards its neighbours' mean."""
MOST_ANCHORS = 2_000
"""Rows among which neighbours are looked for: work grows with n times this."""
_BLOCK = 1024


def smoothed(space: AnyRows, *, neighbours: int, seed: int, rounds: int = 1) -> Floats:
    """Return rows moved half-way to the mean of their nearest others.

    Args:
        space: unit rows, shape (n, d); zero rows stay zero.
        neighbours: how many; fewer where there are fewer, and none changes nothing.
        seed: of the draw of the rows that can be neighbours, where there are too many.
        rounds: how often rows move.

    Returns:
        Unit rows, shape (n, d).
    """
    n = len(space)
    chosen = np.arange(n)
    if n > MOST_ANCHORS:
        chosen = np.sort(philox(seed).choice(n, size=MOST_ANCHORS, replace=False))
    moved = np.array(space, dtype=np.float32)
    count = min(neighbours, len(chosen) - 1)
    for _ in range(rounds if count > 0 else 0):
        moved = _moved(moved, chosen, count)
    return moved


def _moved(space: Floats, chosen: npt.NDArray[np.int64], count: int) -> Floats:
    anchors = np.ascontiguousarray(space[chosen])
    place = np.full(len(space), -1)
    place[chosen] = np.arange(len(chosen))
    out = np.empty_like(space)
    for low, high in blocks(len(space), _BLOCK):
        rows, own = space[low:high], place[low:high]
        cosine = rows @ anchors.T
        drawn = np.flatnonzero(own >= 0)
        cosine[drawn, own[drawn]] = -np.inf  # no row is its own neighbour
        nearest = np.sort(np.argpartition(cosine, -count, axis=1)[:, -count:], axis=1)
        towards = unit_rows(anchors[nearest].mean(axis=1))
        said = np.any(rows != 0, axis=1)[:, None]
        out[low:high] = unit_rows((1.0 - STEP) * rows + STEP * towards) * said
    return out
