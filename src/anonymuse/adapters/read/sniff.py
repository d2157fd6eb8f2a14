"""Which files there are, and which reader each of them needs: decided from the head, and said."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from anonymuse.adapters.read import (
    chat_datasets,
    chatgpt_export,
    claude_code,
    claude_export,
    langfuse,
    messages_jsonl,
    request_log,
    sharegpt,
    spans,
    table,
)
from anonymuse.adapters.read.archive import Member, Place, is_archive
from anonymuse.adapters.read.archive_reader import ArchiveReader
from anonymuse.adapters.read.log_reader import LogReader
from anonymuse.adapters.read.look import Look, look_at, refuse_repeated
from anonymuse.adapters.read.names import (
    MESSAGES,
    ROLES,
    TEXTS,
    first_of,
    plain,
    printable,
    require,
)
from anonymuse.adapters.read.not_read import NotRead
from anonymuse.adapters.read.places import DataFile, files_at, is_data
from anonymuse.adapters.read.plug_ins import open_plug_in, plug_in_names, recognise_by_plug_in
from anonymuse.errors import ColumnError, InputError, did_you_mean
from anonymuse.ports.reader import ColumnMapping, NamedReader


class Recognise(Protocol):
    """Returns the reader of a file if its head is of the format, else None.

    ``forced`` says that the format was asked for by name, so that little has to be seen.
    """

    def __call__(
        self, look: Look, columns: ColumnMapping, *, forced: bool = False
    ) -> NamedReader | None:
        """Look at the head."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A row of the table of formats.

    Attributes:
        name: what ``--format`` says.
        recognise: decides whether a file is of it.
        needs: the names by which it is known, in its columns or inside them; of each group one.
            Tells which format is nearest when none fits.
        plain: True where the columns of a record are its names as they stand in the file.
    """

    name: str
    recognise: Recognise
    needs: tuple[tuple[str, ...], ...] = ()
    plain: bool = False


FORMATS: tuple[Format, ...] = (
    Format("chatgpt", chatgpt_export.recognise, (("mapping",), ("current_node",))),
    Format("claude", claude_export.recognise, (("chat_messages",), ("sender",))),
    Format(
        "claude-code",
        claude_code.recognise,
        (("sessionId",), ("parentUuid",), ("isSidechain",), ("message",)),
    ),
    Format("wildchat", chat_datasets.recognise_wildchat),
    Format("lmsys", chat_datasets.recognise_lmsys),
    Format("otel", spans.recognise_otel, (("attributes",), ("gen_ai.input.messages",))),
    Format("openinference", spans.recognise_openinference, (("llm.input_messages",),)),
    Format("langfuse", langfuse.recognise, (("input",), ("output",), langfuse.MARKS)),
    Format("request-log", request_log.recognise, (request_log.REQUESTS, request_log.RESPONSES)),
    Format("sharegpt", sharegpt.recognise, (("conversations",), ("from",), ("value",)), plain=True),
    Format("messages", messages_jsonl.recognise, (MESSAGES, ROLES, ("content",)), plain=True),
    Format("parquet", table.recognise_parquet, plain=True),
    Format("csv", table.recognise_csv, plain=True),
    Format("rows", table.recognise, (TEXTS,), plain=True),
)
"""every format, the most particular first: the first one that recognises a file reads it"""

_MOST_SHOWN = 12
_HOW = (
    "Name the columns: --messages-column for a list of messages, --text-column for one text per "
    "row, or --id-column, --role-column and --text-column for one message per row. A query (--sql) "
    "gives any column the name that is looked for, that of a reply too."
)


@dataclass(frozen=True, slots=True)
class Input:
    """A reader with the files it reads.

    Attributes:
        reader: of one file, or of all files of one log.
        files: in order; their bytes tell whether the input is the same as in an earlier run.
    """

    reader: NamedReader
    files: tuple[Path, ...]


def open_inputs(
    files: Iterable[DataFile],
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    columns: ColumnMapping | None = None,
) -> list[Input]:
    """Choose the reader of every file; see `open_reader`.

    Logs of one format are read together: a conversation goes on where a log begins a new file.
    A file that was found among others and cannot be read is dropped, and counted as one.

    Raises:
        InputError: a file that was asked for cannot be read, or none that was found.
        ColumnError: a named column is not there.
    """
    columns = columns or ColumnMapping()
    inputs: list[Input] = []
    for file in files:
        reader = _reader_of(file, format, columns)
        place, together = _log_of(inputs, reader)
        if together is None:
            inputs.append(Input(reader, (file.path,)))
        else:
            inputs[place] = Input(together, (*inputs[place].files, file.path))
    if inputs and all(isinstance(one.reader, NotRead) for one in inputs):
        raise InputError(inputs[0].reader.why)
    return inputs


def _reader_of(file: DataFile, wanted: str | None, columns: ColumnMapping) -> NamedReader:
    try:
        return open_reader(file.path, format=wanted, columns=columns, name=file.name)
    except InputError as error:
        if not file.found or isinstance(error, ColumnError):
            raise
        return NotRead(printable(file.name), error.message)


def _log_of(inputs: list[Input], reader: NamedReader) -> tuple[int, LogReader | None]:
    """Return the place of the log that a reader's file belongs to, and the reader of both."""
    if isinstance(reader, LogReader):
        for place, known in enumerate(inputs):
            if isinstance(known.reader, LogReader) and known.reader.format == reader.format:
                return place, known.reader.with_next(reader)
    return -1, None


def open_readers(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    columns: ColumnMapping | None = None,
) -> list[NamedReader]:
    """Return the readers of all data files at a path; see `find_files` and `open_reader`.

    In a folder, files are called by their path inside it, so that records without an identifier
    get different ones in files of the same name.
    """
    inputs = open_inputs(files_at(path), format=format, columns=columns)
    return [one.reader for one in inputs]


def open_reader(
    path: Place,
    *,
    format: str | None,  # noqa: A002 - the option's name
    columns: ColumnMapping,
    name: str | None = None,
) -> NamedReader:
    """Choose the reader of one file from its head.

    Args:
        path: the file, packed or not; an archive, or a file in one.
        format: one of `FORMATS`, or None to look.
        columns: what the caller knows of the columns.
        name: how to call the file; its own name when None.

    Raises:
        InputError: missing, empty, damaged, or of no format that is known; the message shows
            names of columns, never values.
        ColumnError: a named column is not there.
    """
    if isinstance(path, Path) and format is not None and format not in names_of(FORMATS):
        plug_in = open_plug_in(format, path, name or path.name, columns)
        if plug_in is not None:
            return plug_in
    try:
        return _open_own(path, format, columns, name)
    except ColumnError:
        raise
    except InputError:
        # Other people's code is loaded only when nothing of ours fits.
        if format is None and isinstance(path, Path) and os.access(path, os.R_OK):
            found = recognise_by_plug_in(path, name or path.name, columns)
            if found is not None:
                return found
        raise


def _open_own(
    path: Place, wanted: str | None, columns: ColumnMapping, name: str | None
) -> NamedReader:
    chosen = _chosen(wanted)
    if isinstance(path, Path) and is_archive(path):

        def open_member(member: Member, shown: str) -> NamedReader:
            return open_reader(member, format=wanted, columns=columns, name=shown)

        return ArchiveReader(path, name or path.name, is_data, open_member)
    look = look_at(path, name=name, as_csv=wanted == "csv")
    for candidate in chosen:
        if candidate.plain and look.enough and not look.bare:
            require(columns, look.columns)
        reader = candidate.recognise(look, columns, forced=wanted is not None)
        if reader is not None:
            refuse_repeated(look)
            return reader
    raise InputError(_unknown(look, wanted))


def names_of(formats: Iterable[Format]) -> list[str]:
    """Return the names of formats, for sentences."""
    return sorted(row.name for row in formats)


def _chosen(wanted: str | None) -> list[Format]:
    if wanted is None:
        return list(FORMATS)
    chosen = [row for row in FORMATS if row.name == wanted]
    if not chosen:
        names = [*names_of(FORMATS), *plug_in_names()]
        raise InputError(
            f"There is no format {wanted!r}. {did_you_mean(wanted, names)}"
            f"Formats: {', '.join(names)}."
        )
    return chosen


def _nearest_format(look: Look) -> str:
    """Return which format comes nearest to what was seen, and what it lacks; or nothing."""
    seen = set(look.columns).union(*(column.inside for column in look.columns.values()))
    best: tuple[float, str] = (0.0, "")
    for row in FORMATS:
        missing = [group for group in row.needs if first_of(group, seen) is None]
        share = 1 - len(missing) / len(row.needs) if row.needs else 0.0
        if missing and share > best[0]:
            best = (share, f"Nearest is {row.name!r}, but {_lacks(missing)}. ")
    return best[1]


def _lacks(missing: list[tuple[str, ...]]) -> str:
    return " and ".join(f"there is no {' or '.join(map(repr, group[:3]))}" for group in missing)


def _unknown(look: Look, wanted: str | None) -> str:
    shown = [column for column in look.columns if plain(column)]
    # The first line of a text without a header is somebody's data, not names.
    if look.container == "CSV":
        most = len(look.columns)
        seen = f"text with {most} column{'s' * (most != 1)} at most, none with a name that is known"
    elif shown:
        names = ", ".join(shown[:_MOST_SHOWN]) + (" ..." if len(shown) > _MOST_SHOWN else "")
        seen = f"{look.container} with the columns {names}"
    else:
        seen = f"{look.container} without columns"
    what = "is of no format that is known" if wanted is None else f"cannot be read as {wanted!r}"
    near = _nearest_format(look)
    return (
        f"{look.name!r} {what}. Seen: {seen}. {near}Known: {', '.join(names_of(FORMATS))}. {_HOW}"
    )
