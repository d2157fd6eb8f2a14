"""The book of requests for traces: what was asked, what was decided, and how each stands now.

It checks nobody's rights: the rooms that read it do. A decision counts only where it is signed by
us, is about this very request as it is, and is not by who asked; an approval, for as long as who
gave it is on the staff.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anonymuse.domain.restricted.evidence import Member
from anonymuse.errors import AbsentError
from anonymuse.secure.desk import Desk
from anonymuse.secure.limits import DAY
from anonymuse.secure.values import Decision, Kind, Lift, State, TraceRequest

REQUESTS = """
CREATE TABLE IF NOT EXISTS requests (
    id TEXT PRIMARY KEY,
    run TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    purpose TEXT NOT NULL,
    words TEXT NOT NULL,
    ticket TEXT NOT NULL,
    by TEXT NOT NULL,
    asked REAL NOT NULL,
    needed INTEGER NOT NULL,
    digest TEXT NOT NULL,
    conversations INTEGER NOT NULL,
    accounts INTEGER NOT NULL,
    revoked REAL                   -- when somebody took it back
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS decisions (signed TEXT NOT NULL, request TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS decisions_by_request ON decisions (request);
CREATE TABLE IF NOT EXISTS lifts (   -- why a redaction was lifted; the log holds a digest
    request TEXT NOT NULL,
    conversation TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    time REAL NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a request stands now."""

    state: State
    until: float | None


class RequestBook:
    """Reads the requests of a run.

    Args:
        desk: what all rooms share.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> tuple[TraceRequest, ...]:
        """Return every request of this run, newest first."""
        found = self._desk.database.all(
            "SELECT id FROM requests WHERE run = ? ORDER BY asked DESC, id", self._desk.run
        )
        return tuple(self.one(row["id"]) for row in found)

    def lifts(self, request: str) -> tuple[Lift, ...]:
        """Return why redactions were lifted under a request, first to last."""
        found = self._desk.database.all(
            "SELECT conversation, by, reason, time FROM lifts WHERE request = ? ORDER BY rowid",
            request,
        )
        return tuple(Lift(*row) for row in found)

    def about(self, kind: Kind, target: str) -> tuple[TraceRequest, ...]:
        """Return the requests for a target, oldest first."""
        found = self._desk.database.all(
            "SELECT id FROM requests WHERE run = ? AND kind = ? AND target = ? ORDER BY asked, id",
            self._desk.run, kind, target,
        )  # fmt: skip
        return tuple(self.one(row["id"]) for row in found)

    def one(self, request: str) -> TraceRequest:
        """Return a request.

        Raises:
            AbsentError: there is none in this run.
        """
        row = self._desk.database.one(
            "SELECT * FROM requests WHERE id = ? AND run = ?", request, self._desk.run
        )
        if row is None:
            raise AbsentError("There is no such request.")
        decisions = self._decisions(row)
        standing = self._standing(row, decisions)
        return TraceRequest(
            id=row["id"], run=row["run"], kind=row["kind"], target=row["target"],
            conversations=row["conversations"], accounts=row["accounts"], purpose=row["purpose"],
            words=row["words"], ticket=row["ticket"], by=row["by"], asked=row["asked"],
            needed=max(row["needed"], self._desk.rules.approvals), digest=row["digest"],
            state=standing.state, until=standing.until, decisions=decisions,
            name=self._name(row),
        )  # fmt: skip

    def _name(self, row: sqlite3.Row) -> str:
        try:
            return self._desk.cluster(row["target"]).name if row["kind"] == "cluster" else ""
        except AbsentError:
            return ""

    def _decisions(self, row: sqlite3.Row) -> tuple[Decision, ...]:
        """Return the decisions that are ours, on this request, as it is, by others."""
        found = []
        for (signed,) in self._desk.database.all(
            "SELECT signed FROM decisions WHERE request = ? ORDER BY rowid", row["id"]
        ):
            values = _read(signed)
            bound = values.get("request") == row["id"] and values.get("digest") == row["digest"]
            if bound and self._desk.log.keys.holds("decision", values):
                found.append(
                    Decision(values["by"], values["approve"], values["note"], values["time"])
                )
        return tuple(one for one in found if one.by != row["by"])

    def _standing(self, row: sqlite3.Row, decisions: Sequence[Decision]) -> _Standing:
        now = self._desk.clock.now()
        if row["revoked"] is not None:
            return _Standing("revoked", None)
        if any(not one.approve for one in decisions):
            return _Standing("refused", None)
        needed = max(row["needed"], self._desk.rules.approvals)
        here = [one for one in decisions if self._desk.staff.person(one.by) is not None]
        times = {one.by: one.time for one in reversed(here)}
        if len(times) < needed:
            until = row["asked"] + self._desk.rules.decide_days * DAY
            state: State = "waiting"
        else:
            since = sorted(times.values())[needed - 1] if needed else row["asked"]
            until = since + self._desk.rules.use_hours * 3600.0
            state = "approved"
        if now >= until:
            return _Standing("expired", None)
        return _Standing(state, until) if self._unchanged(row) else _Standing("void", None)

    def _unchanged(self, row: sqlite3.Row) -> bool:
        """Return whether what was asked, and which conversations that is, are as they were."""
        try:
            members = self._desk.members(row["kind"], row["target"])
        except AbsentError:
            return False
        return secrets.compare_digest(request_digest(dict(row), members), row["digest"])


def request_digest(asked: Mapping[str, Any], members: Sequence[Member]) -> str:
    """Return the SHA-256 of what was asked and of which conversations that is."""
    names = ("id", "run", "kind", "target", "purpose", "words", "ticket", "by", "asked", "needed")
    rows = sorted(one.row for one in members)
    told = json.dumps([*(asked[name] for name in names), rows], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def _read(signed: str) -> dict[str, Any]:
    try:
        values = json.loads(signed)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
