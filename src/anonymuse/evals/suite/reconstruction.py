"""Section: does clustering find again what the conversations were written to be about?"""

from __future__ import annotations

import numpy as np

from anonymuse.evals.clusterings import SAMPLE, numbers, views_of
from anonymuse.evals.reconstruct import Reconstruction, Score, reconstruct
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Bars, Better, Curve, Figure, Heat, Number, Section, Table
from anonymuse.stages.cluster import cluster
from anonymuse.stats.agreement import correct
from anonymuse.stats.scoring import share

PARTS = 10
MOST_CATEGORIES = 40
"""A matrix of more cannot be read."""
ZERO_IS_BEST = ("ami.language",)


def measure_reconstruction(material: Material, *, seeds: int) -> Section:
    """Return the section, the baseline beside every figure."""
    cluster = material.config.cluster
    found = reconstruct(
        material.known,
        material.vectors,
        seeds=seeds,
        k=cluster.k,
        method=cluster.method,
        counted=material.counted,
    )
    return Section(
        key="reconstruction",
        title="Assisted reconstruction",
        lead=(
            f"{found.rows:,} conversations in {found.top} categories. Each of {found.seeds} seeds "
            f"draws {SAMPLE:.0%} of them and other starts. A cluster counts for its most frequent "
            f"category: an upper bound, as a reader of its name can do no better. "
            f"Ours: {found.ours}. Baseline: {found.baseline}."
        ),
        figures=tuple(_figure(score, found) for score in found.scores),
        tables=(_agreement(found),),
        baseline=found.baseline,
        pictures=(*_pictures(found), _fit_picture(material, found.base)),
    )


def _figure(score: Score, found: Reconstruction) -> Figure:
    better: Better = "zero" if score.key in ZERO_IS_BEST else "higher"
    return Figure(
        key=score.key,
        label=score.name,
        ours=Number.of(score.ours),
        baseline=Number.of(score.baseline),
        gain=Number.of(score.gain),
        better=better,
        rows=found.rows,
        by_seed=score.by_seed,
    )


def _agreement(found: Reconstruction) -> Table:
    ours, baseline = found.further["ours"], found.further["baseline"]
    return Table(
        f"Further agreement with categories at the base, k = {found.base}, without intervals.",
        ("measure", "ours", "baseline"),
        tuple((name.replace("_", " "), ours[name], baseline[name]) for name in ours),
    )


def _pictures(found: Reconstruction) -> tuple[Heat | Bars, ...]:
    names = tuple(found.by_category)
    pictures: list[Heat | Bars] = []
    if found.by_language:
        pictures.append(
            Bars(
                "Share of each language's conversations whose cluster's majority is theirs.",
                tuple(found.by_language),
                tuple(Number.of(ours) for ours, _ in found.by_language.values()),
                tuple(theirs for _, theirs in found.by_language.values()),
            )
        )
    if len(names) <= MOST_CATEGORIES:
        caption = "Where conversations of each category (rows) lie, by their cluster's majority."
        pictures.append(Heat(caption, names, names, found.confusion))
    return tuple(pictures)


def _fit_picture(material: Material, base: int) -> Curve:
    """Picture whether a row's fit (cosine to its centroid) tells if it lies where it belongs."""
    known = material.known
    rows = np.arange(len(known))
    found = cluster(
        views_of(known, material.vectors, rows), k=base, seed=0,
        method=material.config.cluster.method,
    )  # fmt: skip
    right = correct(found.labels, numbers(known.category))
    order = np.argsort(found.fit, kind="stable")
    points = []
    for part in np.array_split(order, PARTS):
        units = None if known.units is None else [known.units[row] for row in part]
        points.append((float(found.fit[part].mean()), Number.of(share(right[part], units=units))))
    return Curve(
        "Does a poor fit tell a wrong place? Conversations in ten parts by their fit to their "
        "cluster; the fit is a cosine, no probability.",
        "fit, mean of each tenth",
        "share whose cluster's majority is theirs",
        tuple(points),
        diagonal=False,
    )
