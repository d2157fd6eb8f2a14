"""The files of a run: Parquet, JSON and .npy, written under a temporary name, then renamed."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from anonymuse.errors import BrokenRunError, OutputError

PRIVATE_MODE = 0o700
_LITTLE = 2**20


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
    """Write a file so that it is there whole or not at all, also after a power cut."""
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
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BrokenRunError(
            f"{path} is missing or damaged. Delete the folder {path.parent} and run again: "
            f"only that stage is made anew."
        ) from None


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file (zstd)."""
    write_atomically(path, lambda stream: pq.write_table(table, stream, compression="zstd"))


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a Parquet file, or some of its columns."""
    return pq.read_table(path, columns=columns, memory_map=True)


def write_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write a ``.npy`` file."""
    write_atomically(path, lambda stream: np.save(stream, array, allow_pickle=False))


def read_array(path: Path) -> npt.NDArray[Any]:
    """Map a ``.npy`` file into memory."""
    loaded: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return loaded
