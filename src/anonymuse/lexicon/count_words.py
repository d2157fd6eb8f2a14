"""Counting who used which word: builds the support table while the texts stream by."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.support_table import Ints, SupportTable
from anonymuse.lexicon.words import Word, words

CAPITALISING = 0.25
"""share of capitals inside sentences from which a text says nothing about names (German, titles)"""


def build_table(
    texts: Sequence[str],
    labels: Sequence[int],
    units: Iterable[int],
    *,
    leaves: Sequence[str],
    groups: Sequence[int] | None = None,
) -> SupportTable:
    """Count words by base cluster.

    Args:
        texts: one per conversation: English facets, or the words of the conversation itself.
        labels: index into ``leaves`` per conversation; negative ones are left out.
        units: privacy unit per conversation.
        leaves: ids of the base clusters.
        groups: near-duplicates per conversation: equal numbers stand for one text, the most
            repeated first; negative where a text is its unit's own. None: all are.

    Returns:
        The table, without parents and without noise.
    """
    counts = _Counts()
    own = 1 + max(groups, default=-1) if groups is not None else 0
    groups = [-1] * len(texts) if groups is None else groups
    for text, label, unit, group in zip(texts, labels, units, groups, strict=True):
        if label >= 0:
            # A unit's own texts are numbered above all groups: they are what it counts with.
            vote = int(group) if group >= 0 else own + int(unit)
            counts.add(words(clean(text)), int(label), int(unit), vote)
    leaf_of, stem_of, unit_of, vote_of = counts.distinct()
    starts = np.searchsorted(leaf_of, np.arange(len(leaves) + 1)).astype(np.int32)
    return SupportTable(
        stems=tuple(counts.stems),
        index=counts.stems,
        shown=counts.shown(),
        leaves={leaf: i for i, leaf in enumerate(leaves)},
        starts=starts,
        stem_of=stem_of,
        unit_of=unit_of,
        vote_of=vote_of,
        sizes=counts.sizes(len(leaves)),
        namelike=counts.namelike(),
        parents={},
    )


class _Counts:
    """Accumulates while the texts stream by."""

    def __init__(self) -> None:
        self.stems: dict[str, int] = {}
        self._rows = array("i")
        self._members: set[tuple[int, int]] = set()
        self._spellings: list[dict[str, int]] = []
        self._capitals: list[int] = []
        self._smalls: list[int] = []

    def add(self, found: list[Word], label: int, unit: int, vote: int) -> None:
        """Count one text's words."""
        self._members.add((label, unit))
        tells = sum(word.capital for word in found) < CAPITALISING * len(found)
        for word in {word.stem: word for word in found}.values():
            index = self.stems.setdefault(word.stem, len(self.stems))
            if index == len(self._spellings):
                self._spellings.append({})
                self._capitals.append(0)
                self._smalls.append(0)
            self._rows.extend((label, index, unit, vote))
            spelling = word.text if word.capital else word.text.casefold()
            shown = self._spellings[index]
            shown[spelling] = shown.get(spelling, 0) + 1
            self._capitals[index] += tells and word.capital
            self._smalls[index] += tells and not word.capital and word.text[:1].islower()

    def distinct(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Leaf, stem, unit and vote of every distinct row, sorted by leaf, then stem, then unit.

        Of a unit's texts with the word, the one that fewest share is what it votes with.
        """
        rows = np.frombuffer(self._rows, dtype=np.int32).reshape(-1, 4)
        rows = rows[np.lexsort((rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))]
        last = np.ones(len(rows), dtype=bool)
        last[:-1] = (rows[1:, :3] != rows[:-1, :3]).any(axis=1)
        leaf_of, stem_of, unit_of, vote_of = rows[last].T.copy()
        return leaf_of, stem_of, unit_of, vote_of

    def sizes(self, leaves: int) -> Ints:
        """Distinct units per leaf, shape (leaves,)."""
        labels = np.array([label for label, _ in self._members], dtype=np.int64)
        return np.bincount(labels, minlength=leaves).astype(np.int32)

    def shown(self) -> tuple[str, ...]:
        """The commonest spelling of every stem; ties go to the first in the alphabet."""
        return tuple(min(s, key=lambda spelling: (-s[spelling], spelling)) for s in self._spellings)

    def namelike(self) -> frozenset[str]:
        """Stems written with a capital more often than not."""
        return frozenset(s for s, i in self.stems.items() if self._capitals[i] > self._smalls[i])
