"""Stage: the gate. The only door from private drafts to released values.

It trusts nobody: every threshold, name and verdict is looked at again, and what is missing counts
against. A number that leaves is an exact count plus its keyed noise, rounded to the policy's step:
rounding alone would tell an attacker who owns everybody else in a cluster whether one more is in
it, whenever the count lies at the edge of a step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import (
    NO_NOISE,
    AskedNumbers,
    DraftCell,
    LeafCounts,
    Noise,
    Place,
)
from anonymuse.domain.private.drafts import DraftName, DraftNode, Verdict
from anonymuse.domain.private.pruning import leaves_below, take_out
from anonymuse.domain.private.thresholds import (
    asked_sigma,
    cell_passes,
    conversation_sigma,
    nearest_policy,
    withheld_reason,
)
from anonymuse.domain.released.cluster import Cluster, Withheld
from anonymuse.domain.released.cube import Cell, Facet
from anonymuse.domain.released.report import Receipt, Report
from anonymuse.domain.released.tree import problems
from anonymuse.errors import BrokenRunError, NothingReleasedError
from anonymuse.lexicon.plain_text import form_problem, text_problem
from anonymuse.stats.intervals import Protection, design_effect, squares
from anonymuse.stats.predicted import predicted_share
from anonymuse.stats.rounding import DIGITS, band, rounded, share_interval

_Size = tuple[int, int]
"""released people, and of how many released numbers that is the sum"""

NOT_COUNTED = "not counted"
NO_NAME = "no name"
NOT_AUDITED = "not audited"
VETOED = "the name did not pass the audit"
UNRECORDED = "no reason recorded"

CELLS_LEFT_OUT = "Breakdowns by facet were left out, because the gate withheld further clusters."


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
        repeated: sizes of an earlier release that are published once more, by base cluster and
            what is counted ("units", "conversations").
        estimated: facets whose cells count predictions.
        asked: what corrects them, by node (None: the whole), facet and value; such a cell without
            it is not told.
    """

    nodes: Sequence[DraftNode]
    names: Mapping[str, DraftName]
    verdicts: Sequence[Verdict]
    counts: Sequence[LeafCounts]
    noise: Mapping[str, Noise]
    cells: Sequence[DraftCell]
    reasons: Mapping[str, str]
    repeated: Mapping[tuple[str, str], int] = field(default_factory=dict)
    estimated: Collection[str] = ()
    asked: Mapping[tuple[str | None, str, str], AskedNumbers] = field(default_factory=dict)


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
        auditors: each must have passed every name ("rules", "support", and "model" if it is on;
            "form" in place of the first two for the unprotected baseline, see :func:`_exact`).
        receipt: how the run was made; policy, withheld share and counts are filled in here.
        title: of the report.
        facets: what the cells count.
        facet: the one that grouped this tree; empty for the main report.

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
    clusters = _clusters(nodes, drafts, verdicts, policy)
    if broken := problems(clusters):
        raise BrokenRunError(f"The tree to be released is not sound: {'; '.join(broken[:5])}.")
    below = leaves_below(nodes)
    whole = below[None]
    same = leaves_below(drafts.nodes)[None] == whole
    cells = _cells(clusters, below, drafts, policy) if same else []
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
            withheld_share=_band(drafts, whole),
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
    total = sum(conversations for _, conversations in shown.values())
    people, talks = zip(*shown.values(), strict=True)
    alike = dict(zip(shown, squares(talks, people, most=policy.per_node).tolist(), strict=True))
    noise = Protection(conversation_sigma(policy), policy.rounding)
    found = []
    for node in nodes:
        units = sum(shown[leaf][0] for leaf in below[node.id])
        conversations = sum(shown[leaf][1] for leaf in below[node.id])
        here = sum(alike[leaf] for leaf in below[node.id])
        low, high = share_interval(
            conversations, total, noise,
            terms=len(below[node.id]), whole_terms=len(shown), inside=True,
            design=design_effect(here, conversations, sum(alike.values()), total),
        )  # fmt: skip
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
                share=round(conversations / total, DIGITS),
                share_low=low,
                share_high=high,
                grade=min((v.grade for v in verdicts[node.id] if v.grade), default=None),
            )
        )
    return found


def released_sizes(
    counts: LeafCounts,
    noise: Noise,
    policy: ReleasePolicy,
    *,
    repeated: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> tuple[int, int]:
    """Return the units and conversations of a base cluster as they are released.

    Rounded to the nearest step, but never to a number below the policy's minimum (that it reaches
    it is known from its being there), and never fewer conversations than units.
    """
    step = policy.rounding
    units = repeated.get((counts.node, "units"), counts.units + noise.units)
    talks = counts.conversations + noise.conversations
    talks = repeated.get((counts.node, "conversations"), talks)
    units = rounded(units, step, policy.min_units)
    talks = rounded(talks, step, policy.min_conversations)
    return units, max(units, talks)


def _cells(
    clusters: Sequence[Cluster],
    below: Mapping[str | None, Collection[str]],
    drafts: Drafts,
    policy: ReleasePolicy,
) -> list[Cell]:
    """Turn cells into released values: those of published nodes, for values the whole shows."""
    units = {cluster.id: cluster.units for cluster in clusters}
    sizes = {node: (sum(units[leaf] for leaf in own), len(own)) for node, own in below.items()}
    passing = {draft.place for draft in drafts.cells if cell_passes(draft, policy)}
    found: dict[Place, Cell] = {}
    windows: dict[tuple[str | None, str], _Size] = {}
    for draft in sorted(drafts.cells, key=_above_first):
        if draft.node not in sizes or not _may_stand(draft, passing):
            continue
        if draft.facet in drafts.estimated:
            if not draft.window:  # of a window too few were asked
                found[draft.place] = _estimate(draft, sizes[draft.node], drafts.asked, policy)
            continue
        whole = sizes[draft.node]
        if draft.window and (draft.facet or draft.node):
            # People of a window: of a node among those of the whole, of a value among the node's.
            whole = windows.get((draft.node if draft.facet else None, draft.window), (0, 0))
        cell = found[draft.place] = _cell(draft, whole, policy)
        if not draft.facet:
            windows[draft.node, draft.window] = (cell.units or 0, draft.terms)
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


def _cell(draft: DraftCell, size: _Size, policy: ReleasePolicy) -> Cell:
    whole, whole_terms = size
    if not cell_passes(draft, policy) or not whole:
        return Cell(draft.node, draft.facet, draft.value, None, None, None, None, draft.window)
    count = draft.units + draft.noise if draft.count is None else draft.count
    count = min(whole, rounded(count, policy.rounding, policy.min_cell))
    noise = Protection(policy.noise_sigma, policy.rounding)
    low, high = share_interval(count, whole, noise, terms=draft.terms, whole_terms=whole_terms)
    share = round(count / whole, DIGITS)
    return Cell(draft.node, draft.facet, draft.value, count, share, low, high, draft.window)


def _estimate(
    draft: DraftCell,
    size: _Size,
    asked: Mapping[tuple[str | None, str, str], AskedNumbers],
    policy: ReleasePolicy,
) -> Cell:
    """Return a cell of predictions: its share is corrected by asked people, or is not told."""
    nothing = Cell(draft.node, draft.facet, draft.value, None, None, None, None)
    own = asked.get((draft.node, draft.facet, draft.value))
    whole, whole_terms = size
    if own is None or not cell_passes(draft, policy) or not whole:
        return nothing
    found = predicted_share(
        draft.units + draft.noise if draft.count is None else draft.count,
        whole,
        own,
        protection=Protection(policy.noise_sigma, policy.rounding),
        asked_protection=Protection(asked_sigma(policy, own.topics), policy.rounding),
        terms=draft.terms,
        whole_terms=whole_terms,
    )
    count = rounded(round(found.mean * whole), policy.rounding, 0)
    if count < policy.min_cell:
        return nothing
    share, low, high = (round(end, DIGITS) for end in (found.mean, found.low, found.high))
    return Cell(draft.node, draft.facet, draft.value, min(whole, count), share, low, high)


def _band(drafts: Drafts, published: Collection[str]) -> str:
    """Return the band in which the withheld share of conversations lies.

    Noise is added to what is withheld: whoever owns all conversations but a few could put the
    exact share at the edge of a band, and see whether one more is among the withheld.
    """
    rows = sum(leaf.conversations for leaf in drafts.counts)
    hidden = 0
    for leaf in drafts.counts:
        if leaf.node not in published and leaf.conversations:
            drawn = drafts.noise.get(leaf.node, NO_NOISE).conversations
            hidden += max(1, leaf.conversations + drawn)
    hidden = min(hidden, rows)
    return band(hidden, rows)
