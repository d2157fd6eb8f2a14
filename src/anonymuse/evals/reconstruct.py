"""Does the clustering find again what conversations were written to be about?

It runs the product's own stages on data with known truth, the baseline beside it on the same
samples: with facets the paper's recipe (Clio, arXiv 2412.13678: k-means on the request's
embedding), without facets the same language-centred vectors under plain k-means. Every seed
draws another sample and other starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.errors import InputError
from anonymuse.evals.known_truth import KnownTruth
from anonymuse.evals.scores import (
    Comparison,
    InformationShared,
    Measure,
    PuritySeen,
    Trial,
    also,
    compare,
    draw_weights,
    worst_group,
)
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.stages.cluster import View, cluster, facet_views, join_views, text_views
from anonymuse.stages.hierarchy import cut_leaves
from anonymuse.stats.intervals import Estimate
from anonymuse.vectors.kmeans import spherical_kmeans

SAMPLE = 0.9
"""Share of the conversations that each seed draws."""
DRAWS = 400
FEWEST_ROWS = 50

Embed = Callable[[str, Embedder, Sequence[str]], Vectors]
"""embeds the texts of a named view"""


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the result.

    Attributes:
        name: what is measured, and at how many clusters.
        ours: the product.
        baseline: beside it, on the same samples.
        gain: ours minus the baseline's, paired.
    """

    name: str
    ours: Estimate
    baseline: Estimate
    gain: Estimate


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """The result of one evaluation.

    Attributes:
        data: name of the data set.
        rows: conversations in it; each seed saw ``SAMPLE`` of them.
        seeds: how many.
        ours: what the product clustered, in words.
        baseline: likewise.
        scores: the lines of the table.
        by_language: purity of ours at the base, by true language.
        further: scores without interval, ours and the baseline's.
    """

    data: str
    rows: int
    seeds: int
    ours: str
    baseline: str
    scores: tuple[Score, ...]
    by_language: Mapping[str, float]
    further: Mapping[str, Mapping[str, float]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, repr=False)
class _Side:
    """One of the two that are compared: how it clusters a sample into k."""

    words: str
    run: Callable[[npt.NDArray[np.int64], int, int], tuple[Any, Any]]


def embed_views(
    known: KnownTruth, *, conversation: Embedder, facets: Embedder, embed: Embed
) -> dict[str, Vectors]:
    """Embed every view of the data: facets with one embedder, scrubbed text with the other."""
    found = {}
    for view, texts in known.texts.items():
        embedder = facets if view in ("request", "task") else conversation
        if view == "request" and not embedder.keeps_prefix:
            texts = tuple(text.removeprefix(REQUEST_PREFIX) for text in texts)
        found[view] = embed(view, embedder, texts)
    return found


def reconstruct(
    known: KnownTruth, vectors: Mapping[str, Vectors], *, seeds: int, draws: int = DRAWS
) -> Reconstruction:
    """Cluster samples of the data with the product and the baseline, and score both.

    Base clusters: as many as there are subcategories (five times the categories where there are
    none); top nodes: as many as categories.

    Args:
        known: the data and its truth.
        vectors: by view, as ``embed_views`` returns them.
        seeds: samples, 0 to ``seeds`` - 1.
        draws: of the bootstrap.

    Raises:
        InputError: too few rows to say anything.
    """
    if len(known) < FEWEST_ROWS:
        raise InputError(f"{known.name} has {len(known)} rows; {FEWEST_ROWS} are needed.")
    top = len(set(known.category))
    base = len(set(known.subcategory)) if known.subcategory else 5 * top
    base = min(base, round(len(known) * SAMPLE) // 4)
    sides = _sides(known, vectors)
    trials = [_trials(known, side, seeds, base, top) for side in sides]
    scores = _scores(known, trials[0], trials[1], base, top, draws)
    return Reconstruction(
        data=known.name,
        rows=len(known),
        seeds=seeds,
        ours=sides[0].words,
        baseline=sides[1].words,
        scores=tuple(scores),
        by_language=_by_language(known, trials[0]["base"]),
        further={"ours": also(trials[0]["base"]), "baseline": also(trials[1]["base"])},
    )


def _sides(known: KnownTruth, vectors: Mapping[str, Vectors]) -> tuple[_Side, _Side]:
    def ours(rows: npt.NDArray[np.int64], k: int, seed: int) -> tuple[Any, Any]:
        found = cluster(_views(known, vectors, rows), k=k, seed=seed)
        return found.labels, found.centroids

    def paper(rows: npt.NDArray[np.int64], k: int, seed: int) -> tuple[Any, Any]:
        view = View("request", vectors["request"][rows])
        found = cluster([view], k=k, seed=seed, method="paper")
        return found.labels, found.centroids

    def plain(rows: npt.NDArray[np.int64], k: int, seed: int) -> tuple[Any, Any]:
        views = [
            View(v.name, v.vectors, v.groups, dimensions=v.vectors.shape[1])
            for v in _views(known, vectors, rows)
        ]
        found = spherical_kmeans(join_views(views), k, seed=seed)
        return found.labels, found.centroids

    used = " + ".join(view.name for view in _views(known, vectors, np.arange(2)))
    words = f"views {used}, reduced, Ward over micro-clusters, k-means passes"
    if "request" in vectors:
        return _Side(words, ours), _Side("the paper's recipe: k-means on the request", paper)
    return _Side(words, ours), _Side("plain k-means on the same centred vectors", plain)


def _views(
    known: KnownTruth, vectors: Mapping[str, Vectors], rows: npt.NDArray[np.int64]
) -> list[View]:
    own = {name: array[rows] for name, array in vectors.items()}
    languages = None
    if known.languages is not None:
        languages = [known.languages[row] for row in rows]
    return facet_views(own, languages) if "request" in own else text_views(own, languages)


def _trials(
    known: KnownTruth, side: _Side, seeds: int, base: int, top: int
) -> dict[str, list[Trial]]:
    """Return the trials at the base, at the top, and where the tree over the base is cut."""
    truth = _numbers(known.category)
    found: dict[str, list[Trial]] = {"base": [], "top": [], "tree": []}
    for seed in range(seeds):
        rows = _sample(len(known), seed)
        labels, centroids = side.run(rows, base, seed)
        found["base"].append(Trial(labels, truth[rows], rows))
        sizes = np.bincount(labels, minlength=len(centroids)).astype(np.float64)
        nodes = cut_leaves(centroids, sizes, groups=top)
        found["tree"].append(Trial(nodes[labels], truth[rows], rows))
        labels, _ = side.run(rows, top, seed)
        found["top"].append(Trial(labels, truth[rows], rows))
    return found


def _sample(n: int, seed: int) -> npt.NDArray[np.int64]:
    rng = np.random.Generator(np.random.Philox(seed))
    return np.sort(rng.choice(n, size=round(n * SAMPLE), replace=False))


def _numbers(values: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.unique(np.asarray(values, dtype=np.str_), return_inverse=True)[1]


def _scores(
    known: KnownTruth,
    ours: Mapping[str, Sequence[Trial]],
    theirs: Mapping[str, Sequence[Trial]],
    base: int,
    top: int,
    draws: int,
) -> list[Score]:
    weights = draw_weights(len(known), draws=draws, seed=0)

    def score(name: str, level: str, make: Callable[[Trial], Measure]) -> Score:
        mine, other = ([make(trial) for trial in side[level]] for side in (ours, theirs))
        return _score(name, compare(mine, other, weights))

    scores = [
        score(f"purity, k = {base}", "base", PuritySeen),
        score(f"purity, k = {top}", "top", PuritySeen),
        score(f"AMI with categories, k = {top}", "top", InformationShared),
        score(f"AMI with categories, tree cut at {top} nodes", "tree", InformationShared),
        score(f"AMI with categories, k = {base}", "base", InformationShared),
    ]
    if known.subcategory is not None:
        lower = _numbers(known.subcategory)
        name = f"AMI with subcategories, k = {base}"
        scores.append(score(name, "base", lambda t: InformationShared(_other(t, lower))))
    if known.language is not None and len(set(known.language)) > 1:
        language = _numbers(known.language)
        scores += [
            _worst(known, ours["base"], theirs["base"], weights, base),
            score(
                f"AMI with language, k = {base} (0 is best)",
                "base",
                lambda t: InformationShared(_other(t, language)),
            ),
        ]
    return scores


def _other(trial: Trial, truth: npt.NDArray[np.int64]) -> Trial:
    return Trial(trial.labels, truth[trial.rows], trial.rows)


def _worst(
    known: KnownTruth,
    ours: Sequence[Trial],
    theirs: Sequence[Trial],
    weights: Sequence[npt.NDArray[np.int64]],
    base: int,
) -> Score:
    """Compare each side's own worst language."""
    groups = _numbers(known.language or ())
    sides = [
        [PuritySeen(trial, groups == worst_group(trials, groups)) for trial in trials]
        for trials in (ours, theirs)
    ]
    return _score(f"purity of the worst language, k = {base}", compare(sides[0], sides[1], weights))


def _score(name: str, found: Comparison) -> Score:
    return Score(name, found.ours, found.theirs, found.gain)


def _by_language(known: KnownTruth, trials: Sequence[Trial]) -> dict[str, float]:
    if known.language is None:
        return {}
    groups = np.asarray(known.language)
    return {
        str(name): float(np.mean([PuritySeen(t, groups == name).value() for t in trials]))
        for name in np.unique(groups)
    }
