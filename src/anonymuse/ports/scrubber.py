"""The seam for finding people, places and organisations: by cues, by a model, by a plug-in."""

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
