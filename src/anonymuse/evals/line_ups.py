"""Line-ups: do people whose conversations made no name choose their own cluster's name?

Each conversation that was held out chooses, by the judge's embedder, between the name of its own
cluster and those of the nearest other clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from anonymuse.evals.naming_scene import Scene
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.threshold import leaf_id
from anonymuse.vectors.rows import unit_rows


class Clusters(Protocol):
    """Clusters of conversations, some of them held out."""

    @property
    def labels(self) -> npt.NDArray[np.int32]:
        """Cluster per conversation, shape (n,)."""
        ...

    @property
    def shown(self) -> npt.NDArray[np.int32]:
        """The same, negative where it is held out."""
        ...

    @property
    def leaves(self) -> list[int]:
        """Clusters that are named."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One held-out conversation in its line-up.

    Attributes:
        leaf: its own cluster.
        row: of the conversation.
        rank: how many decoys it lies nearer to than to its own cluster's name; 0: it chose right.
    """

    leaf: int
    row: int
    rank: int


def hold_line_ups(scene: Scene, names: Mapping[str, str], *, decoys: int) -> list[Choice]:
    """Return every held-out conversation's choice.

    Args:
        scene: clusters, and who was held out.
        names: by node id, of every cluster that is named.
        decoys: names of the nearest other clusters that each own name stands among.
    """
    material = scene.material
    said = material.judge.embed([names[leaf_id(leaf)] for leaf in scene.leaves])
    return choose_names(scene, heard=material.judged, said=said, decoys=decoys)


def choose_names(clusters: Clusters, *, heard: Vectors, said: Vectors, decoys: int) -> list[Choice]:
    """Return every held-out conversation's choice among names that are embedded already.

    Args:
        clusters: and who was held out.
        heard: what the judge hears of each conversation, shape (n, d).
        said: the clusters' names, shape (clusters, d).
        decoys: names of the nearest other clusters that each own name stands among.
    """
    said, heard = unit_rows(centred(said)), unit_rows(centred(heard))
    near = neighbours(clusters, heard, decoys)
    found: list[Choice] = []
    for place, leaf in enumerate(clusters.leaves):
        held = np.flatnonzero((clusters.labels == leaf) & (clusters.shown < 0))
        cosines = heard[held] @ said[[place, *near[place]]].T
        ranks = (cosines[:, 1:] >= cosines[:, :1]).sum(axis=1)
        found += [Choice(leaf, int(r), int(rank)) for r, rank in zip(held, ranks, strict=True)]
    return found


def by_cluster(choices: Sequence[Choice], *, tries: int = 1) -> dict[int, float]:
    """Return by cluster the share of its held-out conversations that choose right."""
    ranks: dict[int, list[int]] = {}
    for choice in choices:
        ranks.setdefault(choice.leaf, []).append(choice.rank)
    return {leaf: float(np.mean(np.array(own) < tries)) for leaf, own in ranks.items()}


def centred(vectors: Vectors) -> Vectors:
    """Return the rows without their mean: what all have in common tells nothing."""
    found: Vectors = vectors - vectors.mean(axis=0, keepdims=True)
    return found


def neighbours(clusters: Clusters, heard: Vectors, most: int) -> list[list[int]]:
    """Return by cluster the places of the nearest others, by the people whom names are made of."""
    rows = [heard[clusters.shown == leaf].mean(axis=0) for leaf in clusters.leaves]
    middles: npt.NDArray[np.float32] = unit_rows(np.stack(rows).astype(np.float32))
    cosines = middles @ middles.T
    np.fill_diagonal(cosines, np.inf)  # itself comes first, and is left out
    order = np.argsort(-cosines, axis=1, kind="stable")[:, 1 : most + 1]
    found: list[list[int]] = order.tolist()
    return found
