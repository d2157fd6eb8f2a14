"""The log room: approvers and operators read the audit log and check it."""

from __future__ import annotations

from collections import deque

from anonymuse.secure.audit_check import Verification, read_rows, verify
from anonymuse.secure.audit_line import AuditRow
from anonymuse.secure.desk import Desk
from anonymuse.secure.roles import Person

MOST_ROWS = 5000


class LogRoom:
    """Shows the audit log.

    Args:
        desk: what all rooms share.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(
        self, person: Person, *, last: int = 200, action: str = "", actor: str = ""
    ) -> tuple[AuditRow, ...]:
        """Return the newest rows, newest first.

        Args:
            person: an approver or operator.
            last: how many, at most 5000.
            action: only rows of this action; empty: all.
            actor: only rows of this actor; empty: all.
        """
        self._desk.allow(person, "read log", "rows")
        kept: deque[AuditRow] = deque(maxlen=max(1, min(last, MOST_ROWS)))
        for row in read_rows(self._desk.log.path.parent, self._desk.log.keys):
            if (not action or row.action == action) and (not actor or row.actor == actor):
                kept.append(row)
        return tuple(reversed(kept))

    def check(self, person: Person) -> Verification:
        """Check the log's chain and signatures."""
        self._desk.allow(person, "read log", "check")
        return verify(self._desk.log.path.parent, self._desk.log.keys)

    def anchor(self, person: Person) -> bytes:
        """Return the signed end of the log, to be kept elsewhere."""
        self._desk.allow(person, "read log", "anchor")
        return self._desk.log.anchor()
