"""What sets a cluster apart, in words that enough of its people used."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.special import own_words
from anonymuse.lexicon.support_table import SupportTable, gate
from anonymuse.lexicon.usual import usual_share
from anonymuse.lexicon.words import Word, is_stop, words

_FLOOR = 0.01
"""share added above and below, so that a word of one small cluster does not win by rarity alone"""

_STOOD_IN = 0.5
"""share of people from which a word that stands in for specifics tells what a cluster is about:
people of all languages have it in common, so it sets clusters apart too easily"""

_LEAST = 1e-6
"""weights below it are rounding: a word that everybody uses tells nothing"""


def distinctive(
    node: str, table: SupportTable, *, cell: int, usual: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Return publishable stems with their weight, heaviest first.

    The weight is class TF-IDF over people: the share of the node's units that use the word, times
    the logarithm of how much larger that is than the usual share.

    Args:
        node: a base cluster or a parent of the table.
        table: support over the members' words.
        cell: distinct units a word needs.
        usual: :func:`usual.usual_share`, where the caller has it already.
    """
    usual = usual_share(table) if usual is None else usual
    allowed, size = gate(node, table, cell=cell), max(table.size(node), 1)
    found: dict[str, float] = {}
    people = table.units(node)
    for word_stem in table.supported(node, cell=cell):
        units, spelling = people[word_stem], table.spelling(word_stem)
        if is_stop(spelling) or not allowed(_as_word(spelling, word_stem)):
            continue
        share = units / size
        if share < _STOOD_IN and spelling.casefold() in own_words():
            continue
        weight = share * math.log((share + _FLOOR) / (usual[word_stem] + _FLOOR))
        if weight > _LEAST:
            found[word_stem] = weight
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def keywords(
    node: str, table: SupportTable, *, cell: int, most: int = 4,
    usual: Mapping[str, float] | None = None,
) -> list[str]:  # fmt: skip
    """Return up to ``most`` distinctive words, spelled as most people spelled them."""
    return spelled_words(distinctive(node, table, cell=cell, usual=usual), table, most=most)


def spelled_words(weights: Iterable[str], table: SupportTable, *, most: int) -> list[str]:
    """Return up to ``most`` of :func:`distinctive` stems, spelled as most people spelled them."""
    chosen: list[str] = []
    for word_stem in weights:
        spelling = table.spelling(word_stem)
        inside = [word for word in chosen if spelling in word or word in spelling]
        if not inside:
            chosen.append(spelling)
        elif all(len(spelling) > len(word) and _unspaced(word) for word in inside):
            # "蔬菜种" says more than "蔬菜": the longer run takes the place of its piece.
            chosen = [word for word in chosen if word not in inside] + [spelling]
        if len(chosen) == most:
            break
    return chosen


def cover(phrases: Sequence[str], weights: Mapping[str, float], *, most: int) -> list[str]:
    """Choose phrases that together hold much of the weight, each adding words of its own.

    Args:
        phrases: candidates, the better first: ties go to the earlier.
        weights: by stem; see :func:`distinctive`.
        most: how many to choose.
    """
    rest = list(dict.fromkeys(phrases))
    seen: dict[str, int] = {}
    chosen: list[str] = []
    while rest and len(chosen) < most:
        gains = [_gain(phrase, weights, seen) for phrase in rest]
        best = max(range(len(rest)), key=lambda i: gains[i])
        if gains[best] <= 0:
            break
        phrase = rest.pop(best)
        chosen.append(phrase)
        for word_stem in stems(phrase):
            seen[word_stem] = seen.get(word_stem, 0) + 1
    return chosen


def _gain(phrase: str, weights: Mapping[str, float], seen: Mapping[str, int]) -> float:
    """Weight of a phrase's words, each halved for every time it was chosen before."""
    found = stems(phrase)
    total = sum(weights.get(s, 0.0) * 0.5 ** seen.get(s, 0) for s in found)
    return float(total / (1 + 0.15 * len(found)))


def _unspaced(word: str) -> bool:
    return word >= "\u0e00" and not word[:1].isupper() and not word[:1].islower()


def _as_word(spelling: str, word_stem: str) -> Word:
    return next(
        (word for word in words(spelling) if word.stem == word_stem),
        Word(spelling, word_stem, False, 0, len(spelling)),
    )
