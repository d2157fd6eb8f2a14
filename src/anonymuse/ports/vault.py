"""Port: keys for what lies on disk. Destroying a unit's key erases the unit, in every copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

MAGIC = b"\x00amv"
"""what everything that is sealed begins with"""

PROJECT = "project"
"""the unit of what is nobody's (a record of events, of edits): its key outlives every erasure"""


class Vault(Protocol):
    """Seals bytes so that nobody reads them without the key ring, which lies outside the run.

    Two kinds of keys: one per privacy unit, for what is a single unit's (conversations, answers to
    questions about one); and one per generation, for files that many units' data went into. Erasing
    a unit destroys both: its own, and that of the generation.
    """

    @property
    def fingerprint(self) -> str:
        """Identifies the key ring without giving anything away."""
        ...

    @property
    def generation(self) -> int:
        """How many erasures there were."""
        ...

    def seal(self, data: bytes, *, unit: str | None, about: str) -> bytes:
        """Encrypt and authenticate.

        Args:
            data: plain bytes.
            unit: pseudonym of the unit whose key is used, or `PROJECT`; None: the generation's key.
            about: what it is (a file's name, a row's id); a sealed thing opens under its own name
                only, so that two cannot be exchanged.

        Raises:
            ErasedError: the unit was erased.
        """
        ...

    def open(self, sealed: bytes, *, unit: str | None, about: str) -> bytes:
        """Return the plain bytes.

        Raises:
            ErasedError: the key was destroyed.
            BrokenRunError: it is not what was sealed under this name.
        """
        ...

    def admit(self, units: Iterable[str]) -> None:
        """Make keys for units that have none, in one go; they are on the disk when this returns."""
        ...

    def erased(self) -> frozenset[str]:
        """Return the pseudonyms of units that were erased: they are never read in again."""
        ...
