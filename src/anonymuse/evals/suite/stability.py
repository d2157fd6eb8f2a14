"""Section: would another sample, or another start, have given the same clusters?

The product and the baseline are clustered over the same draws, so that they are compared in pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anonymuse.evals.clusterings import SAMPLE, Side, draw_rows, sides_of, sizes_of
from anonymuse.evals.naming_scene import Material as Naming
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.same_names import naming_for, same_names
from anonymuse.evals.suite.section import Bars, Figure, Number, Section
from anonymuse.stats.agreement import adjusted_rand
from anonymuse.stats.bootstrap import Comparison
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.matching import match_clusters
from anonymuse.stats.scoring import over_pairs

SUBSAMPLE = 0.8
LEAST_RUNS = 5

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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


@dataclass(frozen=True, slots=True, repr=False)
class Repeated:
    """Runs of both sides over the same draws.

    Attributes:
        ours: of the product.
        theirs: of the baseline.
        draws: which rows each draw has, in words.
    """

    ours: tuple[Clustered, ...]
    theirs: tuple[Clustered, ...]
    draws: str


def measure_stability(material: Material, *, seeds: int) -> Section:
    """Return the section: agreement of every two runs on the conversations that both saw."""
    known = material.known
    sides = sides_of(known, material.vectors, material.config.cluster.method)
    base, top = sizes_of(known, material.config.cluster.k, share=SUBSAMPLE)
    runs = max(seeds, LEAST_RUNS)
    naming = naming_for(material)
    groups = [
        _runs(material, sides, share, (base, top), range(first, first + runs), group)
        for group, (share, first) in enumerate(((SUBSAMPLE, 100), (SAMPLE, 200), (1.0, 300)))
    ]
    halves, starts, alone = groups
    return Section(
        key="stability",
        title="Stability",
        lead=(
            f"Adjusted Rand index of every two of {runs} runs, on the conversations that both "
            f"saw: with another {SUBSAMPLE:.0%} of the data each (the primary figure), with "
            f"another {SAMPLE:.0%} and other starts (seeds), and over the same data with other "
            f"starts and other draws inside of the clustering (seeds alone). Names are those that "
            f"each run gives from all that it saw. Baseline: "
            f"{sides[1].words}, over the same draws. Intervals tell what other draws would "
            f"give, and nothing of other conversations. In the picture clusters are matched one to "
            f"one by shared conversations."
        ),
        figures=(
            _figure("stability.sample.top", f"ARI, {SUBSAMPLE:.0%} samples, {top} nodes", halves,
                    lambda run: run.top),
            _figure("stability.sample.base", f"ARI, {SUBSAMPLE:.0%} samples, k = {base}", halves,
                    lambda run: run.base),
            _figure("stability.seed.top", f"ARI, seeds, {top} nodes", starts, lambda run: run.top),
            _figure("stability.seed.base", f"ARI, seeds, k = {base}", starts,
                    lambda run: run.base),
            _figure("stability.alone.top", f"ARI, seeds alone, {top} nodes", alone,
                    lambda run: run.top),
            _figure("stability.alone.base", f"ARI, seeds alone, k = {base}", alone,
                    lambda run: run.base),
            *(() if naming is None else _named(material, naming, groups)),
        ),
        pictures=(_kept(halves.ours, base),),
        baseline=sides[1].words,
    )  # fmt: skip


def _named(material: Material, naming: Naming, groups: Sequence[Repeated]) -> Iterator[Figure]:
    """Yield how often names agree, for each group of runs."""
    kinds = ((f"{SUBSAMPLE:.0%} samples", "sample"), ("seeds", "seed"), ("seeds alone", "alone"))
    for number, (runs, (words, kind)) in enumerate(zip(groups, kinds, strict=True)):
        samples = [(run.rows, run.base) for run in runs.ours]
        label = f"names of matched clusters agree in meaning, {words}"
        left = material.counted(
            range(len(samples)), done=len(samples) * number, total=len(samples) * len(kinds)
        )
        figure = same_names(naming, samples, f"stability.{kind}.names", label, seeds=left)
        if figure is not None:
            yield replace(figure, draws=runs.draws)


def _runs(
    material: Material,
    sides: tuple[Side, Side],
    share: float,
    sizes: tuple[int, int],
    seeds: range,
    group: int,
) -> Repeated:
    """Cluster samples of one of the three groups of seeds."""
    n, found = len(material.known), list[list[Clustered]]([[], []])
    for seed in material.counted(seeds, done=group * len(seeds), total=3 * len(seeds)):
        rows = draw_rows(n, share, seed)
        for side, own in zip(sides, found, strict=True):
            labels, tree = side.run(rows, sizes[0], seed)
            own.append(Clustered(rows, labels, tree(sizes[1])[labels]))
    draws = f"{'all' if share == 1 else f'{share:g}'} of {n} rows, seeds {seeds[0]} to {seeds[-1]}"
    return Repeated(tuple(found[0]), tuple(found[1]), draws)


def _figure(key: str, label: str, runs: Repeated, level: Callable[[Clustered], Labels]) -> Figure:
    ours, theirs = (_agreement(own, level) for own in (runs.ours, runs.theirs))
    both = Comparison(
        _bounded(over_pairs(ours)), _bounded(over_pairs(theirs)), over_pairs(ours - theirs)
    )
    figure = Figure.paired(key, label, both, rows=len(runs.ours))
    by_pair = tuple(tuple(row[:at].tolist()) for at, row in enumerate(ours) if at)
    return replace(figure, by_pair=by_pair, draws=runs.draws)


def _agreement(runs: Sequence[Clustered], level: Callable[[Clustered], Labels]) -> Floats:
    """Return the adjusted Rand index of every two runs, shape (runs, runs)."""
    found = np.eye(len(runs))
    for i, one in enumerate(runs):
        for j, other in enumerate(runs[:i]):
            mine, theirs = shared(one, other, level)
            found[i, j] = found[j, i] = adjusted_rand(mine, theirs)
    return found


def _bounded(found: Estimate) -> Estimate:
    return Estimate(found.mean, max(found.low, -1.0), min(found.high, 1.0))


def shared(
    one: Clustered, other: Clustered, level: Callable[[Clustered], Labels]
) -> tuple[Labels, Labels]:
    """Return the labels of the conversations that both runs saw."""
    _, mine, theirs = np.intersect1d(one.rows, other.rows, assume_unique=True, return_indices=True)
    return level(one)[mine], level(other)[theirs]


def _kept(runs: Sequence[Clustered], base: int) -> Bars:
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
