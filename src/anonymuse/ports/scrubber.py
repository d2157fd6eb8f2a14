"""The seam for finding names, places and organisations: none ships yet; a model will fit here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class EntityDetector(Protocol):
    """Finds what patterns cannot: people, places, organisations."""

    @property
    def id(self) -> str:
        """Name and version: part of every key that depends on it."""
        ...

    def find(self, text: str) -> Sequence[tuple[int, int, str]]:
        """Return ``(start, end, kind)`` of every entity, in characters of ``text``.

        ``kind`` is an upper-case word ("PERSON") and becomes the placeholder ``[PERSON]``.
        """
        ...
