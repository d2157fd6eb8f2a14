"""Do two clusterings of the same conversations say the same of a cluster that both have?

Clusters are matched one to one by their conversations. A judge that sees names alone then looks for
one run's name among the other run's: that of the matched cluster and those of its nearest ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anonymuse.evals.line_ups import centred, neighbours
from anonymuse.evals.naming_scene import Labels, Scene
from anonymuse.lexicon.phrases import near_duplicate
from anonymuse.stages.threshold import leaf_id
from anonymuse.stats.matching import match_clusters
from anonymuse.vectors.rows import unit_rows

OVERLAP = 0.5
"""conversations that both clusters hold over those that either holds, at least"""


@dataclass(frozen=True, slots=True)
class Told:
    """One matched cluster's name, looked for among the other run's names.

    Attributes:
        pair: number of the matched pair; each is looked for from both sides.
        found: the judge puts the matched cluster's name first.
        same: both names have the same content words.
    """

    pair: int
    found: bool
    same: bool


def look_for_names(
    one: Scene,
    names: Mapping[str, str],
    other: Scene,
    theirs: Mapping[str, str],
    *,
    decoys: int,
    shared: tuple[Labels, Labels] | None = None,
) -> list[Told]:
    """Look for the names of matched clusters among those of the other run.

    Args:
        one: a run over some conversations, judged by its material's judge.
        names: its names, by node id.
        other: a second run.
        theirs: its names.
        decoys: names of the nearest other clusters that the matched one's stands among.
        shared: both runs' clusters of the conversations that both have; None: all.

    Returns:
        Two for every pair of named clusters that hold mostly the same conversations.
    """
    matches = [
        (match.a, match.b)
        for match in match_clusters(*(shared or (one.labels, other.labels)))
        if match.overlap >= OVERLAP and match.a in one.leaves and match.b in other.leaves
    ]
    found: list[Told] = []
    for scene, own, against, among, pairs in (
        (one, names, other, theirs, matches),
        (other, theirs, one, names, [(b, a) for a, b in matches]),
    ):
        found += _one_side(scene, own, against, among, pairs, decoys)
    return found


def _one_side(
    scene: Scene,
    names: Mapping[str, str],
    other: Scene,
    theirs: Mapping[str, str],
    pairs: list[tuple[int, int]],
    decoys: int,
) -> list[Told]:
    judge = scene.material.judge
    mine, told = ([own[leaf_id(leaf)] for leaf in run.leaves]
                  for run, own in ((scene, names), (other, theirs)))  # fmt: skip
    seen, among = (unit_rows(centred(judge.embed(own))) for own in (mine, told))
    near = neighbours(other, unit_rows(centred(other.material.judged)), decoys)
    found = []
    for number, (a, b) in enumerate(pairs):
        here, there = scene.leaves.index(a), other.leaves.index(b)
        cosines = among[[there, *near[there]]] @ seen[here]
        first = bool(np.all(cosines[0] > cosines[1:]))
        found.append(Told(number, first, near_duplicate(mine[here], told[there])))
    return found
