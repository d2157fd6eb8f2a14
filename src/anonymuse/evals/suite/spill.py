"""Section: do conversations that say the same thing lie together?

The same request in two clusters is counted as two topics. Where the data knows which rows say the
same (parallel sentences), those are looked at; elsewhere copies with typing errors are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anonymuse.evals.clusterings import SAMPLE, Side, draw_rows, numbers, sides_of, sizes_of
from anonymuse.evals.suite.material import Material
from anonymuse.evals.suite.section import Figure, Section
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.embedder import Vectors
from anonymuse.stats import scoring

COPIES = 200
"""Conversations of which a copy with typing errors is made."""
EVERY_WORD = 8
"""One word in so many loses a letter."""

Floats = npt.NDArray[np.float64]


def measure_spill(material: Material, *, seeds: int) -> Section | None:
    """Return the section; None where nothing says the same and copies cannot be made."""
    known, vectors = material.known, material.vectors
    if known.same is not None:
        groups = numbers(known.same)
        what = "Rows that say the same in different languages"
        return spill_section(known, vectors, groups, material, seeds=seeds, what=what)
    if "request" in vectors:  # how a model words the facets of a copy cannot be made up
        return None
    known, vectors, groups = with_copies(material)
    copies = len(known) - len(material.known)
    what = f"{copies} conversations and a copy of each, one word in {EVERY_WORD} without a letter"
    return spill_section(known, vectors, groups, material, seeds=seeds, what=what)


def spill_section(
    known: KnownTruth,
    vectors: Mapping[str, Vectors],
    groups: npt.NDArray[np.int64],
    material: Material,
    *,
    seeds: int,
    what: str,
) -> Section | None:
    """Cluster samples and say which share of pairs of one group lies in one cluster.

    Args:
        known: the data.
        vectors: by view.
        groups: rows with the same number say the same, shape (n,).
        material: for the configuration.
        seeds: samples and starts.
        what: the groups are, for the reader.
    """
    cluster = material.config.cluster
    base, top = sizes_of(known, cluster.k)

    def of_seed(side: Side, k: int, seed: int) -> Floats:
        rows = draw_rows(len(known), SAMPLE, seed)
        return together(side.run(rows, k, seed)[0], groups[rows], count=int(groups.max()) + 1)

    figures = []
    for level, k in (("base", base), ("top", top)):
        ours, theirs = (
            np.array([of_seed(side, k, seed) for seed in range(seeds)])
            for side in sides_of(known, vectors, cluster.method)
        )
        figure = _figure(level, k, ours, theirs)
        if figure is None:
            return None
        figures.append(figure)
    return Section(
        key="spill",
        title="Spill-over",
        lead=(
            f"{what}: the share of pairs that lie in one cluster, every group counted the same. "
            f"The rest is spill-over, one topic counted in two places. Each of {seeds} seeds draws "
            f"{SAMPLE:.0%} of the rows."
        ),
        figures=tuple(figures),
    )


def together(
    labels: Sequence[int] | npt.NDArray[np.int64], groups: npt.NDArray[np.int64], *, count: int
) -> Floats:
    """Return the share of each group's pairs that lie in one cluster.

    Args:
        labels: cluster of each row, shape (n,).
        groups: numbers below ``count``; rows with the same number say the same, shape (n,).
        count: of groups, also of those that have no row here.

    Returns:
        Shape (count,); NaN where a group has fewer than two rows.
    """
    sizes = np.bincount(groups, minlength=count).astype(np.float64)
    place = np.unique(np.asarray(labels), return_inverse=True)[1]
    cells, own = np.unique(np.stack([groups, place]), axis=1, return_counts=True)
    pairs = np.bincount(cells[0], weights=own * (own - 1.0), minlength=count)
    with np.errstate(invalid="ignore"):
        return np.asarray(pairs / (sizes * (sizes - 1.0)))


def with_copies(
    material: Material, *, copies: int = COPIES
) -> tuple[KnownTruth, dict[str, Vectors], npt.NDArray[np.int64]]:
    """Return the data with copies with typing errors behind it, embedded, and who copies whom."""
    known = material.known
    rows = draw_rows(len(known), min(1.0, copies / len(known)), seed=0)
    copied = known.take(rows.tolist())
    texts = {view: tuple(map(mistyped, copied.texts[view])) for view in copied.texts}
    vectors = {
        view: np.concatenate(
            [material.vectors[view], material.embed(view, material.conversation, texts[view])]
        )
        for view in texts
    }
    both = known.take([*range(len(known)), *rows.tolist()])
    joined = {view: (*known.texts[view], *texts[view]) for view in texts}
    return replace(both, texts=joined), vectors, np.concatenate([np.arange(len(known)), rows])


def mistyped(text: str) -> str:
    """Return a text in which every eighth word has lost its middle letter.

    Where words are not told by spaces, every eighth run of as many letters as a word has does.
    """
    words = text.split(" ")
    if len(words) * 4 * EVERY_WORD < len(text):
        words = [text[at : at + 4] for at in range(0, len(text), 4)]
        return "".join(map(_without_middle, range(len(words)), words))
    return " ".join(map(_without_middle, range(len(words)), words))


def _without_middle(place: int, word: str) -> str:
    middle = len(word) // 2
    touched = place % EVERY_WORD == EVERY_WORD // 2 and len(word) > 2
    return word[:middle] + word[middle + 1 :] if touched else word


def _figure(level: str, k: int, ours: Floats, theirs: Floats) -> Figure | None:
    """Return the figure from shares of shape (seeds, groups)."""
    seen = ~np.isnan(ours).all(axis=0)
    if seen.sum() < 2:
        return None
    found = scoring.gain(np.nanmean(ours[:, seen], axis=0), np.nanmean(theirs[:, seen], axis=0))
    return Figure.paired(
        f"together.{level}",
        f"pairs that say the same, in one cluster of {k}",
        found,
        rows=int(seen.sum()),
        by_seed=tuple(float(np.nanmean(one[seen])) for one in ours),
    )
