"""Which words how many people of a cluster used: the evidence behind every published word.

A content word may be published only if at least ``cell`` distinct units of that cluster used it, or
it stands in the list of general words (``docs/privacy.md``). Numbers, dates and words that the data
itself writes with a capital are never published, whatever their support.

People whose texts are near-duplicates count once (``near_duplicates.py``), and the test carries
noise that is keyed on who used the word (``set_noise.py``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.set_noise import QUIET, SetNoise
from anonymuse.lexicon.words import Word, stem, word_list, words

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, repr=False)
class Users:
    """Who used one word in one node.

    Attributes:
        units: their codes, each once, rising; shape (n,).
        votes: what each counts as; people with the same number share a text and count once.
        count: distinct votes: never more than there are people, nor than different texts.
    """

    units: Ints
    votes: Ints
    count: int

    def __repr__(self) -> str:
        return f"Users({len(self.units)})"


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
        vote_of: shape (rows,), what the unit counts as for this word; see :class:`Users`.
        sizes: shape (leaves,), distinct units per leaf.
        namelike: stems mostly written with a capital inside sentences.
        parents: base cluster ids below every parent.
        noise: on the test of every word.
    """

    stems: tuple[str, ...]
    index: Mapping[str, int]
    shown: tuple[str, ...]
    leaves: Mapping[str, int]
    starts: Ints
    stem_of: Ints
    unit_of: Ints
    vote_of: Ints
    sizes: Ints
    namelike: frozenset[str]
    parents: Mapping[str, tuple[str, ...]]
    noise: SetNoise = QUIET
    _known: dict[str, dict[str, Users]] = field(default_factory=dict, init=False, compare=False)
    _passed: dict[tuple[str, int], frozenset[str]] = field(
        default_factory=dict, init=False, compare=False
    )

    def __repr__(self) -> str:
        return f"SupportTable({len(self.stems)} words, {len(self.leaves)} clusters)"

    def with_parents(self, parents: Mapping[str, Sequence[str]]) -> SupportTable:
        """Return the table with parents added: each the union over its base clusters."""
        added = {parent: tuple(below) for parent, below in parents.items()}
        return replace(self, parents={**self.parents, **added})

    def with_noise(self, noise: SetNoise) -> SupportTable:
        """Return the table whose words are tested with noise."""
        return replace(self, noise=noise)

    def users(self, node: str) -> dict[str, Users]:
        """Return who used each word stem of a node.

        Raises:
            KeyError: the table does not know the node.
        """
        if node not in self._known:
            self._known[node] = self._users(self._below(node))
        return self._known[node]

    def units(self, node: str) -> dict[str, int]:
        """Return by word stem how many units of a node count for it.

        Raises:
            KeyError: the table does not know the node.
        """
        return {word_stem: users.count for word_stem, users in self.users(node).items()}

    def supported(self, node: str, *, cell: int) -> frozenset[str]:
        """Return the stems that ``cell`` units of a node stand behind, noise included.

        Raises:
            KeyError: the table does not know the node.
        """
        key = (node, cell)
        if key not in self._passed:
            self._passed[key] = frozenset(
                word_stem
                for word_stem, users in self.users(node).items()
                if len(users.units) >= cell and self.noise.enough(users.units, users.count, cell)
            )
        return self._passed[key]

    def size(self, node: str) -> int:
        """Return the distinct units of a base cluster; the sum over a parent's base clusters."""
        return sum(int(self.sizes[self.leaves[leaf]]) for leaf in self._below(node))

    def spelling(self, word_stem: str) -> str:
        """Return how a stem is shown."""
        return self.shown[self.index[word_stem]]

    def _below(self, node: str) -> tuple[str, ...]:
        return (node,) if node in self.leaves else self.parents[node]

    def _users(self, below: tuple[str, ...]) -> dict[str, Users]:
        rows = [self._rows(leaf) for leaf in below]
        stem_of, unit_of, vote_of = (
            np.concatenate([column[r] for r in rows]) if rows else column[:0]
            for column in (self.stem_of, self.unit_of, self.vote_of)
        )
        if len(below) > 1:  # a unit counts once, with the text that fewest others share
            order = np.lexsort((vote_of, unit_of, stem_of))
            stem_of, unit_of, vote_of = stem_of[order], unit_of[order], vote_of[order]
            last = np.ones(len(order), dtype=bool)
            last[:-1] = (stem_of[1:] != stem_of[:-1]) | (unit_of[1:] != unit_of[:-1])
            stem_of, unit_of, vote_of = stem_of[last], unit_of[last], vote_of[last]
        if not len(stem_of):
            return {}
        found, starts = np.unique(stem_of, return_index=True)
        ends = [*starts[1:].tolist(), len(stem_of)]
        width = int(vote_of.max(initial=0)) + 1
        different = np.unique(stem_of.astype(np.int64) * width + vote_of) // width
        counts = np.unique(different, return_counts=True)[1].tolist()
        return {
            self.stems[i]: Users(unit_of[start:end], vote_of[start:end], count)
            for i, start, end, count in zip(
                found.tolist(), starts.tolist(), ends, counts, strict=True
            )
        }

    def _rows(self, leaf: str) -> slice:
        index = self.leaves[leaf]
        return slice(int(self.starts[index]), int(self.starts[index + 1]))


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
    """Return what belongs to no word: what cannot be counted cannot be supported.

    That is letters outside words, and characters that nobody sees: they cut words in two.
    """
    covered = bytearray(len(phrase))
    for word in found:
        covered[word.start : word.end] = b"\x01" * (word.end - word.start)
    return [
        char
        for place, char in enumerate(phrase)
        if (not covered[place] and unicodedata.category(char)[0] in "LM") or not clean(char)
    ]


def gate(node: str, table: SupportTable, *, cell: int) -> Callable[[Word], bool]:
    """Return the test that every published word of a node must pass."""
    return word_test(table.supported(node, cell=cell), namelike=table.namelike)


def word_test(supported: Iterable[str], *, namelike: Iterable[str]) -> Callable[[Word], bool]:
    """Return the test for a given set of supported stems."""
    allowed = frozenset(supported)
    names = frozenset(namelike)
    general, dates = general_words(), _stems("dates")
    capitals, functions = _stems("known_capitals"), word_list("function_words")

    def may_be_published(word: Word) -> bool:
        folded = word.text.casefold()
        if folded in functions and (folded == "i" or not word.capital):
            return True
        if word.number or word.mixed or word.stem in dates:
            return False
        if (word.capital or word.stem in names) and word.stem not in capitals:
            return False  # before the general words: "Price", "Cook" and "Will" are people too
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
