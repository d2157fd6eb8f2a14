"""Which rows of a cluster are nearly the same in meaning."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import AnyRows, Labels, unit_rows

LEAST = 0.97
"""cosine from which two conversations are one"""
_BLOCK = 1024


def alike_pairs(vectors: AnyRows, labels: Labels) -> npt.NDArray[np.int64]:
    """Pair every row with the first of its cluster that lies closer than ``LEAST``.

    Args:
        vectors: embedded conversations, shape (n, d).
        labels: cluster per row, negative for rows that take no part; shape (n,).

    Returns:
        Row numbers, the earlier first; shape (pairs, 2).
    """
    found = [np.zeros((0, 2), dtype=np.int64)]
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    for own in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        rows = unit_rows(np.asarray(vectors[own], dtype=np.float32))
        for start in range(0, len(own), _BLOCK):
            end = min(start + _BLOCK, len(own))
            near = rows[start:end] @ rows[:end].T > LEAST
            near &= np.tri(end - start, end, start - 1, dtype=bool)  # earlier rows only
            later = np.flatnonzero(near.any(axis=1))
            first = near[later].argmax(axis=1)
            found.append(np.stack([own[first], own[start + later]], axis=1))
    return np.concatenate(found)
