"""Figures: would another sample, or another start, have given the same names?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import DEMO
from anonymuse.errors import ModelUnavailableError
from anonymuse.evals.matched_names import look_for_names
from anonymuse.evals.naming_scene import Material as Naming
from anonymuse.evals.naming_scene import make_scene
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.names import DECOYS, FEWEST_PEOPLE, named, naming_of, units_of
from anonymuse.evals.suite.section import Figure, Number
from anonymuse.stats.scoring import over_pairs

Labels = npt.NDArray[np.int64]
Sample = tuple[Labels, Labels]
"""rows, ascending, and the base cluster of each"""


def naming_for(material: Material) -> Naming | None:
    """Return what clusters are named from; None where nobody can judge, or for too few people."""
    if len(set(units_of(material))) < FEWEST_PEOPLE:
        return None
    try:
        return naming_of(material, beside=False)
    except ModelUnavailableError:
        return None


def same_names(
    naming: Naming, samples: Sequence[Sample], key: str, label: str, *, seeds: Iterable[int]
) -> Figure | None:
    """Return how often clusters that two samples share have names that agree in meaning.

    Names are made from everybody in a sample. None where clusters are too few for decoys, or two
    samples share none.

    Args:
        naming: all conversations.
        samples: clustered.
        key: of the figure.
        label: of the figure.
        seeds: of what naming draws, one a sample.
    """
    scenes = [
        make_scene(naming.take(rows), DEMO, seed, labels=labels.astype(np.int32), held_out=0.0)
        for seed, (rows, labels) in zip(seeds, samples, strict=True)
    ]
    if any(len(scene.leaves) <= DECOYS for scene in scenes):
        return None
    told = [{node: draft.name for node, draft in named(scene).items()} for scene in scenes]
    found = np.eye(len(scenes))
    for i, (one, mine) in enumerate(zip(scenes, told, strict=True)):
        for j in range(i):
            _, here, there = np.intersect1d(samples[i][0], samples[j][0], return_indices=True)
            seen = look_for_names(
                one, mine, scenes[j], told[j], decoys=DECOYS,
                shared=(one.labels[here], scenes[j].labels[there]),
            )  # fmt: skip
            if not seen:
                return None
            found[i, j] = found[j, i] = np.mean([own.found for own in seen])
    agree = over_pairs(found)
    ours = Number(agree.mean, max(agree.low, 0.0), min(agree.high, 1.0))
    figure = Figure(key, label, ours, rows=len(scenes))
    pairs = tuple(tuple(row[:at].tolist()) for at, row in enumerate(found) if at)
    return replace(figure, judge=naming.judge.id, by_pair=pairs)
