"""From vectors to base clusters, to a tree, to what the thresholds let through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import LeafCounts, Noise
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.thresholds import Edges, conversation_sigma
from anonymuse.domain.private.transcript import VIEWS
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import drawn, embedding, membership, texts
from anonymuse.pipeline.steps.attempts import Attempt, Settings, attempts, write_quality
from anonymuse.pipeline.steps.edges import edges_of
from anonymuse.stages.appraise import appraise, choose_rows
from anonymuse.stages.cluster import Method, choose_k, cluster, facet_views, merge_small, text_views
from anonymuse.stages.hierarchy import grow_tree
from anonymuse.stages.number import as_they_come, made_of, number_leaves, number_nodes
from anonymuse.stages.threshold import count_leaves, draw_noise, fits, withheld_reason
from anonymuse.vectors.ground import survey
from anonymuse.vectors.views import View

HIDDEN = "hidden by a person"
DIGITS = 2
"""of the number of conversations that are left when clusters are counted out"""

Recipe = Literal["facets", "text", "paper-facets", "paper-text"]
Enough = Callable[[npt.NDArray[np.int64]], bool]
"""says of some texts (their places) whether they would pass the gate as a cluster"""


def recipe_of(config: RunConfig, mode: str) -> Recipe:
    """Return what a run clusters by, given where its facets come from."""
    if config.cluster.method == "paper":
        return "paper-text" if mode == "local" else "paper-facets"
    return "text" if mode == "local" else "facets"


def views_needed(recipe: Recipe) -> tuple[str, ...]:
    """Return which embeddings a recipe joins."""
    return {
        "facets": ("request", "task", "whole"),
        "text": VIEWS,
        "paper-facets": ("request",),
        "paper-text": ("user",),
    }[recipe]


async def group(
    shop: Workshop,
    *,
    recipe: Recipe,
    k: int | None,
    policy: ReleasePolicy,
    parts: Parts,
    seed: int,
    by: str = "",
) -> Mapping[str, int]:
    """Assign every text to a base cluster; leaves below the policy's minimum join a sibling.

    With ``by``, the text facet of that name decides alone. What comes out in doubt is tried again.
    Writes ``labels.npy`` and ``fit.npy`` (per text), ``centroids.npy``, ``space.npy``, where rows
    moved ``moved.npy``, draws of the rows, and what was tried.
    """
    people = membership.sampled(shop)
    edges = edges_of(people.pseudonyms, policy, parts.key)
    wanted = k or choose_k(about(len(people.unit), policy, edges), policy.grain)
    views = views_of(shop, recipe, by)
    own_words = next((view.vectors for view in views if view.name in embedding.TEXTS), None)
    languages = [str(v) for v in texts.facet(shop.of("extract"), "language")]
    chosen = choose_rows(people.text, people.unit, seed)
    enough = enough_of(people, policy, parts.key)

    def attempt(own: Settings) -> Attempt:
        method: Method = "paper" if recipe.startswith("paper") else "views"
        found = cluster(views, people.weights, k=own.k, seed=own.seed, method=method)
        merged = merge_small(found, enough, weights=people.weights)
        seen = appraise(
            merged.labels,
            merged.space,
            chosen,
            weights=people.weights,
            k=wanted,
            seed=seed,
            vectors=own_words,
            languages=languages,
            edges=edges,
        )
        return Attempt(own, len(found.centroids), merged, seen)

    tries, kept = attempts(attempt, seed=seed, k=wanted, fixed=k is not None)
    write_quality(shop.folder, tries, kept)
    merged = tries[kept].found
    labels, centroids = number_leaves(
        merged.labels,
        merged.centroids,
        key=parts.key.derive("numbers"),
        about=made_of(membership.row_ids(shop), merged.labels),
    )
    files.write_array(shop.folder / "labels.npy", labels)
    files.write_array(shop.folder / "fit.npy", merged.fit)
    files.write_array(shop.folder / "centroids.npy", centroids)
    files.write_array(shop.folder / "space.npy", merged.space)
    if merged.moved is not None:
        files.write_array(shop.folder / "moved.npy", merged.moved)
    drawn.write(shop.folder, merged.draws)
    counts = {
        "k asked": tries[kept].settings.k,
        "k found": tries[kept].before,
        "k after merging": len(centroids),
    }
    files.write_json(shop.folder / "counts.json", counts)
    return counts


def about(conversations: int, policy: ReleasePolicy, edges: Edges) -> int:
    """Return the number that decides how many clusters are wanted, which a receipt tells.

    With noise and two digits of it: the exact one would put whoever knows all other
    conversations at the edge between two numbers of clusters.
    """
    if policy.noise_sigma == 0:
        return conversations
    noisy = max(1, conversations + edges.draw("conversations", conversation_sigma(policy)))
    return round(noisy, DIGITS - len(str(noisy)))


def enough_of(people: membership.Sampled, policy: ReleasePolicy, key: ProjectKey) -> Enough:
    """Return what says of some texts whether the gate would let them through as a cluster."""
    noise_key = key.derive("noise")
    by_text = np.argsort(people.text, kind="stable")
    starts = np.searchsorted(people.text[by_text], np.arange(people.texts + 1))

    def enough(members: npt.NDArray[np.int64]) -> bool:
        own = np.concatenate([by_text[starts[t] : starts[t + 1]] for t in members.tolist()])
        codes, units = np.unique(people.unit[own], return_inverse=True)
        one = np.zeros(len(own), dtype=np.int32)
        noise = draw_noise(
            one,
            units,
            1,
            policy=policy,
            key=noise_key,
            pseudonyms=[people.pseudonyms[code] for code in codes.tolist()],
        )
        # With these people's own noise the answer is the gate's: merging tells nothing more.
        return fits(count_leaves(one, units, 1, per_node=policy.per_node)[0], policy, noise[0])

    return enough


def views_of(shop: Workshop, recipe: Recipe, by: str) -> list[View]:
    """Return the views that a run clusters, or the one facet ``by`` alone."""
    if by:
        return [View(by, texts.view_vectors(shop.of("embed"), by))]
    languages = [str(v) for v in texts.facet(shop.of("extract"), "language")]
    vectors = {v: texts.view_vectors(shop.of("embed"), v) for v in views_needed(recipe)}
    if recipe == "paper-facets":
        return [View("request", vectors["request"])]
    if recipe == "paper-text":
        return [View("user", vectors["user"], languages)]
    return text_views(vectors, languages) if recipe == "text" else facet_views(vectors, languages)


async def grow(shop: Workshop, *, parts: Parts) -> Mapping[str, int]:
    """Hang the base clusters in a tree; writes ``nodes.json``."""
    labels = membership.leaves(shop)
    people = membership.sampled(shop)
    space = np.asarray(files.read_array(shop.of("cluster") / "space.npy"))
    path = shop.of("cluster") / "moved.npy"
    moved = np.asarray(files.read_array(path)) if path.exists() else None
    draws = drawn.read(shop.of("cluster"))
    found, leaves = as_they_come(labels)
    nodes = number_nodes(
        grow_tree(survey(space, found, people.weights, moved=moved, draws=draws)),
        leaves,
        key=parts.key.derive("numbers"),
        about=made_of(membership.row_ids(shop), labels),
    )
    files.write_json(shop.folder / "nodes.json", [as_json(node) for node in nodes])
    return {f"level {level}": n for level, n in sorted(Counter(x.level for x in nodes).items())}


def as_json(node: DraftNode) -> dict[str, Any]:
    """Return a node as plain values."""
    return {
        "id": node.id,
        "parent": node.parent,
        "children": list(node.children),
        "level": node.level,
    }


def read_nodes(shop: Workshop, step: str) -> list[DraftNode]:
    """Read ``nodes.json`` of a step."""
    return [
        DraftNode(n["id"], n["parent"], tuple(n["children"]), n["level"])
        for n in files.read_json(shop.of(step) / "nodes.json")
    ]


async def threshold(
    shop: Workshop, *, policy: ReleasePolicy, parts: Parts, hidden: Collection[str] = ()
) -> Mapping[str, int]:
    """Decide which base clusters rest on enough people, and which people hid.

    ``hidden`` were hidden in an earlier run already. Writes ``leaves.json``.
    """
    labels = membership.leaves(shop)
    people = membership.sampled(shop)
    leaf_of_row = labels[people.text]
    k = membership.base_clusters(shop)
    counts = count_leaves(leaf_of_row, people.unit, k, per_node=policy.per_node)
    noises = draw_noise(
        leaf_of_row,
        people.unit,
        k,
        policy=policy,
        key=parts.key.derive("noise"),
        pseudonyms=people.pseudonyms,
    )
    if membership.unit_of(shop) == "conversation":
        # Both count the same: a draw for each would only make conversations seem more.
        noises = [replace(noise, conversations=noise.units) for noise in noises]
    hidden = _hidden(shop) | frozenset(hidden)
    found = [
        {
            "counts": asdict(own),
            "noise": asdict(noise),
            "reason": withheld_reason(own, policy, noise)
            or (HIDDEN if own.node in hidden else None),
        }
        for own, noise in zip(counts, noises, strict=True)
    ]
    files.write_json(shop.folder / "leaves.json", found)
    reasons = Counter(f"withheld: {leaf['reason']}" for leaf in found if leaf["reason"])
    return {"pass": len(found) - reasons.total(), **reasons}


def _hidden(shop: Workshop) -> frozenset[str]:
    if not shop.ran("hide"):
        return frozenset()
    return frozenset(files.read_json(shop.of("hide") / "hidden.json"))


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the thresholds say of every base cluster.

    Attributes:
        counts: exact, by base cluster.
        noises: the keyed draws that belong to them.
        reasons: why a base cluster is withheld, by node id.
    """

    counts: list[LeafCounts]
    noises: list[Noise]
    reasons: dict[str, str]


def read_leaves(shop: Workshop) -> Leaves:
    """Read ``leaves.json``."""
    found = files.read_json(shop.of("threshold") / "leaves.json")
    counts = [LeafCounts(**leaf["counts"]) for leaf in found]
    reasons = {
        own.node: leaf["reason"]
        for own, leaf in zip(counts, found, strict=True)
        if leaf["reason"] is not None
    }
    return Leaves(counts, [Noise(**leaf["noise"]) for leaf in found], reasons)
