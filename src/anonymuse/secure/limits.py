"""Limits that hold over restarts: wrong passwords, and conversations that are opened."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from anonymuse.errors import PauseError
from anonymuse.secure.rules import ZoneRules
from anonymuse.secure.state import Clock, Database
from anonymuse.secure.values import Allowance

_FIRST_WAIT = 30.0
_LONGEST_WAIT = 3600.0
_FORGOTTEN = 24 * 3600.0
DAY = 24 * 3600.0

LOOKS = """
CREATE TABLE IF NOT EXISTS looks (
    person TEXT NOT NULL,
    run TEXT NOT NULL,
    request TEXT NOT NULL,
    conversation TEXT NOT NULL,
    step TEXT NOT NULL,            -- summary, text or lifted
    time REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS looks_by_request ON looks (request, step);
CREATE INDEX IF NOT EXISTS looks_by_person ON looks (person, step, time);
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in that is under way.

    Attributes:
        before: (kind, who, wrong ones before, when the last was).
        last_free: whether waiting begins if it is wrong.
    """

    before: tuple[tuple[str, str, int, float], ...]
    last_free: bool


class Attempts:
    """Counts wrong passwords per account and per address; after a few, waiting doubles.

    Args:
        database: of the staff; its table ``failures``.
        clock: the zone's.
        rules: how many are free.
    """

    def __init__(self, database: Database, clock: Clock, rules: ZoneRules) -> None:
        self._database, self._clock, self._free = database, clock, rules.free_attempts

    def begin(self, name: str, address: str) -> Attempt:
        """Count an attempt as wrong before it is looked at, so that many at once gain nothing.

        Raises:
            PauseError: too many were wrong, and not enough time has passed.
        """
        now = self._clock.now()
        before: list[tuple[str, str, int, float]] = []
        with self._database.changing() as sql:
            sql.execute("DELETE FROM failures WHERE last < ?", (now - _FORGOTTEN,))
            for kind, who in (("account", _who(name)), ("address", _who(address))):
                row = sql.execute(
                    "SELECT count, last FROM failures WHERE kind = ? AND who = ?", (kind, who)
                ).fetchone()
                count, last = (row["count"], row["last"]) if row else (0, 0.0)
                self._wait_over(count, last, now)
                before.append((kind, who, count, last))
            sql.executemany(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)",
                [(kind, who, count + 1, now) for kind, who, count, _ in before],
            )
        last_free = any(self._wait(count + 1) > 0 for _, _, count, _ in before)
        return Attempt(tuple(before), last_free)

    def right(self, attempt: Attempt) -> None:
        """Take an attempt's count back, and forget the account's wrong ones.

        The address's stay: or somebody with an account of their own could try another's for ever.
        """
        with self._database.changing() as sql:
            for kind, who, count, last in attempt.before:
                if kind == "address" and count:
                    sql.execute(
                        "UPDATE failures SET count = ?, last = ? WHERE kind = ? AND who = ?",
                        (count, last, kind, who),
                    )
                else:
                    sql.execute("DELETE FROM failures WHERE kind = ? AND who = ?", (kind, who))

    def _wait_over(self, count: int, last: float, now: float) -> None:
        left = last + self._wait(count) - now
        if left > 0:
            minutes = max(1, round(left / 60))
            unit = "minute" if minutes == 1 else "minutes"
            raise PauseError(f"Too many attempts: wait about {minutes} {unit}.")

    def _wait(self, count: int) -> float:
        if count < self._free:
            return 0.0
        return min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(count - self._free, 10))


def _who(text: str) -> str:
    """Return what stands for a name or address: somebody may type a password as a name."""
    return hashlib.sha256(text.strip().lower().encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Looks:
    """Counts the different conversations that are opened, by request and by person.

    Attributes:
        database: of the zone; its table ``looks``.
        clock: the zone's.
        rules: how many.
    """

    database: Database
    clock: Clock
    rules: ZoneRules

    def left(self, person: str, request: str) -> Allowance:
        """Return how many more different conversations may be opened."""
        since = self.clock.now() - DAY
        opened = self._count("request = ?", request)
        today = self._count("person = ? AND time > ?", person, since)
        return Allowance(
            max(0, self.rules.per_request - opened), max(0, self.rules.per_day - today)
        )

    def opened(self, request: str, conversation: str, step: str) -> bool:
        """Return whether a conversation was opened so far under a request."""
        return bool(
            self.database.one(
                "SELECT 1 FROM looks WHERE request = ? AND conversation = ? AND step = ?",
                request, conversation, step,
            )
        )  # fmt: skip

    def read_under(self, request: str) -> tuple[str, ...]:
        """Return the conversations whose text was read under a request, first to last."""
        found = self.database.all(
            "SELECT conversation, MIN(time) AS first FROM looks WHERE request = ? AND "
            "step = 'text' GROUP BY conversation ORDER BY first, conversation",
            request,
        )
        return tuple(row["conversation"] for row in found)

    def add(self, person: str, run: str, request: str, conversation: str, step: str) -> None:
        """Write a look down, inside of the caller's change.

        Raises:
            PauseError: with ``step`` text, the request's or the day's limit is reached.
        """
        with self.database.changing() as sql:
            if step == "text" and not self._again(person, request, conversation):
                left = self.left(person, request)
                if not left.request_left:
                    raise PauseError(
                        f"This request has opened its {self.rules.per_request} conversations. "
                        f"Ask for another one, if it is needed."
                    )
                if not left.day_left:
                    raise PauseError(
                        f"You have opened {self.rules.per_day} conversations in 24 hours. Go on "
                        f"tomorrow."
                    )
            sql.execute(
                "INSERT INTO looks VALUES (?, ?, ?, ?, ?, ?)",
                (person, run, request, conversation, step, self.clock.now()),
            )

    def _again(self, person: str, request: str, conversation: str) -> bool:
        """Return whether it was opened in these 24 hours: the same text again costs nothing."""
        return bool(
            self.database.one(
                "SELECT 1 FROM looks WHERE person = ? AND request = ? AND conversation = ? AND "
                "step = 'text' AND time > ?",
                person, request, conversation, self.clock.now() - DAY,
            )
        )  # fmt: skip

    def _count(self, where: str, *values: object) -> int:
        row = self.database.one(
            "SELECT COUNT(*) AS n FROM (SELECT DISTINCT run, request, conversation FROM looks "  # noqa: S608
            f"WHERE step = 'text' AND {where})",
            *values,
        )
        return int(row["n"]) if row is not None else 0
