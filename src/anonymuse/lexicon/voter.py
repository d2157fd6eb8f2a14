"""The voter that needs no model: whose own words say what a claim says.

A claim of a name must be true of many people, not only made of words that many used: "advise nurses
about debt" may join one person's two facts. So every person of a cluster votes on the whole claim,
with their own words and the topics that their conversations are nearest to, which carry it across
languages (``stages/find_topics.py``). Design 011 tells how the shares were found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from math import ceil

import numpy as np

from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.set_noise import QUIET, SetNoise
from anonymuse.lexicon.support_table import (
    Ints,
    SupportTable,
    Users,
    general_verbs,
    general_words,
)
from anonymuse.lexicon.words import content_words

CLAIM = 0.2
"""share of a cluster's people who must vote for each claim of its name or description"""
NAME = 0.2
"""share who must vote for one claim of the name at least"""
FEW = 2
"""a cluster of fewer people than this many cells has too few voters: keywords name it"""
OTHER = ": other requests"
"""ends a name that is a field and no more: our own words, which nobody has to bear out"""

_JOINTS = re.compile(r"\s*[,;:]\s*|\s+(?:and|or|und|et|y|e|и)\s+")


def parts_of(text: str) -> list[str]:
    """Return the claims of a name: what stands between commas, semicolons, "and" and "or".

    A part of general words alone claims nothing, unless all parts are such.
    """
    parts = [part for part in _JOINTS.split(text.removesuffix(OTHER)) if stems(part)]
    return [part for part in parts if _telling(part)] or parts


def votes(claim: str, text: str) -> bool:
    """Return whether a text entails a claim: it has all its content words but the general ones."""
    return bool(stems(claim)) and needed(claim) <= stems(text)


def needed(claim: str) -> frozenset[str]:
    """Return the stems that whoever votes for a claim must have used."""
    return _telling(claim) or stems(claim)


def whole(claim: str) -> frozenset[str]:
    """Return the stems of a claim but for a general verb that opens it.

    One person's "string of lights" is theirs although two of three words are general.
    """
    found = [word.stem for word in content_words(claim)]
    opens = bool(found) and found[0] in general_verbs()
    return frozenset(found[opens:]) or stems(claim)


def _telling(claim: str) -> frozenset[str]:
    words = content_words(claim)
    return frozenset(w.stem for w in words if w.text.casefold() not in general_words())


@dataclass(frozen=True, slots=True, repr=False)
class Voters:
    """The people of every cluster, asked by their words.

    Attributes:
        table: who used which word.
        cell: votes that a claim needs, at least, whatever the share.
        noise: on the count of votes.
        claim: share of a node's people who must vote for each claim.
        main: share who must vote for one of the name's claims at least.
    """

    table: SupportTable
    cell: int
    noise: SetNoise = QUIET
    claim: float = CLAIM
    main: float = NAME

    def __repr__(self) -> str:
        return f"Voters({self.table!r})"

    def few(self, node: str) -> bool:
        """Return whether a node has too few people to vote."""
        return self.table.size(node) < FEW * self.cell

    def keep(self, node: str, text: str) -> bool:
        """Return whether enough people vote for each claim of a text, and a cell used all of it."""
        return all(
            self._enough(node, self._for(node, needed(part)), self.claim)
            and self._enough(node, self._for(node, whole(part)), 0.0)
            for part in parts_of(text)
        )

    def name(self, node: str, text: str) -> bool:
        """Return whether a text may name the node: each claim is kept, and most people hold one."""
        each = [self._for(node, needed(part)) for part in parts_of(text)]
        kept = bool(each) and self.keep(node, text)
        return kept and self._enough(node, _any_of(each), self.main)

    def share(self, node: str, text: str) -> float:
        """Return the share of a node's people who vote for some claim of a text. Private."""
        each = [self._for(node, needed(part)) for part in parts_of(text)]
        return _any_of(each).count / max(1, self.table.size(node)) if each else 0.0

    def behind(self, node: str, text: str) -> int:
        """Return how many used all words of a text, noise included; 0 where too few did."""
        who = self._for(node, stems(text))
        return self.noise.noisy(who.units, who.count) if self._enough(node, who, 0.0) else 0

    def _enough(self, node: str, who: Users, share: float) -> bool:
        least = max(self.cell, ceil(share * self.table.size(node)))
        return self.noise.enough(who.units, who.count, least)

    def _for(self, node: str, wanted: frozenset[str]) -> Users:
        used = self.table.users(node)
        each = [used.get(word_stem, _NOBODY) for word_stem in sorted(wanted)]
        return reduce(_both, each)


_NOBODY = Users(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), 0)


def _both(one: Users, other: Users) -> Users:
    """Return who is on both sides, each with the more repeated of their two texts."""
    units, here, there = np.intersect1d(
        one.units, other.units, assume_unique=True, return_indices=True
    )
    return _users(units, np.minimum(one.votes[here], other.votes[there]))


def _any_of(each: list[Users]) -> Users:
    """Return who is on some side, each with the less repeated of their texts."""
    units = np.concatenate([who.units for who in each])
    ballots = np.concatenate([who.votes for who in each])
    order = np.lexsort((-ballots, units))
    units, first = np.unique(units[order], return_index=True)
    return _users(units, ballots[order][first])


def _users(units: Ints, ballots: Ints) -> Users:
    return Users(units, ballots, len(np.unique(ballots)))
