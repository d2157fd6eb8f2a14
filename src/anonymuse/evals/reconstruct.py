"""Does the clustering find again what conversations were written to be about?

It runs the product's own stages on data with known truth, the baseline beside it on the same
samples: with facets the paper's recipe (Clio, arXiv 2412.13678: k-means on the request's
embedding), without facets the same language-centred vectors under plain k-means. Every seed
draws another sample and other starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.errors import InputError
from anonymuse.evals.clusterings import numbers, sides_of, sizes_of, trials_of
from anonymuse.evals.scores import (
    InformationShared,
    MacroF1,
    Measure,
    PuritySeen,
    Trial,
    also,
    compare,
    worst_group,
)
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.embedder import Vectors
from anonymuse.stages.cluster import Method
from anonymuse.stats.agreement import contingency
from anonymuse.stats.bootstrap import draw_weights
from anonymuse.stats.intervals import Estimate

DRAWS = 400
FEWEST_ROWS = 50
LEAST_GROUP = 10
"""Languages with fewer conversations have no score of their own."""


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the result.

    Attributes:
        key: of the measure, without numbers of clusters.
        name: what is measured, and at how many clusters.
        ours: the product.
        baseline: beside it, on the same samples.
        gain: ours minus the baseline's, paired.
        by_seed: ours for each seed.
    """

    key: str
    name: str
    ours: Estimate
    baseline: Estimate
    gain: Estimate
    by_seed: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """The result of one evaluation.

    Attributes:
        data: name of the data set.
        rows: conversations in it; each seed saw ``SAMPLE`` of them.
        seeds: how many.
        base: base clusters.
        top: top nodes.
        ours: what the product clustered, in words.
        baseline: likewise.
        scores: the lines of the table.
        by_language: purity of ours at the base, by true language; the baseline's beside it.
        by_category: share of each category that lies where it is the majority, at the base.
        confusion: shares of each category (rows) by their cluster's majority (columns), at the
            base, both in the order of ``by_category``.
        further: scores without interval, ours and the baseline's.
    """

    data: str
    rows: int
    seeds: int
    base: int
    top: int
    ours: str
    baseline: str
    scores: tuple[Score, ...]
    by_language: Mapping[str, tuple[Estimate, float]]
    by_category: Mapping[str, float]
    confusion: tuple[tuple[float, ...], ...]
    further: Mapping[str, Mapping[str, float]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def reconstruct(
    known: KnownTruth,
    vectors: Mapping[str, Vectors],
    *,
    seeds: int,
    draws: int = DRAWS,
    k: int | None = None,
    method: Method = "views",
    counted: Callable[[range], Iterable[int]] = iter,
) -> Reconstruction:
    """Cluster samples of the data with the product and the baseline, and score both.

    Args:
        known: the data and its truth.
        vectors: by view, as ``embed_views`` returns them.
        seeds: samples, 0 to ``seeds`` - 1.
        draws: of the bootstrap.
        k: base clusters, where another number is wanted.
        method: of the product's clustering.
        counted: is handed the seeds, and yields them; to tell how far it is.

    Raises:
        InputError: too few rows or categories to say anything.
    """
    if len(known) < FEWEST_ROWS:
        raise InputError(
            f"{known.name} has {len(known)} rows with a category; {FEWEST_ROWS} are needed. "
            f"Label more of them."
        )
    if len(set(known.category)) < 2:
        raise InputError(
            f"Every row of {known.name} has the same category, so that any clusters would be "
            f"right. Name another column with --truth."
        )
    base, top = sizes_of(known, k)
    sides = sides_of(known, vectors, method)
    trials = trials_of(known, sides, counted(range(seeds)), base, top)
    weights = draw_weights(len(known), draws=draws, seed=0, units=known.units)
    names, confusion = _confusion(known, trials[0]["base"])
    return Reconstruction(
        data=known.name,
        rows=len(known),
        seeds=seeds,
        base=base,
        top=top,
        ours=sides[0].words,
        baseline=sides[1].words,
        scores=tuple(_scores(known, (trials[0], trials[1]), (base, top), weights)),
        by_language=_by_language(known, (trials[0]["base"], trials[1]["base"]), weights),
        by_category={
            name: row[i] for i, (name, row) in enumerate(zip(names, confusion, strict=True))
        },
        confusion=confusion,
        further={"ours": also(trials[0]["base"]), "baseline": also(trials[1]["base"])},
    )


def _scores(
    known: KnownTruth,
    sides: tuple[Mapping[str, Sequence[Trial]], Mapping[str, Sequence[Trial]]],
    sizes: tuple[int, int],
    weights: Sequence[npt.NDArray[np.int64]],
) -> list[Score]:
    base, top = sizes

    def score(key: str, name: str, level: str, make: Callable[[Trial], Measure]) -> Score:
        mine, other = ([make(trial) for trial in side[level]] for side in sides)
        return _score(key, name, mine, other, weights)

    scores = [
        score("purity.base", f"purity, k = {base}", "base", PuritySeen),
        score("purity.top", f"purity, k = {top}", "top", PuritySeen),
        score("f1.base", f"macro F1 of majorities, k = {base}", "base", MacroF1),
        score("ami.top", f"AMI with categories, k = {top}", "top", InformationShared),
        score("ami.tree", f"AMI with categories, tree cut at {top} nodes", "tree",
              InformationShared),
        score("ami.base", f"AMI with categories, k = {base}", "base", InformationShared),
    ]  # fmt: skip
    if known.subcategory is not None:
        lower = numbers(known.subcategory)
        name = f"AMI with subcategories, k = {base}"
        make = lambda t: InformationShared(_other(t, lower))  # noqa: E731
        scores.append(score("ami.lower", name, "base", make))
    if known.language is not None and len(set(known.language)) > 1:
        language = numbers(known.language)
        scores += [
            _worst(known, sides, weights, base),
            score(
                "ami.language",
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
    sides: tuple[Mapping[str, Sequence[Trial]], Mapping[str, Sequence[Trial]]],
    weights: Sequence[npt.NDArray[np.int64]],
    base: int,
) -> Score:
    """Compare each side's own worst language."""
    groups = numbers(known.language or ())
    mine, other = (
        [PuritySeen(t, groups == worst_group(side["base"], groups)) for t in side["base"]]
        for side in sides
    )
    name = f"purity of the worst language, k = {base}"
    return _score("purity.worst", name, mine, other, weights)


def _score(
    key: str,
    name: str,
    mine: Sequence[Measure],
    other: Sequence[Measure],
    weights: Sequence[npt.NDArray[np.int64]],
) -> Score:
    found = compare(mine, other, weights)
    by_seed = tuple(measure.value() for measure in mine)
    return Score(key, name, found.ours, found.theirs, found.gain, by_seed)


def _by_language(
    known: KnownTruth,
    sides: tuple[Sequence[Trial], Sequence[Trial]],
    weights: Sequence[npt.NDArray[np.int64]],
) -> dict[str, tuple[Estimate, float]]:
    if known.language is None:
        return {}
    groups = np.asarray(known.language)
    names, count = np.unique(groups, return_counts=True)
    found = {}
    for name in names[count >= LEAST_GROUP]:
        mine, other = ([PuritySeen(t, groups == name) for t in trials] for trials in sides)
        both = compare(mine, other, weights)
        found[str(name)] = (both.ours, both.theirs.mean)
    return found


def _confusion(
    known: KnownTruth, trials: Sequence[Trial]
) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
    """Return the categories, and where conversations of each went, averaged over trials."""
    names = sorted(set(known.category))
    cells = np.zeros((len(names), len(names)))
    for trial in trials:
        said = contingency(trial.labels, trial.truth).argmax(axis=1)
        place = np.unique(trial.labels, return_inverse=True)[1]
        present = np.unique(trial.truth)
        np.add.at(cells, (trial.truth, present[said[place]]), 1.0)
    cells /= np.maximum(cells.sum(axis=1, keepdims=True), 1.0)
    return tuple(names), tuple(tuple(row) for row in cells.tolist())
