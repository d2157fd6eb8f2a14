"""Names of base clusters, in whichever way; and what later steps read of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

import numpy as np

from anonymuse.domain.facets import REQUEST_PREFIX, FacetQuestion
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.voter import Voters
from anonymuse.pipeline import files
from anonymuse.pipeline.counting import CountingAsker, counted
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import evidence, membership, texts, voted
from anonymuse.pipeline.steps.carried import carried
from anonymuse.ports.embedder import Embedder
from anonymuse.stages.describe import LeafPhrases, name_leaves
from anonymuse.stages.threshold import leaf_id

Naming = Literal["voted", "direct", "phrases", "labels", "silent"]
"""voted: a model that sees facets proposes, and other people's facets vote; direct: what it
proposes is published as it is; phrases: a small one generalises from members' tasks; labels: the
same from phrases it gave to single conversations; silent: no model takes part"""

PHRASES = 40
"""phrases that take part in naming a base cluster, one per unit, nearest the centroid first"""


async def describe(
    shop: Workshop,
    *,
    parts: Parts,
    policy: ReleasePolicy,
    naming: Naming,
    by: FacetQuestion | None = None,
) -> Mapping[str, int]:
    """Name every base cluster that the thresholds let through; writes ``names.json``.

    ``by`` is the facet that groups this tree, None for the main one.
    """
    table = evidence.read_support(shop, policy, parts.key)
    cell = policy.min_cell
    asker = None
    if naming in {"voted", "direct"}:
        question = "" if by is None or by.name in evidence.SAID_IN else by.question
        direct = naming == "direct"
        people = voted.gather(shop, parts.key, by.name if by else "request", direct=direct)
        asker = counted(parts, shop, voted.calls_of(people, direct=direct), "calls")
        if direct:
            found = await voted.name_unprotected(
                people, table, cell=cell, asker=asker, question=question
            )
        else:
            found = await voted.name_by_votes(
                people, table, policy, asker=asker, key=parts.key, question=question
            )
    else:
        facet = by.name if by else "task"
        phrases = _phrases(shop, facet, labelled=naming == "labels")
        # Phrases of a few conversations are in English; what all of them mean is not.
        heard = naming == "labels" and any(phrases.values())
        topics = evidence.topics_of(shop)
        leaves = [LeafPhrases(node, own, topics.get(node, ())) for node, own in phrases.items()]
        if naming in {"labels", "phrases"}:
            asker = counted(parts, shop, 2 * len(leaves), "calls")
        found = await name_leaves(
            leaves,
            Voters(table, cell, evidence.claim_noise(shop, policy, parts.key)),
            cell=cell,
            asker=asker,
            embedder=line_up(parts),
            anchors=None if heard else evidence.middles_of(shop, list(phrases)),
            asked=facet in evidence.SAID_IN,
        )
    still_open = {leaf_id(i) for i in set(evidence.open_leaves(shop).tolist()) if i >= 0}
    found |= {node: name for node, name in carried(shop).items() if node in still_open}
    write_failures(shop, asker)
    files.write_json(shop.folder / "names.json", [asdict(name) for name in found.values()])
    return dict(Counter(name.kind for name in found.values()))


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
    kept = carried(shop)
    to_name = [i for i in sorted(set(leaf.tolist())) if i >= 0 and leaf_id(i) not in kept]
    found: dict[str, list[str]] = {leaf_id(i): [] for i in to_name}
    heard: set[tuple[int, int]] = set()
    for row in np.lexsort((np.arange(len(fit)), -fit)).tolist():
        place, unit, own = int(people.text[row]), int(people.unit[row]), int(leaf[row])
        if leaf_id(own) not in found or place not in known or (own, unit) in heard:
            continue
        heard.add((own, unit))
        found[leaf_id(own)].append(known[place])
    return {node: tuple(phrases[:PHRASES]) for node, phrases in found.items()}


def line_up(parts: Parts) -> Embedder:
    """Return what embeds names for a line-up."""
    return parts.embed_facets or parts.embed_conversation


def read_drafts(shop: Workshop, step: str) -> list[DraftName]:
    """Read ``names.json`` of a step."""
    return [DraftName(**name) for name in files.read_json(shop.of(step) / "names.json")]


def read_names(shop: Workshop) -> dict[str, DraftName]:
    """Return all names, leaves and parents, by node."""
    drafts = [*read_drafts(shop, "describe"), *read_drafts(shop, "parents")]
    return {draft.node: draft for draft in drafts}


def read_failures(shop: Workshop) -> dict[str, dict[str, int]]:
    """Return failed calls of naming by step."""
    steps = [s for s in ("label", "describe", "audit", "parents") if shop.ran(s)]
    return {step: files.read_json(shop.of(step) / "failures.json") for step in steps}


def write_failures(shop: Workshop, *askers: CountingAsker | None) -> None:
    """Write which calls failed, so that the receipt of a resumed run says the same."""
    failures: Counter[str] = Counter()
    for asker in askers:
        failures.update(asker.failures if asker is not None else {})
    files.write_json(shop.folder / "failures.json", dict(sorted(failures.items())))


def read_notes(shop: Workshop) -> tuple[str, ...]:
    """Return what a reader must know about the names."""
    kinds = Counter(draft.kind for draft in read_drafts(shop, "describe"))
    if not kinds["keywords"] or kinds["keywords"] == kinds.total():
        return ()
    return (
        "Clusters marked as named by keywords carry topics of our own list, or words that many of "
        "their conversations shared.",
    )
