"""Takes out of a text what says nothing about its language: code, addresses, placeholders."""

from __future__ import annotations

import re

_FENCED = re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.DOTALL)
_INLINE = re.compile(r"`[^`\n]*`")
_ADDRESS = re.compile(r"\S+://\S+|www\.\S+|\S+@\S+")
_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_ ]*\d*\]")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_SYMBOLS = re.compile(r"[{}()\[\];=<>\\/|#$%^&*+_~]")
_NOISE = re.compile(r"[\d{}()\[\];=<>\\/|#$%^&*+_~\"]+")
_CODE_SHARE = 0.12


def prose_of(text: str, *, longest: int) -> str:
    """Return the text without code, addresses, tags, placeholders and digits, on one line.

    A line is code where symbols of programming are more than an eighth of it; where all lines
    are, they stay: comments and names in code are better than nothing.
    """
    plain = _FENCED.sub(" ", text[: 20 * longest])
    for pattern in (_INLINE, _ADDRESS, _PLACEHOLDER, _TAG):
        plain = pattern.sub(" ", plain)
    lines = [line for line in plain.splitlines() if line.strip()]
    kept = [line for line in lines if len(_SYMBOLS.findall(line)) <= _CODE_SHARE * len(line)]
    return " ".join(_NOISE.sub(" ", " ".join(kept or lines)).split())[:longest]
