"""JSON values out of a stream, one at a time, without holding more than one of them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Generator, Iterator
from typing import Any

from anonymuse.adapters.read.stream import (
    BOM,
    BROKEN_UTF8,
    CUT_OFF,
    DAMAGE,
    DAMAGED,
    MAX_RECORD,
    TOO_LARGE,
)
from anonymuse.domain.private.conversation import Dropped

BROKEN_JSON = "broken JSON"
TOO_DEEP = "nested too deeply"
NOT_A_RECORD = "not a record"

_CHUNK = 2**20
# The next bracket, or the quote that opens a string without an end. What stands before it is passed
# over in C, whole strings too; possessive, so that no input makes it go back.
_TOKEN = re.compile(rb'(?:[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+(["\[\]{}])', re.DOTALL)
_REST_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_BETWEEN = b" \t\r\n,\x1e"

_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


class Unreadable(Exception):  # noqa: N818 - never leaves this package
    """One record cannot become a value; holds the reason only."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(data: bytes) -> Any:
    """Return the JSON value of one record (NaN and infinity become None).

    Raises:
        Unreadable: broken UTF-8, broken JSON, or nested beyond Python's depth.
    """
    try:
        return decode(data.decode())
    except UnicodeDecodeError:
        raise Unreadable(BROKEN_UTF8) from None


def decode(text: str) -> Any:
    """Return the JSON value of a text; see `parse`."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    except ValueError:
        raise Unreadable(BROKEN_JSON) from None


def read_values(
    stream: io.BufferedIOBase, *, inside_array: bool
) -> Iterator[tuple[int, bytes] | Dropped]:
    """Yield ``(record number, bytes of the record)`` for the objects and lists of a document.

    Args:
        stream: of UTF-8 JSON.
        inside_array: True for a document that is one list of records; False for records that
            follow each other with or without line breaks between and inside them.
    """
    splitter = _Splitter(base=1 if inside_array else 0)
    while True:
        try:
            chunk = stream.read1(_CHUNK)
        except DAMAGE:
            yield Dropped(DAMAGED, f"record {splitter.number + 1}")
            return
        if not chunk:
            break
        yield from splitter.feed(chunk)
    yield from splitter.finish()


_Found = tuple[int, bytes] | Dropped


class _Splitter:
    """Finds where records begin and end by counting brackets outside strings."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.number = 0
        self.within = False
        self._depth = 0
        self._in_string = False
        self._held = b""
        self._parts: list[bytes] = []
        self._size = 0
        self._stray = False
        self._first = True

    def feed(self, chunk: bytes) -> Iterator[_Found]:
        """Take the next bytes and yield the records that end in them."""
        chunk = self._held + chunk
        self._held = b""
        if self._first:
            chunk, self._first = chunk.removeprefix(BOM), False
        start = position = 0
        while position < len(chunk):
            if self._in_string:
                position, chunk = self._through_string(chunk, position)
                continue
            token = _TOKEN.match(chunk, position)
            if token is None:
                break
            position = token.end()
            kind = token[1]
            if kind == b'"':
                self._in_string = True
            elif kind in b"[{":
                start = yield from self._opened(chunk, start, position - 1)
            else:
                start = yield from self._closed(chunk, start, position)
        self._keep(chunk[start:])

    def _through_string(self, chunk: bytes, position: int) -> tuple[int, bytes]:
        match = _REST_OF_STRING.match(chunk, position)
        end = match.end() if match else position
        if end < len(chunk) and chunk[end : end + 1] == b'"':
            self._in_string = False
            return end + 1, chunk
        # A backslash at the very end waits for what it escapes.
        self._held, chunk = chunk[end:], chunk[:end]
        return len(chunk), chunk

    def _opened(self, chunk: bytes, start: int, at: int) -> Generator[_Found, None, int]:
        if self._depth == self.base:
            yield from self._between(chunk[start:at])
            self.within, self.number, start = True, self.number + 1, at
        elif self._depth < self.base:
            yield from self._between(chunk[start:at])
            start = at + 1
        self._depth += 1
        return start

    def _closed(self, chunk: bytes, start: int, end: int) -> Generator[_Found, None, int]:
        self._depth -= 1
        if self.within and self._depth == self.base:
            self._keep(chunk[start:end])
            where = f"record {self.number}"
            if self._size > MAX_RECORD:
                yield Dropped(TOO_LARGE, where)
            else:
                yield self.number, b"".join(self._parts)
            self._parts, self._size, self.within = [], 0, False
            return end
        if self._depth < self.base:
            yield from self._between(chunk[start : end - 1])
            self._depth = max(self._depth, 0)
            return end
        return start

    def finish(self) -> Iterator[Dropped]:
        """Yield what is left when the stream has ended."""
        if self.within:
            yield Dropped(CUT_OFF, f"record {self.number}")
        else:
            yield from self._between(b"")

    def _between(self, gap: bytes) -> Iterator[Dropped]:
        if gap.strip(_BETWEEN) or self._stray:
            self.number += 1
            yield Dropped(NOT_A_RECORD, f"record {self.number}")
        self._stray = False

    def _keep(self, part: bytes) -> None:
        if not self.within:
            self._stray = self._stray or bool(part.strip(_BETWEEN))
            return
        self._size += len(part)
        if self._size <= MAX_RECORD:
            self._parts.append(part)
        else:
            self._parts.clear()
