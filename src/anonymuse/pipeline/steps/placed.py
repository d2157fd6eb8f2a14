"""In place of clustering: conversations go into the clusters of an earlier run, or are drift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import Edges
from anonymuse.errors import ConfigError
from anonymuse.pipeline import files
from anonymuse.pipeline.base import Base
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import groups, membership
from anonymuse.pipeline.steps.attempts import Attempt, Settings, write_quality
from anonymuse.pipeline.steps.carried import CARRIED
from anonymuse.pipeline.steps.drift import DRIFT
from anonymuse.pipeline.steps.edges import edges_of
from anonymuse.stages.appraise import appraise, choose_rows
from anonymuse.stages.cluster import Clustering, choose_k, merge_small
from anonymuse.stages.hang import hang
from anonymuse.stages.number import made_of, number_leaves
from anonymuse.stages.place import DRIFTED, place
from anonymuse.vectors.kmeans import spherical_kmeans
from anonymuse.vectors.rows import Floats, Labels, unit_rows
from anonymuse.vectors.views import View, join_views


async def assign(
    shop: Workshop,
    *,
    base: Base,
    recipe: groups.Recipe,
    policy: ReleasePolicy,
    parts: Parts,
    seed: int,
    by: str = "",
) -> Mapping[str, int]:
    """Put every text into a base cluster of the earlier run; what fits nowhere is clustered alone.

    Both runs' vectors are brought into one space. Writes what `cluster` does, ``carried.json`` and
    ``drift.json``.
    """
    people = membership.sampled(shop)
    before = base.shop(by)
    old = membership.sampled(before)
    earlier, space = joined(before, shop, recipe, by, old.weights, people.weights, seed=seed)
    labels = membership.leaves(before)
    k = membership.base_clusters(before)
    placed = place(earlier, labels, space, k=k, weights=old.weights, seed=seed)
    enough = groups.enough_of(people, policy, parts.key)
    edges = edges_of(people.pseudonyms, policy, parts.key)
    drifted = placed.labels == DRIFTED
    wanted = choose_k(groups.about(int(drifted.sum()), policy, edges), policy.grain)
    found, centroids = _with_drift(placed.labels, placed.centroids, space, enough, wanted, seed)
    found, centroids = number_leaves(
        found,
        centroids,
        key=parts.key.derive("numbers"),
        about=made_of(membership.row_ids(shop), found),
        first=k,
    )
    fit = np.einsum("ij,ij->i", space, centroids[found]).astype(np.float32)
    result = Clustering(found, centroids, fit, space)
    _judge(shop, result, people, edges, seed)
    for name in ("labels", "fit", "centroids", "space"):
        files.write_array(shop.folder / f"{name}.npy", getattr(result, name))
    # Earlier clusters count whoever is in them: one person more in an empty one is not told.
    counts = {"k asked": k, "k found": len(centroids), "k after merging": len(centroids)}
    files.write_json(shop.folder / "counts.json", counts)
    files.write_json(shop.folder / CARRIED, _carried(base, by))
    units = np.unique(people.unit[drifted[people.text]])
    told = {"judged": placed.judged, "units": units.tolist(), "earlier": k}
    files.write_json(shop.folder / DRIFT, told)
    return {
        "earlier base clusters": k,
        "of drift": len(centroids) - k,
        "texts that drifted": int(drifted.sum()),
    }


def joined(
    before: Workshop,
    after: Workshop,
    recipe: groups.Recipe,
    by: str,
    *weights: npt.NDArray[np.float64],
    seed: int,
) -> tuple[Floats, Floats]:
    """Return the texts of two runs as unit rows of one space.

    Raises:
        ConfigError: their vectors cannot be laid side by side.
    """
    sides = [groups.views_of(own, recipe, by) for own in (before, after)]
    if recipe.startswith("paper"):
        return unit_rows(sides[0][0].vectors), unit_rows(sides[1][0].vectors)
    views = [_side_by_side(a, b) for a, b in zip(*sides, strict=True)]
    space = join_views(views, np.concatenate(weights), seed=seed)
    first = len(sides[0][0].vectors)
    return space[:first], space[first:]


def _side_by_side(a: View, b: View) -> View:
    if a.vectors.shape[1] != b.vectors.shape[1]:
        raise ConfigError("The two runs were embedded by different models. Use the same --embed.")
    languages = None
    if a.groups is not None and b.groups is not None:
        languages = [*a.groups, *b.groups]
    return replace(a, vectors=np.concatenate([a.vectors, b.vectors]), groups=languages)


def _with_drift(
    labels: Labels,
    centroids: Floats,
    space: Floats,
    enough: groups.Enough,
    wanted: int,
    seed: int,
) -> tuple[Labels, Floats]:
    """Number clusters of what drifted after the earlier ones, at most as many as are wanted."""
    rows = np.flatnonzero(labels == DRIFTED)
    if not len(rows):
        return labels, centroids
    k = max(1, min(wanted, len(rows) // 2))  # two on average at least
    found = spherical_kmeans(space[rows], k, seed=seed)
    own = Clustering(found.labels, found.centroids, found.fit, space[rows])
    merged = merge_small(own, lambda members: enough(rows[members]))
    labels = labels.copy()
    labels[rows] = merged.labels + len(centroids)
    return labels, np.concatenate([centroids, merged.centroids.astype(np.float32)])


def _judge(
    shop: Workshop, found: Clustering, people: membership.Sampled, edges: Edges, seed: int
) -> None:
    """Look at the clusters that hold something, and write what was seen as for a clustering."""
    k = len(found.centroids)
    _, dense = np.unique(found.labels, return_inverse=True)
    chosen = choose_rows(people.text, people.unit, seed)
    seen = appraise(
        dense.astype(np.int32),
        found.space,
        chosen,
        weights=people.weights,
        k=k,
        seed=seed,
        edges=edges,
    )
    write_quality(shop.folder, [Attempt(Settings(seed, k), k, found, seen)], 0)


def _carried(base: Base, tree: str) -> dict[str, list[str]]:
    """Return the released names of the earlier run, by node."""
    found = base.report(tree).clusters
    return {own.id: [own.name, own.description, own.named_by] for own in found}


async def keep_tree(shop: Workshop, *, base: Base, by: str = "") -> Mapping[str, int]:
    """Write the earlier run's tree as ``nodes.json``, with the clusters of drift hung into it.

    Base clusters without conversations stay: they are withheld as those of one person are.
    """
    centroids = np.asarray(files.read_array(shop.of("cluster") / "centroids.npy"))
    nodes = hang(groups.read_nodes(base.shop(by), "hierarchy"), centroids)
    files.write_json(shop.folder / "nodes.json", [groups.as_json(node) for node in nodes])
    return {"base clusters": len(centroids)}
