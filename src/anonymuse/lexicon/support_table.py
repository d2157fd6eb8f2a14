"""Which words how many people of a cluster used: the evidence behind every published word.

A content word may be published only if at least ``cell`` distinct units of that cluster used it, or
it stands in the list of general words (design page 3, "Token support"). Numbers, dates and words
that the data itself writes with a capital are never published, whatever their support.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.words import Word, stem, word_list, words

Ints = npt.NDArray[np.int32]

CAPITALISING = 0.25
"""share of capitals inside sentences from which a text says nothing about names (German, titles)"""


@dataclass(frozen=True, slots=True, repr=False)
class SupportTable:
    """Word stem by node: the distinct units that used it. Private: it holds everybody's words.

    Attributes:
        stems: the vocabulary; its indices are used below.
        index: place of every stem in it.
        shown: for each stem the spelling that most units used.
        leaves: base cluster ids by index.
        starts: shape (leaves + 1,); rows of a leaf are ``starts[i]:starts[i + 1]``.
        stem_of: shape (rows,), index of the stem; sorted within a leaf.
        unit_of: shape (rows,), the unit; every (leaf, stem, unit) occurs once.
        sizes: shape (leaves,), distinct units per leaf.
        namelike: stems mostly written with a capital inside sentences.
        parents: base cluster ids below every parent.
    """

    stems: tuple[str, ...]
    index: Mapping[str, int]
    shown: tuple[str, ...]
    leaves: Mapping[str, int]
    starts: Ints
    stem_of: Ints
    unit_of: Ints
    sizes: Ints
    namelike: frozenset[str]
    parents: Mapping[str, tuple[str, ...]]

    def __repr__(self) -> str:
        return f"SupportTable({len(self.stems)} words, {len(self.leaves)} clusters)"

    def with_parents(self, parents: Mapping[str, Sequence[str]]) -> SupportTable:
        """Return the table with parents added: each the union over its base clusters."""
        added = {parent: tuple(below) for parent, below in parents.items()}
        return replace(self, parents={**self.parents, **added})

    def units(self, node: str) -> dict[str, int]:
        """Return the distinct units of a node by word stem.

        Raises:
            KeyError: the table does not know the node.
        """
        below = (node,) if node in self.leaves else self.parents[node]
        rows = [self._rows(leaf) for leaf in below]
        stem_of = np.concatenate([self.stem_of[r] for r in rows]) if rows else self.stem_of[:0]
        unit_of = np.concatenate([self.unit_of[r] for r in rows]) if rows else self.unit_of[:0]
        if len(below) > 1:
            pairs = np.unique(np.stack([stem_of, unit_of]), axis=1)
            stem_of = pairs[0]
        found, counts = np.unique(stem_of, return_counts=True)
        return {self.stems[i]: int(n) for i, n in zip(found, counts, strict=True)}

    def size(self, node: str) -> int:
        """Return the distinct units of a base cluster; the sum over a parent's base clusters."""
        below = (node,) if node in self.leaves else self.parents[node]
        return sum(int(self.sizes[self.leaves[leaf]]) for leaf in below)

    def usual_share(self) -> dict[str, float]:
        """Return by stem the mean over the base clusters of the share of units that use it."""
        leaf_of = np.repeat(np.arange(len(self.leaves)), np.diff(self.starts))
        weight = 1.0 / np.maximum(self.sizes[leaf_of], 1) / max(len(self.leaves), 1)
        share = np.bincount(self.stem_of, weights=weight, minlength=len(self.stems))
        return dict(zip(self.stems, share.tolist(), strict=True))

    def spelling(self, word_stem: str) -> str:
        """Return how a stem is shown."""
        return self.shown[self.index[word_stem]]

    def _rows(self, leaf: str) -> slice:
        index = self.leaves[leaf]
        return slice(int(self.starts[index]), int(self.starts[index + 1]))


def build_table(
    texts: Sequence[str], labels: Sequence[int], units: Sequence[int], *, leaves: Sequence[str]
) -> SupportTable:
    """Count words by base cluster.

    Args:
        texts: one per conversation: English facets, or the words of the conversation itself.
        labels: index into ``leaves`` per conversation; negative ones are left out.
        units: privacy unit per conversation.
        leaves: ids of the base clusters.

    Returns:
        The table, without parents.
    """
    counts = _Counts()
    for text, label, unit in zip(texts, labels, units, strict=True):
        if label >= 0:
            counts.add(words(text), int(label), int(unit))
    leaf_of, stem_of, unit_of = counts.distinct()
    starts = np.searchsorted(leaf_of, np.arange(len(leaves) + 1)).astype(np.int32)
    return SupportTable(
        stems=tuple(counts.stems),
        index=counts.stems,
        shown=counts.shown(),
        leaves={leaf: i for i, leaf in enumerate(leaves)},
        starts=starts,
        stem_of=stem_of,
        unit_of=unit_of,
        sizes=counts.sizes(len(leaves)),
        namelike=counts.namelike(),
        parents={},
    )


def unsupported(phrase: str, node: str, table: SupportTable, *, cell: int) -> list[str]:
    """Return the words of a phrase that may not be published for a node, in order.

    Args:
        phrase: a name or a description.
        node: a base cluster or a parent of the table.
        table: built from the members' words.
        cell: distinct units that a content word needs.
    """
    allowed = gate(node, table, cell=cell)
    found = words(phrase)
    return [word.text for word in found if not allowed(word)] + _unseen(phrase, found)


def _unseen(phrase: str, found: Sequence[Word]) -> list[str]:
    """Return the letters that belong to no word: what cannot be counted cannot be supported."""
    covered = bytearray(len(phrase))
    for word in found:
        covered[word.start : word.end] = b"\x01" * (word.end - word.start)
    return [
        char
        for place, char in enumerate(phrase)
        if not covered[place] and unicodedata.category(char)[0] in "LM"
    ]


def gate(node: str, table: SupportTable, *, cell: int) -> Callable[[Word], bool]:
    """Return the test that every published word of a node must pass."""
    supported = {s for s, n in table.units(node).items() if n >= cell}
    return word_test(supported, namelike=table.namelike)


def word_test(supported: Iterable[str], *, namelike: Iterable[str]) -> Callable[[Word], bool]:
    """Return the test for a given set of supported stems."""
    allowed = set(supported)
    names = set(namelike)
    general, dates = general_words(), _stems("dates")
    capitals, functions = _stems("known_capitals"), word_list("function_words")

    def may_be_published(word: Word) -> bool:
        folded = word.text.casefold()
        if folded in functions:
            return True
        if word.number or word.stem in dates:
            return False
        if (word.capital or word.stem in names) and word.stem not in capitals:
            return False  # before the general words: "Price" and "Cook" are people too
        return folded in general or word.stem in allowed

    return may_be_published


@cache
def general_words() -> frozenset[str]:
    """Return the general words and verbs as they may be spelled, English endings included.

    Spellings and not stems: "tim" has the stem of "time" and is a name.
    """
    found: set[str] = set()
    for word in word_list("general_words") | word_list("general_verbs"):
        base = word[:-1] if word.endswith("e") else word
        found |= {word, f"{word}s", f"{word}es", f"{base}ing", f"{base}ed", f"{word}{word[-1:]}ing"}
        found |= {f"{word}{word[-1:]}ed"}
        if word.endswith("y"):
            found |= {f"{word[:-1]}ies", f"{word[:-1]}ied"}
    return frozenset(found)


def general_verbs() -> frozenset[str]:
    """Return the stems of the general verbs."""
    return _stems("general_verbs")


@cache
def _stems(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in word_list(name))


class _Counts:
    """Accumulates while the texts stream by."""

    def __init__(self) -> None:
        self.stems: dict[str, int] = {}
        self._rows = array("i")
        self._members: set[tuple[int, int]] = set()
        self._spellings: list[dict[str, int]] = []
        self._capitals: list[int] = []
        self._smalls: list[int] = []

    def add(self, found: list[Word], label: int, unit: int) -> None:
        """Count one text's words."""
        self._members.add((label, unit))
        tells = sum(word.capital for word in found) < CAPITALISING * len(found)
        for word in {word.stem: word for word in found}.values():
            index = self.stems.setdefault(word.stem, len(self.stems))
            if index == len(self._spellings):
                self._spellings.append({})
                self._capitals.append(0)
                self._smalls.append(0)
            self._rows.extend((label, index, unit))
            spelling = word.text if word.capital else word.text.casefold()
            shown = self._spellings[index]
            shown[spelling] = shown.get(spelling, 0) + 1
            self._capitals[index] += tells and word.capital
            self._smalls[index] += tells and not word.capital and word.text[:1].islower()

    def distinct(self) -> tuple[Ints, Ints, Ints]:
        """Leaf, stem and unit of every distinct row, sorted by leaf, then stem, then unit."""
        rows = np.frombuffer(self._rows, dtype=np.int32).reshape(-1, 3)
        rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
        new = np.ones(len(rows), dtype=bool)
        new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
        leaf_of, stem_of, unit_of = rows[new].T.copy()
        return leaf_of, stem_of, unit_of

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
