"""Which texts are nearly the same, in any script: MinHash over runs of three words.

In scripts without spaces a character stands for a word and weighs half. Everything is numpy over
blocks of text: a hundred thousand conversations take seconds.

MinHash and banding after Broder (1997) and Leskovec, Rajaraman, Ullman, "Mining of Massive
Datasets", chapter 3.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.words import UNSPACED, fold

LEAST = 0.6
"""share of runs in common from which two texts are one: two words of forty may differ"""
FEWEST = 8
"""runs below which nothing is a copy: anybody says "translate this into English, please\""""

_HASHES = 64
_BANDS = 16
_BLOCK = 2_000_000
"""characters looked at together"""
_APART, _LETTER, _DENSE, _MARK = 0, 1, 2, 3
_LAST_CODE = 0x3FFFF

Hashes = npt.NDArray[np.uint64]
Pairs = npt.NDArray[np.int64]
"""places of two texts in each row, the earlier first; shape (pairs, 2)"""


def near_copies(texts: Sequence[str]) -> tuple[npt.NDArray[np.bool_], Pairs]:
    """Find near-duplicates.

    Args:
        texts: in any script.

    Returns:
        Which texts are long enough to be told apart, shape (n,); and pairs of near-duplicates
        among them: enough pairs to join every group of them, not all.
    """
    found, weights = signatures(texts)
    long = weights >= 2 * FEWEST
    return long, _pairs(found, np.flatnonzero(long))


def signatures(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return MinHash signatures: two texts share about as many hashes as runs of words.

    Args:
        texts: in any script.

    Returns:
        Hashes, shape (n, 64); and how much each text's runs weigh, shape (n,): two for a run of
        words, one in scripts without spaces, 0 for a text of less than three words.
    """
    found = np.zeros((len(texts), _HASHES), dtype=np.uint32)
    weights = np.zeros(len(texts), dtype=np.int64)
    for start, end in _blocks(texts):
        found[start:end], weights[start:end] = _signatures(texts[start:end])
    return found, weights


def likeness(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the share of runs of words that each two texts have in common, shape (n, n).

    Of texts with fewer than eight runs it counts in part: anybody says the same few words.

    Args:
        texts: at most some hundreds.
    """
    hashes, weight = signatures(texts)
    alike = np.zeros((len(texts), len(texts)), dtype=np.float32)
    for place in range(len(texts)):
        alike[place] = (hashes == hashes[place]).mean(axis=1)
    whole = np.minimum(weight / (2 * FEWEST), 1.0).astype(np.float32)
    return alike * np.minimum(whole[:, None], whole[None, :])


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Return ranges of texts with about as many characters as a block may have."""
    bounds, room = [0], _BLOCK
    for place, text in enumerate(texts):
        if len(text) > room and place > bounds[-1]:
            bounds.append(place)
            room = _BLOCK
        room -= len(text)
    yield from pairwise([*bounds, len(texts)])


def _signatures(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return the smallest of each hash over a text's runs, and how much the runs weigh."""
    owner, runs, weight = _runs([fold(text) for text in texts])
    signatures = np.zeros((len(texts), _HASHES), dtype=np.uint32)
    weights = np.bincount(owner, weights=weight, minlength=len(texts)).astype(np.int64)
    if len(runs):
        own, starts = np.unique(owner, return_index=True)
        for j, factor in enumerate(_factors()):
            hashed = ((runs * factor) >> np.uint64(32)).astype(np.uint32)
            signatures[own, j] = np.minimum.reduceat(hashed, starts)
    return signatures, weights


def _runs(texts: Sequence[str]) -> tuple[Pairs, Hashes, npt.NDArray[np.int64]]:
    """Return owner, hash and weight of every distinct run of three tokens, sorted by owner."""
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kind = _kinds()[np.minimum(codes, _LAST_CODE)]
    before = np.concatenate([[_APART], kind[:-1]])[: len(kind)]
    begins = (kind == _DENSE) | ((kind == _LETTER) & ((before == _APART) | (before == _DENSE)))
    starts = np.flatnonzero(begins)
    if len(starts) < 3:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.int64)
    place = np.arange(len(codes)) - starts[np.maximum(np.cumsum(begins) - 1, 0)]
    letters = _mixed(codes.astype(np.uint64) + (place.astype(np.uint64) << np.uint64(21)))
    letters[kind == _APART] = 0
    tokens = _mixed(np.add.reduceat(letters, starts))
    ends = np.cumsum([len(text) + 1 for text in texts])
    owner = np.searchsorted(ends, starts, side="right")
    runs = _mixed(tokens[:-2] * _A + tokens[1:-1] * _B + tokens[2:])
    inside = owner[:-2] == owner[2:]
    # One sort finds the distinct ones: owner above, hash below, and whether the script is dense.
    dense = (kind[starts] == _DENSE)[:-2].astype(np.uint64)
    keys = (owner[:-2].astype(np.uint64) << _HASH_BITS) | ((runs >> np.uint64(21)) << _ONE) | dense
    keys = np.unique(keys[inside])
    weight = np.where((keys & _ONE).astype(bool), 1, 2)
    return (keys >> _HASH_BITS).astype(np.int64), _mixed(keys & _HASH_MASK), weight


_ONE = np.uint64(1)
_HASH_BITS = np.uint64(44)
_HASH_MASK = np.uint64((1 << 44) - 1)
_A, _B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def _mixed(values: Hashes) -> Hashes:
    """Scramble 64-bit numbers (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Hashes = values ^ (values >> np.uint64(31))
    return mixed


@cache
def _factors() -> Hashes:
    """Return odd factors, one for each hash."""
    odd: Hashes = _mixed(np.arange(1, _HASHES + 1, dtype=np.uint64) * _A) | _ONE
    return odd


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """Return by code point whether it is part of a word, and of which kind of script."""
    kinds = np.zeros(_LAST_CODE + 1, dtype=np.uint8)
    for code in range(_LAST_CODE):
        category = unicodedata.category(chr(code))[0]
        if category in "LN":
            kinds[code] = _LETTER
        elif category == "M":
            kinds[code] = _MARK
    for low, high in UNSPACED:
        part = kinds[low : high + 1]
        part[part == _LETTER] = _DENSE
    return kinds


def _pairs(hashes: npt.NDArray[np.uint32], long: Pairs) -> Pairs:
    """Return pairs that share a band and then enough hashes: neighbours, and each with the first.

    A text stands beside all others of its band when sorted, so few comparisons join a group.
    """
    found = [np.zeros((0, 2), dtype=np.int64)]
    for band in np.split(hashes[long].astype(np.uint64), _BANDS, axis=1):
        keys = np.zeros(len(band), dtype=np.uint64)
        for column in band.T:
            keys = _mixed(keys * _A + column)
        order = np.argsort(keys, kind="stable")
        same = np.zeros(len(order), dtype=bool)
        same[1:] = keys[order][1:] == keys[order][:-1]
        first = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
        later = np.flatnonzero(same)
        found += [
            np.stack([long[order[earlier]], long[order[later]]], axis=1)
            for earlier in (later - 1, first[later])
        ]
    pairs = np.unique(np.concatenate(found), axis=0)
    alike = np.empty(len(pairs), dtype=bool)
    for start in range(0, len(pairs), _BLOCK // _HASHES):
        part = pairs[start : start + _BLOCK // _HASHES]
        common = (hashes[part[:, 0]] == hashes[part[:, 1]]).mean(axis=1)
        alike[start : start + len(part)] = common >= LEAST
    return pairs[alike]
