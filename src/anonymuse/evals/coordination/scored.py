"""How well campaigns of a world were found: hits, precision, ranks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anonymuse.evals.coordination.cases import THRESHOLD, Case, Floats, average_precision
from anonymuse.stats.weighed import Weights


def hits_of(case: Case, weights: Weights, threshold: float = THRESHOLD) -> list[bool]:
    """Return for each campaign whether it was found."""
    scores, best = case.best(weights)
    found = []
    for plant in case.campaigns:
        own = np.flatnonzero(case.held(plant) & (scores >= threshold) & (best >= 0))
        group = best[own]
        found.append(bool((2 * case.overlap[group, plant] >= case.sizes[group]).any()))
    return found


def _best_of(case: Case, scores: Floats) -> Iterator[float | None]:
    """Yield the highest score of a cluster that can tell each campaign, None where none can."""
    for plant in case.campaigns:
        held = case.held(plant)
        yield float(scores[held].max()) if held.any() else None


def precision_of(case: Case, weights: Weights) -> float:
    """Return the average precision of a world's campaigns, classes that share a task left out."""
    scores, _ = case.best(weights)
    main = list(_best_of(case, scores))
    others = scores[~case.touched() & ~case.of_kind("homework")]
    told = [score for score in main if score is not None]
    return average_precision(told, others, unfindable=len(main) - len(told))


def ranks_of(case: Case, weights: Weights) -> list[int]:
    """Return where each campaign's best cluster stands among those that hold nobody of any."""
    scores, _ = case.best(weights)
    others = scores[~case.touched()]
    worst = len(others) + 1
    return [
        worst if score is None else 1 + int((others >= score).sum())
        for score in _best_of(case, scores)
    ]
