"""Stage: put new conversations into the clusters of an earlier run, or say that they fit nowhere.

A conversation belongs to the nearest centroid. It fits nowhere (it has *drifted*) where two things
hold: new conversations lie clearly nearer to it than earlier ones do, and not even one earlier
conversation is near it, as it is with the loneliest tenth of those. The first alone would also take
a topic that has grown for a new one; the second alone is common (a rare request is no new topic).
Both bounds are read off the earlier conversations, divided at random as if a part of them were new.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.kmeans import cluster_sums
from anonymuse.vectors.near import nearness
from anonymuse.vectors.rows import Floats, Labels, blocks, philox, unit_rows

NEIGHBOURS = 10
DENSER = 0.95
"""Quantile of how much nearer new conversations are than earlier ones, were both alike."""
LONELY = 0.1
"""Quantile of how near an earlier conversation has another one."""
MOST_ROWS = 20_000
"""Conversations of both times that others are compared with: a sample of more, so that the work
grows with their number and not its square."""
LEAST_ROWS = 100
"""Earlier or new conversations below which nothing can be said about drift."""

DRIFTED = -1
"""instead of a cluster's number"""


@dataclass(frozen=True, slots=True, repr=False)
class Placed:
    """Where new conversations belong.

    Attributes:
        labels: number of the earlier cluster, ``DRIFTED`` where none fits; shape (n,).
        fit: cosine to the nearest centroid, shape (n,).
        centroids: of the earlier clusters, shape (k, d).
        judged: whether there were enough conversations to tell drift.
    """

    labels: Labels
    fit: Floats
    centroids: Floats
    judged: bool

    def __repr__(self) -> str:
        return f"Placed({len(self.labels)} rows, {len(self.centroids)} clusters)"


def place(
    earlier: Floats,
    labels: Labels,
    new: Floats,
    *,
    k: int | None = None,
    weights: npt.NDArray[np.float64] | None = None,
    seed: int,
) -> Placed:
    """Put every new row into an earlier cluster, or nowhere.

    Args:
        earlier: unit rows of the earlier run, in the space of the new ones too, shape (m, d).
        labels: their clusters, 0 to k - 1, shape (m,).
        new: unit rows, shape (n, d).
        k: number of the earlier clusters, where some of the last may be empty.
        weights: how many conversations an earlier row stands for, shape (m,).
        seed: of the draw of what is compared.
    """
    k = int(labels.max()) + 1 if k is None else k
    sums, mass = cluster_sums(earlier, labels, k, weights)
    centroids = unit_rows(sums)
    nowhere = np.where(mass > 0, 0.0, -np.inf)  # what held nobody lies nowhere
    found = np.empty(len(new), dtype=np.int32)
    fit = np.empty(len(new), dtype=np.float32)
    for low, high in blocks(len(new)):
        cosine = new[low:high] @ centroids.T + nowhere
        found[low:high] = cosine.argmax(axis=1)
        fit[low:high] = cosine.max(axis=1)
    judged = min(len(earlier), len(new)) >= LEAST_ROWS
    if judged:
        found[_drifted(earlier, new, seed)] = DRIFTED
    return Placed(found, fit, centroids, judged)


def _drifted(earlier: Floats, new: Floats, seed: int) -> npt.NDArray[np.bool_]:
    """Return which new rows fit nowhere, shape (n,)."""
    rng = philox(seed)
    share = min(1.0, MOST_ROWS / max(len(earlier), len(new)))
    old = earlier[rng.random(len(earlier)) < share]
    chosen = np.flatnonzero(rng.random(len(new)) < share)
    own = np.full(len(new), -1, dtype=np.int64)
    own[chosen] = np.arange(len(chosen))
    there = nearness(new, old, neighbours=NEIGHBOURS)
    here = nearness(new, new[chosen], neighbours=NEIGHBOURS, own=own)
    nearest = nearness(new, old, neighbours=1)
    denser, lonely = _usual(old, len(old) / (len(old) + len(chosen)), rng)
    drifted: npt.NDArray[np.bool_] = (here - there > denser) & (nearest <= lonely)
    return drifted


def _usual(old: Floats, share: float, rng: np.random.Generator) -> tuple[float, float]:
    """Return both bounds, from earlier rows of which a part plays the new ones."""
    before = rng.random(len(old)) < share
    stay, play = old[before], old[~before]
    if not len(stay) or not len(play):
        stay = play = old
    apart = nearness(play, play, neighbours=NEIGHBOURS, own=np.arange(len(play)))
    apart = apart - nearness(play, stay, neighbours=NEIGHBOURS)
    alone = nearness(old, old, neighbours=1, own=np.arange(len(old)))
    return float(np.quantile(apart, DENSER)), float(np.quantile(alone, LONELY))
