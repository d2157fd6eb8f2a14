"""Unicode hygiene: one spelling, no invisible characters, and a shadow that patterns read.

Everything that looks for identifiers reads the *shadow*: the same text, character for character
at the same place, with digits and signs of every script written in ASCII. So ``٠٥٥`` and ``０９０``
are found by the same patterns as ``055``, and what is found can be cut out of the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0\u034f"
"""Fillers and the grapheme joiner: letters or marks that show nothing."""

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_SPACES = "\u00a0\u1680\u202f\u205f\u3000" + "".join(chr(c) for c in range(0x2000, 0x200B))


def _dropped(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return character not in "\n\t"
    if kind in {"Cf", "Cs"}:
        return True
    code = ord(character)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return selector or character in _INVISIBLE_LETTERS


_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x11FF), (0x1780, 0x17FF), (0x2E80, 0xD7FF), (0xF900, 0xFAFF),
    (0xFF66, 0xFFDC),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, CJK, kana, Hangul: a number may follow a letter without a space."""


def _ranges(codes: Iterable[int]) -> str:
    """Return sorted code points as the inside of a character class."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{a:08x}-\\U{b:08x}" for a, b in ranges)


WORD = "_" + _ranges(
    code
    for code in range(0x10000)
    if chr(code).isalnum() and not any(a <= code <= b for a, b in _UNSPACED)
)
"""Inside of a character class: ``\\w`` but for the letters of scripts without spaces."""


@cache
def _hidden() -> re.Pattern[str]:
    """Compile the class of characters that are dropped."""
    codes = (code for code in range(0x20000) if _dropped(chr(code)))
    # Beyond: only the tag characters and selectors of plane 14.
    return re.compile(f"[{_ranges(codes)}\U000e0000-\U000e01ef]+")


def clean(text: str) -> str:
    """Return the text in NFC with plain line breaks and without invisible characters.

    Dropped are control characters but newline and tab, format characters (zero-width, bidi,
    soft hyphen, tags), lone surrogates and variation selectors: all can hide text from a reader
    or split an identifier. Joiners of Persian and Indic scripts are dropped with them.
    """
    if text.isascii():
        plain = _BREAKS.sub("\n", text)
        return plain if plain.isprintable() else _ASCII_HIDDEN.sub("", plain)
    text = _hidden().sub("", _BREAKS.sub("\n", text))
    # Composing again can only be needed once: nothing that NFC makes is dropped.
    return unicodedata.normalize("NFC", text)


_ASCII_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f]+")


class _Shadow(dict[int, int]):
    """Maps a character to its ASCII look-alike; everything else to itself."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        digit = unicodedata.digit(character, None)
        if digit is not None and unicodedata.category(character) == "Nd":
            value = ord("0") + digit
        elif 0xFF01 <= code <= 0xFF5E:
            value = code - 0xFEE0
        elif character in _DASHES:
            value = ord("-")
        elif character in _SPACES:
            value = ord(" ")
        elif character in "\u2018\u2019\u02bc":
            value = ord("'")
        elif code > 0xBE and len(plain := unicodedata.normalize("NFKC", character)) == 1:
            value = ord(plain) if plain.isascii() else code  # in circles, bold, script ...
        else:
            value = code
        self[code] = value
        return value


_SHADOW = _Shadow()


_LATIN = "aceopxyijsABCEHIJKMOPSTXYaopuvkABEHIKMNOPTXYZ"
_ALIKE = "асеорхуіјѕАВСЕНІЈКМОРЅТХҮαορυνκΑΒΕΗΙΚΜΝΟΡΤΧΥΖ"
_UNMASKED = {ord(alike): latin for alike, latin in zip(_ALIKE, _LATIN, strict=True)}
_MIXED_HINT = re.compile(f"[A-Za-z][{_ALIKE}]|[{_ALIKE}][A-Za-z]|[{_ALIKE}]{{2}}\\d\\d")
_MIXED = re.compile(f"[A-Za-z\\d{_ALIKE}]{{2,}}")


def shadow(text: str) -> str:
    """Return a text of the same length with digits, signs and full-width letters in ASCII.

    Cyrillic and Greek letters that look Latin are Latin in the shadow where they share a word with
    Latin ones ("exаmple"): nobody writes so who does not mean to be misread.
    """
    if text.isascii():
        return text
    seen = text.translate(_SHADOW)
    if not _MIXED_HINT.search(seen):
        return seen
    return _MIXED.sub(_unmasked, seen)


def _unmasked(match: re.Match[str]) -> str:
    word = match[0]
    return word.translate(_UNMASKED) if _MIXED_HINT.search(word) else word
