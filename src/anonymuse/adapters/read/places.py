"""Where data may lie: files, folders, patterns, standard input, and stores of other machines."""

from __future__ import annotations

import errno
import fcntl
import glob
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from anonymuse.adapters.read.export_files import is_index, of_export
from anonymuse.errors import InputError, OutputError, did_you_mean

DATA_SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet", ".csv", ".tsv", ".zip")
PACKED_SUFFIXES = ("", ".gz", ".zst", ".bz2", ".xz")
_ENDINGS = tuple(data + packed for data in DATA_SUFFIXES for packed in PACKED_SUFFIXES)

STANDARD_INPUT = "-"
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")
_CHUNK = 2**20
_SPOOL = "input-"


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that can be read, here.

    Attributes:
        path: the file; a copy, for data that came from elsewhere.
        name: how it is called to people, and in identifiers that we make up.
        found: True where it was found in a folder or by a pattern, and not asked for by its name.
    """

    path: Path
    name: str
    found: bool = False


class Spool:
    """A folder for copies of what comes from elsewhere: made when needed, removed afterwards.

    Copied once and then read: Parquet and archives are read from their end, logs are read twice,
    and only the bytes themselves tell whether they are the same as in an earlier run, not what a
    store says of them. Only this account can read the folder.

    Args:
        inside: where to make it, and where one that a killed process left is removed; the
            system's folder for temporary files when None.
    """

    def __init__(self, inside: Path | None = None) -> None:
        self._inside = inside
        self._folder: Path | None = None
        self._lock = -1
        self._files = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.close(self._lock)

    def new(self) -> Path:
        """Return the path of a file that is not there yet.

        Raises:
            OutputError: the folder cannot be made.
        """
        if self._folder is None:
            self._folder, self._lock = self._made()
        self._files += 1
        return self._folder / f"{self._files:06d}"

    def copy(self, stream: BinaryIO) -> Path:
        """Copy a stream into a new file.

        Raises:
            OutputError: it cannot be written, as on a full disk.
            OSError: the stream cannot be read.
        """
        path = self.new()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while chunk := stream.read(_CHUNK):
                try:
                    file.write(chunk)
                except OSError as error:
                    raise OutputError(
                        f"The input cannot be copied to {path.parent}: {_why(error)}."
                    ) from None
        return path

    def _made(self) -> tuple[Path, int]:
        """Return the new folder, and what holds it for as long as this process lives."""
        inside, prefix = self._inside or Path(tempfile.gettempdir()), _SPOOL
        try:
            if self._inside is None:
                prefix = f"anonymuse-{_SPOOL}"
            else:
                inside.mkdir(mode=0o700, parents=True, exist_ok=True)
            _remove_left(inside, prefix)
            folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=inside))
            held = _held(folder)
            if held is None:
                raise OSError(errno.EBUSY, "")
            return folder, held
        except OSError as error:
            raise OutputError(f"No folder for copies can be made: {_why(error)}.") from None


def _remove_left(folder: Path, prefix: str) -> None:
    """Remove the copies of processes that are no more."""
    for left in folder.glob(f"{prefix}*-*"):
        number = left.name.removeprefix(prefix).partition("-")[0]
        ended = number.isascii() and number.isdigit() and not _runs(int(number))
        if ended and (held := _held(left)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(held)


def _held(folder: Path) -> int | None:
    """Lock a folder; None where it cannot be: a process of another container may be using it."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True


def find_places(data: Sequence[str], spool: Spool) -> list[DataFile]:
    """Return every data file that the arguments name, each once, in a fixed order.

    Args:
        data: files, folders, patterns (``logs/*.jsonl.gz``, ``**``), ``-`` for standard input, or
            addresses that fsspec knows (``s3://...``).
        spool: keeps copies of what is not a file here.

    Raises:
        InputError: there is nothing at one of them, or it cannot be fetched.
    """
    found: dict[Path, DataFile] = {}
    for argument in dict.fromkeys(data):
        for place in _places(argument, spool):
            found.setdefault(_same(place.path), place)
    return _distinct(list(found.values()))


def find_files(path: Path) -> list[Path]:
    """Return the data files at a path, sorted: itself, or those in and under a folder.

    Hidden files, and files whose suffix is not one of data, are passed over in a folder.

    Raises:
        InputError: there is nothing at the path, or no data in the folder.
    """
    try:
        if path.is_dir():
            return _in_folder(path)
        if path.is_file():
            return [path]
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    if exists:
        raise InputError(f"{str(path)!r} is neither a file nor a folder.")
    raise InputError(f"There is no file or folder {str(path)!r}.{_nearest(path)}")


def files_at(path: Path) -> list[DataFile]:
    """Return the data files at a path with their names: in a folder, their paths inside it."""
    return [
        DataFile(file, file.relative_to(path).as_posix(), found=True)
        if path != file
        else DataFile(file, file.name)
        for file in find_files(path)
    ]


def is_data(name: str) -> bool:
    """Say whether a file's name is one of data, and not hidden."""
    last = name.rpartition("/")[2]
    return last.lower().endswith(_ENDINGS) and not last.startswith((".", "_"))


def _places(argument: str, spool: Spool) -> Iterator[DataFile]:
    if argument == STANDARD_INPUT:
        yield _standard_input(spool)
    elif argument.startswith("file://"):
        yield from _local(argument.removeprefix("file://"))
    elif _REMOTE.match(argument) or "::" in argument:
        from anonymuse.adapters.read.remote import fetch

        copies = list(fetch(argument, spool))
        yield from (DataFile(path, name, found=len(copies) > 1) for path, name in copies)
    else:
        yield from _local(argument)


def _local(argument: str) -> Iterator[DataFile]:
    path = Path(argument)
    if glob.has_magic(argument) and not _exists(path):
        yield from _matching(argument)
        return
    yield from files_at(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _matching(pattern: str) -> Iterator[DataFile]:
    try:
        matches = [Path(match) for match in glob.iglob(pattern, recursive=True)]  # noqa: PTH207 - ** and ~
    except (OSError, ValueError, re.error):
        matches = []
    files = sorted(match for match in matches if match.is_file())
    # A pattern that ends in a star means the data; one that names an ending means these files.
    chosen = [file for file in files if is_data(file.name)] or files
    if not chosen:
        raise InputError(f"No file matches {pattern!r}.")
    before = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    start = Path(before.rpartition("/")[0] or ("/" if before.startswith("/") else "."))
    for file in chosen:
        inside = file.is_relative_to(start)
        name = (file.relative_to(start) if inside else file).as_posix()
        yield DataFile(file, name, found=True)


def _in_folder(folder: Path) -> list[Path]:
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if export := of_export(names):
            folders.clear()
        found += [
            Path(root, name) for name in export or names if is_data(name) and not is_index(name)
        ]
    if not found:
        raise InputError(
            f"The folder {str(folder)!r} holds no data. Read are files that end in "
            f"{', '.join(DATA_SUFFIXES)}, packed ({', '.join(PACKED_SUFFIXES[1:])}) or not."
        )
    return sorted(found)


def _nearest(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.iterdir()]
    except (OSError, ValueError):
        return ""
    return f" {did_you_mean(path.name, names)}".rstrip()


def _standard_input(spool: Spool) -> DataFile:
    stream = sys.stdin.buffer
    if stream.isatty():
        raise InputError("'-' reads standard input, and nothing is piped into it.")
    return DataFile(spool.copy(stream), "stdin")


def _why(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else "its name is not valid"


def _same(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return path.absolute()


def _distinct(places: list[DataFile]) -> list[DataFile]:
    """Call files of the same name by as much of their path as tells them apart."""
    often = Counter(place.name for place in places)
    same = [place.path.absolute() for place in places if often[place.name] > 1]
    if not same:
        return places
    root = os.path.commonpath(same)
    return [
        replace(place, name=os.path.relpath(place.path.absolute(), root))
        if often[place.name] > 1
        else place
        for place in places
    ]
