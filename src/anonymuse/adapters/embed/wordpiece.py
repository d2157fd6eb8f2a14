"""WordPiece tokens of uncased BERT vocabularies, with the standard library only.

Follows the description in Devlin et al. 2019 (BERT), appendix A.2, and Wu et al. 2016, section 4.1:
clean, split off Chinese characters, strip accents, lower, split on blanks and punctuation, then the
longest piece first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

_LONGEST_WORD = 100
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_BLANKS = frozenset("\t\n\r")
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Splits text into the ids of a vocabulary.

    Args:
        vocabulary: piece to id; pieces inside a word start with ``##``.
        unknown: id of a word that no pieces spell.
        first: id put before every text.
        last: id put after every text.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], *, unknown: int, first: int, last: int
    ) -> None:
        self._vocabulary = vocabulary
        self._unknown = unknown
        self._first = first
        self._last = last
        self._word = lru_cache(maxsize=50_000)(self._split_word)

    def encode(self, text: str, *, longest: int) -> list[int]:
        """Return at most ``longest`` ids, the two that mark the ends included."""
        room = longest - 2
        ids = [self._first]
        for word in _words(text):
            ids.extend(self._word(word))
            if len(ids) > room:
                break
        del ids[room + 1 :]
        ids.append(self._last)
        return ids

    def _split_word(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        pieces: list[int] = []
        start = 0
        while start < len(word):
            found = self._longest_piece(word, start)
            if found is None:
                return (self._unknown,)
            piece, start = found
            pieces.append(piece)
        return tuple(pieces)

    def _longest_piece(self, word: str, start: int) -> tuple[int, int] | None:
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            piece = self._vocabulary.get(mark + word[start:end])
            if piece is not None:
                return piece, end
        return None


def read_vocabulary(path: Path) -> dict[str, int]:
    """Read a vocabulary file with one piece a line; the line number is the id."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return {piece: number for number, piece in enumerate(lines) if piece}


def _words(text: str) -> list[str]:
    spaced = "".join(map(_clean, text))
    plain = unicodedata.normalize("NFD", spaced)
    return "".join(map(_lower_and_part, plain)).split()


@lru_cache(maxsize=10_000)
def _clean(char: str) -> str:
    """Drop control characters, make every blank a space, stand Chinese characters alone."""
    if char in _BLANKS or char.isspace():
        return " "
    if char == "\ufffd" or unicodedata.category(char).startswith("C"):
        return ""
    code = ord(char)
    if any(low <= code <= high for low, high in _CHINESE):
        return f" {char} "
    return char


@lru_cache(maxsize=10_000)
def _lower_and_part(char: str) -> str:
    """Drop an accent, lower a letter, stand punctuation alone."""
    category = unicodedata.category(char)
    if category == "Mn":
        return ""
    if char in _ASCII_PUNCTUATION or category.startswith("P"):
        return f" {char} "
    return char.lower()
