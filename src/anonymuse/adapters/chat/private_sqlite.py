"""The SQLite files of a run's private folder: opened alike, and what goes wrong is told alike."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from anonymuse.errors import BrokenRunError, OutputError

_BUSY_SECONDS: Final = 30.0


def open_private(
    path: Path,
    schema: str,
    *,
    version: int,
    names: Collection[str],
    durable: bool = False,
    upgrades: Mapping[int, str] | None = None,
) -> sqlite3.Connection:
    """Open a file that its owner alone may read; a new one gets its tables.

    Args:
        path: made when missing, with its folder.
        schema: statements that make what is missing.
        version: of the schema.
        names: of all that the schema makes.
        durable: every commit survives a power cut, not only a killed process.
        upgrades: a statement that makes the next version of an older one, by the older one.

    Raises:
        OSError: the file cannot be made.
        sqlite3.OperationalError: it cannot be written.
        sqlite3.DatabaseError: it is damaged, or not one of ours.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # From the first byte on: SQLite itself would leave the rights to the umask.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        rows = connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        older = upgrades or {}
        if found not in (0, version, *older) or {name for (name,) in rows} - set(names):
            raise sqlite3.DatabaseError("another program's file")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        if found == 0:
            connection.executescript(
                f"BEGIN IMMEDIATE; {schema}; PRAGMA user_version = {version}; COMMIT;"
            )
        while found in older:
            connection.executescript(
                f"BEGIN IMMEDIATE; {older[found]}; PRAGMA user_version = {found + 1}; COMMIT;"
            )
            found += 1
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def explained(
    what: str, path: Path, *, without: str, also: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Turn what SQLite and the disk say of a file into our errors.

    Args:
        what: the kind of file, as a sentence begins ("The ledger").
        path: the file.
        without: what happens where somebody deletes a damaged one, as a sentence ends.
        also: further errors that tell of a damaged file.

    Raises:
        OutputError: another run holds the file, or it cannot be written.
        BrokenRunError: it is damaged, or not one of ours.
    """
    broken: tuple[type[Exception], ...] = (sqlite3.DatabaseError, *also)
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        said = (error.strerror if isinstance(error, OSError) else str(error)) or "unknown reason"
        if isinstance(error, sqlite3.Error) and ("locked" in said or "busy" in said):
            raise OutputError(
                f"{what} {path} is in use by another run. Wait for it, or stop it, then run the "
                "same command again."
            ) from error
        raise OutputError(
            f"{what} {path} cannot be written ({said}). Free some disk space or check the rights "
            "of its folder, then run the same command again: what was stored so far is kept."
        ) from error
    except sqlite3.ProgrammingError:
        raise
    except broken:
        raise BrokenRunError(
            f"{what} {path} is damaged or was not written by this program. Delete the file to go "
            f"on: {without}."
        ) from None  # what could not be read may be an answer
