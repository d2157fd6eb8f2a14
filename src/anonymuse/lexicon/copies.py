"""Tells whether a text repeats a long run of another, whatever its case and punctuation."""

from __future__ import annotations

import re
import unicodedata

LONG_RUN = 8
"""Words in a row that nobody writes twice by chance."""

_DENSE_RUN = 20
"""The same for scripts without spaces, where a character is worth a word or half of one."""


def flat(text: str) -> str:
    """Return the words of a text in lower case, with one space between and around them."""
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(words)} "


def shares_a_run(answer: str, source: str) -> bool:
    """Say whether two flat texts share eight words in a row, or 20 characters of a dense script."""
    words = answer.split()
    for start in range(len(words) - LONG_RUN + 1):
        run = f" {' '.join(words[start : start + LONG_RUN])} "
        if run in source:
            return True
    dense = (word for word in words if len(word) >= _DENSE_RUN and not word.isascii())
    return any(
        word[start : start + _DENSE_RUN] in source
        for word in dense
        for start in range(len(word) - _DENSE_RUN + 1)
    )
