"""A look at the head of a file: its container and its columns, never its values."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from anonymuse.adapters.read.archive import Place
from anonymuse.adapters.read.json_values import Unreadable, parse
from anonymuse.adapters.read.names import first_of, plain, printable
from anonymuse.adapters.read.parquet import parquet_columns
from anonymuse.adapters.read.rows import Container, csv_header
from anonymuse.adapters.read.stream import read_head
from anonymuse.adapters.read.turns import ROLE_KEYS, TEXT_KEYS
from anonymuse.errors import InputError

HEAD = 256 * 1024
"""bytes that are looked at"""

_LINES = 200
_ENOUGH = 50
_DELIMITERS = (",", "\t", ";", "|")
# A string of JSON on one line, perhaps with the colon that makes it a key; or a bracket.
_TOKEN = re.compile(rb'"((?:[^"\\\n]|\\[^\n])*+)"(\s*+:\s*+)?|[{}\[\]]')
_LIST_OF_LISTS = re.compile(rb"\s*\[\s*\[")
_KINDS = {b'"': "text", b"[": "list", b"{": "object", b"n": "empty"}
_SUFFIXES = (".gz", ".zst", ".bz2", ".xz", ".jsonl", ".ndjson", ".json", ".parquet", ".csv", ".tsv")


@dataclass(slots=True)
class Column:
    """What the head shows of one column: the kinds of its values and the names inside them."""

    kinds: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)

    @property
    def holds_messages(self) -> bool:
        """True where the values have parts with a role and a text."""
        return speaks(self.inside)

    @property
    def may_hold_messages(self) -> bool:
        """True where nothing was seen that speaks against it."""
        return self.holds_messages or not (self.inside or self.kinds - {"list", "text", "empty"})

    @property
    def may_hold_text(self) -> bool:
        """True where the values are text, or could be."""
        return not self.kinds - {"text", "empty"}


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a file from its head.

    Attributes:
        path: the file, or where it is in an archive.
        name: how it is called to people.
        container: how its records are packed.
        columns: what its records hold, by name, in order.
        header: the names in a CSV file's first line; one may stand there twice.
        delimiter: between the fields of a CSV file.
        bare: True where the records are bare lists of messages.
        enough: True where so much was seen that a column not seen is not there.
    """

    path: Place
    name: str
    container: Container
    columns: dict[str, Column]
    header: tuple[str, ...] = ()
    delimiter: str = ","
    bare: bool = False
    enough: bool = False

    @property
    def label(self) -> str:
        """The name without the suffixes we know: the beginning of made-up identifiers."""
        label = self.name
        while label.lower().endswith(_SUFFIXES):
            label = label[: label.rindex(".")]
        return label or self.name


def refuse_repeated(look: Look) -> None:
    """Check that no two columns of a CSV file have one name: which of them is meant is not known.

    Raises:
        InputError: two have.
    """
    for place, name in enumerate(look.header, start=1):
        first = look.header.index(name) + 1
        if first < place:
            called = f" {name!r}" if plain(name) else ""
            raise InputError(
                f"{look.name!r} has two columns of the same name{called}, at places {first} and "
                f"{place} of its header. Rename one, or remove it."
            )


def speaks(names: set[str] | frozenset[str]) -> bool:
    """Say whether names are those of a message: one for the role and one for the text."""
    return not names.isdisjoint(ROLE_KEYS) and not names.isdisjoint(TEXT_KEYS)


def look_at(path: Place, *, name: str | None = None, as_csv: bool = False) -> Look:
    """Look at the head of a file.

    Raises:
        InputError: it is missing, empty, damaged, or not of a kind that can be read.
    """
    head, whole = read_head(path, HEAD, name=name)
    name = printable(name or path.name)  # it also begins the identifiers that we make up
    if head.startswith(b"PAR1"):
        return _parquet(path, name)
    start = head.lstrip()[:1]
    if as_csv or start not in (b"{", b"["):
        return _csv(path, name, head)
    lines = [line for line in head.splitlines(keepends=True)[:_LINES] if line.strip()]
    # Records that stand on lines of their own are not indented; parts of larger ones mostly are.
    parsed = [value for line in lines if (value := _value(line))]
    if start == b"[":
        return _list(path, name, head, parsed, whole=whole)
    in_lines = bool(parsed) or b"\n" not in head or (whole and _one_line_records(lines))
    columns: dict[str, Column] = {}
    for part in lines if in_lines else [head]:
        outline(part, columns)
    enough = whole or len(parsed) >= _ENOUGH
    return Look(path, name, "JSON lines" if in_lines else "JSON documents", columns, enough=enough)


def _value(line: bytes) -> object:
    if line[:1].isspace():
        return None
    try:
        value = parse(line)
    except Unreadable:
        return None
    return value if isinstance(value, dict | list) else None


def _one_line_records(lines: list[bytes]) -> bool:
    return all(line.lstrip().startswith(b"{") and len(line.strip()) > 1 for line in lines)


def _list(path: Place, name: str, head: bytes, parsed: list[object], *, whole: bool) -> Look:
    columns: dict[str, Column] = {}
    outline(head, columns)
    names = set(columns)
    lone = speaks(names) and first_of(("conversation_id", "messages"), names) is None
    if _LIST_OF_LISTS.match(head):
        return Look(path, name, "JSON list", {}, bare=speaks(names))
    if not lone:
        return Look(path, name, "JSON list", columns, enough=whole)
    in_lines = b"\n" not in head or any(isinstance(value, list) for value in parsed)
    return Look(path, name, "JSON lines" if in_lines else "JSON documents", {}, bare=True)


def outline(data: bytes, columns: dict[str, Column]) -> None:
    """Add the columns of whatever records the bytes hold, whole or cut; broken JSON is bearable."""
    opened: list[bytes | None] = []
    key: bytes | None = None
    for token in _TOKEN.finditer(data):
        mark = token.group()
        if mark in (b"{", b"["):
            opened.append(key)
            key = None
        elif mark in (b"}", b"]"):
            key = None
            if opened:
                opened.pop()
        elif token.group(2) is not None:
            key = token.group(1)
            path = [name for name in opened if name is not None]
            _add(columns, [*path, key], data[token.end() : token.end() + 1])


def _add(columns: dict[str, Column], path: list[bytes], value: bytes) -> None:
    if len(path) > 2:
        return
    column = columns.setdefault(_name(path[0]), Column())
    if len(path) == 2:
        column.inside.add(_name(path[1]))
    elif value:
        column.kinds.add(_KINDS.get(value, "other"))


def _name(raw: bytes) -> str:
    try:
        value = parse(b'"' + raw + b'"')
    except Unreadable:
        value = raw.decode("utf-8", "replace")
    return str(value)


def _parquet(path: Place, name: str) -> Look:
    if not isinstance(path, Path):
        raise InputError(f"{name!r} is Parquet in an archive, and needs to be a file: unpack it.")
    columns = {}
    for column, shape in parquet_columns(path).items():
        if isinstance(shape, frozenset):
            columns[column] = Column({"list"}, set(shape))
        else:
            columns[column] = Column({shape})
    return Look(path, name, "Parquet", columns, enough=True)


def _csv(path: Place, name: str, head: bytes) -> Look:
    text = head.decode("utf-8", "replace").lstrip("\r\n")
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=lambda mark: (_fields_of(first, mark), mark == ","))
    header = tuple(csv_header(next(_parsed_header(text, delimiter), [])))
    columns = {column: Column({"text"}) for column in header}
    return Look(path, name, "CSV", columns, header, delimiter, enough=True)


def _fields_of(line: str, delimiter: str) -> int:
    return sum(0 < len(field.strip()) <= 40 for field in next(_parsed_header(line, delimiter), []))


def _parsed_header(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        yield []
