"""A file that was found among others and cannot be read: it is counted, and the others are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from anonymuse.domain.private.conversation import Conversation, Dropped

FORMAT = "not read"
UNREADABLE = "file that cannot be read"


@dataclass(frozen=True, slots=True)
class NotRead:
    """Stands for such a file among the readers.

    Attributes:
        name: how it is called to people.
        why: what is wrong with it, in a sentence.
    """

    name: str
    why: str

    @property
    def format(self) -> str:
        """What `doctor` prints for a format."""
        return FORMAT

    @property
    def notes(self) -> Mapping[str, int]:
        """Nothing: the file is dropped as a whole."""
        return {}

    def read(self) -> Iterator[Conversation | Dropped]:
        """Yield the file as one drop."""
        yield Dropped(UNREADABLE, "the whole file")
