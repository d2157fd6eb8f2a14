"""How many tokens a text is likely to have, without a tokeniser: for predictions of cost.

`lexicon.tokens` answers another question: what surely fits into a budget.

Fitted by least squares on 2,026 texts of the shipped corpus and the prompts, counted by the
tokeniser of Qwen2.5 (a byte-pair vocabulary of 150,000, as most models of today have): all texts
together come out 1 % too low, single ones are 6 % off on average. By language, predicted over
counted: English 1.01, Portuguese 1.02, Spanish, French 1.05, Turkish 0.97, Catalan 0.95, Afrikaans
0.88, Russian 1.12, Ukrainian 0.86, Arabic, Hindi, Armenian, Georgian 1.00, Chinese 1.01, Japanese
0.99. Characters a token run from 4.8 (English) to 1.1 (Armenian).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z]+")
_ENGLISH: Final = frozenset(
    _WORD.findall(
        "the a an of to and in is that it for you i with on this are be as or not how what can my "
        "your have do from at if was but"
    )
)
_ENGLISH_SHARE: Final = 0.2
"""share of these words from which a text counts as English, whose words are single tokens"""

_A_WORD, _PER_LETTER, _FREE_LETTERS = (1.308, 1.106), (0.148, 0.093), (4, 6)
"""tokens of a word, and of each letter beyond those that are free; not English, English"""

_DIGIT: Final = 1.528
_SIGN: Final = 0.511
_RANGES: Final = (
    (0x0080, 0x0250, 0.365),  # letters with diacritics, beside the word around them
    (0x0370, 0x0400, 0.60),  # Greek
    (0x0400, 0x0530, 0.492),  # Cyrillic
    (0x0530, 0x0590, 1.191),  # Armenian
    (0x0590, 0x0900, 0.504),  # Hebrew, Arabic
    (0x0900, 0x0E00, 1.193),  # Devanagari and its relatives
    (0x0E00, 0x0E80, 0.58),  # Thai
    (0x10A0, 0x1100, 1.172),  # Georgian
    (0x1E00, 0x1F00, 0.70),  # Vietnamese
    (0x3000, 0x3100, 0.658),  # kana
    (0x3400, 0xA000, 0.733),  # Chinese characters
    (0xAC00, 0xD7B0, 0.971),  # Hangul
)
_OTHER: Final = 1.051


class _Costs(dict[str, float]):
    """Tokens by character, words of ASCII letters apart."""

    def __missing__(self, character: str) -> float:
        code = ord(character)
        if code >= 0x80:
            cost = next((c for low, high, c in _RANGES if low <= code < high), _OTHER)
        elif character.isdigit():
            cost = _DIGIT
        elif character == "\n" or unicodedata.category(character)[0] in "PS":
            cost = _SIGN
        else:
            cost = 0.0
        self[character] = cost
        return cost


_COSTS = _Costs()


def expected_tokens(text: str) -> float:
    """Return how many tokens a text is likely to have."""
    words = [word.lower() for word in _WORD.findall(text)]
    known = sum(word in _ENGLISH for word in words)
    english = int(known >= _ENGLISH_SHARE * max(1, len(words)))
    free = _FREE_LETTERS[english]
    long = sum(len(word) - free for word in words if len(word) > free)
    signs = sum(_COSTS[character] * n for character, n in Counter(text).items())
    return len(words) * _A_WORD[english] + long * _PER_LETTER[english] + signs
