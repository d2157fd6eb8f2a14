"""Makes the worlds of an evaluation and measures them, or fits the score's weights on others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from anonymuse.errors import ConfigError
from anonymuse.evals.coordination.cases import Case
from anonymuse.evals.coordination.fit import fit
from anonymuse.evals.coordination.invented import POOL, Kind, Split
from anonymuse.evals.coordination.material import Material, cells
from anonymuse.evals.coordination.section import sections
from anonymuse.evals.suite.section import Section
from anonymuse.pipeline.events import Emit, StageDone, StageProgress, StageStarted
from anonymuse.stages.coordinate import FEWEST, shipped_weights
from anonymuse.stats.weighed import Weights

CLEAN = 2
"""worlds without a campaign for each seed"""
_MOST = POOL * 5 // 6


def sizes_of(text: str) -> tuple[int, ...]:
    """Return the sizes of ``5,10,20``.

    Raises:
        ConfigError: something else stands there.
    """
    try:
        sizes = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        sizes = ()
    if not sizes or sizes[0] < FEWEST or sizes[-1] > _MOST:
        raise ConfigError(
            f"--sizes takes numbers of accounts from {FEWEST} to {_MOST} with commas, like "
            f"5,20,100."
        )
    return sizes


def measured(
    material: Material, sizes: Sequence[int], seeds: int, emit: Emit
) -> tuple[Section, ...]:
    """Return the parts of the evaluation on the half that no weight was fitted on."""
    found, clean = _worlds(material, "test", sizes, seeds, emit)
    rows = len(material.background.half(1).texts)
    return sections(found, clean, shipped_weights(), rows)


def fitted(
    material: Material, sizes: Sequence[int], seeds: int, about: Mapping[str, Any], emit: Emit
) -> Weights:
    """Return weights fitted on the other half."""
    found, clean = _worlds(material, "fit", sizes, seeds, emit)
    return replace(fit([*found.values(), *clean]), about=about)


def _worlds(
    material: Material, split: Split, sizes: Sequence[int], seeds: int, emit: Emit
) -> tuple[dict[tuple[int, Kind, int], Case], list[Case]]:
    stage = "Clustering worlds"
    wanted = cells(sizes, seeds)
    total = len(wanted) + CLEAN * seeds
    emit(StageStarted(stage))
    started = time.monotonic()

    def told(done: int) -> None:
        emit(StageProgress(stage, done, total, "worlds"))

    found = {}
    for place, (size, kind, seed) in enumerate(wanted):
        found[size, kind, seed] = material.world(split, seed, size=size, kind=kind)
        told(place + 1)
    clean = []
    for place, seed in enumerate(_clean_seeds(seeds)):
        clean.append(material.world(split, seed))
        told(len(wanted) + place + 1)
    emit(StageDone(stage, time.monotonic() - started, {"worlds": total}))
    return found, clean


def _clean_seeds(seeds: int) -> Iterator[int]:
    yield from range(1_000, 1_000 + CLEAN * seeds)
