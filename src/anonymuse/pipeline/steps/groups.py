"""From vectors to base clusters, to a tree, to what the thresholds let through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import membership, texts
from anonymuse.stages.cluster import View, choose_k, cluster, merge_small
from anonymuse.stages.hierarchy import grow_tree
from anonymuse.stages.threshold import count_leaves, fits, withheld_reason
from anonymuse.stats.noise import keyed_discrete_gaussian

Recipe = Literal["facets", "text", "paper-facets", "paper-text"]


def views_needed(recipe: Recipe) -> tuple[str, ...]:
    """Return which embeddings a recipe joins."""
    return {
        "facets": ("request", "task", "whole"),
        "text": ("user", "whole"),
        "paper-facets": ("request",),
        "paper-text": ("user",),
    }[recipe]


async def group(
    shop: Workshop,
    *,
    recipe: Recipe,
    k: int | None,
    policy: ReleasePolicy,
    seed: int,
) -> Mapping[str, int]:
    """Assign every text to a base cluster; leaves below the policy's minimum join a sibling.

    Writes ``labels.npy`` and ``fit.npy`` (per text), ``centroids.npy``, ``space.npy``.
    """
    people = membership.sampled(shop)
    rows = len(people.unit)
    wanted = k or choose_k(rows, policy.min_conversations)
    found = cluster(
        _views(shop, recipe),
        people.weights,
        k=wanted,
        seed=seed,
        method="paper" if recipe.startswith("paper") else "views",
    )
    before = len(found.centroids)
    by_text = np.argsort(people.text, kind="stable")
    starts = np.searchsorted(people.text[by_text], np.arange(people.texts + 1))

    def enough(members: Sequence[int]) -> bool:
        own = np.concatenate([by_text[starts[t] : starts[t + 1]] for t in members])
        counts = count_leaves(np.zeros(len(own), dtype=np.int32), people.unit[own], 1)
        return fits(counts[0], policy)

    merged = merge_small(found, enough, weights=people.weights)
    files.write_array(shop.folder / "labels.npy", merged.labels)
    files.write_array(shop.folder / "fit.npy", merged.fit)
    files.write_array(shop.folder / "centroids.npy", merged.centroids)
    files.write_array(shop.folder / "space.npy", merged.space)
    return {"k asked": wanted, "k found": before, "k after merging": len(merged.centroids)}


def _views(shop: Workshop, recipe: Recipe) -> list[View]:
    languages = [str(v) for v in texts.facet(shop.of("extract"), "language")]
    vectors = {v: texts.view_vectors(shop.of("embed"), v) for v in views_needed(recipe)}
    if recipe == "paper-facets":
        return [View("request", vectors["request"])]
    if recipe == "paper-text":
        return [View("user", vectors["user"], languages)]
    if recipe == "text":
        return [View("user", vectors["user"], languages), View("whole", vectors["whole"], languages)]
    facets = np.concatenate([vectors["request"], vectors["task"]], axis=1)
    return [
        View("facets", facets, dimensions=40),
        View("whole", vectors["whole"], languages, weight=0.7),
    ]


async def grow(shop: Workshop) -> Mapping[str, int]:
    """Hang the base clusters in a tree; writes ``nodes.json``."""
    labels = membership.leaves(shop)
    people = membership.sampled(shop)
    centroids = np.asarray(files.read_array(shop.of("cluster") / "centroids.npy"))
    sizes = np.bincount(labels, weights=people.weights, minlength=len(centroids))
    nodes = grow_tree(centroids, sizes)
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
    shop: Workshop, *, policy: ReleasePolicy, parts: Parts
) -> Mapping[str, int]:
    """Decide which base clusters rest on enough people; writes ``leaves.json``."""
    labels = membership.leaves(shop)
    people = membership.sampled(shop)
    count = int(labels.max()) + 1
    leaf_of_row = labels[people.text]
    counts = count_leaves(leaf_of_row, people.unit, count)
    key = parts.key.derive("noise")
    found = []
    for leaf, numbers in enumerate(counts):
        units = np.unique(people.unit[leaf_of_row == leaf]).tolist()
        noise = keyed_discrete_gaussian(
            key, [people.pseudonyms[u] for u in units], policy.noise_sigma
        )
        found.append(
            {
                "node": f"L0-{leaf:04d}",
                "conversations": numbers.conversations,
                "units": numbers.units,
                "top_unit_share": numbers.top_unit_share,
                "top_three_share": numbers.top_three_share,
                "reason": withheld_reason(numbers, policy, noise),
            }
        )
    files.write_json(shop.folder / "leaves.json", found)
    reasons = Counter(f"withheld: {leaf['reason']}" for leaf in found if leaf["reason"])
    return {"pass": sum(leaf["reason"] is None for leaf in found), **reasons}
