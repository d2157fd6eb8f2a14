"""Opening files and cutting them into lines: compression, damage, and a bound on every record."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from anonymuse.adapters.read.archive import Place
from anonymuse.domain.private.conversation import Dropped
from anonymuse.errors import InputError

MAX_RECORD = 64 * 2**20
"""bytes of one record, at most; longer ones are dropped without being held"""

TOO_LARGE = "record over 64 MB"
CUT_OFF = "file ends in the middle of a record"
DAMAGED = "file is damaged from here on"
BROKEN_UTF8 = "broken UTF-8"

BOM = b"\xef\xbb\xbf"
_SKIP = 2**20
_TAR_AT = 257
_BUFFER = 2**16

DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)
"""what a broken compressed file raises while it is read (pyarrow's errors are ValueErrors)"""

_FOREIGN = {
    b"PK\x03\x04": "a zip archive inside another file; unpack that and give the archive",
    b"\xff\xfe": "text in UTF-16; save it as UTF-8",
    b"\xfe\xff": "text in UTF-16; save it as UTF-8",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"SQLite": "an SQLite database; export the table as CSV or Parquet",
    b"ARROW1": "an Arrow file; save it as Parquet",
    b"Obj\x01": "an Avro file; save it as Parquet",
    b"ORC": "an ORC file; save it as Parquet",
}


_PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
_OPENERS: dict[str, Callable[..., io.BufferedIOBase]] = {
    "gzip": gzip.open,
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}


def open_stream(place: Place) -> io.BufferedIOBase:
    """Open a file for reading bytes, decompressing gzip, bzip2, xz and Zstandard by their marks.

    Raises:
        InputError: the file is missing, is a folder, or may not be read.
    """
    try:
        raw = _open(place)
    except FileNotFoundError:
        raise InputError(f"There is no file {_named(place)!r}.") from None
    except IsADirectoryError:
        raise InputError(f"{_named(place)!r} is a folder where a file was expected.") from None
    except PermissionError:
        raise InputError(
            f"{_named(place)!r} cannot be read: this account has no right to. Change its rights."
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{_named(place)!r} cannot be opened: {_why(error)}.") from None
    try:
        mark = raw.peek(6)[:6]
    except DAMAGE:
        raw.close()
        raise InputError(f"{_named(place)!r} cannot be read: its beginning is damaged.") from None
    packed = next((kind for start, kind in _PACKED.items() if mark.startswith(start)), None)
    if packed is None:
        return raw
    if packed == "zstd":
        return _zstd(raw)
    if not isinstance(place, Path):
        return _OPENERS[packed](raw)
    raw.close()
    return _OPENERS[packed](place)


def _open(place: Place) -> io.BufferedReader:
    return place.open("rb") if isinstance(place, Path) else place.open()


def _named(place: Place) -> str:
    return str(place) if isinstance(place, Path) else place.path


def _why(error: OSError | ValueError) -> str:
    code = getattr(error, "errno", None)
    return os.strerror(code).lower() if code else "its name is not valid"


def _zstd(raw: io.BufferedReader) -> io.BufferedIOBase:
    import pyarrow as pa

    unpacked = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    return io.BufferedReader(unpacked, _BUFFER)


def read_head(place: Place, size: int, *, name: str | None = None) -> tuple[bytes, bool]:
    """Return the first bytes of a file, unpacked, and whether that is all of it.

    Args:
        place: the file.
        size: how many bytes at most.
        name: how errors call it; its own name when None.

    Raises:
        InputError: the file is empty, damaged from the start, or of a kind we cannot read.
    """
    # The folders on the way to a file may tell whose it is.
    name = (name or place.name).rpartition("/")[2]
    parts: list[bytes] = []
    length = 0
    with open_stream(place) as stream:
        try:
            while length <= size and (part := stream.read1(size + 1 - length)):
                parts.append(part)
                length += len(part)
        except DAMAGE:
            if not parts:
                raise InputError(f"{name!r} is damaged: nothing in it can be unpacked.") from None
    head = b"".join(parts)
    for mark, what in _FOREIGN.items():
        if head.startswith(mark):
            raise InputError(f"{name!r} is {what}.")
    if head[_TAR_AT:].startswith(b"ustar"):
        raise InputError(f"{name!r} is a tar archive; unpack it and give the folder.")
    text = head.removeprefix(BOM)
    if not text.strip() and length <= size:
        raise InputError(f"{name!r} is empty.")
    return text[:size], length <= size


def read_lines(stream: io.BufferedIOBase) -> Iterator[tuple[int, bytes] | Dropped]:
    """Yield ``(line number, line with its end)``; a line over the bound is skipped and dropped."""
    number = 0
    while True:
        number += 1
        where = f"line {number}"
        try:
            line = stream.readline(MAX_RECORD + 1)
            fits = len(line) <= MAX_RECORD or line.endswith(b"\n")
            if not fits:
                _skip_line(stream)
        except DAMAGE:
            yield Dropped(DAMAGED, where)
            return
        if not line:
            return
        if number == 1:
            line = line.removeprefix(BOM)
        yield (number, line) if fits else Dropped(TOO_LARGE, where)


def _skip_line(stream: io.BufferedIOBase) -> None:
    while (part := stream.readline(_SKIP)) and not part.endswith(b"\n"):
        pass
