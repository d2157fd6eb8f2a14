"""The key ring: one SQLite file outside the run, with a wrapped key per unit and who was erased.

It knows no cipher: what it keeps under a name is bytes that the project's key has sealed. Who was
erased stands in it as it is (a pseudonym), so that a run without encryption can read that, too.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from anonymuse.errors import BrokenRunError, ConfigError, OutputError

RING_NAME: Final = "anonymuse.keys"
GENERATION: Final = "generation"
"""the key of files that many units' data went into; another one after every erasure"""

_VERSION: Final = 1
_BUSY_SECONDS: Final = 30.0
_OWNER_ONLY: Final = 0o600
_MANY: Final = 500
_SCHEMA: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE keys (
    name TEXT PRIMARY KEY,  -- a unit's pseudonym, or one of our own names
    wrapped BLOB,           -- NULL: destroyed
    erased TEXT NOT NULL    -- when, in UTC; empty for a key that is there
) WITHOUT ROWID;
"""
_TABLES: Final = {"about", "keys"}
Wrap = Callable[[str], bytes]
"""makes a wrapped key of that name"""


class KeyRing:
    """The file. Every method is one transaction, on the disk when it returns.

    Args:
        path: made when missing and ``make``, readable by its owner only.
        make: make a new file where there is none.

    Raises:
        ConfigError: it is not there, and is not to be made.
        OutputError: it cannot be opened or written.
        BrokenRunError: it is damaged, or not one of ours.
    """

    def __init__(self, path: Path, *, make: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        if not make and not path.is_file():
            raise ConfigError(
                f"There is no key ring {path}, and what was encrypted with it cannot be read "
                f"without. Put it back, or name its file with zone.key_ring."
            )
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, _OWNER_ONLY))
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        read = self._connection.execute
        version = read("PRAGMA user_version").fetchone()[0]
        rows = read("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        if version not in (0, _VERSION) or {name for (name,) in rows} - _TABLES:
            raise sqlite3.DatabaseError("another program's file")
        read("PRAGMA secure_delete = ON")  # a destroyed key is overwritten with zeros
        read("PRAGMA synchronous = FULL")
        with self._changing():
            if not read("PRAGMA user_version").fetchone()[0]:
                for statement in _SCHEMA.split(";\n")[:-1]:
                    read(statement)
                read("INSERT INTO about VALUES ('ring', ?)", (secrets.token_hex(8),))
                read(f"PRAGMA user_version = {_VERSION}")

    @property
    def fingerprint(self) -> str:
        """Identifies the ring: a random number."""
        return self._about("ring")

    @property
    def generation(self) -> int:
        """How many erasures there were."""
        return int(self._about("erasures") or 0)

    @property
    def changes(self) -> int:
        """A number that is another one after somebody else has changed the file."""
        with self._explained():
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def wrapped_by(self) -> str:
        """Return the fingerprint of the project's key that wraps the keys; empty at first."""
        return self._about("key")

    def find(self, name: str) -> tuple[bytes | None, str] | None:
        """Return a wrapped key (None: destroyed) and when it was erased; None for no such name."""
        with self._explained():
            found: tuple[bytes | None, str] | None = self._connection.execute(
                "SELECT wrapped, erased FROM keys WHERE name = ?", (name,)
            ).fetchone()
        return found

    def make(self, names: Iterable[str], wrap: Wrap) -> None:
        """Make keys for names that have none and were never erased."""
        with self._explained(), self._changing() as connection:
            for name in names:
                there = connection.execute("SELECT 1 FROM keys WHERE name = ?", (name,)).fetchone()
                if there is None:
                    connection.execute("INSERT INTO keys VALUES (?, ?, '')", (name, wrap(name)))

    def rewrap(self, change: Callable[[str, bytes], bytes], fingerprint: str) -> None:
        """Wrap every key anew; all or none."""
        with self._explained(), self._changing() as connection:
            for name, wrapped in self.wrapped_keys():
                connection.execute(
                    "UPDATE keys SET wrapped = ? WHERE name = ?", (change(name, wrapped), name)
                )
            connection.execute("INSERT OR REPLACE INTO about VALUES ('key', ?)", (fingerprint,))

    def erased(self) -> Mapping[str, str]:
        """Return who was erased, and when."""
        with self._explained():
            return dict(
                self._connection.execute("SELECT name, erased FROM keys WHERE erased != ''")
            )

    def wrapped_keys(self) -> list[tuple[str, bytes]]:
        """Return every name that has a key, with its wrapped key."""
        with self._explained():
            return self._connection.execute(
                "SELECT name, wrapped FROM keys WHERE wrapped IS NOT NULL"
            ).fetchall()

    def known(self, names: Collection[str]) -> frozenset[str]:
        """Return those of some names that have a key now."""
        found: set[str] = set()
        several = sorted(names)
        with self._explained():
            for at in range(0, len(several), _MANY):
                some = several[at : at + _MANY]
                marks = ", ".join("?" * len(some))
                rows = self._connection.execute(
                    f"SELECT name FROM keys WHERE wrapped IS NOT NULL AND name IN ({marks})",  # noqa: S608
                    some,
                )
                found |= {name for (name,) in rows}
        return frozenset(found)

    def erase(self, names: Collection[str], when: str) -> None:
        """Destroy the keys of some names and the generation's, for ever, and remember the names."""
        with self._explained():
            with self._changing() as connection:
                for name in sorted(names):
                    connection.execute(
                        "INSERT INTO keys VALUES (?, NULL, ?) ON CONFLICT (name) "
                        "DO UPDATE SET wrapped = NULL, erased = excluded.erased WHERE erased = ''",
                        (name, when),
                    )
                connection.execute("DELETE FROM keys WHERE name = ?", (GENERATION,))
                connection.execute(
                    "INSERT OR REPLACE INTO about VALUES ('erasures', ?)",
                    (str(self.generation + 1),),
                )
            self._connection.execute("VACUUM")

    def digest(self) -> str:
        """Return the SHA-256 of the file, in hexadecimal."""
        with self._explained(), self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _about(self, name: str) -> str:
        with self._explained():
            row = self._connection.execute(
                "SELECT value FROM about WHERE name = ?", (name,)
            ).fetchone()
        return row[0] if row else ""

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what SQLite says into our errors; one thread at a time."""
        try:
            with self._lock:
                yield
        except (sqlite3.OperationalError, OSError) as error:
            said = (error.strerror if isinstance(error, OSError) else str(error)) or "no reason"
            raise OutputError(
                f"The key ring {self.path} cannot be read or written ({said.lower()}). Free some "
                f"disk space, check its rights, or wait for who uses it; then run the same command "
                f"again."
            ) from None
        except sqlite3.DatabaseError:
            raise BrokenRunError(
                f"{self.path} is damaged, or is no key ring of ours. Put a sound copy back: "
                f"without it nothing that was encrypted can be read."
            ) from None


@contextmanager
def ring_held(path: Path, *, alone: bool) -> Iterator[None]:
    """Hold a ring: runs hold it together, an erasure alone.

    Raises:
        OutputError: somebody holds it in the other way.
    """
    lock = path.with_name(f".{path.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(lock, os.O_CREAT | os.O_RDWR, _OWNER_ONLY)
    except OSError as error:
        raise OutputError(
            f"The key ring's folder {path.parent} cannot be written: "
            f"{(error.strerror or 'no reason').lower()}."
        ) from None
    with os.fdopen(handle, "w") as stream:
        try:
            fcntl.flock(stream, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            who = "A run is at work" if alone else "An erasure is at work"
            raise OutputError(
                f"{who} with the key ring {path}. Wait for it to end, then run the same command "
                f"again."
            ) from None
        yield
