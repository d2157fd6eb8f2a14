"""The corpus grouped from several seeds: what the lists lead to, and whether the campaign leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.domain.private.traffic import Verdicts
from anonymuse.domain.restricted.evidence import Gap
from anonymuse.evals.corpus.planted import Kind
from anonymuse.evals.corpus.population import CorpusRow
from anonymuse.evals.safety.scene import Scene, grouped, traffic, verdicts
from anonymuse.evals.safety.scored import Reading, planted, read
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.pipeline.events import Emit, StageProgress, StageStarted
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.coordinate import coordinate
from anonymuse.stages.gap import gaps

STAGE = "Grouping and reading"


@dataclass(frozen=True, slots=True)
class Lists:
    """What both lists of one verdict give.

    Attributes:
        missed: reading of the first.
        overdone: of the second.
    """

    missed: Reading
    overdone: Reading


@dataclass(frozen=True, slots=True)
class Place:
    """Where a planted group of accounts stands among clusters, ordered by coordination.

    Attributes:
        rank: of the cluster that holds most of it, counted from 1; None where it has no score.
        score: of that cluster.
        held: share of its conversations in that cluster.
        clusters: that have a score.
    """

    rank: int | None
    score: float | None
    held: float
    clusters: int


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """What one seed gives.

    Attributes:
        scene: the corpus in clusters.
        verdicts: on its rows.
        gaps: by verdict.
        lists: by verdict.
        choices: of the flag, by other limits: the lowest grade of concern, the highest harmless.
        places: of each planted kind.
        alarms: clusters above one half that hold none of the campaign.
    """

    scene: Scene
    verdicts: Verdicts
    gaps: Mapping[str, Gap]
    lists: Mapping[str, Lists]
    choices: Mapping[tuple[int, int], Lists]
    places: Mapping[Kind, Place]
    alarms: int


KINDS: tuple[Kind, ...] = ("campaign", "heavy user", "burst", "growth")
ALARM = 0.5
LIMITS = ((4, 1), (4, 2), (3, 1), (3, 2))
"""grades of concern between which mistakes may be told apart; the first are ours"""


def measure(
    rows: Sequence[CorpusRow],
    known: KnownTruth,
    vectors: Mapping[str, Vectors],
    *,
    seeds: int,
    emit: Emit,
) -> list[Seen]:
    """Return what each seed gives."""
    emit(StageStarted(STAGE))
    found = []
    for seed in range(seeds):
        found.append(look(grouped(rows, known, vectors, seed=seed), seed=seed))
        emit(StageProgress(STAGE, seed + 1, seeds, "seeds"))
    return found


def look(scene: Scene, *, seed: int) -> Seen:
    """Return what safety staff would be shown of one grouping, beside the truth."""
    said = verdicts(scene)
    found = {gap.verdict: gap for gap in gaps(said, scene.clusters())}
    choices = {}
    for concerning, harmless in LIMITS:
        flag, *_ = gaps(said, scene.clusters(), concerning=concerning, harmless=harmless)
        choices[concerning, harmless] = _read(scene, said, flag)
    told = coordinate(traffic(scene), seed=seed)
    scores = {leaf: own.score for leaf, own in told.items()}
    campaign = set(scene.leaf[_of(scene.rows, "campaign")].tolist())
    return Seen(
        scene=scene,
        verdicts=said,
        gaps=found,
        lists={name: _read(scene, said, gap) for name, gap in found.items()},
        choices=choices,
        places={kind: _place(scene, kind, scores) for kind in KINDS},
        alarms=sum(s >= ALARM for leaf, s in scores.items() if leaf not in campaign),
    )


def _read(scene: Scene, said: Verdicts, gap: Gap) -> Lists:
    missed, overdone = planted(scene.rows, gap.verdict)
    return Lists(
        read(scene, said, gap.verdict, gap.missed, missed),
        read(scene, said, gap.verdict, gap.overdone, overdone),
    )


def _of(rows: Sequence[CorpusRow], kind: Kind) -> list[int]:
    return [number for number, row in enumerate(rows) if row.truth.planted == kind]


def _place(scene: Scene, kind: Kind, scores: Mapping[int, float]) -> Place:
    leaves = scene.leaf[_of(scene.rows, kind)]
    counts = np.bincount(leaves)
    most = int(counts.argmax())
    score = scores.get(most)
    rank = None if score is None else 1 + sum(other > score for other in scores.values())
    return Place(rank, score, float(counts[most] / len(leaves)), len(scores))
