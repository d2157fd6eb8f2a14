"""Checking an audit log: every way in which lines can be changed, and what only an anchor tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from anonymuse.errors import BrokenRunError
from anonymuse.secure.audit import HEAD, LOG
from anonymuse.secure.audit_line import (
    Anchor,
    AuditRow,
    Keyring,
    anchor_holds,
    line_hash,
    read_anchor,
    read_row,
    row_holds,
)

_TOLERANCE = timedelta(seconds=1)
"""by so much a clock may be set back by its own correction"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    Attributes:
        severity: broken: somebody changed the log; warning: to be explained.
        line: of the file, from 1; 0 for the log as a whole.
        told: a sentence without any text of rows.
    """

    severity: Literal["broken", "warning"]
    line: int
    told: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the log found.

    Attributes:
        rows: lines that are rows.
        findings: first to last.
        first: time of the first row; empty where there is none.
        last: of the last.
        anchors: with how many anchors it was compared, the one beside it too.
    """

    rows: int
    findings: tuple[Finding, ...]
    first: str
    last: str
    anchors: int

    @property
    def sound(self) -> bool:
        """Return whether nothing is broken."""
        return all(one.severity != "broken" for one in self.findings)


def read_rows(folder: Path, keys: Keyring) -> Iterator[AuditRow]:
    """Yield the rows of a log, first to last, leaving out lines that are none or are not signed."""
    for line in _lines(folder / LOG)[0]:
        if (row := read_row(line)) is not None and row_holds(row, keys):
            yield row


def verify(folder: Path, keys: Keyring, anchors: Sequence[bytes] = ()) -> Verification:
    """Check a zone's log against its chain, its signatures and anchors.

    Found are lines that were edited, deleted, inserted, moved, doubled, signed with another key or
    cut off half way. That rows were cut off at the end is told by the anchor beside the log, and,
    where that was taken back too, only by one that was kept elsewhere.

    Args:
        folder: of the zone.
        keys: that may have signed.
        anchors: files of `anonymuse audit anchor` that were kept elsewhere.

    Raises:
        BrokenRunError: the log cannot be read.
    """
    lines, rest = _lines(folder / LOG)
    check = _Check(keys)
    for number, line in enumerate(lines, start=1):
        check.line(number, line)
    if rest:
        check.unfinished(len(lines) + 1, rest)
    given = [*_beside(folder), *(("an anchor that you gave", data) for data in anchors)]
    if len(given) == len(anchors) and check.last_seq > 1:
        check.broken(0, f"There is no {HEAD} beside the log: somebody took it away.")
    for name, data in given:
        check.anchor(name, data)
    return Verification(check.rows, tuple(check.findings), check.first, check.last, len(given))


def _beside(folder: Path) -> list[tuple[str, bytes]]:
    path = folder / HEAD
    return [(f"{HEAD} beside the log", path.read_bytes())] if path.exists() else []


def _lines(path: Path) -> tuple[list[bytes], bytes]:
    try:
        *lines, rest = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return [], b""
    except OSError:
        raise BrokenRunError(f"{path} cannot be read. Give yourself the right to.") from None
    return lines, rest


class _Check:
    """Goes through the lines of a log, one after the other."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self.findings: list[Finding] = []
        self.rows = self.last_seq = 0
        self.first = self.last = ""
        self._before = b""
        self._foreign = 0
        self._hashes: dict[int, str] = {}

    def broken(self, line: int, told: str) -> None:
        self.findings.append(Finding("broken", line, told))

    def line(self, number: int, line: bytes) -> None:
        row = read_row(line)
        if row is None:
            self.broken(number, f"Line {number} is not a row of ours.")
            self._foreign += 1
            return
        self.rows += 1
        if not self._signed(number, row):
            self._foreign += 1
            return
        self._timed(number, row)
        self._placed(number, row, line)
        self._hashes.setdefault(row.seq, line_hash(line))
        self.last_seq = max(self.last_seq, row.seq)
        self._foreign, self._before = 0, line

    def _signed(self, number: int, row: AuditRow) -> bool:
        if row_holds(row, self._keys):
            return True
        if not isinstance(row.key, str) or not self._keys.knows(row.key):
            self.broken(number, f"Line {number} is signed with a key that is not here.")
        else:
            self.broken(number, f"Line {number} was changed, or was not written by us.")
        return False

    def _placed(self, number: int, row: AuditRow, line: bytes) -> None:
        if row.seq in self._hashes:
            same = self._hashes[row.seq] == line_hash(line)
            told = "stands there twice" if same else "exists in two forms"
            self.broken(number, f"Line {number}: row {row.seq} {told}.")
        elif row.seq < self.last_seq:
            self.broken(number, f"Line {number}: row {row.seq} is out of order.")
        elif row.seq > self.last_seq + 1 + self._foreign:
            gone = row.seq - self.last_seq - 1 - self._foreign
            self.broken(number, f"Line {number}: {gone} rows are missing before row {row.seq}.")
        elif not self._foreign and row.prev != line_hash(self._before):
            self.broken(number, f"Line {number}: row {row.seq} does not follow the line before it.")

    def _timed(self, number: int, row: AuditRow) -> None:
        try:
            back = bool(self.last) and (
                datetime.fromisoformat(row.time) < datetime.fromisoformat(self.last) - _TOLERANCE
            )
        except (ValueError, TypeError, OverflowError):
            self.broken(number, f"Line {number} has no time.")
            return
        if back:
            told = f"Line {number}: the clock went back, from {self.last} to {row.time}."
            self.findings.append(Finding("warning", number, told))
        self.first = self.first or row.time
        self.last = row.time

    def unfinished(self, number: int, rest: bytes) -> None:
        row = read_row(rest)
        if row is not None and row_holds(row, self._keys):
            self.line(number, rest)
            told = f"Line {number} lacks its line end; the next row adds it."
        else:
            told = (
                f"Line {number} is half a row of {len(rest)} bytes, as a crash leaves it; what it "
                f"was to tell did not happen. The next row cuts it off and says so."
            )
        self.findings.append(Finding("warning", number, told))

    def anchor(self, name: str, data: bytes) -> None:
        anchor = read_anchor(data)
        if anchor is None:
            self.broken(0, f"{name[0].upper()}{name[1:]} is none of ours.")
        elif not anchor_holds(anchor, self._keys):
            self.broken(0, f"{name[0].upper()}{name[1:]} was changed, or another key signed it.")
        else:
            self._compared(name, anchor)

    def _compared(self, name: str, anchor: Anchor) -> None:
        found = self._hashes.get(anchor.seq)
        if found is None and anchor.seq > self.last_seq:
            gone = f"{anchor.seq} rows were written by {anchor.time}, and row {self.last_seq}"
            self.broken(0, f"The log was cut off: by {name}, {gone} is the last one now.")
        elif found != anchor.hash:
            self.broken(0, f"Row {anchor.seq} is not the one that {name} holds.")
