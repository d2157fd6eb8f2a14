"""The audit log: one line of JSON per act, added to and never rewritten, each chained and signed.

Every line holds the hash of the line before and an HMAC under a key of the project's. It is on the
disk before what it tells takes effect: no look without a row, so a full disk refuses the look.
Beside it lies `audit.head`, a signed anchor of its end: a log that is shorter than its head is not
added to. Whoever can write both files can take both back; an anchor kept elsewhere tells.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from anonymuse.errors import BrokenRunError
from anonymuse.pipeline.files import make_folder, write_atomically, writing_to
from anonymuse.pipeline.key import read_key, retired_keys
from anonymuse.secure.audit_line import (
    Anchor,
    AuditRow,
    Keyring,
    anchor_bytes,
    anchor_holds,
    line_hash,
    read_anchor,
    read_row,
    row_holds,
    row_line,
    safe,
    safe_id,
)
from anonymuse.secure.rules import zone_folder

LOG = "audit.jsonl"
HEAD = "audit.head"
MACHINE = "machine"
"""role of who runs a command: the rights of the machine's account stand for it"""

_OWNER_ONLY = 0o600
_TAIL = 2**17
"""bytes at the end in which the last line is looked for; a line is far shorter"""


class AuditLog:
    """The log of one zone; several processes may add to it.

    Args:
        folder: of the zone.
        keys: what signs and what may have signed.
        wall: seconds since 1970 as the machine has it.
    """

    def __init__(
        self, folder: Path, keys: Keyring, *, wall: Callable[[], float] = time.time
    ) -> None:
        self.path = folder / LOG
        self.head_path = folder / HEAD
        self.keys = keys
        self._wall = wall

    def append(
        self,
        *,
        actor: str,
        role: str,
        action: str,
        object: str = "",  # noqa: A002
        purpose: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> AuditRow:
        """Add a row; it is on the disk when this returns.

        Args:
            actor: who.
            role: in which role.
            action: what; short and fixed.
            object: id or pseudonym; anything else is written as a digest.
            purpose: code of a purpose.
            details: numbers, ids and codes; texts are written as digests.

        Raises:
            OutputError: it cannot be written: whatever it tells must not happen.
            BrokenRunError: the end of the log is not what was written there.
        """
        row = AuditRow(
            0, "", safe_id(actor), role, action, safe_id(object), safe_id(purpose),
            safe(details or {}),
        )  # fmt: skip
        with self._held() as stream:
            last, end = self._end(stream)
            last = self._repaired(stream, last, end)
            return self._added(stream, row, last)[0]

    def anchor(self) -> bytes:
        """Return the signed end of the log, to be kept elsewhere.

        Raises:
            BrokenRunError: there is no row yet, or the end is not what was written.
        """
        with self._held() as stream:
            last, _ = self._end(stream)
        if last is None:
            raise BrokenRunError(f"{self.path} holds no row that could be anchored.")
        return self._anchor(*last)

    def _anchor(self, row: AuditRow, line: bytes) -> bytes:
        return anchor_bytes(Anchor(row.seq, line_hash(line), self._now()), self.keys)

    def _now(self) -> str:
        told = datetime.fromtimestamp(self._wall(), UTC).isoformat(timespec="milliseconds")
        return told.replace("+00:00", "Z")

    @contextmanager
    def _held(self) -> Iterator[IO[bytes]]:
        make_folder(self.path.parent, private=True)
        with writing_to(self.path), open(self.path, "r+b", opener=_private, buffering=0) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield stream

    def _end(self, stream: IO[bytes]) -> tuple[tuple[AuditRow, bytes] | None, bytes]:
        """Return the last whole row with its line, and what a crash may have left behind it."""
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _TAIL))
        whole, end, rest = _read(stream).rpartition(b"\n")
        if size > _TAIL and b"\n" not in whole:
            raise self.broken("has an end that is no row of ours")
        line = whole.rpartition(b"\n")[2]
        if self._row(rest) is not None:  # whole but for its end, which an editor takes away
            stream.write(b"\n")
            line, end, rest = rest, b"\n", b""
        row = self._row(line)
        if end and row is None:
            raise self.broken("has a last row that was changed, or was signed with a key we lack")
        self._compare_head(row, line)
        return (None if row is None else (row, line)), rest

    def _row(self, line: bytes) -> AuditRow | None:
        row = read_row(line) if line else None
        return row if row is not None and row_holds(row, self.keys) else None

    def _compare_head(self, row: AuditRow | None, line: bytes) -> None:
        """Refuse to go on with a log that lost rows."""
        try:
            head = read_anchor(self.head_path.read_bytes())
        except FileNotFoundError:
            if row is not None and row.seq > 1:
                raise self.broken(f"has {row.seq} rows and no {HEAD} beside it") from None
            return
        if head is None or not anchor_holds(head, self.keys):
            raise self.broken(f"has a {HEAD} beside it that we did not write")
        seq = 0 if row is None else row.seq
        if seq < head.seq or (seq == head.seq and line_hash(line) != head.hash):
            raise self.broken(f"ends at row {seq}, but row {head.seq} was written: rows are gone")

    def broken(self, told: str) -> BrokenRunError:
        """Return the error of a log that cannot be gone on with."""
        return BrokenRunError(
            f"The audit log {self.path} {told}. Nothing is shown or done without a log: find out "
            f"what happened with `anonymuse audit verify`; then move {LOG} and {HEAD} away "
            f"together, as evidence, and a new log begins."
        )

    def _repaired(
        self, stream: IO[bytes], last: tuple[AuditRow, bytes] | None, rest: bytes
    ) -> tuple[AuditRow, bytes] | None:
        """Cut off the half line of a crash, and say so in a row of its own."""
        if not rest:
            return last
        stream.truncate(stream.seek(0, os.SEEK_END) - len(rest))
        told = {"bytes": len(rest), "cut": "sha256:" + line_hash(rest)[:16]}
        return self._added(
            stream, AuditRow(0, "", "zone", MACHINE, "log repaired", details=told), last
        )

    def _added(
        self, stream: IO[bytes], row: AuditRow, last: tuple[AuditRow, bytes] | None
    ) -> tuple[AuditRow, bytes]:
        seq = 1 if last is None else last[0].seq + 1
        placed = AuditRow(
            seq, self._now(), row.actor, row.role, row.action, row.object, row.purpose,
            row.details, prev=_hash_of(last),
        )  # fmt: skip
        signed, line = row_line(placed, self.keys)
        start = stream.seek(0, os.SEEK_END)
        try:
            _write(stream, line + b"\n")
            os.fsync(stream.fileno())
        except OSError:
            stream.truncate(start)
            raise
        head = self._anchor(signed, line)
        write_atomically(self.head_path, lambda file: file.write(head))
        return signed, line


def _hash_of(last: tuple[AuditRow, bytes] | None) -> str:
    return line_hash(b"" if last is None else last[1])


def _read(stream: IO[bytes]) -> bytes:
    parts = []
    while part := stream.read(_TAIL):
        parts.append(part)
    return b"".join(parts)


def _write(stream: IO[bytes], data: bytes) -> None:
    """Write all of it: a raw file may take less at a time."""
    while data:
        data = data[stream.write(data) :]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY)


def open_log(key_path: Path) -> AuditLog:
    """Open the log of the zone beside a project's key.

    Raises:
        ConfigError: there is no key.
    """
    return AuditLog(zone_folder(key_path), read_keyring(key_path))


def read_keyring(key_path: Path) -> Keyring:
    """Read the key, and the retired ones beside it that old rows are signed with.

    Raises:
        ConfigError: there is no key.
    """
    return Keyring(read_key(key_path), [read_key(path) for path in retired_keys(key_path)])


def machine_actor() -> str:
    """Return how the log names the machine's account that runs a command.

    The system says who that is; what the environment calls somebody is theirs to choose.
    """
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = ""
    return "machine:" + (re.sub(r"[^A-Za-z0-9._-]", "", name)[:60] or str(os.getuid()))
