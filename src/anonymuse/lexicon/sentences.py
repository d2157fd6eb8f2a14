"""Where sentences end, in any script that marks it."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

LEAST = 12
"""columns of a sentence that says something by itself; "Thanks!" does not"""
_END = re.compile(
    r"(?<=[.!?\u2026\u0589\u061f\u06d4\u1362])\s+|(?<=[\u3002\uff01\uff1f\u0964\u0965])\s*|\n+"
)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences and lines of a text without the shortest; itself where none is left."""
    parts = (part.strip() for part in _END.split(text))
    return tuple(part for part in parts if _columns(part) >= LEAST) or (text,)


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
