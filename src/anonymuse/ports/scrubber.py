"""The seam for finding people, places and organisations: by cues, by a model, by a plug-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable


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


@runtime_checkable
class CountsFailures(Protocol):
    """A detector that now and then has no answer, and tells how often."""

    @property
    def failures(self) -> Mapping[str, int]:
        """Texts on which it had none, by kind of failure; what stands in for it has spoken."""
        ...
