"""Section: does a corpus in many languages cluster by topic, at no language's cost?

Each language clustered by itself is what a clustering of all must not fall behind. Taking the
language out is hardest where languages talk about different things, so the same is measured where
every language has lost half of its categories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.evals.clusterings import SAMPLE, Rows, draw_rows, numbers, sides_of, sizes_of
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Bars, Figure, Number, Section, Table
from anonymuse.evals.truth.confounded import KEPT, confounded
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.cluster import Method
from anonymuse.stats import scoring
from anonymuse.stats.agreement import adjusted_mutual_information, correct

LEAST_ROWS = 40
"""Of a language that is clustered by itself."""
PER_CLUSTER = 4
"""A clustering has at most one cluster for so many rows."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, repr=False)
class Apart:
    """What was found in one data set.

    Attributes:
        rows: which rows of the data have a large language, shape (m,).
        together: how often each lay with its own majority, of its language's rows in the cluster;
            NaN where no sample held it; shape (m,).
        alone: likewise where every language was clustered by itself.
        by_seed: mean of ``together`` for each seed.
        with_language: AMI of clusters and language, and of categories and language.
    """

    rows: Rows
    together: Floats
    alone: Floats
    by_seed: tuple[float, ...]
    with_language: tuple[float, float]


def measure_languages(material: Material, *, seeds: int) -> Section | None:
    """Return the section; None where fewer than two languages have enough rows."""
    return languages_section(
        material.known,
        material.vectors,
        base=material.config.cluster.k,
        method=material.config.cluster.method,
        seeds=seeds,
    )


def languages_section(
    known: KnownTruth,
    vectors: Mapping[str, Vectors],
    *,
    base: int | None,
    method: Method,
    seeds: int,
) -> Section | None:
    """Compare the clustering of all languages with that of each, on the data and confounded.

    Args:
        known: the data.
        vectors: by view.
        base: clusters of all; None: as many as subcategories, or five times the categories.
        method: of clustering.
        seeds: samples and starts.
    """
    large = large_languages(known)
    if len(large) < 2 or known.language is None:
        return None
    clusters, categories = sizes_of(known, base, share=1.0)
    per_category = clusters / categories
    figures, lines, pictures = [], [], []
    for key, words, rows in (
        ("within.base", "all categories in every language", range(len(known))),
        ("within.confounded", "half of the categories in each language", confounded(known)),
    ):
        part = known.take(rows)
        if len(large_languages(part)) < 2:
            continue
        own = {name: array[list(rows)] for name, array in vectors.items()}
        found = apart(part, own, per_category=per_category, method=method, seeds=seeds)
        figures.append(_figure(key, words, part, found))
        lines.append((words, len(found.rows), *found.with_language))
        pictures.append(_picture(words, part, found))
    return Section(
        key="languages",
        title="Languages",
        lead=(
            f"Share of conversations that lie with the majority of their language's rows in the "
            f"cluster: all {len(large)} languages clustered together, and each by itself (the "
            f"baseline) with as many clusters for a category. Then the same where each language "
            f"keeps {KEPT:.0%} of the categories. Each of {seeds} seeds draws {SAMPLE:.0%}."
        ),
        figures=tuple(figures),
        tables=(
            Table(
                "Adjusted mutual information with the language: of clusters, and of the "
                "categories themselves, which clusters of topics would have.",
                ("data", "rows", "clusters", "categories"),
                tuple(lines),
            ),
        ),
        pictures=tuple(pictures),
        baseline="each language clustered by itself",
    )


def large_languages(known: KnownTruth) -> list[str]:
    """Return the languages with enough rows to be clustered by themselves, sorted."""
    names, counts = np.unique(np.asarray(known.language or (), dtype=np.str_), return_counts=True)
    return [str(name) for name in names[counts >= LEAST_ROWS]]


def apart(
    known: KnownTruth,
    vectors: Mapping[str, Vectors],
    *,
    per_category: float,
    method: Method,
    seeds: int,
) -> Apart:
    """Cluster samples of the large languages, all together and each by itself.

    Args:
        known: the data, with at least two large languages.
        vectors: by view.
        per_category: clusters for a category, in both.
        method: of clustering.
        seeds: samples and starts, 0 to ``seeds`` - 1.
    """
    large = set(large_languages(known))
    rows = np.array([r for r, name in enumerate(known.language or ()) if name in large])
    own = known.take(rows.tolist())
    own_vectors = {name: array[rows] for name, array in vectors.items()}
    side = sides_of(own, own_vectors, method)[0]
    truth, language = numbers(own.category), numbers(own.language or ())
    hits = np.zeros((2, seeds, len(rows)))
    hits[:] = np.nan
    shared = []
    for seed in range(seeds):
        drawn = draw_rows(len(rows), SAMPLE, seed)
        labels = side.run(drawn, _clusters(truth[drawn], per_category), seed)[0]
        shared.append(adjusted_mutual_information(labels, language[drawn]))
        for group in np.unique(language[drawn]):
            mine = np.flatnonzero(language[drawn] == group)
            hits[0, seed, drawn[mine]] = correct(labels[mine], truth[drawn[mine]])
            alone = side.run(drawn[mine], _clusters(truth[drawn[mine]], per_category), seed)[0]
            hits[1, seed, drawn[mine]] = correct(alone, truth[drawn[mine]])
    seen = ~np.isnan(hits[0]).all(axis=0)
    means = np.full((2, len(rows)), np.nan)
    means[:, seen] = np.nanmean(hits[:, :, seen], axis=1)
    return Apart(
        rows=rows,
        together=means[0],
        alone=means[1],
        by_seed=tuple(float(value) for value in np.nanmean(hits[0], axis=1)),
        with_language=(float(np.mean(shared)), adjusted_mutual_information(truth, language)),
    )


def _clusters(truth: Rows, per_category: float) -> int:
    wanted = round(per_category * len(np.unique(truth)))
    return max(2, min(wanted, len(truth) // PER_CLUSTER))


def _figure(key: str, words: str, known: KnownTruth, found: Apart) -> Figure:
    seen = ~np.isnan(found.together)
    units = known.same or known.units
    whose = None if units is None else [units[row] for row in found.rows[seen]]
    gain = scoring.gain(found.together[seen], found.alone[seen], units=whose)
    return Figure.paired(
        key,
        f"purity within a language, {words}",
        gain,
        rows=int(seen.sum()),
        by_seed=found.by_seed,
    )


def _picture(words: str, known: KnownTruth, found: Apart) -> Bars:
    names = np.asarray(known.language or (), dtype=np.str_)[found.rows]
    seen = ~np.isnan(found.together)
    labels = [str(name) for name in np.unique(names[seen])]
    own: Sequence[npt.NDArray[np.bool_]] = [seen & (names == name) for name in labels]
    return Bars(
        f"Purity within each language, {words}; beside it the language by itself.",
        tuple(labels),
        tuple(Number.of(scoring.share(found.together[mine])) for mine in own),
        tuple(float(found.alone[mine].mean()) for mine in own),
    )
