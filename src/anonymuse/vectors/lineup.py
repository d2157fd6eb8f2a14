"""The line-up: does a name point at its own cluster rather than at another one?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import Floats, unit_rows

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineUp:
    """How candidates fared; all of shape (candidates,).

    Attributes:
        fit: cosine with the own cluster, after the mean of all clusters is taken away.
        margin: fit minus the cosine with the nearest other cluster; negative when that one wins.
        rank: how many other clusters are nearer than the own one; 0 is a win.
    """

    fit: Floats
    margin: Floats
    rank: Places


def line_up(candidates: Floats, anchors: Floats, *, own: Places) -> LineUp:
    """Hold every candidate against all clusters.

    Args:
        candidates: embedded names, shape (m, d).
        anchors: one vector per cluster in the same space: the mean of what its members asked for,
            shape (clusters, d).
        own: index of each candidate's cluster, shape (m,).
    """
    if len(anchors) < 2:
        fit = _cosine(candidates, anchors)[np.arange(len(candidates)), own]
        return LineUp(fit, fit, np.zeros(len(candidates), dtype=np.int64))
    middle = anchors.mean(axis=0, keepdims=True)
    cosines = _cosine(candidates - middle, anchors - middle)
    rows = np.arange(len(candidates))
    fit = cosines[rows, own].copy()
    rank = (cosines > fit[:, None]).sum(axis=1)
    cosines[rows, own] = -np.inf
    return LineUp(fit, fit - cosines.max(axis=1), rank.astype(np.int64))


def _cosine(a: Floats, b: Floats) -> Floats:
    return (unit_rows(a) @ unit_rows(b).T).astype(np.float32)
