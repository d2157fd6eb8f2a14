"""Request files: questions written one a line, split where a batch is full.

A file is complete or not there: it is written under another name, forced to the disk, renamed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from anonymuse.adapters.chat.batch_sealed import about
from anonymuse.adapters.chat.batch_transport import BatchLimits
from anonymuse.errors import OutputError
from anonymuse.ports.vault import Vault

BYTES_PER_TOKEN: Final = 3
"""Of UTF-8. English has 4 and Chinese about 3: an estimate that is rather too high, because an
account's limit on queued tokens rejects a whole batch."""

UNFINISHED: Final = ".part"


@dataclass(frozen=True, slots=True)
class Written:
    """A request file: which of the lines it holds, and how much they are."""

    first: int
    questions: int
    tokens: int


def tokens_in(line: bytes) -> int:
    """Estimate the tokens of a line of a request file."""
    return len(line) // BYTES_PER_TOKEN + 1


def write_requests(
    lines: Iterable[bytes],
    limits: BatchLimits,
    paths: Iterator[Path],
    vault: Vault | None = None,
) -> Iterator[tuple[Path, Written]]:
    """Write lines into as few files as the limits allow, yielding each when it is complete.

    Args:
        lines: without their ends.
        limits: a line that alone is over them gets a file of its own.
        paths: where the files go.
        vault: seals them; None: they lie there as they are.

    Raises:
        OutputError: the disk is full or the folder cannot be written.
    """
    number = 0
    waiting: bytes | None = None
    source = iter(lines)
    while True:
        first = next(source, None) if waiting is None else waiting
        if first is None:
            return
        path = next(paths)
        with new_file(path) as stream:
            plain = stream if vault is None else BytesIO()
            written, waiting = _fill(plain, first, source, limits, number)
            if vault is not None and isinstance(plain, BytesIO):
                stream.write(vault.seal(plain.getvalue(), unit=None, about=about(path)))
        number += written.questions
        yield path, written


def _fill(
    stream: IO[bytes], first: bytes, source: Iterator[bytes], limits: BatchLimits, number: int
) -> tuple[Written, bytes | None]:
    """Write the first line and as many more as fit; return what was read and does not."""
    stream.write(first + b"\n")
    count, size, tokens = 1, len(first) + 1, tokens_in(first)
    for line in source:
        more = tokens_in(line)
        if (
            count >= limits.questions
            or size + len(line) + 1 > limits.bytes
            or (limits.tokens is not None and tokens + more > limits.tokens)
        ):
            return Written(number, count, tokens), line
        stream.write(line + b"\n")
        count, size, tokens = count + 1, size + len(line) + 1, tokens + more
    return Written(number, count, tokens), None


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that its owner alone may read, and that is there whole or not at all."""
    partial = path.with_name(path.name + UNFINISHED)
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what the disk says into a sentence for the user."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            said = "the disk is full. Free some space"
        else:
            said = f"{(error.strerror or 'unknown reason').lower()}. Check its rights"
        raise OutputError(
            f"Cannot write requests to {folder}: {said} and run the same command again; "
            "answers so far are kept."
        ) from None
