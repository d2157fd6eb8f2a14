"""A restricted report in memory: for tests and demonstrations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from anonymuse.domain.private.conversation import Conversation
from anonymuse.domain.restricted.evidence import Member
from anonymuse.domain.restricted.report import RestrictedReport


class MemoryRestrictedStore:
    """Holds what it is given.

    Args:
        report: the report.
        members: one for each conversation.
        conversations: by row; one that is missing counts as erased.
    """

    def __init__(
        self,
        report: RestrictedReport,
        members: Iterable[Member] = (),
        conversations: Mapping[str, Conversation] | None = None,
    ) -> None:
        self._report = report
        self._members = tuple(members)
        self._conversations = dict(conversations or {})

    def report(self) -> RestrictedReport:
        """Return the report."""
        return self._report

    def members(
        self, *, cluster: str | None = None, account: str | None = None
    ) -> Sequence[Member]:
        """Return members of a cluster (of any level), of an account, or of both."""
        bases = None if cluster is None else self._report.bases(cluster)
        return [
            own
            for own in self._members
            if (bases is None or own.cluster in bases) and account in (None, own.account)
        ]

    def conversation(self, row: str) -> Conversation | None:
        """Return a conversation; None where it was erased."""
        return self._conversations.get(row)

    def __repr__(self) -> str:
        return f"MemoryRestrictedStore({len(self._members)} conversations)"
