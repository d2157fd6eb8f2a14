"""The files of a run: Parquet, JSON and .npy, written under a temporary name, then renamed."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from anonymuse.errors import BrokenRunError, InputError, OutputError
from anonymuse.pipeline import sealed_rows, sealing

PRIVATE_MODE = 0o700
_LITTLE = 2**20
_PARQUET = b"PAR1"


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Turn what the disk says into a sentence for the user.

    Raises:
        OutputError: no rights, no space, a file in the way.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT) or _no_room(error, place):
            raise OutputError(
                f"The disk is full while writing to {place}. Everything finished so far is kept: "
                f"free some space and run the same command again."
            ) from None
        reason = (error.strerror or "it cannot be written").lower()
        raise OutputError(
            f"Cannot write to {place}: {reason}. Choose another folder with --out, "
            f"or change its rights."
        ) from None


def _no_room(error: OSError, place: Path) -> bool:
    """Tell a full disk from other troubles where the error has no number, as numpy's has none."""
    return error.errno is None and shutil.disk_usage(place).free < _LITTLE


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Create a folder and its parents; a private one is readable by its owner only."""
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if private:
            folder.chmod(PRIVATE_MODE)


def write_atomically(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut.

    In a sealed folder what is written is sealed, and never lies on the disk otherwise.
    """
    if sealing.vault_of(path) is None:
        _write_atomically(path, write)
        return
    plain = io.BytesIO()
    write(plain)
    data = sealing.seal(path, plain.getvalue())
    _write_atomically(path, lambda stream: stream.write(data))


def _write_atomically(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with writing_to(path.parent):
        try:
            with temporary.open("wb") as stream:
                write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def copy(path: Path, to: Path) -> None:
    """Write a file's content in another place too, where it is sealed anew if it was sealed."""
    found = sealing.opened(path)
    data = path.read_bytes() if found is None else found
    write_atomically(to, lambda stream: stream.write(data))


def write_json(path: Path, value: Any) -> None:
    """Write JSON with sorted keys, readable by people."""
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    write_atomically(path, lambda stream: stream.write(text.encode() + b"\n"))


def read_json(path: Path) -> Any:
    """Read JSON that we wrote.

    Raises:
        BrokenRunError: it is not there or not whole.
    """
    try:
        data = sealing.opened(path)
        return json.loads(path.read_bytes() if data is None else data)
    except (OSError, ValueError):
        if sealing.is_sealed(path):
            raise InputError(
                f"{path} is encrypted, and this command reads no encrypted run."
            ) from None
        raise BrokenRunError(
            f"{path} is missing or damaged. Delete the folder {path.parent} and run again: "
            f"only that stage is made anew."
        ) from None


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file (zstd)."""
    write_atomically(path, lambda stream: pq.write_table(table, stream, compression="zstd"))


def write_rows(path: Path, table: pa.Table, units: Sequence[str]) -> None:
    """Write a table of conversations; in a sealed folder each row with its unit's own key.

    Args:
        path: of the Parquet file.
        table: with the columns ``row`` and ``payload``.
        units: pseudonym of each row's unit.
    """
    vault = sealing.vault_of(path)
    if vault is not None:
        table = sealed_rows.seal_rows(table, units, vault)
    write_stored(path, table)


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a Parquet file, or some of its columns; rows of who was erased are left out.

    Raises:
        ErasedError: the file is sealed, and its key was destroyed.
        BrokenRunError: it was sealed and changed since.
    """
    vault = sealing.vault_of(path)
    if vault is None:
        return pq.read_table(path, columns=columns, memory_map=True)
    with path.open("rb") as stream:
        by_rows = stream.read(len(_PARQUET)) == _PARQUET
    if by_rows:
        return sealed_rows.open_rows(stored(path), vault, columns, what=str(path))
    return pq.read_table(pa.BufferReader(sealing.opened(path)), columns=columns)


def write_stored(path: Path, table: pa.Table) -> None:
    """Write rows as they lie on the disk, sealed or not: they are sealed already."""
    _write_atomically(path, lambda stream: pq.write_table(table, stream, compression="zstd"))


def stored(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read rows as they lie on the disk, sealed or not.

    Args:
        path: of the Parquet file.
        columns: those that are there among them; None for all.

    Raises:
        BrokenRunError: they are no Parquet.
    """
    try:
        there = pq.read_schema(path).names
        return pq.read_table(path, columns=columns and [c for c in columns if c in there])
    except (pa.ArrowInvalid, OSError):
        raise BrokenRunError(
            f"{path} is damaged. Put it back from a copy, or delete the folder {path.parent} and "
            f"run again."
        ) from None


def write_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write a ``.npy`` file."""
    write_atomically(path, lambda stream: np.save(stream, array, allow_pickle=False))


def read_array(path: Path) -> npt.NDArray[Any]:
    """Map a ``.npy`` file into memory; a sealed one is read whole."""
    data = sealing.opened(path)
    if data is not None:
        opened: npt.NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
        return opened
    loaded: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return loaded
