"""Small worlds of numbers, taken through the real counting, thresholds, tables and gate.

Texts, models and grouping are left out: the attacker is given all of that, so that thousands of
worlds can be tried. Beside it stands what the paper does: bare thresholds and exact counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, DraftNode, Drafts, Verdict
from anonymuse.domain.private.pruning import leaves_below, prune
from anonymuse.domain.private.thresholds import withheld_reason
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import NO_RECEIPT, Report
from anonymuse.errors import NothingReleasedError
from anonymuse.evals.privacybench.frame import Pipeline
from anonymuse.stages.release import release
from anonymuse.stages.tabulate import FacetColumn, tabulate
from anonymuse.stages.threshold import count_leaves, draw_noise, leaf_id, leaf_number

Ints = npt.NDArray[np.int64]

_AUDITORS: tuple[Literal["rules", "support"], ...] = ("rules", "support")


@dataclass(frozen=True, slots=True, repr=False)
class Town:
    """Who said what, as codes; one row is one conversation.

    Attributes:
        leaf: base cluster of each row, shape (rows,).
        unit: person of each row, shape (rows,).
        answers: by facet, the values and each row's code; -1 for no answer.
        parents: parent (a number) of each base cluster; with fewer than two there is no tree.
    """

    leaf: Ints
    unit: Ints
    answers: Mapping[str, tuple[tuple[str, ...], Ints]]
    parents: tuple[int, ...]

    def where(self, rows: npt.NDArray[np.bool_]) -> Town:
        """Return some rows of the town."""
        answers = {name: (values, own[rows]) for name, (values, own) in self.answers.items()}
        return replace(self, leaf=self.leaf[rows], unit=self.unit[rows], answers=answers)

    def people(self, leaves: Ints, facet: str = "", code: int = -1) -> int:
        """Return how many people there are in some base clusters, with some answer if given."""
        here = np.isin(self.leaf, leaves)
        if facet:
            here &= self.answers[facet][1] == code
        return len(np.unique(self.unit[here]))

    def nodes(self) -> list[DraftNode]:
        """Return the whole tree."""
        groups: dict[int, list[str]] = {}
        for leaf, parent in enumerate(self.parents):
            groups.setdefault(parent, []).append(leaf_id(leaf))
        if len(groups) < 2:
            return [DraftNode(leaf_id(i), None, (), 0) for i in range(len(self.parents))]
        return [
            *(DraftNode(leaf_id(i), _above(p), (), 0) for i, p in enumerate(self.parents)),
            *(DraftNode(_above(p), None, tuple(own), 1) for p, own in sorted(groups.items())),
        ]


def _above(parent: int) -> str:
    return f"L1-{parent:04d}"


def numbers_of(pipeline: Pipeline) -> ReleasePolicy:
    """Return the numbers of a pipeline; the baseline's are the paper's: bare thresholds."""
    policy = POLICIES[pipeline.policy]
    return bare(policy) if pipeline.baseline else policy


def limit_on(pipeline: Pipeline, limit: float) -> float | None:
    """Return a limit for the pipelines that promise it: policy public, and the baseline.

    ``internal`` has less noise, for readers inside: its numbers are shown and not judged.
    """
    return limit if pipeline.policy == "public" or pipeline.baseline else None


def bare(policy: ReleasePolicy) -> ReleasePolicy:
    """Return the same thresholds without noise, rounding and dominance."""
    return replace(
        policy,
        noise_sigma=0.0,
        claim_sigma=0.0,
        rounding=1,
        top_unit=1.0,
        top_three=1.0,
        per_node=50,
    )


def publish(
    town: Town,
    policy: ReleasePolicy,
    key: bytes,
    *,
    paper: bool = False,
    identifying: Collection[str] = (),
    sensitive: Collection[str] = (),
) -> Report | None:
    """Return what is released of a town; None where nothing is.

    Args:
        town: the world.
        policy: in force.
        key: the project's noise key.
        paper: every cell that reaches the threshold is shown exactly, whatever can be subtracted.
        identifying: facets that tell who somebody is.
        sensitive: facets of which nobody may be told the answer.
    """
    k = len(town.parents)
    names = [f"person {i}" for i in range(int(town.unit.max(initial=0)) + 1)]
    counts = count_leaves(town.leaf, town.unit, k, per_node=policy.per_node)
    noise = draw_noise(town.leaf, town.unit, k, policy=policy, key=key, pseudonyms=names)
    failed = {c.node for c, n in zip(counts, noise, strict=True) if withheld_reason(c, policy, n)}
    nodes = prune(town.nodes(), withheld=failed)
    columns = [] if paper else [FacetColumn(f, v, codes) for f, (v, codes) in town.answers.items()]
    drafts = Drafts(
        nodes=nodes,
        names={n.id: DraftName(n.id, "Write letters", "", "phrase") for n in nodes},
        verdicts=[Verdict(n.id, who, True, None, "passed") for n in nodes for who in _AUDITORS],
        counts=counts,
        noise={c.node: n for c, n in zip(counts, noise, strict=True)},
        cells=tabulate(
            nodes, town.leaf, town.unit, columns, policy, key=key, pseudonyms=names,
            identifying=identifying, sensitive=sensitive,
        ),
        reasons={},
    )  # fmt: skip
    try:
        report = release(drafts, policy, auditors=_AUDITORS, receipt=NO_RECEIPT, title="")
    except NothingReleasedError:
        return None
    return replace(report, cells=tuple(_exact(town, nodes, policy))) if paper else report


def leaves_of(report: Report) -> dict[str | None, Ints]:
    """Return the numbers of the base clusters below each released node; None: all of them."""
    nodes = [
        DraftNode(c.id, c.parent, tuple(o.id for o in report.clusters if o.parent == c.id), c.level)
        for c in report.clusters
    ]
    return {
        node: np.array(sorted(map(leaf_number, own)), dtype=np.int64)
        for node, own in leaves_below(nodes).items()
    }


def _exact(town: Town, nodes: list[DraftNode], policy: ReleasePolicy) -> list[Cell]:
    """Return the paper's cells: exact where they reach the threshold, else left out."""
    below = leaves_below(nodes)
    found = []
    for facet, (values, codes) in town.answers.items():
        for node in (None, *(n.id for n in nodes)):
            leaves = [int(leaf.removeprefix("L0-")) for leaf in below[node]]
            here = np.isin(town.leaf, leaves)
            for code, value in enumerate(values):
                # a person of two base clusters counts in each, as in the sizes
                own = here & (codes == code)
                n = len(np.unique(np.stack([town.leaf[own], town.unit[own]]), axis=1).T)
                shown = n if n >= policy.min_cell else None
                found.append(Cell(node, facet, value, shown, None, None, None))
    return found
