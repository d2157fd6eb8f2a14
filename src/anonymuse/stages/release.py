"""Stage: the gate. The only door from private drafts to released values.

It trusts nobody: every threshold, name and verdict is looked at again, and what is missing counts
against. A number that leaves is an exact count plus its keyed noise, rounded to the policy's step:
rounding alone would tell an attacker who owns everybody else in a cluster whether one more is in
it, whenever the count lies at the edge of a step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import NO_NOISE, DraftCell, LeafCounts, Noise
from anonymuse.domain.private.drafts import DraftName, DraftNode, Verdict
from anonymuse.domain.private.pruning import leaves_below, prune
from anonymuse.domain.private.thresholds import (
    conversation_sigma,
    nearest_policy,
    reaches,
    withheld_reason,
)
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell, Facet
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.domain.released.tree import problems
from anonymuse.errors import BrokenRunError, NothingReleasedError
from anonymuse.lexicon.plain_text import text_problem
from anonymuse.stats.intervals import Z95, wilson

NOT_COUNTED = "not counted"
NO_NAME = "no name"
NOT_AUDITED = "not audited"
VETOED = "the name did not pass the audit"
UNRECORDED = "no reason recorded"

CELLS_LEFT_OUT = "Breakdowns by facet were left out, because the gate withheld further clusters."

BANDS = (0, 1, 2, 5, 10, 20, 35, 50, 75, 100)
"""Edges, in per cent, between which the withheld share of conversations is told."""

_DIGITS = 4
"""Of a share: two decimals of a per cent."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Drafts:
    """Everything the gate judges.

    Attributes:
        nodes: the tree that the cells were counted on; withheld clusters are already out.
        names: by node.
        verdicts: of all auditors, in any order.
        counts: of every base cluster, the withheld ones too.
        noise: by base cluster; may be empty where the policy has none.
        cells: the cube.
        reasons: why the pipeline withheld a base cluster, where it was not for its size.
    """

    nodes: Sequence[DraftNode]
    names: Mapping[str, DraftName]
    verdicts: Sequence[Verdict]
    counts: Sequence[LeafCounts]
    noise: Mapping[str, Noise]
    cells: Sequence[DraftCell]
    reasons: Mapping[str, str]


def release(
    drafts: Drafts,
    policy: ReleasePolicy,
    *,
    auditors: Collection[str],
    receipt: Receipt,
    title: str,
    facets: Sequence[Facet] = (),
    facet: str = "",
) -> Report:
    """Return the report: what the policy and the auditors let through, rounded.

    Args:
        drafts: what is to be judged.
        policy: in force; the receipt will hold it.
        auditors: each must have passed every name ("rules", "support", and "model" if it is on).
        receipt: how the run was made; policy, withheld share and counts are filled in here.
        title: of the report.
        facets: what the cells count.
        facet: the one that grouped this tree; empty for the main report.

    Raises:
        NothingReleasedError: no base cluster passes; says what would have passed.
        BrokenRunError: the released tree is not sound.
    """
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in drafts.verdicts:
        verdicts.setdefault(verdict.node, []).append(verdict)
    objections = {
        node.id: _objection(node.id, drafts.names, verdicts.get(node.id, ()), policy, auditors)
        for node in drafts.nodes
    }
    withheld = _withheld(drafts, objections, policy)
    vetoed = [n.id for n in drafts.nodes if n.level > 0 and objections[n.id]]
    nodes = prune(drafts.nodes, withheld=withheld, vetoed=vetoed)
    # A parent was named from its children; one of them withheld here may stand in its words.
    before, after = leaves_below(drafts.nodes), leaves_below(nodes)
    changed = [n.id for n in nodes if n.level > 0 and after[n.id] != before[n.id]]
    nodes = prune(drafts.nodes, withheld=withheld, vetoed=[*vetoed, *changed])
    if not nodes:
        raise NothingReleasedError(
            f"Every cluster was withheld ({_told(withheld)}). "
            + nearest_policy(drafts.counts, policy, drafts.noise)
        )
    clusters = _clusters(nodes, drafts, verdicts, policy)
    if broken := problems(clusters):
        raise BrokenRunError(f"The tree to be released is not sound: {'; '.join(broken[:5])}.")
    whole = leaves_below(nodes)[None]
    same = leaves_below(drafts.nodes)[None] == whole
    cells = _cells(clusters, drafts.cells, policy) if same else []
    notes = receipt.notes if same else (*receipt.notes, CELLS_LEFT_OUT)
    return Report(
        title=title,
        facets=tuple(facets),
        facet=facet,
        conversations=sum(c.conversations for c in clusters if c.level == 0),
        clusters=tuple(clusters),
        cells=tuple(cells),
        withheld=tuple(
            Withheld(reason, count)
            for reason, count in sorted(
                Counter(withheld.values()).items(), key=lambda i: (-i[1], i[0])
            )
        ),
        receipt=replace(
            receipt,
            policy=policy.as_dict(),
            withheld_share=_band(drafts.counts, whole),
            counts={**receipt.counts, "published": len(whole), "withheld": len(withheld)},
            notes=notes,
        ),
    )


def _objection(
    node: str,
    names: Mapping[str, DraftName],
    verdicts: Sequence[Verdict],
    policy: ReleasePolicy,
    auditors: Collection[str],
) -> str | None:
    """Return what stands against a node's name; None when every auditor has passed it."""
    draft = names.get(node)
    if draft is None or draft.node != node:
        return NO_NAME
    if text_problem(draft.name, draft.description):
        return VETOED
    graded = [v.grade or 0 for v in verdicts if v.auditor == "model"]
    if not all(v.passed for v in verdicts) or min(graded, default=5) < policy.min_grade:
        return VETOED
    return None if set(auditors) <= {v.auditor for v in verdicts} else NOT_AUDITED


def _withheld(
    drafts: Drafts, objections: Mapping[str, str | None], policy: ReleasePolicy
) -> dict[str, str]:
    """Return every base cluster that is not published, with its reason."""
    counted = {leaf.node: leaf for leaf in drafts.counts}
    leaves = {node.id for node in drafts.nodes if node.level == 0}
    found: dict[str, str] = {}
    for leaf in sorted(leaves | set(counted)):
        reason = (
            _too_few(counted.get(leaf), drafts.noise.get(leaf), policy)
            or drafts.reasons.get(leaf)
            or objections.get(leaf, UNRECORDED)
        )
        if reason is not None:
            found[leaf] = reason
    return found


def _too_few(counts: LeafCounts | None, noise: Noise | None, policy: ReleasePolicy) -> str | None:
    if counts is None or (noise is None and policy.noise_sigma > 0):
        return NOT_COUNTED
    return withheld_reason(counts, policy, noise or NO_NOISE)


def _told(withheld: Mapping[str, str]) -> str:
    return ", ".join(f"{reason}: {n}" for reason, n in sorted(Counter(withheld.values()).items()))


def _clusters(
    nodes: Sequence[DraftNode],
    drafts: Drafts,
    verdicts: Mapping[str, Sequence[Verdict]],
    policy: ReleasePolicy,
) -> list[Cluster]:
    """Turn nodes into released values; parents are the sums of their published base clusters."""
    counted = {leaf.node: leaf for leaf in drafts.counts}
    below = leaves_below(nodes)
    shown = {
        leaf: _shown(counted[leaf], drafts.noise.get(leaf, NO_NOISE), policy)
        for leaf in below[None]
    }
    total = sum(conversations for _, conversations in shown.values())
    found = []
    for node in nodes:
        units = sum(shown[leaf][0] for leaf in below[node.id])
        conversations = sum(shown[leaf][1] for leaf in below[node.id])
        slack = _slack(len(below[node.id]), policy.rounding, conversation_sigma(policy))
        low, high = _interval(conversations, total, slack)
        name = drafts.names[node.id]
        found.append(
            Cluster(
                id=node.id,
                parent=node.parent,
                level=node.level,
                name=name.name,
                description=name.description,
                named_by=name.kind,
                conversations=conversations,
                units=units,
                share=round(conversations / total, _DIGITS),
                share_low=low,
                share_high=high,
                grade=min((v.grade for v in verdicts[node.id] if v.grade), default=None),
            )
        )
    return found


def _shown(counts: LeafCounts, noise: Noise, policy: ReleasePolicy) -> tuple[int, int]:
    """Return the units and conversations of a base cluster as they are released.

    Rounded to the nearest step, but never to a number below the policy's minimum (that it reaches
    it is known from its being there), and never fewer conversations than units.
    """
    step = policy.rounding
    units = _rounded(counts.units + noise.units, step, policy.min_units)
    talks = _rounded(counts.conversations + noise.conversations, step, policy.min_conversations)
    return units, max(units, talks)


def _rounded(count: int, step: int, least: int) -> int:
    """Return the nearest multiple of a step (half up), and at least the first from ``least``."""
    return max((2 * count + step) // (2 * step), -(-least // step)) * step


def _slack(terms: int, step: int, sigma: float) -> float:
    """Return how far noise and rounding move a sum of counts, at 95 %."""
    return Z95 * sqrt(terms * (sigma**2 + (step**2 - 1) / 12))


def _interval(count: int, total: int, slack: float) -> tuple[float, float]:
    """Return a Wilson interval of released counts, widened by the slack of the count."""
    low, _ = wilson(max(0.0, count - slack), total)
    _, high = wilson(min(float(total), count + slack), total)
    return round(low, _DIGITS), round(high, _DIGITS)


def _cells(
    clusters: Sequence[Cluster], drafts: Sequence[DraftCell], policy: ReleasePolicy
) -> list[Cell]:
    """Turn cells into released values: those of published nodes, for values the whole shows."""
    units: dict[str | None, int] = {cluster.id: cluster.units for cluster in clusters}
    units[None] = sum(cluster.units for cluster in clusters if cluster.level == 0)
    known = {(d.facet, d.value) for d in drafts if d.node is None and _passes(d, policy)}
    return [
        _cell(draft, units[draft.node], policy)
        for draft in drafts
        if (draft.facet, draft.value) in known and draft.node in units
    ]


def _passes(cell: DraftCell, policy: ReleasePolicy) -> bool:
    enough = reaches(cell.people, cell.noise, policy.min_cell, policy.noise_sigma)
    return cell.shown and enough and cell.units >= cell.people


def _cell(draft: DraftCell, whole: int, policy: ReleasePolicy) -> Cell:
    if not _passes(draft, policy):
        return Cell(draft.node, draft.facet, draft.value, None, None, None, None)
    count = min(whole, _rounded(draft.units + draft.noise, policy.rounding, policy.min_cell))
    low, high = _interval(count, whole, _slack(1, policy.rounding, policy.noise_sigma))
    share = round(count / whole, _DIGITS)
    return Cell(draft.node, draft.facet, draft.value, count, share, low, high)


def _band(counts: Sequence[LeafCounts], published: Collection[str]) -> str:
    """Return the band in which the withheld share of conversations lies."""
    rows = sum(leaf.conversations for leaf in counts)
    hidden = sum(leaf.conversations for leaf in counts if leaf.node not in published)
    return band(hidden, rows)


def band(part: int, whole: int) -> str:
    """Return the band of per cents in which a share lies."""
    if not part:
        return "0 %"
    upper = next(edge for edge in BANDS if 100 * part <= edge * whole)
    return f"{BANDS[BANDS.index(upper) - 1]} % to {upper} %"
