"""Verdicts: what a person holds a cluster or an account to be. A verdict never acts by itself."""

from __future__ import annotations

import sqlite3

from anonymuse.errors import InputError
from anonymuse.secure.audit_line import line_hash
from anonymuse.secure.desk import Desk, words
from anonymuse.secure.roles import Action, Person
from anonymuse.secure.values import OPINIONS, Kind, Opinion, Verdict

VERDICTS = """
CREATE TABLE IF NOT EXISTS verdicts (
    run TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL,
    by TEXT NOT NULL,
    time REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS verdicts_by_target ON verdicts (run, kind, target);
"""


class Verdicts:
    """Keeps every verdict; the newest counts, the others stay.

    Args:
        desk: what all rooms share.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def give(
        self, person: Person, kind: Kind, target: str, verdict: Opinion, *, note: str = ""
    ) -> Verdict:
        """Record a verdict.

        Raises:
            RightsError: analysts judge clusters, investigators accounts too.
            InputError: it is none, or of a conversation.
            AbsentError: there is no such cluster or account.
        """
        action: Action = "judge cluster" if kind == "cluster" else "judge account"
        self._desk.check(person, action, target)
        if kind not in ("cluster", "account"):
            raise InputError("A verdict is on a cluster or on an account.")
        if verdict not in OPINIONS:
            raise InputError(f"A verdict is {', '.join(OPINIONS[:-1])} or {OPINIONS[-1]}.")
        self._desk.members(kind, target)
        told = words(note, "A note")
        given = Verdict(kind, target, verdict, told, person.name, self._desk.clock.now())
        with self._desk.database.changing() as sql:
            sql.execute(
                "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self._desk.run, kind, target, verdict, told, person.name, given.time),
            )
            note_hash = line_hash(told.encode())[:16]
            self._desk.row(person, action, target, verdict=verdict, note=note_hash)
        return given

    def of(self, person: Person, kind: Kind, target: str) -> tuple[Verdict, ...]:
        """Return the verdicts on a target, newest first."""
        self._desk.allow(person, "see accounts", target, verdicts=True)
        return self.all(kind, target)

    def all(self, kind: Kind, target: str) -> tuple[Verdict, ...]:
        """Return the verdicts on a target, newest first, for rooms that have checked the right."""
        found = self._desk.database.all(
            "SELECT * FROM verdicts WHERE run = ? AND kind = ? AND target = ? "
            "ORDER BY time DESC, rowid DESC",
            self._desk.run, kind, target,
        )  # fmt: skip
        return tuple(map(_verdict, found))

    def newest(self, kind: Kind, target: str) -> Verdict | None:
        """Return the verdict that counts, for rooms that have checked the right."""
        found = self.all(kind, target)
        return found[0] if found else None


def _verdict(row: sqlite3.Row) -> Verdict:
    return Verdict(row["kind"], row["target"], row["verdict"], row["note"], row["by"], row["time"])
