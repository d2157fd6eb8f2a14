"""Zip archives: what is in them, checked before anything is read; nothing is ever unpacked to disk.

An archive may be made to harm: names that lead out of a folder, links, archives in archives, files
that unpack to more than any disk holds. It is read as streams, so nothing of it is written; what
is not plain data is left out with its reason.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from anonymuse.adapters.read.names import printable
from anonymuse.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_UNPACKED = 64 * 2**30
"""bytes that the data of an archive may unpack to"""
MOST_TIMES = 200
"""times its size that an archive, or a file in it, may unpack to; text rarely reaches 20"""
_HARMLESS = 64 * 2**20
_LONGEST = 200

BOMB = "file in the archive that unpacks to far more than it should"
ENCRYPTED = "file in the archive that is encrypted"
LINK = "link in the archive"
NESTED = "archive in the archive"
REPEATED = "file in the archive that a later one of the same name replaces"
UNSAFE = "file in the archive whose name leads out of it"

_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".7z", ".rar")
_OFFICE = "[Content_Types].xml"
_LEADS_OUT = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)", re.DOTALL)
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, OSError, EOFError,
    ValueError, RuntimeError, OverflowError, KeyError, MemoryError,
)  # fmt: skip
"""what the standard library raises over archives that are broken, or made to break it"""


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """One file of an archive; to be opened while the archive is.

    Attributes:
        archive: where it is in.
        info: its entry.
        problem: why it is not read, None where it can be.
    """

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    problem: str | None = None

    @property
    def path(self) -> str:
        """Its name in the archive, as it may be shown."""
        return printable(self.info.filename[:_LONGEST])

    @property
    def name(self) -> str:
        """The last part of its name."""
        return self.path.rsplit("/", 1)[-1]

    def beside(self, name: str) -> Member:
        """Return another file of the archive by its whole name.

        Raises:
            KeyError: there is none.
        """
        info = self.archive.getinfo(name)
        return Member(self.archive, info, _problem(info, last=True))

    def open(self) -> io.BufferedReader:
        """Open it for reading bytes; damage is an OSError while it is read.

        Raises:
            InputError: it cannot be unpacked.
        """
        try:
            if self.problem is not None:
                raise OSError
            inner = self.archive.open(self.info)
        except _DAMAGE:
            raise InputError(
                f"{self.path!r} cannot be unpacked: it is damaged, or packed in an unusual way."
            ) from None
        return io.BufferedReader(_Unpacked(inner))


Place = Path | Member
"""where bytes come from"""


class _Unpacked(io.RawIOBase):
    """The bytes of a member, with every kind of damage made one."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner

    def close(self) -> None:
        self._inner.close()
        super().close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            data = self._inner.read(len(view))
        except _DAMAGE:
            raise OSError("damaged") from None
        view[: len(data)] = data
        return len(data)


def is_archive(path: Path) -> bool:
    """Say whether a file is a zip archive, from its first bytes; False where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) in _STARTS
    except (OSError, ValueError):
        return False


@contextmanager
def members_of(path: Path) -> Iterator[list[Member]]:
    """Open an archive and give its files in their order, folders left out.

    Raises:
        InputError: it is not a whole archive, unpacks to too much, or is an Office document.
    """
    try:
        size = path.stat().st_size
        archive = zipfile.ZipFile(path)
    except _DAMAGE:
        raise InputError(
            f"{path.name!r} is a zip archive that is not whole: its list of files cannot be "
            f"read. Download or copy it again."
        ) from None
    with archive:
        # Not is_dir(), which fails on an empty name.
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        _check(path, size, infos)
        last = {info.filename: place for place, info in enumerate(infos)}
        yield [
            Member(archive, info, _problem(info, last=last[info.filename] == place))
            for place, info in enumerate(infos)
        ]


def _check(path: Path, size: int, infos: list[zipfile.ZipInfo]) -> None:
    if any(info.filename == _OFFICE for info in infos):
        raise InputError(f"{path.name!r} is an Office document; save it as CSV.")
    # Nothing longer than an entry says can come out of it, so the entries bound what is read.
    unpacked = sum(info.file_size for info in infos)
    if unpacked > max(_HARMLESS, MOST_TIMES * size):
        raise InputError(
            f"{path.name!r} says that it unpacks to more than {MOST_TIMES} times its size: "
            f"it may be a zip bomb. If it is not, unpack it and give the folder."
        )
    if unpacked > MOST_UNPACKED:
        raise InputError(
            f"{path.name!r} unpacks to more than {MOST_UNPACKED // 2**30} GB. "
            f"Unpack it and give the folder."
        )


def _problem(info: zipfile.ZipInfo, *, last: bool) -> str | None:
    checks = {
        UNSAFE: _LEADS_OUT.match(info.filename) is not None,
        LINK: stat.S_ISLNK(info.external_attr >> 16),
        ENCRYPTED: bool(info.flag_bits & 1),
        REPEATED: not last,
        BOMB: info.file_size > max(_HARMLESS, MOST_TIMES * info.compress_size),
        NESTED: info.filename.lower().endswith(_ARCHIVES),
    }
    return next((reason for reason, found in checks.items() if found), None)
