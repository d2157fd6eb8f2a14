"""Stage: say whether the base clusters mean anything, where nobody knows what they should be.

Everything is asked of one conversation of each person, so that nobody's number of conversations
decides, and every count of people that decides carries noise where the policy has any: a reader is
told what was decided. What is looked for:

- *collapsed*: hardly anything is told apart. Clusters whose centroids coincide count as one.
- *shapeless*: two halves of the conversations, each clustered alone, agree on groups no better
  than they would without structure (prediction strength, Tibshirani and Walther 2005, against
  rows whose coordinates are shuffled apart).
- *languages*: conversations that lie side by side once the mean of each language is taken out
  are in one group when they are in one language, and not otherwise. Topics that some languages
  do not have are no alarm: such conversations have no neighbours in other languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.thresholds import SHARP, Edges
from anonymuse.ports.language import UNKNOWN
from anonymuse.stats.agreement import adjusted_mutual_information
from anonymuse.vectors.kmeans import assign, cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import AnyRows, Floats, Labels, philox, unit_rows

Doubt = Literal["collapsed", "shapeless", "languages"]
Rows = npt.NDArray[np.int64]

MOST_ROWS, FEWEST_ROWS = 1_500, 50
"""conversations that are looked at; with fewer than the second nothing is said"""
FOR_HALVES, FOR_LANGUAGES = 300, 200
"""conversations that the other two need: with fewer, sound groups may seem not so"""
ONE_GROUP = 0.95
"""cosine of two centroids, the mean of all taken out, from which their clusters are one"""
FEWEST_GROUPS, LARGEST = 3, 0.5
"""groups that have to be told apart, and the share of people above which one holds too many"""
SPLITS, COARSE = 10, 10
"""halvings, and the clusters that each half makes"""
LEAST_AGREEMENT = 0.04
"""adjusted mutual information of two halves above that of shuffled rows"""
NEIGHBOURS, LEAST_LANGUAGE, LEAST_PAIRS = 10, 8, 20
NEAR = 0.99
"""share of all pairs that are further apart than two neighbours may be"""
LEAST_MEETING = 0.6
"""of the neighbours that other languages would have by chance: with fewer, topics differ"""
_TINY = 1e-5
LEAST_ACROSS = 0.2
"""how often neighbours in two languages share a group, for each time that others do"""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What was found; shares are 0 to 1.

    Attributes:
        rows: conversations that were looked at.
        different: texts among them, each once.
        groups: clusters, those that coincide counted as one.
        largest: share of the largest of them.
        agreement: of two halves, above chance (0 or below: none; 1: the same groups); None: not
            asked.
        misfit: share that lie no nearer to the rest of their cluster than a conversation of no
            topic would to some cluster, or nearer to another.
        meeting: neighbours in other languages, for each that chance would give; None: not asked.
        across: how often those share a group, for each time that neighbours in one language do.
        doubts: what speaks against the clustering; empty: nothing was found.
    """

    rows: int
    different: int
    groups: int
    largest: float
    agreement: float | None
    misfit: float
    meeting: float | None
    across: float | None
    doubts: tuple[Doubt, ...]


def choose_rows(texts: npt.NDArray[np.integer], units: npt.NDArray[np.integer], seed: int) -> Rows:
    """Return one text of each of up to ``MOST_ROWS`` units, in ascending order.

    A text that several of them sent is there as often.

    Args:
        texts: of each sampled row, shape (m,).
        units: of each sampled row, shape (m,).
        seed: of the draw.
    """
    rng = philox(seed)
    order = rng.permutation(len(units))
    _, first = np.unique(units[order], return_index=True)
    return np.sort(rng.permutation(texts[order[first]])[:MOST_ROWS]).astype(np.int64)


def appraise(
    labels: Labels,
    space: Floats,
    rows: Rows,
    *,
    weights: npt.NDArray[np.float64],
    k: int,
    seed: int,
    vectors: AnyRows | None = None,
    languages: Sequence[str] = (),
    edges: Edges = SHARP,
) -> Appraisal | None:
    """Look at a clustering; None where there are too few conversations to say anything.

    Args:
        labels: cluster of every row, 0 to k' - 1, shape (n,).
        space: what was clustered, rows of unit length, shape (n, d).
        rows: numbers of those that are looked at (see :func:`choose_rows`).
        weights: how many conversations a row stands for, shape (n,).
        k: clusters that were wanted at first: of two, one may hold more than half.
        seed: of every random draw.
        vectors: embedded conversations in their own languages, shape (n, e); None: there are none.
        languages: of every row, for ``vectors``.
        edges: of all people, so that all tries are judged by the same draws.
    """
    if not edges.reached(len(rows), FEWEST_ROWS, "appraised"):
        return None
    centre = space[rows].mean(axis=0)
    sums, mass = cluster_sums(space, labels, int(labels.max()) + 1, weights)
    sizes = _distinct(sums / mass[:, None] - centre, labels[rows])
    different = np.unique(rows)
    agreement, meeting, across = None, None, None
    if edges.reached(len(different), FOR_HALVES, "judged"):
        agreement = _halves_agree(unit_rows(space[different] - centre), len(mass), seed)
    if vectors is not None:
        codes = _codes([languages[row] for row in different.tolist()], edges)
        own = different[codes >= 0]
        meeting, across = _across_languages(
            np.asarray(vectors[own], dtype=np.float32), codes[codes >= 0], labels[own], edges
        )
    wide = k > FEWEST_GROUPS
    found: dict[Doubt, bool] = {
        "collapsed": wide and _collapsed(sizes, edges),
        "shapeless": agreement is not None and agreement < LEAST_AGREEMENT,
        "languages": across is not None and across < LEAST_ACROSS,
    }
    return Appraisal(
        rows=len(rows),
        different=len(different),
        groups=len(sizes),
        largest=float(sizes[0] / sizes.sum()),
        agreement=agreement,
        misfit=_misfit(space, labels, rows, sums, weights, seed),
        meeting=meeting,
        across=across,
        doubts=tuple(doubt for doubt, holds in found.items() if holds),
    )


def _collapsed(sizes: Rows, edges: Edges) -> bool:
    """Return whether hardly anything is told apart; that there is a third group takes people."""
    beyond = int(sizes[FEWEST_GROUPS - 1 :].sum())
    many = int(sizes[0]) + edges.noise("largest") > LARGEST * int(sizes.sum())
    return many or not edges.reached(beyond, 1, "groups")


def _distinct(centroids: npt.NDArray[np.float64], labels: Labels) -> Rows:
    """Return how many people each cluster holds when coinciding ones are joined, largest first.

    Joined is what a chain of coinciding centroids connects; a centroid of length zero is one with
    every other such.
    """
    units = unit_rows(centroids)
    flat: npt.NDArray[np.bool_] = np.logical_not(units.any(axis=1))
    near = (units @ units.T > ONE_GROUP) | np.outer(flat, flat)
    group = np.arange(len(units))
    while True:
        lowest = np.minimum(group, np.where(near, group, len(units)).min(axis=1))
        if np.array_equal(lowest, group):
            break
        group = lowest
    sizes = np.bincount(group[labels], minlength=len(units))
    return np.sort(sizes[sizes > 0])[::-1].astype(np.int64)


def _halves_agree(points: Floats, k: int, seed: int) -> float:
    """Return how far two halves agree on groups, above rows without structure; mean of splits."""
    found = []
    for split in range(SPLITS):
        rng = philox(seed + split)
        order = rng.permutation(len(points))
        found.append(
            _agreement(points[order], k, seed) - _agreement(_shuffled(points, rng), k, seed)
        )
    return float(np.mean(found))


def _agreement(points: Floats, k: int, seed: int) -> float:
    half = len(points) // 2
    wanted = max(2, min(k, COARSE))
    one = spherical_kmeans(points[:half], wanted, seed=seed)
    other = spherical_kmeans(points[half:], wanted, seed=seed)
    told, _ = assign(points[half:], one.centroids)
    if min(len(one.centroids), len(other.centroids)) < 2:
        return 0.0  # one group in each half: they cannot but agree
    return adjusted_mutual_information(told, other.labels)


def _shuffled(points: Floats, rng: np.random.Generator) -> Floats:
    """Return rows with the same coordinates along each axis, and nothing in common but that."""
    return unit_rows(np.stack([rng.permutation(axis) for axis in points.T], axis=1))


def _misfit(
    space: Floats,
    labels: Labels,
    rows: Rows,
    sums: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    seed: int,
) -> float:
    """Return the share of rows that fit their cluster no better than chance, or another better."""
    own, mine = space[rows], labels[rows]
    rest = unit_rows(sums[mine] - weights[rows, None] * own)
    fit = np.einsum("ij,ij->i", own, rest)
    centroids = unit_rows(sums)
    nearest, _ = assign(own, centroids)
    _, by_chance = assign(_shuffled(own, philox(seed)), centroids)
    floor = float(np.median(by_chance)) - _TINY
    return float(np.mean((fit < floor) | (nearest != mine)))


def _codes(languages: Sequence[str], edges: Edges) -> Labels:
    """Number the languages that have enough rows to have a mean; -1 for all others."""
    names, codes, counts = np.unique(
        np.asarray(languages, dtype=np.str_), return_inverse=True, return_counts=True
    )
    enough = [edges.reached(own, LEAST_LANGUAGE, "language") for own in counts.tolist()]
    solid = np.array(enough, dtype=np.bool_) & (names != UNKNOWN)
    return np.where(solid, np.cumsum(solid) - 1, -1)[codes].astype(np.int32)


def _across_languages(
    vectors: Floats, codes: Labels, labels: Labels, edges: Edges
) -> tuple[float | None, float | None]:
    """Return how often neighbours are of another language, and how often those share a group.

    Where topics differ by language, a conversation has few near ones in other languages once the
    mean of its language is gone; where groups are languages, it has many, and in other groups.
    """
    if not edges.reached(len(codes), FOR_LANGUAGES, "languages") or codes.max(initial=0) < 1:
        return None, None
    sums, mass = cluster_sums(vectors, codes, int(codes.max()) + 1)
    points = unit_rows(vectors - (sums / mass[:, None])[codes])
    near = points @ points.T
    np.fill_diagonal(near, -np.inf)
    nearest = np.argpartition(-near, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    close = np.take_along_axis(near, nearest, axis=1) > np.quantile(near, NEAR)
    place, which = np.nonzero(close)
    one, two = place, nearest[place, which]
    other, same = codes[one] != codes[two], labels[one] == labels[two]
    by_chance = 1.0 - float(((mass / mass.sum()) ** 2).sum())
    meeting = float(other.mean()) / by_chance
    counts = np.bincount(other, minlength=2)
    if min(counts) < LEAST_PAIRS or meeting < LEAST_MEETING or not same[~other].any():
        return meeting, None
    return meeting, float(same[other].mean() / same[~other].mean())
