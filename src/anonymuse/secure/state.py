"""What a zone keeps between pages: SQLite files, and a clock that never goes back."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.pipeline.files import make_folder, writing_to

_OWNER_ONLY = 0o600
_WAIT = 10.0
"""seconds for which one process waits until another has written"""


class Database:
    """One SQLite file, readable by its owner only; from any thread, and from several processes.

    Who holds the staff's file never asks for the zone's: the other way round is allowed, and two
    threads that wait for each other for ever are not.

    Args:
        path: made with its folder where it is missing.
        schema: statements that make what is missing.

    Raises:
        OutputError: it cannot be written.
        BrokenRunError: it is damaged.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        make_folder(path.parent, private=True)
        with writing_to(path.parent):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY))
            path.chmod(_OWNER_ONLY)
        with self._explained():
            self._sql = sqlite3.connect(
                path, timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            self._sql.row_factory = sqlite3.Row
            self._sql.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                f"PRAGMA secure_delete = ON; {schema}"
            )

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Hold the file: nobody else writes between looking and changing; all of it or nothing."""
        with self._lock, self._explained():
            if self._depth == 0:
                self._sql.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self._sql
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._sql.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._commit()

    def _commit(self) -> None:
        try:
            self._sql.execute("COMMIT")
        except sqlite3.Error:
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")
            raise

    def all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Return the rows of a SELECT."""
        with self._lock, self._explained():
            return self._sql.execute(statement, values).fetchall()

    def one(self, statement: str, *values: object) -> sqlite3.Row | None:
        """Return the first row of a SELECT, if there is one."""
        found = self.all(statement, *values)
        return found[0] if found else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._sql.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError:
            raise OutputError(
                f"{self.path} cannot be written: the disk is full, another process holds it, or "
                f"the rights are missing. Nothing was done or shown."
            ) from None
        except sqlite3.DatabaseError:
            raise BrokenRunError(
                f"{self.path} is damaged or not a file of the secure zone. Put it back from a copy."
            ) from None


_CLOCK = "CREATE TABLE IF NOT EXISTS clock (only_one INTEGER PRIMARY KEY, highest REAL NOT NULL);"


class Clock:
    """Seconds since 1970 that never go backwards, whatever the machine's clock does.

    While a process lives, time runs on with the machine's steady clock where its wall clock is set
    back; over a restart it goes on from the highest time that was ever seen. So setting the clock
    back neither lengthens a session or an approval nor empties a limit. The price: after a clock
    ran ahead by a year, sessions and limits live in that year, evenly.

    Args:
        database: keeps the highest time.
        wall: seconds since 1970 as the machine has it.
        steady: seconds that only grow.
    """

    def __init__(
        self,
        database: Database,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wall = wall
        self._steady = steady
        self._database = database
        with database.changing() as sql:
            sql.execute(_CLOCK)
            sql.execute("INSERT OR IGNORE INTO clock VALUES (1, ?)", (wall(),))
        self._seen = (self._highest(), steady())

    def _highest(self) -> float:
        row = self._database.one("SELECT highest FROM clock")
        return float(row["highest"]) if row is not None else 0.0

    def now(self) -> float:
        """Return the time."""
        with self._database.changing() as sql:
            steady, highest = self._steady(), self._highest()
            before, when = self._seen
            now = max(self.wall(), before + max(0.0, steady - when), highest)
            self._seen = (now, steady)
            if now > highest + 1:
                sql.execute("UPDATE clock SET highest = ?", (now,))
        return now
