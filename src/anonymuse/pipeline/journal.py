"""The journal of what people edited: one line of JSON each, added to and never rewritten."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from anonymuse.domain.private.edits import Edit
from anonymuse.errors import BrokenRunError
from anonymuse.pipeline import sealing
from anonymuse.pipeline.files import writing_to

JOURNAL = "edits.jsonl"
_EDIT = TypeAdapter(Edit)


def read_journal(private: Path) -> tuple[Edit, ...]:
    """Return all edits of a run's private folder, oldest first; none where there is no journal.

    A last line that a crash cut short was never confirmed to anybody, and counts as not written;
    one that only lacks its line end (an editor takes it away) is written.

    Raises:
        BrokenRunError: another line is damaged, or the numbers are not 1, 2, 3 ...
    """
    path = private / JOURNAL
    try:
        lines = _whole(path.read_bytes()).split(b"\n")
    except FileNotFoundError:
        return ()
    except OSError:
        raise BrokenRunError(f"{path} cannot be read. Give yourself the right to.") from None
    edits = tuple(
        _edit(sealing.opened_line(path, number, line), number, path)
        for number, line in enumerate(lines[:-1], start=1)
    )
    if [edit.number for edit in edits] != list(range(1, len(edits) + 1)):
        raise BrokenRunError(f"{path} was changed by hand: its edits are not numbered one by one.")
    return edits


def _whole(data: bytes) -> bytes:
    """Return the lines that count, each with its end."""
    end = data.rfind(b"\n") + 1
    try:
        json.loads(data[end:])
    except ValueError:
        return data[:end]
    return data + b"\n"


def _edit(line: bytes, number: int, path: Path) -> Edit:
    try:
        return _EDIT.validate_json(line)
    except ValidationError:
        raise BrokenRunError(
            f"Line {number} of {path} is damaged. Restore the file, or delete the line and number "
            f"the others anew."
        ) from None


def append(private: Path, edit: Edit) -> None:
    """Add an edit; it is on disk when this returns.

    Raises:
        OutputError: the folder cannot be written.
    """
    path = private / JOURNAL
    said = json.dumps(asdict(edit), ensure_ascii=False).encode()
    line = sealing.seal_line(path, edit.number, said) + b"\n"
    with writing_to(private):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as stream:
            data = stream.read()
            whole = _whole(data)
            stream.truncate(min(len(whole), len(data)))  # what a crash cut short
            stream.seek(0, os.SEEK_END)
            stream.write(whole[len(data) :] + line)
            stream.flush()
            os.fsync(stream.fileno())
