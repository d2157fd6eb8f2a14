"""Sessions: 256 random bits, kept as a hash; idling, age, sign-out and other rights end them."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from anonymuse.secure.roles import Person
from anonymuse.secure.rules import ZoneRules
from anonymuse.secure.staff import Staff
from anonymuse.secure.state import Clock, Database
from anonymuse.secure.values import Visit

SESSIONS = """
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY,         -- SHA-256 of the token
    name TEXT NOT NULL,
    role TEXT NOT NULL,            -- that it began with: another role is another session
    begun REAL NOT NULL,
    used REAL NOT NULL
) WITHOUT ROWID;
"""
_BYTES = 32
_LONGEST_TOKEN = 128


class Sessions:
    """The sessions of a zone.

    Args:
        database: of the zone; its table ``sessions``.
        staff: who may act now.
        clock: the zone's.
        rules: how long a session lasts.
    """

    def __init__(self, database: Database, staff: Staff, clock: Clock, rules: ZoneRules) -> None:
        self._database, self._staff, self._clock = database, staff, clock
        self._idle, self._longest = rules.idle_minutes * 60.0, rules.hours * 3600.0

    def begin(self, person: Person) -> Visit:
        """Begin a new session: no token is ever taken over from a visitor."""
        token = secrets.token_urlsafe(_BYTES)
        now = self._clock.now()
        with self._database.changing() as sql:
            sql.execute(
                "DELETE FROM sessions WHERE used < ? OR begun < ?",
                (now - self._idle, now - self._longest),
            )
            sql.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                (_hash(token), person.name, person.role, now, now),
            )
        return self._visit(token, person, now, now)

    def find(self, token: str) -> Visit | None:
        """Return the session of a token, and keep it from idling; None where it has ended."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        now = self._clock.now()
        with self._database.changing() as sql:
            row = sql.execute("SELECT * FROM sessions WHERE hash = ?", (_hash(token),)).fetchone()
            if row is None:
                return None
            person = self._staff.person(row["name"])
            over = now - row["used"] >= self._idle or now - row["begun"] >= self._longest
            if over or person is None or person.role != row["role"]:
                sql.execute("DELETE FROM sessions WHERE hash = ?", (row["hash"],))
                return None
            sql.execute("UPDATE sessions SET used = ? WHERE hash = ?", (now, row["hash"]))
        return self._visit(token, person, row["begun"], now)

    def end(self, token: str) -> None:
        """End a session."""
        with self._database.changing() as sql:
            sql.execute("DELETE FROM sessions WHERE hash = ?", (_hash(token),))

    def end_all(self, name: str) -> None:
        """End every session of somebody."""
        with self._database.changing() as sql:
            sql.execute("DELETE FROM sessions WHERE name = ?", (name,))

    def _visit(self, token: str, person: Person, begun: float, used: float) -> Visit:
        csrf = hashlib.sha256(b"csrf\0" + token.encode()).hexdigest()
        return Visit(token, csrf, person, min(begun + self._longest, used + self._idle))


def csrf_ok(visit: Visit, given: str) -> bool:
    """Return whether a form came from a page of this very session."""
    return hmac.compare_digest(visit.csrf.encode(), given.encode("utf-8", "replace"))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
