"""Section: would another sample, or another start, have given the same clusters?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anonymuse.evals.clusterings import SAMPLE, draw_rows, sides_of, sizes_of
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Bars, Figure, Number, Section
from anonymuse.stats.agreement import adjusted_rand
from anonymuse.stats.matching import match_clusters
from anonymuse.stats.scoring import over_pairs

SUBSAMPLE = 0.8
LEAST_RUNS = 5

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, repr=False)
class Clustered:
    """One run over one sample.

    Attributes:
        rows: the sample, ascending.
        base: base cluster of each.
        top: top node of each.
    """

    rows: Labels
    base: Labels
    top: Labels


def measure_stability(material: Material, *, seeds: int) -> Section:
    """Return the section: agreement of every two runs on the conversations that both saw."""
    known = material.known
    base, top = sizes_of(known, material.config.cluster.k, share=SUBSAMPLE)
    runs = max(seeds, LEAST_RUNS)
    halves = _runs(material, SUBSAMPLE, (base, top), range(100, 100 + runs))
    starts = _runs(material, SAMPLE, (base, top), range(200, 200 + runs))
    return Section(
        key="stability",
        title="Stability",
        lead=(
            f"Adjusted Rand index of every two of {runs} runs, on the conversations that both "
            f"saw: with another {SUBSAMPLE:.0%} of the data each (the primary figure), and with "
            f"another {SAMPLE:.0%} and other starts (seeds). In the picture clusters are "
            f"matched one to one by shared conversations."
        ),
        figures=(
            _figure("stability.sample.top", f"ARI, {SUBSAMPLE:.0%} samples, {top} nodes", halves,
                    lambda run: run.top),
            _figure("stability.sample.base", f"ARI, {SUBSAMPLE:.0%} samples, k = {base}", halves,
                    lambda run: run.base),
            _figure("stability.seed.top", f"ARI, seeds, {top} nodes", starts, lambda run: run.top),
            _figure("stability.seed.base", f"ARI, seeds, k = {base}", starts,
                    lambda run: run.base),
        ),
        pictures=(_kept(halves, base),),
    )  # fmt: skip


def _runs(
    material: Material, share: float, sizes: tuple[int, int], seeds: range
) -> list[Clustered]:
    ours, _ = sides_of(material.known, material.vectors, material.config.cluster.method)
    found = []
    for seed in seeds:
        rows = draw_rows(len(material.known), share, seed)
        labels, tree = ours.run(rows, sizes[0], seed)
        found.append(Clustered(rows, labels, tree(sizes[1])[labels]))
    return found


def _figure(
    key: str, label: str, runs: list[Clustered], level: Callable[[Clustered], Labels]
) -> Figure:
    agreement = np.eye(len(runs))
    for i, one in enumerate(runs):
        for j, other in enumerate(runs[:i]):
            mine, theirs = shared(one, other, level)
            agreement[i, j] = agreement[j, i] = adjusted_rand(mine, theirs)
    found = over_pairs(agreement)
    ours = Number(found.mean, max(found.low, -1.0), min(found.high, 1.0))
    return Figure(key, label, ours, rows=len(runs))


def shared(
    one: Clustered, other: Clustered, level: Callable[[Clustered], Labels]
) -> tuple[Labels, Labels]:
    """Return the labels of the conversations that both runs saw."""
    _, mine, theirs = np.intersect1d(one.rows, other.rows, assume_unique=True, return_indices=True)
    return level(one)[mine], level(other)[theirs]


def _kept(runs: list[Clustered], base: int) -> Bars:
    """Picture how much of a base cluster is found again, over all pairs of runs."""
    overlaps = np.array(
        [
            match.overlap
            for i, one in enumerate(runs)
            for other in runs[:i]
            for match in match_clusters(*shared(one, other, lambda run: run.base))
        ]
    )
    edges = (0.0, 0.25, 0.5, 0.75, 1.0)
    counts = np.histogram(overlaps, bins=np.array(edges))[0] / max(len(overlaps), 1)
    labels = [f"{low:.0%} to {high:.0%}" for low, high in pairwise(edges)]
    return Bars(
        f"Base clusters (k = {base}) by how much of them two runs share.",
        tuple(labels),
        tuple(Number(float(share)) for share in counts),
    )
