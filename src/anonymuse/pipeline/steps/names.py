"""From groups to names that may be shown: labels, support, leaf names, audit, parent names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

import numpy as np

from anonymuse.domain.facets import REQUEST_PREFIX, FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, DraftNode, Verdict
from anonymuse.domain.private.pruning import leaves_below
from anonymuse.lexicon.support_table import SupportTable, unsupported
from anonymuse.pipeline import files
from anonymuse.pipeline.counting import CountingAsker, counted
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import evidence, groups, membership, texts
from anonymuse.ports.chat import Asker
from anonymuse.ports.embedder import Embedder
from anonymuse.stages.audit import audit_model, audit_rules, audit_support
from anonymuse.stages.contrast import LeafFacets, choose_facets, name_by_contrast
from anonymuse.stages.describe import LeafPhrases, ParentToName, name_leaves, name_parents
from anonymuse.stages.hierarchy import level_targets
from anonymuse.stages.propose import propose_tree
from anonymuse.stages.prune import prune
from anonymuse.stages.threshold import leaf_id

Naming = Literal["contrast", "phrases", "labels", "silent"]
"""contrast: a strong model sees facets; phrases: a small one generalises from members' tasks;
labels: the same from phrases it gave to single conversations; silent: no model takes part"""

PHRASES = 40
"""phrases that take part in naming a base cluster, one per unit, nearest the centroid first"""
VETOED = "the name did not pass the audit"
NAMELESS = "no name in words that enough people share"


async def describe(
    shop: Workshop,
    *,
    parts: Parts,
    policy: ReleasePolicy,
    naming: Naming,
    seed: int,
    by: FacetQuestion | None = None,
) -> Mapping[str, int]:
    """Name every base cluster that the thresholds let through; writes ``names.json``.

    ``by`` is the facet that groups this tree, None for the main one.
    """
    table = evidence.read_support(shop)
    cell = policy.min_cell
    asker = None
    if naming == "contrast":
        facets = _facets(shop, seed, by.name if by else "request")
        asker = counted(parts, shop, len(facets), "calls")
        question = "" if by is None or by.name in evidence.SAID_IN else by.question
        found = await name_by_contrast(facets, table, cell=cell, asker=asker, question=question)
    else:
        facet = by.name if by else "task"
        phrases = _phrases(shop, facet, labelled=naming == "labels")
        topics = evidence.topics_of(shop)
        leaves = [LeafPhrases(node, own, topics.get(node, ())) for node, own in phrases.items()]
        if naming in {"labels", "phrases"}:
            asker = counted(parts, shop, 2 * len(leaves), "calls")
        found = await name_leaves(
            leaves,
            table,
            cell=cell,
            asker=asker,
            embedder=_line_up(parts),
            asked=facet in evidence.SAID_IN,
        )
    _write_failures(shop, asker)
    files.write_json(shop.folder / "names.json", [asdict(name) for name in found.values()])
    return dict(Counter(name.kind for name in found.values()))


def _facets(shop: Workshop, seed: int, facet: str) -> list[LeafFacets]:
    """Return the facets that a strong model is shown: one of each person, inside and outside."""
    people = membership.sampled(shop)
    space = np.asarray(files.read_array(shop.of("cluster") / "space.npy"))
    requests = texts.facet(shop.of("extract"), facet)
    known = np.array([request is not None for request in requests])
    leaf = np.where(known, evidence.open_leaves(shop), -1)[people.text]
    chosen = choose_facets(leaf, people.unit.tolist(), space[people.text], seed=seed)
    said = [(request or "").removeprefix(REQUEST_PREFIX) for request in requests]
    told = {
        leaf_id(own): [tuple(said[people.text[row]] for row in rows) for rows in sides]
        for own, sides in chosen.items()
    }
    every = sorted({leaf_id(own) for own in evidence.open_leaves(shop).tolist() if own >= 0})
    return [LeafFacets(node, *told.get(node, [(), ()])) for node in every]


def _phrases(shop: Workshop, facet: str, *, labelled: bool) -> dict[str, tuple[str, ...]]:
    """Return English phrases by base cluster, one per unit, nearest the centroid first."""
    people = membership.sampled(shop)
    leaf = evidence.open_leaves(shop)[people.text]
    if labelled:
        known: Mapping[int, Any] = evidence.labels_of(shop)
    else:
        tasks = (
            (task or "").removeprefix(REQUEST_PREFIX)
            for task in texts.facet(shop.of("extract"), facet)
        )
        known = {place: task for place, task in enumerate(tasks) if task}
    fit = np.asarray(files.read_array(shop.of("cluster") / "fit.npy"))[people.text]
    found: dict[str, list[str]] = {leaf_id(i): [] for i in sorted(set(leaf.tolist())) if i >= 0}
    heard: set[tuple[int, int]] = set()
    for row in np.lexsort((np.arange(len(fit)), -fit)).tolist():
        place, unit, own = int(people.text[row]), int(people.unit[row]), int(leaf[row])
        if own < 0 or place not in known or (own, unit) in heard:
            continue
        heard.add((own, unit))
        found[leaf_id(own)].append(known[place])
    return {node: tuple(phrases[:PHRASES]) for node, phrases in found.items()}


async def audit(
    shop: Workshop, *, parts: Parts, policy: ReleasePolicy, model: bool
) -> Mapping[str, int]:
    """Put every leaf name before the auditors; writes ``verdicts.json``."""
    drafts = _read_drafts(shop, "describe")
    asker = counted(parts, shop, len(drafts), "names") if model else None
    verdicts = await _judge(drafts, evidence.read_support(shop), policy, asker)
    _write_failures(shop, asker)
    files.write_json(shop.folder / "verdicts.json", [asdict(v) for v in verdicts])
    vetoes = Counter(f"veto: {v.reason}" for v in verdicts if not v.passed)
    return {"names": len(drafts), **vetoes}


async def _judge(
    drafts: Sequence[DraftName], table: SupportTable, policy: ReleasePolicy, asker: Asker | None
) -> list[Verdict]:
    verdicts = [audit_rules(draft) for draft in drafts]
    for draft in drafts:
        text = f"{draft.name}. {draft.description}"
        words = unsupported(text, draft.node, table, cell=policy.min_cell)
        verdicts.append(audit_support(draft, words))
    if asker is not None:
        verdicts += await audit_model(drafts, asker, policy)
    return verdicts


async def parents(
    shop: Workshop,
    *,
    parts: Parts,
    policy: ReleasePolicy,
    asking: bool,
    proposing: bool,
    model: bool,
    seed: int,
) -> Mapping[str, int]:
    """Prune the tree, name parents from published children only, and audit these names.

    Writes ``nodes.json`` (the tree to be released), ``names.json`` and ``verdicts.json``.
    """
    vetoed = {v.node for v in _read_verdicts(shop, "audit") if not v.passed}
    withheld = set(groups.read_leaves(shop).reasons) | vetoed
    nodes = prune(groups.read_nodes(shop, "hierarchy"), withheld=withheld)
    named = {draft.node: draft for draft in _read_drafts(shop, "describe")}
    asker = None
    if asking:
        asker = counted(parts, shop, 2 * sum(n.level > 0 for n in nodes), "calls")
    if proposing and asker is not None:
        leaves = [named[n.id] for n in nodes if n.level == 0]
        table = evidence.read_support(shop)
        tree = await propose_tree(
            leaves,
            level_targets(len(leaves)),
            table=table,
            cell=policy.min_cell,
            asker=asker,
            embedder=_line_up(parts),
            seed=seed,
        )
        nodes, found = tree.nodes, tree.names
    else:
        found = await _from_children(shop, nodes, named, parts, policy, asker)
    table = _with_parents(shop, nodes)
    auditor = counted(parts, shop, len(found), "names") if model else None
    verdicts = await _judge(list(found.values()), table, policy, auditor)
    _write_failures(shop, asker, auditor)
    dissolved = {v.node for v in verdicts if not v.passed}
    nodes = prune(nodes, withheld=(), vetoed=dissolved)
    files.write_json(shop.folder / "nodes.json", [groups.as_json(node) for node in nodes])
    files.write_json(shop.folder / "names.json", [asdict(name) for name in found.values()])
    files.write_json(shop.folder / "verdicts.json", [asdict(v) for v in verdicts])
    return {"parents": sum(n.level > 0 for n in nodes), "dissolved": len(dissolved)}


async def _from_children(
    shop: Workshop,
    nodes: Sequence[DraftNode],
    named: Mapping[str, DraftName],
    parts: Parts,
    policy: ReleasePolicy,
    asker: Asker | None,
) -> dict[str, DraftName]:
    """Name the parents of the pruned tree, lowest level first."""
    below = leaves_below(nodes)
    table = _with_parents(shop, nodes)
    sizes = {own.node: own.conversations for own in groups.read_leaves(shop).counts}
    weight = {n.id: sum(sizes[leaf] for leaf in below[n.id]) for n in nodes}
    found: dict[str, DraftName] = {}
    for level in sorted({n.level for n in nodes if n.level > 0}):
        found |= await name_parents(
            [_to_name(n, weight, below) for n in nodes if n.level == level],
            {**named, **found},
            table,
            cell=policy.min_cell,
            asker=asker,
            embedder=_line_up(parts),
        )
    return found


def _with_parents(shop: Workshop, nodes: Sequence[DraftNode]) -> SupportTable:
    below = leaves_below(nodes)
    return evidence.read_support(shop).with_parents(
        {n.id: sorted(below[n.id]) for n in nodes if n.level > 0}
    )


def _to_name(
    node: DraftNode, weight: Mapping[str, int], below: Mapping[str | None, frozenset[str]]
) -> ParentToName:
    largest_first = sorted(node.children, key=lambda child: (-weight[child], child))
    return ParentToName(node.id, tuple(largest_first), tuple(sorted(below[node.id])))


def _line_up(parts: Parts) -> Embedder:
    return parts.embed_facets or parts.embed_conversation


def _read_drafts(shop: Workshop, step: str) -> list[DraftName]:
    return [DraftName(**name) for name in files.read_json(shop.of(step) / "names.json")]


def _read_verdicts(shop: Workshop, step: str) -> list[Verdict]:
    return [Verdict(**v) for v in files.read_json(shop.of(step) / "verdicts.json")]


def read_names(shop: Workshop) -> dict[str, DraftName]:
    """Return all names, leaves and parents, by node."""
    drafts = [*_read_drafts(shop, "describe"), *_read_drafts(shop, "parents")]
    return {draft.node: draft for draft in drafts}


def read_verdicts(shop: Workshop) -> list[Verdict]:
    """Return the verdicts on all names."""
    return [*_read_verdicts(shop, "audit"), *_read_verdicts(shop, "parents")]


def read_reasons(shop: Workshop) -> dict[str, str]:
    """Return why a base cluster is withheld, by node."""
    vetoes = [v for v in _read_verdicts(shop, "audit") if not v.passed]
    vetoed = {v.node: NAMELESS if v.auditor == "support" else VETOED for v in vetoes}
    return vetoed | groups.read_leaves(shop).reasons


def read_failures(shop: Workshop) -> dict[str, dict[str, int]]:
    """Return failed calls of naming by step."""
    steps = [s for s in ("label", "describe", "audit", "parents") if shop.ran(s)]
    return {step: files.read_json(shop.of(step) / "failures.json") for step in steps}


def _write_failures(shop: Workshop, *askers: CountingAsker | None) -> None:
    """Write which calls failed, so that the receipt of a resumed run says the same."""
    failures: Counter[str] = Counter()
    for asker in askers:
        failures.update(asker.failures if asker is not None else {})
    files.write_json(shop.folder / "failures.json", dict(sorted(failures.items())))


def read_notes(shop: Workshop) -> tuple[str, ...]:
    """Return what a reader must know about the names."""
    kinds = Counter(draft.kind for draft in _read_drafts(shop, "describe"))
    if not kinds["keywords"] or kinds["keywords"] == kinds.total():
        return ()
    return (
        "Clusters marked as named by keywords carry topics of our own list, or words that many of "
        "their conversations shared.",
    )
