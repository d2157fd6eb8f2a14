"""Two reports side by side: which cluster of one continues which of the other.

Where one took its clusters over from the other, they have the same ids; where somebody has laid
both runs side by side, pairs are given. Else they are matched by what is published: names first,
then words of names and descriptions. A level's clusters are matched with clusters of the same level
alone, each with one at most.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from anonymuse.domain.released.cluster import Cluster
from anonymuse.insights.sheet import Ints, Tree
from anonymuse.stats.lifts import Counts, Ratios, notable, ratios

SAME_CLUSTER, SAME_PLACE = "same cluster", "same conversations"
SAME_NAME, SIMILAR = "same name", "similar words"
LEAST = 0.45
"""Cosine of two clusters' weighted words, below which they do not continue each other."""

_WORD = re.compile(r"\w+")
_COMMON = 0.02  # of a report's clusters: a word in more of them, and in more than _MANY, is dropped
_MANY = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A cluster here and the one there that continues it.

    Attributes:
        here: row of the first tree; None: only there.
        there: row of the second tree; None: only here.
        by: how they were found to belong together; empty for one alone.
        ratio: its share of people here over its share there, with a 95 % interval; None where one
            is missing or too little is known.
        low: lower end.
        high: upper end.
        notable: stands out after control over all pairs.
    """

    here: int | None
    there: int | None
    by: str = ""
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    notable: bool = False


def match(
    here: Tree, there: Tree, *, same: bool = False, linked: Iterable[tuple[str, str]] = ()
) -> list[Match]:
    """Return every cluster of both trees once: pairs, those only here, those only there.

    Args:
        here: the first tree.
        there: the second one.
        same: one was made by putting conversations into the other's clusters: ids say which is
            which, and nothing else.
        linked: ids here and there of clusters that are known to continue each other.
    """
    pairs = _same_ids(here, there) if same else _pairs(here, there, linked)
    found = _ratios(here, there, [(a, b) for a, b, _ in pairs])
    stands_out = notable(found)
    made = [
        Match(
            a, b, by,
            _told(found.ratio[n]), _told(found.low[n]), _told(found.high[n]), bool(stands_out[n]),
        )
        for n, (a, b, by) in enumerate(pairs)
    ]  # fmt: skip
    own, others = {a for a, _, _ in pairs}, {b for _, b, _ in pairs}
    made += [Match(a, None) for a in range(here.whole) if a not in own]
    made += [Match(None, b) for b in range(there.whole) if b not in others]
    return made


def _ratios(here: Tree, there: Tree, pairs: Sequence[tuple[int, int]]) -> Ratios:
    """Compare shares of people, as if the people of the two reports were different ones."""
    a = np.array([pair[0] for pair in pairs], dtype=np.int64)
    b = np.array([pair[1] for pair in pairs], dtype=np.int64)
    sigma, rounding = max(here.sigma, there.sigma), max(here.rounding, there.rounding)
    return ratios(_of_everybody(here, a), _of_everybody(there, b), sigma=sigma, rounding=rounding)


def _of_everybody(tree: Tree, rows: Ints) -> Counts:
    """Return the people of some clusters, among all of the report."""
    whole = tree.whole
    return Counts(
        tree.units[rows], tree.units[whole], tree.leaves[rows], tree.leaves[whole],
        tree.squares.of_shares[rows],
    )  # fmt: skip


def _same_ids(here: Tree, there: Tree) -> list[tuple[int, int, str]]:
    known = [(here.row[own.id], there.row.get(own.id)) for own in here.clusters]
    return [(a, b, SAME_CLUSTER) for a, b in known if b is not None]


def _pairs(
    here: Tree, there: Tree, linked: Iterable[tuple[str, str]]
) -> list[tuple[int, int, str]]:
    """Return one-to-one pairs in the order of the first tree."""
    rows = ((here.row[a], there.row[b]) for a, b in linked if a in here.row and b in there.row)
    words = _resembling(here.clusters, there.clusters)
    ranked = [(a, b) for _, a, b in sorted(words, key=lambda s: (-s[0], s[1], s[2]))]
    found: list[tuple[int, int, str]] = []
    own, others = set[int](), set[int]()
    for by, pairs in (
        (SAME_PLACE, rows),
        (SAME_NAME, _same_names(here.clusters, there.clusters)),
        (SIMILAR, ranked),
    ):
        for a, b in pairs:
            if a not in own and b not in others:
                found.append((a, b, by))
                own.add(a)
                others.add(b)
    return sorted(found)


def _same_names(here: Sequence[Cluster], there: Sequence[Cluster]) -> list[tuple[int, int]]:
    """Return pairs of one name at one level; of several with one name, the first of each."""
    known: dict[tuple[int, str], list[int]] = {}
    for b, cluster in enumerate(there):
        known.setdefault((cluster.level, cluster.name.casefold()), []).append(b)
    found = []
    for a, cluster in enumerate(here):
        if left := known.get((cluster.level, cluster.name.casefold())):
            found.append((a, left.pop(0)))
    return found


def _resembling(
    here: Sequence[Cluster], there: Sequence[Cluster]
) -> Iterable[tuple[float, int, int]]:
    """Yield pairs of one level whose words are alike, with the cosine of their weighted words."""
    words = [[_words(cluster) for cluster in side] for side in (here, there)]
    spread = Counter(word for own in words[0] for word in own)
    spread |= Counter(word for own in words[1] for word in own)  # the larger of both counts
    size = max(len(here), len(there))
    most = max(_MANY, _COMMON * size)
    weight = {word: log(1.0 + size / n) for word, n in spread.items() if n <= most}
    first, second = ([_weighted(own, weight) for own in side] for side in words)
    where: dict[tuple[int, str], list[int]] = {}
    for b, vector in enumerate(second):
        for word in vector:
            where.setdefault((there[b].level, word), []).append(b)
    for a, vector in enumerate(first):
        dots: defaultdict[int, float] = defaultdict(float)
        for word, own in vector.items():
            for b in where.get((here[a].level, word), ()):
                dots[b] += own * second[b][word]
        for b, dot in dots.items():
            if dot >= LEAST:
                yield dot, a, b


def _words(cluster: Cluster) -> Counter[str]:
    """Return a cluster's words; those of its name count three times."""
    found = Counter(_WORD.findall(cluster.description.casefold()))
    for word in _WORD.findall(cluster.name.casefold()):
        found[word] += 3
    return found


def _weighted(words: Counter[str], weight: dict[str, float]) -> dict[str, float]:
    found = {word: n * weight[word] for word, n in words.items() if weight.get(word)}
    length = sum(own**2 for own in found.values()) ** 0.5
    return {word: own / length for word, own in found.items()} if length else {}


def _told(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None
