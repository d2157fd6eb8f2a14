"""Batches by folder: requests are files, and so are results. For models that no network reaches.

``DIR/requests-0001.jsonl`` goes out in OpenAI's batch format; whoever runs the model puts
``DIR/results-0001.jsonl`` (any name that begins with ``results`` and ends with ``.jsonl``) beside
it, in OpenAI's format of batch results. Order does not matter, files may hold a part, and what
belongs to no open question is passed over.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import AsyncIterator
from filecmp import cmp
from pathlib import Path
from typing import Final

from anonymuse.adapters.chat import wire
from anonymuse.adapters.chat.batch_files import UNFINISHED, explained, new_file
from anonymuse.adapters.chat.batch_lines import read_result, request_line, result_of
from anonymuse.adapters.chat.batch_store import Batch
from anonymuse.adapters.chat.batch_transport import BatchLimits, BatchStatus, Lost, Result
from anonymuse.adapters.chat.dialect import Dialect
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

LIMITS: Final = BatchLimits(questions=50_000, bytes=200_000_000)
"""Those of OpenAI's batch files, so that a file can be handed to such a service as it is."""

_NUMBERED: Final = re.compile(r"(?:requests|results)-(\d{4,9})\.jsonl")
_RESULTS: Final = "results*.jsonl"

Files = tuple[tuple[str, int, int], ...]
"""names, sizes and times of files"""


class FolderTransport:
    """Writes request files into a folder and reads result files from it.

    Args:
        folder: made when missing, for the owner only. It holds people's scrubbed conversations.
        model: the model's name in the requests.
        limits: of one request file.
    """

    unclear_seconds: Final = 0.0

    def __init__(self, folder: Path, model: str, *, limits: BatchLimits = LIMITS) -> None:
        self._folder = folder
        self._model = model
        self._limits = limits
        self._broken = 0
        self._seen_files: Files = ()
        self._read_files: Files = ()
        self._read_at = 0.0

    @property
    def limits(self) -> BatchLimits:
        """The most that goes into one request file."""
        return self._limits

    @property
    def what_to_do(self) -> str:
        """Say where answers are expected, and what was wrong with those that are there."""
        broken = f"{self._broken:,} lines there are no results. " if self._broken else ""
        return (
            f"{broken}Answer the requests in {self._folder}, put the answers beside them as "
            "results-0001.jsonl (and so on, in OpenAI's batch format), then run the same command "
            "again. Nothing is asked twice."
        )

    def line(self, custom_id: str, request: ChatRequest) -> bytes:
        """Return a request as one line, without its end."""
        return request_line(custom_id, wire.request_body(self._model, request, Dialect()))

    async def submit(self, batch: Batch, file: Path) -> str:
        """Put a request file into the folder, under the next free number; return its name."""
        partial = self._folder / f".{batch.name}.jsonl"
        with explained(self._folder):
            with file.open("rb") as source, new_file(partial) as stream:
                shutil.copyfileobj(source, stream)
            number = self._next_number()
            while not _publish(partial, self._folder / _request_name(number)):
                number += 1
        return _request_name(number)

    async def find(self, lost: Lost) -> str | None:
        """Return the name of the request file that has the same bytes."""
        hidden = f".{lost.batch.name}.jsonl"
        if not lost.file.exists():  # somebody was erased since: it is not sent any more
            return None
        with explained(self._folder):
            for leftover in (hidden, hidden + UNFINISHED):
                (self._folder / leftover).unlink(missing_ok=True)
            for path in sorted(self._folder.glob("requests-*.jsonl")):
                if path.name not in lost.known and cmp(path, lost.file, shallow=False):
                    return path.name
        return None

    async def status(self, batch: Batch) -> BatchStatus:
        """Say whether there are results that were not there when this batch's were last read."""
        with explained(self._folder):
            files = tuple(
                (path.name, at.st_size, at.st_mtime_ns)
                for path in sorted(self._folder.glob(_RESULTS))
                if (at := path.stat())
            )
        if not files or (files == self._read_files and batch.changed < self._read_at):
            return BatchStatus("running")
        self._seen_files = files
        return BatchStatus("partial")

    async def results(self, batch: Batch) -> AsyncIterator[Result]:  # noqa: ARG002
        """Yield every result in the folder: the driver takes those of other batches too."""
        self._broken, began = 0, time.time()
        for path in sorted(self._folder.glob(_RESULTS)):
            with explained(self._folder), path.open("rb") as stream:
                for line in stream:
                    found = self._read_line(line)
                    if found is not None:
                        yield found
        self._read_files, self._read_at = self._seen_files, began

    def read(self, result: Result, *, schema: bool) -> ChatReply | ChatFailure:
        """Return the answer or the failure that a result holds."""
        return read_result(result.said, lambda body: wire.read_reply(body, schema=schema))

    async def forget(self, batch: Batch) -> None:
        """Leave the files: the folder is the user's, and a number is never used twice."""

    def where(self, batch: Batch) -> str:
        """Return the path of the request file."""
        return str(self._folder / batch.id)

    async def close(self) -> None:
        """Do nothing: no file is held open."""

    def _read_line(self, line: bytes) -> Result | None:
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not text:
            return None
        found = result_of(text)
        # A last line without an end may still be being written.
        if found is None and line.endswith(b"\n"):
            self._broken += 1
        return found

    def _next_number(self) -> int:
        names = [path.name for path in self._folder.glob("re*.jsonl")]
        taken = [int(m[1]) for name in names if (m := _NUMBERED.fullmatch(name))]
        return max(taken, default=0) + 1


def _request_name(number: int) -> str:
    return f"requests-{number:04d}.jsonl"


def _publish(partial: Path, final: Path) -> bool:
    """Give a complete file its name; False if another run took the name first."""
    try:
        os.link(partial, final)  # unlike a renaming, this never replaces a file
    except FileExistsError:
        return False
    except OSError:  # no hard links here, as on most memory sticks
        if final.exists():
            return False
        partial.replace(final)
    partial.unlink(missing_ok=True)
    return True
