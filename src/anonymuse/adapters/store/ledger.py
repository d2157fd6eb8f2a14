"""The ledger of releases as a folder: a line per release, and a Parquet file of whom it counts.

Private, as the runs are: it holds keyed numbers in place of people, and which of them stand behind
every published number. `ledger.jsonl` is only ever added to. The Parquet file is written first and
the line last, so that a release is in the ledger whole or not at all; a line that a power cut tore
is not one, and the next takes its place. One that only lost its line end (an editor does that) is.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from anonymuse.errors import BrokenRunError, OutputError
from anonymuse.ports.release_ledger import PublishedNumber, ReleaseLine

LEDGER_NAME = "anonymuse.releases"
LINES = "ledger.jsonl"
_OWNER_ONLY = 0o600
_FOLDER_OWNER_ONLY = 0o700
_PAGE = 2**26
"""bytes of a dictionary page: ids repeat in many numbers, and are stored once as long as it fits"""


@dataclass(frozen=True, slots=True)
class FolderLedger:
    """A ledger in a folder.

    Attributes:
        folder: made with the first release.
        run: of whoever writes; stands in the lines.
    """

    folder: Path
    run: str = ""

    @contextmanager
    def opened(self) -> Iterator[_Opened]:
        """Hold the ledger, waiting for another run to let go of it.

        Raises:
            OutputError: the folder cannot be written.
            BrokenRunError: a line is not what we wrote.
        """
        with _writing_to(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_OWNER_ONLY)
            stream = open(self.folder / LINES, "a+b", opener=_private)  # noqa: SIM115
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield _Opened(self.folder, self.run, stream)

    def forget(self, people: Collection[int]) -> None:
        """Put a random number in place of each of some people, the same one in every release.

        So releases can be compared as before, and nobody can tell any more whose number it was.

        Raises:
            OutputError: the folder cannot be written.
            BrokenRunError: a line or file is not what we wrote.
        """
        if not (self.folder / LINES).exists():
            return
        instead = {own: secrets.randbits(64) for own in people}
        with self.opened() as held:
            for line in held.lines:
                before = held.numbers(line)
                if any(np.isin(own.people, list(instead)).any() for own in before):
                    held.write(line, [_without(own, instead) for own in before])

    def lines(self) -> list[ReleaseLine]:
        """Return every release so far; none where there is no ledger yet.

        Raises:
            BrokenRunError: a line is not what we wrote.
        """
        path = self.folder / LINES
        with _writing_to(self.folder):
            data = path.read_bytes() if path.exists() else b""
        return _parsed(_whole(data), path)


class _Opened:
    """The ledger, held."""

    def __init__(self, folder: Path, run: str, stream: IO[bytes]) -> None:
        self._folder, self._run, self._stream = folder, run, stream
        stream.seek(0)
        data = stream.read()
        whole = _whole(data)
        self._lines = _parsed(whole, folder / LINES)
        if len(whole) > len(data):
            with _writing_to(folder):
                stream.write(b"\n")
                stream.flush()
        self._whole = len(whole)

    @property
    def lines(self) -> Sequence[ReleaseLine]:
        """Every release so far, first to last."""
        return tuple(self._lines)

    def numbers(self, line: ReleaseLine) -> list[PublishedNumber]:
        """Return the numbers of a release.

        Raises:
            BrokenRunError: its file is missing or damaged.
        """
        path = self._folder / f"{line.id}.parquet"
        try:
            table = pq.read_table(path)
            found = _numbers(table)
            if len(found) != line.numbers:
                raise ValueError("numbers are missing")
        except (OSError, pa.ArrowException, KeyError, ValueError):
            raise BrokenRunError(
                f"{path} is missing or damaged, and without it a release cannot be compared with "
                f"the one of {line.made}. Put it back from a copy; or name another ledger with "
                f"the setting privacy.ledger, and know that nothing is compared with this one."
            ) from None
        return found

    def append(self, line: ReleaseLine, numbers: Sequence[PublishedNumber]) -> None:
        """Add a release: its file, then its line.

        Raises:
            OutputError: the folder cannot be written.
        """
        line = replace(line, made=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", run=self._run)
        self.write(line, numbers)
        with _writing_to(self._folder):
            self._stream.truncate(self._whole)
            self._stream.write(json.dumps(asdict(line), sort_keys=True).encode() + b"\n")
            self._stream.flush()
            os.fsync(self._stream.fileno())
        self._whole = self._stream.tell()
        self._lines.append(line)

    def write(self, line: ReleaseLine, numbers: Sequence[PublishedNumber]) -> None:
        """Write the file of a release.

        Raises:
            OutputError: the folder cannot be written.
        """
        path = self._folder / f"{line.id}.parquet"
        temporary = path.with_name(f".{path.name}.writing")
        with _writing_to(self._folder):
            with open(temporary, "wb", opener=_private) as stream:
                pq.write_table(
                    _table(numbers), stream, compression="zstd", dictionary_pagesize_limit=_PAGE
                )
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)


def _without(number: PublishedNumber, instead: Mapping[int, int]) -> PublishedNumber:
    """Return a number with others in place of some people; they stand in ascending order."""
    people = np.array([instead.get(own, own) for own in number.people.tolist()], np.uint64)
    order = np.argsort(people)
    return replace(number, people=people[order], weights=number.weights[order])


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"The ledger of releases in {folder} cannot be used: "
            f"{(error.strerror or 'unknown reason').lower()}. Without it nothing is released. "
            f"Change its rights, free some space, or name another with the setting privacy.ledger."
        ) from None


def _whole(data: bytes) -> bytes:
    """Return the lines without what was torn; a last one that lacks its end only gets it."""
    end = data.rfind(b"\n") + 1
    try:
        json.loads(data[end:])
    except ValueError:
        return data[:end]
    return data + b"\n"


_LINE = TypeAdapter(ReleaseLine)
_COMPARED = {"name", "noise_sigma", "rounding", "min_cell"}
"""of an earlier policy"""


def _parsed(data: bytes, path: Path) -> list[ReleaseLine]:
    """Return the lines."""
    found = []
    for number, text in enumerate(data.splitlines(), 1):
        try:
            line = _LINE.validate_json(text)
            if not line.policy.keys() >= _COMPARED:
                raise ValueError("the policy is not whole")
            found.append(line)
        except ValueError:
            raise BrokenRunError(
                f"Line {number} of {path} is not what anonymuse wrote. Put the ledger back from a "
                f"copy; or name another with the setting privacy.ledger, and know that nothing is "
                f"compared with what stands in this one."
            ) from None
    return found


def _table(numbers: Sequence[PublishedNumber]) -> pa.Table:
    ends = np.cumsum([0, *(len(own.people) for own in numbers)]).astype(np.int32)
    people = [own.people for own in numbers] or [np.empty(0, np.uint64)]
    weights = [own.weights for own in numbers] or [np.empty(0, np.int32)]
    return pa.table(
        {
            "part": pa.array([own.part for own in numbers], pa.string()),
            "node": pa.array([own.node for own in numbers], pa.string()),
            "facet": pa.array([own.facet for own in numbers], pa.string()),
            "value": pa.array([own.value for own in numbers], pa.string()),
            "window": pa.array([own.window for own in numbers], pa.string()),
            "released": pa.array([own.released for own in numbers], pa.int64()),
            "people": pa.ListArray.from_arrays(pa.array(ends), pa.array(np.concatenate(people))),
            "weights": pa.ListArray.from_arrays(pa.array(ends), pa.array(np.concatenate(weights))),
        }
    )


def _numbers(table: pa.Table) -> list[PublishedNumber]:
    lists = {name: table[name].combine_chunks() for name in ("people", "weights")}
    ends = lists["people"].offsets.to_numpy()
    people = lists["people"].values.to_numpy().astype(np.uint64)
    weights = lists["weights"].values.to_numpy().astype(np.int32)
    return [
        PublishedNumber(
            part=row["part"],
            node=row["node"],
            facet=row["facet"],
            value=row["value"],
            window=row["window"],
            released=row["released"],
            people=people[start:end],
            weights=weights[start:end],
        )
        for row, start, end in zip(
            table.drop_columns(["people", "weights"]).to_pylist(),
            ends[:-1].tolist(),
            ends[1:].tolist(),
            strict=True,
        )
    ]
