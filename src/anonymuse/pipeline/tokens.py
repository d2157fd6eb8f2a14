"""How many tokens a text will be, before any tokenizer is at hand."""

from __future__ import annotations

import numpy as np

_SCRIPTS: tuple[tuple[int, float], ...] = (
    (0x0000, 4.0),  # Latin, digits, punctuation
    (0x0370, 2.5),  # Greek
    (0x0400, 3.0),  # Cyrillic
    (0x0530, 1.8),  # Armenian
    (0x0590, 2.2),  # Hebrew
    (0x0600, 2.5),  # Arabic
    (0x0700, 1.8),  # Syriac to Tibetan: the scripts of India and South-East Asia among them
    (0x10A0, 1.6),  # Georgian
    (0x1100, 1.3),  # Hangul parts
    (0x1200, 1.5),  # Ethiopic and others
    (0x1E00, 4.0),  # Latin additions, general punctuation
    (0x2100, 1.5),  # symbols
    (0x2E80, 1.3),  # Han, kana, Hangul
    (0xD800, 1.5),  # private use, presentation forms
    (0x10000, 1.1),  # emoji and rare scripts
)
_STARTS = np.array([start for start, _ in _SCRIPTS], dtype=np.uint32)
_TOKENS_PER_CHARACTER = 1.0 / np.array([per_token for _, per_token in _SCRIPTS])


def estimate_tokens(text: str) -> float:
    """Return about how many tokens a text is, from characters per token by script.

    The table (`_SCRIPTS`: first code point of a range, characters per token in it) is a rule of
    thumb for tokenizers with vocabularies of 100,000 and more; the error is within a third for
    prose of one script, larger for code and tables.
    """
    if text.isascii():
        return len(text) * float(_TOKENS_PER_CHARACTER[0])
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    script = np.searchsorted(_STARTS, points, side="right") - 1
    return float(np.bincount(script, minlength=len(_STARTS)) @ _TOKENS_PER_CHARACTER)
