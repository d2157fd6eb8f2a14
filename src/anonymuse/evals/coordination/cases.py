"""What the coordination stage measured in a world, beside what is true of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.evals.coordination.invented import Plant
from anonymuse.evals.coordination.worlds import World
from anonymuse.stages.coordinate import FEWEST, measure
from anonymuse.stats.weighed import Weights

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

THRESHOLD = 0.5
"""score from which a cluster is reported"""


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """One world after the stage's measuring.

    Attributes:
        plants: what was planted.
        leaf: cluster of each group, shape (groups,).
        excess: signals of each group, shape (groups, signals).
        sizes: accounts of each group, shape (groups,).
        overlap: accounts of each plant in each group, shape (groups, plants).
        leaves: numbers of all clusters, ascending.
        inside: accounts of each plant in each cluster, shape (leaves, plants).
        rows: conversations of each plant in each cluster, likewise.
    """

    plants: tuple[Plant, ...]
    leaf: Ints
    excess: Floats
    sizes: Ints
    overlap: Ints
    leaves: Ints
    inside: Ints
    rows: Ints

    def best(self, weights: Weights) -> tuple[Floats, Ints]:
        """Return the score of every cluster and the group that has it (-1: none)."""
        scores = np.zeros(len(self.leaves))
        best = np.full(len(self.leaves), -1, dtype=np.int64)
        found = weights.score(weights.points(self.excess))
        for group in np.argsort(found, kind="stable"):
            place = int(np.searchsorted(self.leaves, self.leaf[group]))
            scores[place], best[place] = found[group], group
        return scores, best

    @property
    def campaigns(self) -> list[int]:
        """Return the places of campaigns among the plants."""
        return [i for i, plant in enumerate(self.plants) if plant.campaign]

    def of_kind(self, kind: str) -> npt.NDArray[np.bool_]:
        """Return which clusters hold four accounts of such a crowd, or ten rows of one person."""
        own = [i for i, plant in enumerate(self.plants) if plant.kind == kind]
        held, least = (self.rows, 10) if kind == "heavy" else (self.inside, FEWEST)
        return np.asarray((held[:, own] >= least).any(axis=1), dtype=np.bool_)

    def touched(self) -> npt.NDArray[np.bool_]:
        """Return which clusters hold any account of a campaign."""
        return np.asarray(self.inside[:, self.campaigns].any(axis=1), dtype=np.bool_)

    def held(self, plant: int) -> npt.NDArray[np.bool_]:
        """Return which clusters hold so many accounts of a campaign that it can be told there."""
        return np.asarray(self.inside[:, plant] >= FEWEST, dtype=np.bool_)


def look(world: World, seed: int) -> Case:
    """Measure a world."""
    groups, excess = measure(world.traffic, seed=seed)
    leaves = np.unique(world.traffic.leaf).astype(np.int64)
    overlap = [
        [len(np.intersect1d(group.accounts, own)) for own in world.accounts] for group in groups
    ]
    return Case(
        plants=world.plants,
        leaf=np.array([group.leaf for group in groups], dtype=np.int64),
        excess=excess,
        sizes=np.array([len(group.accounts) for group in groups], dtype=np.int64),
        overlap=np.array(overlap, dtype=np.int64).reshape(len(groups), len(world.plants)),
        leaves=leaves,
        inside=np.array(
            [[world.inside(int(leaf), i) for i in range(len(world.plants))] for leaf in leaves]
        ).reshape(len(leaves), len(world.plants)),
        rows=_rows(world, leaves),
    )


def _rows(world: World, leaves: Ints) -> Ints:
    own = np.asarray(world.traffic.leaf)
    found = [[int((own[rows] == leaf).sum()) for rows in world.rows] for leaf in leaves]
    return np.array(found, dtype=np.int64).reshape(len(leaves), len(world.rows))


def average_precision(positives: Sequence[float], negatives: Floats, unfindable: int = 0) -> float:
    """Return the mean precision at each positive's rank; who cannot be found adds nothing.

    Args:
        positives: their scores.
        negatives: scores of what should not be above them; a tie counts as above.
        unfindable: positives that have no score at all.
    """
    ordered = sorted(positives, reverse=True)
    above = [int((negatives >= score).sum()) for score in ordered]
    total = len(ordered) + unfindable
    return sum((i + 1) / (i + 1 + n) for i, n in enumerate(above)) / total if total else np.nan
