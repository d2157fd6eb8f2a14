"""Canaries: made-up secrets that nobody else says, the disguises they go in, and how to find them.

A canary is found whatever its disguise: what is searched is brought to one plain form first (case,
spaces, look-alike letters of other alphabets, digits for letters), then compared exactly, and word
by word with at least 85 % of the letters alike.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

ALIKE = 0.85
_LEAST = 7
"""letters that a piece of a canary has at least: shorter ones turn up by chance"""

_LOOK: Final = str.maketrans("абсеорхуіјѕԁһкмтвнαβεικνορτυ", "abceopxyijsdhkmtbhabeiknoptu")
_LEET: Final = str.maketrans("4301578", "aeoistb")
_TO_LEET: Final = str.maketrans("aeoist", "430157")
_TO_LOOK: Final = str.maketrans("aceopxy", "асеорху")

_SYLLABLES = ("zyx", "quon", "brim", "vauld", "plon", "kett", "grue", "jask", "worb", "fliq",
              "dwen", "mub", "tho", "rax", "vyl", "snep", "clof", "hurz")  # fmt: skip

KINDS: Final = ("name", "telephone", "customer number", "phrase")


@dataclass(frozen=True, slots=True, repr=False)
class Canary:
    """One secret.

    Attributes:
        kind: one of ``KINDS``.
        text: as one would write it.
        pieces: what must not be found, in plain form.
    """

    kind: str
    text: str
    pieces: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Canary({self.kind})"


def make_canary(number: int, rng: random.Random) -> Canary:
    """Return a canary that no other number has."""
    kind = KINDS[number % len(KINDS)]
    if kind == "telephone":
        digits = f"{rng.randrange(10**6, 10**7)}{number:04d}"
        text = f"+49 15{digits[0]} {digits[1:4]} {digits[4:7]} {digits[7:]}"
        return Canary(kind, text, (f"15{digits}",))
    if kind == "customer number":
        digits = f"{number:05d}{rng.randrange(1000, 10000)}"
        return Canary(kind, f"KD-{digits[:5]}-{digits[5:]}", (f"kd{digits}", digits))
    made = [_made_up(rng) for _ in range(2 if kind == "name" else 3)]
    text = " ".join(word.capitalize() if kind == "name" else word for word in made)
    return Canary(kind, text, tuple(made))


def _made_up(rng: random.Random) -> str:
    return "".join(rng.sample(_SYLLABLES, 3))


DISGUISES: Final[dict[str, Callable[[str], str]]] = {
    "verbatim": lambda text: text,
    "lower case": str.casefold,
    "upper case": str.upper,
    "other order": lambda text: " ".join(reversed(text.split())),
    "spaced": lambda text: " ".join(text.replace(" ", "")),
    "leetspeak": lambda text: text.casefold().translate(_TO_LEET),
    "other alphabet": lambda text: text.casefold().translate(_TO_LOOK),
    "zero width": lambda text: "\u200b".join(text),
}


def plain(text: str) -> str:
    """Return a text in lower case, without marks, look-alikes and invisible characters."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LOOK)
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "MC" or c in "\n\t ")


class Finder:
    """Looks for all canaries of a world at once."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._of: dict[str, set[int]] = {}
        for number, canary in enumerate(canaries):
            for piece in canary.pieces:
                self._of.setdefault(piece, set()).add(number)
        self._grams: dict[str, set[str]] = {}
        for piece in self._of:
            for gram in _grams(piece):
                self._grams.setdefault(gram, set()).add(piece)

    def leaks(self, text: str) -> set[int]:
        """Return the numbers of the canaries of which a piece is found."""
        found: set[str] = set()
        for read in {plain(text), plain(text).translate(_LEET)}:
            joined = "".join(filter(str.isalnum, read))
            found |= {piece for piece in self._of if piece in joined}
            for word in set(re.findall(r"[^\W_]+", read)):
                found |= self._alike(word)
        return {number for piece in found for number in self._of[piece]}

    def _alike(self, word: str) -> set[str]:
        if len(word) < _LEAST:
            return set()
        near = {piece for gram in _grams(word) for piece in self._grams.get(gram, ())}
        return {
            piece
            for piece in near
            if SequenceMatcher(None, word, piece, autojunk=False).ratio() >= ALIKE
        }


def _grams(word: str) -> set[str]:
    return {word[i : i + 3] for i in range(len(word) - 2)}
