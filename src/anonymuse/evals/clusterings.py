"""Samples of labelled data, clustered by the product and by the baseline beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.evals.scores import Trial
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.stages.cluster import Clustering, Method, cluster, facet_views, ground_of, text_views
from anonymuse.vectors.centre import fit_centring
from anonymuse.vectors.kmeans import KMeans, spherical_kmeans
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.views import View

SAMPLE = 0.9
"""Share of the conversations that each seed draws."""

Embed = Callable[[str, Embedder, Sequence[str]], Vectors]
"""embeds the texts of a named view"""
Rows = npt.NDArray[np.int64]
Tree = Callable[[int], Any]
"""gives each base cluster's node where the tree has about so many"""


@dataclass(frozen=True, slots=True, repr=False)
class Side:
    """One of the two that are compared.

    Attributes:
        words: what it does.
        run: clusters some rows into k from a seed: labels, and the tree above them.
    """

    words: str
    run: Callable[[Rows, int, int], tuple[Any, Tree]]


def embed_views(
    known: KnownTruth, *, conversation: Embedder, facets: Embedder, embed: Embed
) -> dict[str, Vectors]:
    """Embed every view of the data: facets with one embedder, scrubbed text with the other."""
    return {
        view: embed_view(known, view, conversation=conversation, facets=facets, embed=embed)
        for view in known.texts
    }


def embed_view(
    known: KnownTruth, view: str, *, conversation: Embedder, facets: Embedder, embed: Embed
) -> Vectors:
    """Embed one view of the data."""
    texts = known.texts[view]
    embedder = facets if view in ("request", "task") else conversation
    if view == "request" and not embedder.keeps_prefix:
        texts = tuple(text.removeprefix(REQUEST_PREFIX) for text in texts)
    return embed(view, embedder, texts)


def sides_of(
    known: KnownTruth, vectors: Mapping[str, Vectors], method: Method
) -> tuple[Side, Side]:
    """Return the product and the baseline."""

    def ours(rows: Rows, k: int, seed: int) -> tuple[Any, Tree]:
        found = cluster(views_of(known, vectors, rows), k=k, seed=seed, method=method)
        return found.labels, ground_of(found).groups

    def paper(rows: Rows, k: int, seed: int) -> tuple[Any, Tree]:
        view = View("request", vectors["request"][rows])
        found = cluster([view], k=k, seed=seed, method="paper")
        return found.labels, _plain_tree(found, seed)

    def plain(rows: Rows, k: int, seed: int) -> tuple[Any, Tree]:
        views = views_of(known, vectors, rows)
        parts = [unit_rows(fit_centring(v.vectors, v.groups).apply(v.vectors, 0)) for v in views]
        found = spherical_kmeans(unit_rows(np.concatenate(parts, axis=1)), k, seed=seed)
        return found.labels, _plain_tree(found, seed)

    used = " + ".join(view.name for view in views_of(known, vectors, np.arange(2)))
    words = (
        f"views {used}, reduced, Ward over micro-clusters, k-means passes"
        if method == "views"
        else "the paper's recipe"
    )
    if "request" in vectors:
        return Side(words, ours), Side("the paper's recipe: k-means on the request", paper)
    return Side(words, ours), Side("plain k-means on the same centred vectors", plain)


def _plain_tree(found: Clustering | KMeans, seed: int) -> Tree:
    """Return k-means over the base clusters: the paper's neighbourhoods, without its model."""
    sizes = np.bincount(found.labels, minlength=len(found.centroids)).astype(np.float64)
    return lambda k: spherical_kmeans(found.centroids, k, seed=seed, weights=sizes).labels


def views_of(known: KnownTruth, vectors: Mapping[str, Vectors], rows: Rows) -> list[View]:
    """Return the views that a run would cluster, of some rows."""
    own = {name: array[rows] for name, array in vectors.items()}
    languages = None
    if known.languages is not None:
        languages = [known.languages[row] for row in rows]
    return facet_views(own, languages) if "request" in own else text_views(own, languages)


def trials_of(
    known: KnownTruth, sides: Sequence[Side], seeds: Iterable[int], base: int, top: int
) -> list[dict[str, list[Trial]]]:
    """Return each side's trials at the base, at the top, and of the tree over the base."""
    truth = numbers(known.category)
    found: list[dict[str, list[Trial]]] = [{"base": [], "top": [], "tree": []} for _ in sides]
    for seed in seeds:
        rows = draw_rows(len(known), SAMPLE, seed)
        for side, own in zip(sides, found, strict=True):
            labels, tree = side.run(rows, base, seed)
            own["base"].append(Trial(labels, truth[rows], rows))
            own["tree"].append(Trial(tree(top)[labels], truth[rows], rows))
            labels, _ = side.run(rows, top, seed)
            own["top"].append(Trial(labels, truth[rows], rows))
    return found


def sizes_of(known: KnownTruth, k: int | None, *, share: float = SAMPLE) -> tuple[int, int]:
    """Return how many base clusters and top nodes are measured.

    As many base clusters as there are lower categories (five times the categories where there are
    none), as many top nodes as categories.

    Args:
        known: the data.
        k: base clusters, where another number is wanted.
        share: of the rows that are clustered; a base cluster holds four on average at least.
    """
    top = len(set(known.category))
    wanted = k or (len(set(known.subcategory)) if known.subcategory else 5 * top)
    return max(2, min(wanted, round(len(known) * share) // 4)), top


def draw_rows(n: int, share: float, seed: int) -> Rows:
    """Return the rows of a seed's sample, ascending."""
    rng = np.random.Generator(np.random.Philox(seed))
    return np.sort(rng.choice(n, size=round(n * share), replace=False))


def numbers(values: Sequence[str]) -> Rows:
    """Return each value's place among the distinct ones, sorted."""
    return np.unique(np.asarray(values, dtype=np.str_), return_inverse=True)[1]
