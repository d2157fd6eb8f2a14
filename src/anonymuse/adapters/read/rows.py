"""Rows of any container: JSON lines, a JSON list, JSON documents, CSV, Parquet."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from anonymuse.adapters.read.archive import Place
from anonymuse.adapters.read.json_values import Unreadable, parse, read_values
from anonymuse.adapters.read.stream import (
    BROKEN_UTF8,
    CUT_OFF,
    MAX_RECORD,
    TOO_LARGE,
    open_stream,
    read_lines,
)
from anonymuse.adapters.read.values import clean
from anonymuse.domain.private.conversation import Dropped

Container = Literal["JSON lines", "JSON list", "JSON documents", "CSV", "Parquet"]


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One record of a source, not looked at yet.

    Attributes:
        value: what stands there: a mapping of columns, or a bare list of messages.
        number: its place, counted from 1.
        where: its place in words ("line 17").
    """

    value: Any
    number: int
    where: str

    def __repr__(self) -> str:
        return f"Row({self.where})"


def read_rows(
    path: Place,
    container: Container,
    delimiter: str = ",",
    *,
    needed: frozenset[str] | None = None,
) -> Iterator[Row | Dropped]:
    """Yield every record of a file, or why it cannot be one. Streams.

    Args:
        path: the file, or where it is in an archive.
        container: how its records are packed.
        delimiter: between the fields of a CSV file.
        needed: columns of a CSV file that something is read from; all of them when None.
    """
    if container == "CSV":
        return _csv(path, delimiter, needed)
    readers: dict[Container, Callable[[Place], Iterator[Row | Dropped]]] = {
        "JSON lines": _json_lines,
        "JSON list": lambda p: _json_values(p, inside_array=True),
        "JSON documents": lambda p: _json_values(p, inside_array=False),
        "Parquet": _parquet,
    }
    return readers[container](path)


def _json_lines(path: Place) -> Iterator[Row | Dropped]:
    with open_stream(path) as stream:
        for item in read_lines(stream):
            if isinstance(item, Dropped):
                yield item
                continue
            number, line = item
            if line.strip(b" \t\r\n\x00"):
                yield _row(line, number, f"line {number}", cut=not line.endswith(b"\n"))


def _json_values(path: Place, *, inside_array: bool) -> Iterator[Row | Dropped]:
    with open_stream(path) as stream:
        for item in read_values(stream, inside_array=inside_array):
            if isinstance(item, Dropped):
                yield item
            else:
                yield _row(item[1], item[0], f"record {item[0]}")


def _row(data: bytes, number: int, where: str, *, cut: bool = False) -> Row | Dropped:
    try:
        return Row(parse(data), number, where)
    except Unreadable as bad:
        # A last line without an end that does not parse was most likely cut, not mistyped.
        broken_by_cut = cut and not data.rstrip().endswith((b"}", b"]"))
        return Dropped(CUT_OFF if broken_by_cut else bad.reason, where)


def _parquet(path: Place) -> Iterator[Row | Dropped]:
    assert isinstance(path, Path)  # others were refused when they were looked at
    from anonymuse.adapters.read.parquet import read_parquet

    for number, item in read_parquet(path):
        where = f"row {number}"
        yield Dropped(item, where) if isinstance(item, str) else Row(item, number, where)


_SURROGATE_ESCAPE = re.compile("[\udc80-\udcff]")
BROKEN_CSV = "broken CSV row"
TOO_MANY_FIELDS = "row with more fields than the header"
TOO_FEW_FIELDS = "row with fewer fields than the header"


class _CsvLines:
    """Feeds the csv module: text lines with undecodable bytes kept apart, long lines left out."""

    def __init__(self, lines: Iterator[tuple[int, bytes] | Dropped]) -> None:
        self._lines = lines
        self.dropped: list[Dropped] = []
        self.number = 0

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        while True:
            item = next(self._lines)
            if isinstance(item, tuple):
                self.number = item[0]
                return item[1].decode("utf-8", "surrogateescape")
            self.dropped.append(item)


def _csv(path: Place, delimiter: str, needed: frozenset[str] | None) -> Iterator[Row | Dropped]:
    # The csv module's bound is one for the whole process; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))
    with open_stream(path) as stream:
        lines = _CsvLines(read_lines(stream))
        table = csv.reader(lines, delimiter=delimiter)
        header: list[str] | None = None
        count = least = 0
        while True:
            where = f"line {lines.number + 1}"
            fields = _next_fields(table)
            yield from lines.dropped
            lines.dropped.clear()
            if fields is None:
                return
            if isinstance(fields, list) and not any(field.strip() for field in fields):
                continue
            if header is None:
                header = csv_header(fields) if isinstance(fields, list) else []
                least = _fields_needed(header, needed)
                continue
            count += 1
            yield _csv_row(fields, header, least, count, where)


def csv_header(fields: list[str]) -> list[str]:
    """Return the column names of a header line; nameless columns are numbered."""
    return [clean(field).strip() or f"column {n}" for n, field in enumerate(fields, start=1)]


def _fields_needed(header: list[str], needed: frozenset[str] | None) -> int:
    """Return how many fields a row has to have: some writers leave off empty ones at its end.

    A row that ends before all that is read from it has most likely another delimiter or a line
    break too many: its fields would stand for the wrong columns, a text for a user.
    """
    wanted = set(header) if needed is None else needed
    return max((n for n, name in enumerate(header, start=1) if name in wanted), default=len(header))


def _next_fields(table: Iterator[list[str]]) -> list[str] | str | None:
    """Return the fields of the next row, a reason to drop it, or None at the end."""
    try:
        return next(table)
    except StopIteration:
        return None
    except csv.Error as error:
        return TOO_LARGE if "field limit" in str(error) else BROKEN_CSV


def _csv_row(
    fields: list[str] | str, header: list[str], least: int, count: int, where: str
) -> Row | Dropped:
    if isinstance(fields, str):
        return Dropped(fields, where)
    if any(_SURROGATE_ESCAPE.search(field) for field in fields):
        return Dropped(BROKEN_UTF8, where)
    if any(field for field in fields[len(header) :]):
        return Dropped(TOO_MANY_FIELDS, where)
    if len(fields) < least:
        return Dropped(TOO_FEW_FIELDS, where)
    values: list[str | None] = [field or None for field in fields[: len(header)]]
    values += [None] * (len(header) - len(values))
    return Row(dict(zip(header, values, strict=True)), count, where)
