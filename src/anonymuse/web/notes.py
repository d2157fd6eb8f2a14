"""Bookmarks and their notes: one small file beside the report, never in it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from anonymuse.errors import OutputError
from anonymuse.web.contract import NotesDoc

MOST_BYTES = 1_000_000
MOST_NOTES = 2_000


def place_of(bundle: Path) -> Path:
    """Return where the notes on a bundle lie: in the run's folder, or beside the bundle."""
    bundle = bundle.resolve()
    name = "notes.json" if bundle.name == "release" else f"{bundle.name}.notes.json"
    return bundle.parent / name


def can_write(path: Path) -> bool:
    """Whether notes can be kept there; leaves no trace of the attempt."""
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return not path.exists() or os.access(path, os.R_OK | os.W_OK)
    except OSError:
        return False


class NoteBook:
    """The notes of one report on disk.

    Args:
        path: of the file.
        tell: takes a sentence that somebody at the terminal should see.
    """

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        self.path = path
        self._tell = tell

    def read(self) -> NotesDoc:
        """Return the notes; none where there is no file yet, or where it was damaged.

        Raises:
            OutputError: the file is there and cannot be read or put aside.
        """
        try:
            return NotesDoc.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            pass
        except ValidationError:
            self._put_aside()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be read: {error.strerror}.") from None
        return NotesDoc(revision=0, notes=())

    def replace(self, notes: NotesDoc, revision: int) -> tuple[NotesDoc, bool]:
        """Write all notes anew, unless somebody else did since ``revision``: another tab, a person.

        Returns:
            The notes as they are now, and whether they are the ones that were given.

        Raises:
            OutputError: the file cannot be written; what was there is still there.
        """
        with _alone(self.path.parent):
            current = self.read()
            if current.revision != revision:
                return current, False
            kept = NotesDoc(revision=revision + 1, notes=notes.notes)
            self._write(kept)
        return kept, True

    def _write(self, kept: NotesDoc) -> None:
        temporary = self.path.with_name(f".{self.path.name}.writing")
        try:
            temporary.unlink(missing_ok=True)  # a folder from elsewhere may hold such a link
            with temporary.open("xb") as file:
                file.write(kept.model_dump_json(indent=1).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise OutputError(
                f"The bookmarks cannot be written to {self.path}: {error.strerror}. "
                "Export them from the page to keep them."
            ) from None

    def _put_aside(self) -> None:
        """Keep a damaged file under another name: a person's words may be in it."""
        aside = self.path.with_name(f"{self.path.name}.damaged")
        number = 1
        while aside.exists():
            number += 1
            aside = self.path.with_name(f"{self.path.name}.damaged-{number}")
        try:
            self.path.rename(aside)
        except FileNotFoundError:
            return  # somebody else has just done it
        except OSError as error:
            raise OutputError(
                f"{self.path} is damaged and cannot be put aside: {error.strerror}."
            ) from None
        self._tell(f"{self.path} was damaged; it is kept as {aside.name}, bookmarks begin anew.")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other servers on the same folder out meanwhile; a lock on the folder leaves no file."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}.") from None
    try:
        with contextlib.suppress(OSError):  # not every network drive knows locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
