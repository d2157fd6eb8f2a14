"""Stage: the gate. The only door from private drafts to released values.

It trusts nobody: every threshold, name and verdict is looked at again, and what is missing counts
against. A number that leaves is an exact count plus its keyed noise, rounded to the policy's step:
rounding alone would tell an attacker who owns everybody else in a cluster whether one more is in
it, whenever the count lies at the edge of a step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import (
    COUNTED_ONCE,
    NO_NOISE,
    DraftCell,
    LeafCounts,
    Noise,
    Place,
    WeighAsOne,
)
from anonymuse.domain.private.drafts import DraftName, DraftNode, Drafts, Verdict
from anonymuse.domain.private.pruning import leaves_below, take_out
from anonymuse.domain.private.thresholds import (
    cell_passes,
    nearest_policy,
    withheld_reason,
)
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell, Facet
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.domain.released.tree import problems
from anonymuse.errors import BrokenRunError, NothingReleasedError
from anonymuse.lexicon.plain_text import form_problem, text_problem
from anonymuse.stats.several import WHOLE, Squares
from anonymuse.stats.tables.told import (
    Told,
    Whole,
    counted,
    estimated,
    released_sizes,
    shares_of_sizes,
    withheld_band,
)

NOT_COUNTED = "not counted"
NO_NAME = "no name"
NOT_AUDITED = "not audited"
VETOED = "the name did not pass the audit"
UNRECORDED = "no reason recorded"

CELLS_LEFT_OUT = "Breakdowns by facet were left out, because the gate withheld further clusters."


def _once(_: Sequence[DraftNode]) -> WeighAsOne:
    return COUNTED_ONCE


def release(
    drafts: Drafts,
    policy: ReleasePolicy,
    *,
    auditors: Collection[str],
    receipt: Receipt,
    title: str,
    facets: Sequence[Facet] = (),
    facet: str = "",
    weigh: Callable[[Sequence[DraftNode]], WeighAsOne] = _once,
) -> Report:
    """Return the report: what the policy and the auditors let through, rounded.

    Args:
        drafts: what is to be judged.
        policy: in force; the receipt will hold it.
        auditors: each must have passed every name ("rules", "support", and "model" if it is on;
            "form" in place of the first two for the unprotected baseline, see :func:`_exact`).
        receipt: how the run was made; policy, withheld share and counts are filled in here.
        title: of the report.
        facets: what the cells count.
        facet: the one that grouped this tree; empty for the main report.
        weigh: says of the tree that is told how many of those counted weigh as one.

    Raises:
        NothingReleasedError: no base cluster passes; says what would have passed.
        BrokenRunError: the released tree is not sound.
    """
    auditors = _exact(policy, receipt) | (set(auditors) - {"rules", "support", "form"})
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in drafts.verdicts:
        verdicts.setdefault(verdict.node, []).append(verdict)
    objections = {
        node.id: _objection(node.id, drafts.names, verdicts.get(node.id, ()), policy, auditors)
        for node in drafts.nodes
    }
    withheld = _withheld(drafts, objections, policy)
    vetoed = [n.id for n in drafts.nodes if n.level > 0 and objections[n.id]]
    nodes = take_out(drafts.nodes, withheld=withheld, vetoed=vetoed)
    if not nodes:
        raise NothingReleasedError(
            f"Every cluster was withheld ({_told(withheld)}). "
            + nearest_policy(drafts.counts, policy, drafts.noise)
        )
    weights = COUNTED_ONCE if receipt.unit == "conversation" else weigh(nodes)
    clusters = _clusters(nodes, drafts, verdicts, policy, weights)
    if broken := problems(clusters):
        raise BrokenRunError(f"The tree to be released is not sound: {'; '.join(broken[:5])}.")
    below = leaves_below(nodes)
    whole = below[None]
    same = leaves_below(drafts.nodes)[None] == whole
    cells = _cells(clusters, below, drafts, policy, weights) if same else []
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
            withheld_share=withheld_band(drafts.counts, drafts.noise, whole),
            weigh_as_one=asdict(weights) if weights.any_above_one else {},
            counts={**receipt.counts, "published": len(whole), "withheld": len(withheld)},
            cells={
                "shown": sum(cell.units is not None for cell in cells),
                "withheld": sum(cell.units is None for cell in cells),
            },
            notes=notes,
        ),
    )


def _exact(policy: ReleasePolicy, receipt: Receipt) -> set[str]:
    """Return the auditors that no run can do without.

    What a model wrote is published as it is only where the receipt says so and the policy is not
    the one for the public.
    """
    told = receipt.settings.get("naming")
    direct = isinstance(told, Mapping) and told.get("mode") == "direct"
    return {"form"} if direct and policy.name != "public" else {"rules", "support"}


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
    problem = form_problem if "form" in auditors else text_problem
    if problem(draft.name, draft.description):
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
    weights: WeighAsOne,
) -> list[Cluster]:
    """Turn nodes into released values; parents are the sums of their published base clusters."""
    counted = {leaf.node: leaf for leaf in drafts.counts}
    below = leaves_below(nodes)
    shown = {
        leaf: released_sizes(
            counted[leaf], drafts.noise.get(leaf, NO_NOISE), policy, repeated=drafts.repeated
        )
        for leaf in below[None]
    }
    sizes = shares_of_sizes(
        [below[node.id] for node in nodes], _levels(nodes), shown,
        policy=policy, weights=weights.conversations,
    )  # fmt: skip
    found = []
    for node, size in zip(nodes, sizes, strict=True):
        name = drafts.names[node.id]
        found.append(
            Cluster(
                id=node.id,
                parent=node.parent,
                level=node.level,
                name=name.name,
                description=name.description,
                named_by=name.kind,
                conversations=size.conversations,
                units=size.units,
                share=size.share,
                share_low=size.low,
                share_high=size.high,
                grade=min((v.grade for v in verdicts[node.id] if v.grade), default=None),
            )
        )
    return found


def _levels(nodes: Sequence[DraftNode | Cluster]) -> list[tuple[int, int]]:
    """Return the level of each node and that of its parent."""
    level: dict[str | None, int] = {None: WHOLE} | {node.id: node.level for node in nodes}
    return [(node.level, level[node.parent]) for node in nodes]


def _cells(
    clusters: Sequence[Cluster],
    below: Mapping[str | None, Collection[str]],
    drafts: Drafts,
    policy: ReleasePolicy,
    weights: WeighAsOne,
) -> list[Cell]:
    """Turn cells into released values: those of published nodes, for values the whole shows."""
    everybody = sum(cluster.units for cluster in clusters if cluster.level == 0)
    ids = [*(cluster.id for cluster in clusters), None]
    sums = [*(cluster.units for cluster in clusters), everybody]
    leaves = [len(below[own]) for own in ids]
    own, above = zip(*_levels(clusters), (WHOLE, WHOLE), strict=True)
    design = Squares.of(sums, own, above, leaves, weights.people).weigh_as_one.tolist()
    sizes = dict(zip(ids, map(Whole, sums, leaves, design), strict=True))
    passing = {draft.place for draft in drafts.cells if cell_passes(draft, policy)}
    found: dict[Place, Cell] = {}
    windows: dict[tuple[str | None, str], Whole] = {}
    for draft in sorted(drafts.cells, key=_above_first):
        if draft.node not in sizes or not _may_stand(draft, passing):
            continue
        whole, told = sizes[draft.node], None
        if draft.window and (draft.facet or draft.node):
            # People of a window: of a node among those of the whole, of a value among the node's.
            whole = windows.get((draft.node if draft.facet else None, draft.window), Whole())
            whole = replace(whole, design=sizes[draft.node].design)
        shown = draft.place in passing and whole.units > 0
        if draft.facet in drafts.estimated:
            if draft.window:  # too few were asked
                continue
            asked = drafts.asked.get((draft.node, draft.facet, draft.value))
            told = estimated(draft, whole, asked, policy) if shown and asked else None
        elif shown:
            told = counted(draft, whole, policy)
        found[draft.place] = _cell(draft, told)
        if not draft.facet:
            windows[draft.node, draft.window] = Whole(told.units if told else 0, draft.terms)
    return list(found.values())


def _above_first(draft: DraftCell) -> tuple[bool, bool, bool]:
    """Return the key that puts a number that others are a share of before them."""
    window = bool(draft.window)
    return window, window and bool(draft.facet), window and draft.node is not None


def _may_stand(draft: DraftCell, passing: Collection[Place]) -> bool:
    """Return whether a cell is told at all: for values and windows that are shown above it."""
    if not draft.window or not draft.facet:
        return (None, draft.facet, draft.value, draft.window) in passing
    value, window = (draft.facet, draft.value, ""), ("", "", draft.window)
    return (draft.node, *value) in passing and (draft.node, *window) in passing


def _cell(draft: DraftCell, told: Told | None) -> Cell:
    place = draft.node, draft.facet, draft.value
    if told is None:
        return Cell(*place, None, None, None, None, draft.window)
    return Cell(*place, told.units, told.share, told.low, told.high, draft.window)
