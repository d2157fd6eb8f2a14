"""Port: what a restricted run writes, and what the secure zone reads of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from anonymuse.domain.private.conversation import Conversation
from anonymuse.domain.restricted.evidence import Member
from anonymuse.domain.restricted.report import RestrictedReport


class SaveRestricted(Protocol):
    """Keeps a restricted report with its members."""

    def __call__(self, report: RestrictedReport, members: Iterable[Member], folder: Path) -> None:
        """Write both, so that the folder holds a whole report or none."""
        ...


class RestrictedStore(Protocol):
    """A restricted report, its members, and the conversations behind them."""

    def report(self) -> RestrictedReport:
        """Return the report."""
        ...

    def members(
        self, *, cluster: str | None = None, account: str | None = None
    ) -> Sequence[Member]:
        """Return members of a cluster (of any level), of an account, or of both."""
        ...

    def conversation(self, row: str) -> Conversation | None:
        """Return a conversation as it was read; None where it was erased or its text dropped.

        Its ``user`` is the pseudonym, never the source's identifier.
        """
        ...
