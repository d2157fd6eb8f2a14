"""The seam for language detection."""

from __future__ import annotations

from typing import Protocol

UNKNOWN = "Unknown"
"""What a detector says when it cannot tell."""


class LanguageDetector(Protocol):
    """Says in which language a text is written."""

    @property
    def id(self) -> str:
        """Name and version: part of every key that depends on it."""
        ...

    def detect(self, text: str) -> str:
        """Return the English name of the language ("Portuguese"), or ``UNKNOWN``."""
        ...
