"""Section: does the tree put what belongs together under one node?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.evals.clusterings import SAMPLE, Rows, draw_rows, numbers, sizes_of, views_of
from anonymuse.evals.scores import InformationShared, Measure, Trial, compare
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Figure, Section, Table
from anonymuse.stages.cluster import cluster, ground_of
from anonymuse.stages.hierarchy import grow_tree, level_targets
from anonymuse.stats.agreement import pairs_in
from anonymuse.stats.bootstrap import Weights, draw_weights
from anonymuse.vectors.ground import Ground
from anonymuse.vectors.rows import Labels, philox
from anonymuse.vectors.ward import cut, ward

DRAWS = 200


@dataclass(frozen=True, slots=True, repr=False)
class Tree:
    """Two levels over a sample.

    Attributes:
        base: base cluster of each row, shape (n,).
        top: top node of each row, whole base clusters together, shape (n,).
        truth: category of each row, shape (n,).
        rows: which conversations the sample holds, shape (n,).
    """

    base: Labels
    top: Labels
    truth: Rows
    rows: Rows


class _OverPairs(Measure):
    """A measure of pairs of conversations by the lowest node that holds both."""

    def __init__(self, tree: Tree) -> None:
        k, categories = int(tree.base.max()) + 1, int(tree.truth.max()) + 1
        self.shape, self.rows = (k, categories), tree.rows
        self.cells = tree.base.astype(np.int64) * categories + tree.truth
        self.up = np.zeros((int(tree.top.max()) + 1, k))
        self.up[tree.top, tree.base] = 1.0

    def counts(self, weights: Weights | None) -> npt.NDArray[np.float64]:
        """Return how often each base cluster meets each category."""
        own = None if weights is None else weights[self.rows]
        size = self.shape[0] * self.shape[1]
        counts = np.bincount(self.cells, own, minlength=size).astype(np.float64)
        return counts.reshape(self.shape)


class SiblingsShare(_OverPairs):
    """Share of pairs under one top node, in two base clusters, that share their category."""

    def value(self, weights: Weights | None = None) -> float:
        """Return the share; 0 where no top node has two base clusters."""
        counts = self.counts(weights)
        same = pairs_in(self.up @ counts).sum() - pairs_in(counts).sum()
        sizes = counts.sum(axis=1)
        both = pairs_in(self.up @ sizes).sum() - pairs_in(sizes).sum()
        return float(same / max(both, 1.0))


class DendrogramPurity(_OverPairs):
    """Mean purity of the lowest node that holds both of a pair that shares its category."""

    def value(self, weights: Weights | None = None) -> float:
        """Return the mean over all such pairs (Heller and Ghahramani 2005); levels: 3."""
        counts = self.counts(weights)
        levels = (counts, self.up @ counts, counts.sum(axis=0, keepdims=True))
        # pairs that a node's children hold already are theirs
        held = (0.0, self.up @ pairs_in(counts), pairs_in(levels[1]).sum(axis=0, keepdims=True))
        weighed = 0.0
        for level, below in zip(levels, held, strict=True):
            pure = level / np.maximum(level.sum(axis=1, keepdims=True), 1.0)
            weighed += float((pure * (pairs_in(level) - below)).sum())
        return weighed / max(float(pairs_in(levels[2]).sum()), 1.0)


def measure_tree(material: Material, *, seeds: int) -> Section | None:
    """Return the section: the tree's top against a plain Ward cut and against chance.

    None where the data are too few for two base clusters under every node.
    """
    known = material.known
    truth = numbers(known.category)
    base, top = sizes_of(known, material.config.cluster.k)
    if base < 2 * top:
        return None
    sides, ground = _grown(material, truth, (base, top), seeds)
    weights = draw_weights(len(known), draws=DRAWS, seed=0, units=known.units)
    measures: Mapping[str, tuple[str, Callable[[Tree], Measure]]] = {
        "siblings": ("pairs of siblings that share a category", SiblingsShare),
        "dendrogram": ("dendrogram purity (base, top, all)", DendrogramPurity),
        "ami": (f"AMI of {top} top nodes with categories",
                lambda t: InformationShared(Trial(t.top.astype(np.int64), t.truth, t.rows))),
    }  # fmt: skip
    figures, beside = [], []
    for key, (label, make) in measures.items():
        ours, theirs = ([make(tree) for tree in sides[side]] for side in ("ours", "plain"))
        both = compare(ours, theirs, weights)
        figures.append(
            Figure.paired(
                f"tree.{key}",
                label,
                both,
                rows=len(known),
                by_seed=tuple(measure.value() for measure in ours),
            )
        )
        chance = float(np.mean([make(tree).value() for tree in sides["random"]]))
        beside.append((label, both.ours.mean, both.theirs.mean, chance))
    return Section(
        key="hierarchy",
        title="Hierarchy",
        lead=(
            f"{base} base clusters under {top} top nodes, {seeds} seeds. Baseline: a Ward cut over "
            f"the base clusters' centroids. By chance: top nodes of the same sizes, drawn."
        ),
        figures=tuple(figures),
        tables=(
            Table("The tree's top, against a plain cut and chance.",
                  ("measure", "ours", "plain cut", "by chance"), tuple(beside)),
            _levels(ground),
        ),
    )  # fmt: skip


def _grown(
    material: Material, truth: Rows, sizes: tuple[int, int], seeds: int
) -> tuple[dict[str, list[Tree]], Ground]:
    """Return the trees of every seed, by side, and the ground of the last."""
    sides: dict[str, list[Tree]] = {"ours": [], "plain": [], "random": []}
    for seed in material.counted(range(seeds)):
        rows = draw_rows(len(truth), SAMPLE, seed)
        views = views_of(material.known, material.vectors, rows)
        found = cluster(views, k=sizes[0], seed=seed, method=material.config.cluster.method)
        ground = ground_of(found)
        own = ground.groups(sizes[1])
        plain = cut(ward(found.centroids, ground.sizes), sizes[1])
        tops = {"ours": own, "plain": plain, "random": philox(seed).permutation(own)}
        for side, nodes in tops.items():
            sides[side].append(Tree(found.labels, nodes[found.labels], truth[rows], rows))
    return sides, ground


def _levels(ground: Ground) -> Table:
    """Tell what a run's own tree over the last sample looks like."""
    nodes = grow_tree(ground)
    counts = Counter(node.level for node in nodes)
    targets = level_targets(len(ground.leaves))
    rows = tuple(
        (level, target, counts[level], fewest_children(nodes, level))
        for level, target in enumerate(targets)
    )
    return Table(
        "Levels of the tree that a run makes (last sample), base first. Every parent has two "
        "children or more.",
        ("level", "wanted", "nodes", "fewest children"),
        rows,
    )


def fewest_children(nodes: Sequence[DraftNode], level: int) -> int | None:
    """Return the smallest number of children on a level; None at the base."""
    return min((len(n.children) for n in nodes if n.level == level), default=0) if level else None
