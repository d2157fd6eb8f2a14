"""Line-ups: do people whose conversations made no name choose their own cluster's name?

Each conversation that was held out chooses, by the judge's embedder, between the name of its own
cluster and those of the nearest other clusters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.evals.naming_scene import Scene
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.threshold import leaf_id
from anonymuse.vectors.rows import unit_rows


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
    leaves, material = scene.leaves, scene.material
    said = unit_rows(centred(material.judge.embed([names[leaf_id(leaf)] for leaf in leaves])))
    heard = unit_rows(centred(material.judged))
    near = neighbours(scene, heard, decoys)
    found: list[Choice] = []
    for place, leaf in enumerate(leaves):
        held = np.flatnonzero((scene.labels == leaf) & (scene.shown < 0))
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


def neighbours(scene: Scene, heard: Vectors, most: int) -> list[list[int]]:
    """Return by cluster the places of the nearest others, by the people whom names are made of."""
    rows = [heard[scene.shown == leaf].mean(axis=0) for leaf in scene.leaves]
    middles: npt.NDArray[np.float32] = unit_rows(np.stack(rows).astype(np.float32))
    cosines = middles @ middles.T
    np.fill_diagonal(cosines, np.inf)  # itself comes first, and is left out
    order = np.argsort(-cosines, axis=1, kind="stable")[:, 1 : most + 1]
    found: list[list[int]] = order.tolist()
    return found
