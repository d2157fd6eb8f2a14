"""Which names say nearly the same in nearly the same words, in any script.

Two names are alike where their content words are the same in whatever order, or where most pairs
of neighbouring characters are (Dice 1945). What only means the same ("Vacation planning", "Plan a
holiday") is a matter of vectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

from anonymuse.lexicon.words import content_words, fold, words

LEAST = 0.8
"""share of character pairs in common: "a trip to Spain" and "a trip to Japan" have 0.73"""


def alike_pairs(names: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of all pairs of names that are alike, the earlier first."""
    stems, pairs = [_stems(name) for name in names], [_pairs(name) for name in names]
    return [
        (a, b)
        for a, b in combinations(range(len(names)), 2)
        if stems[a] == stems[b] or _dice(pairs[a], pairs[b]) >= LEAST
    ]


def _stems(name: str) -> frozenset[str]:
    """Return the content words; all words where there are none, the text where there is no word."""
    found = content_words(name) or words(name)
    return frozenset(word.stem for word in found) or frozenset((fold(name),))


def _pairs(name: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise([character for character in fold(name) if character.isalnum()]))


def _dice(one: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> float:
    return 2 * (one & other).total() / max(1, one.total() + other.total())
