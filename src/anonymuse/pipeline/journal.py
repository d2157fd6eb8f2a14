"""The journal of what people edited: one line of JSON each, added to and never changed.

But for who is erased: then other numbers take the place of theirs.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from anonymuse.domain.private.edits import NUMBER_BITS, Anchor, Edit
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
    line = _line(edit, path)
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


def forget(private: Path, gone: Callable[[int], bool]) -> None:
    """Put random numbers in place of some members of anchors, with the bits that chose them.

    So an anchor is as large as before, and nobody can tell any more who was in it.

    Args:
        private: the run's private folder, held.
        gone: says which members go.

    Raises:
        BrokenRunError: as for :func:`read_journal`.
        OutputError: the folder cannot be written.
    """
    path = private / JOURNAL
    edits = read_journal(private)
    left = [
        replace(edit, anchors=tuple(_without(anchor, gone) for anchor in edit.anchors))
        for edit in edits
    ]
    if left == list(edits):
        return
    data = b"".join(_line(edit, path) for edit in left)
    temporary = path.with_name(f".{path.name}.tmp")
    with writing_to(private):
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)


def _without(anchor: Anchor, gone: Callable[[int], bool]) -> Anchor:
    instead = (
        secrets.randbits(NUMBER_BITS - anchor.bits) if gone(own) else own for own in anchor.members
    )
    return replace(anchor, members=tuple(sorted(instead)))


def _line(edit: Edit, path: Path) -> bytes:
    said = json.dumps(asdict(edit), ensure_ascii=False).encode()
    return sealing.seal_line(path, edit.number, said) + b"\n"
