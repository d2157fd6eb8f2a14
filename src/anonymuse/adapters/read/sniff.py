"""Which files there are, and which reader each of them needs: decided from the head, and said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from anonymuse.adapters.read import messages_jsonl, sharegpt, table
from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.look import Look, look_at
from anonymuse.adapters.read.names import plain, require
from anonymuse.errors import InputError, did_you_mean
from anonymuse.ports.reader import ColumnMapping

FORMATS = ("messages", "sharegpt", "parquet", "csv", "rows")
"""what ``format`` may say"""

DATA_SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet", ".csv", ".tsv")
PACKED_SUFFIXES = ("", ".gz", ".zst", ".bz2", ".xz")

_MOST_SHOWN = 12
_HOW = (
    "Name the columns: --messages-column for a list of messages, --text-column for one text per "
    "row, or --id-column, --role-column and --text-column for one message per row."
)


def find_files(path: Path) -> list[Path]:
    """Return the data files at a path, sorted: itself, or those in and under a folder.

    Hidden files, and files whose suffix is not one of data, are passed over in a folder.

    Raises:
        InputError: there is nothing at the path, or no data in the folder.
    """
    try:
        if path.is_dir():
            return _in_folder(path)
        if path.is_file():
            return [path]
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    if exists:
        raise InputError(f"{str(path)!r} is neither a file nor a folder.")
    raise InputError(f"There is no file or folder {str(path)!r}.{_nearest(path)}")


def _nearest(path: Path) -> str:
    try:
        names = [file.name for file in path.parent.iterdir()]
    except (OSError, ValueError):
        return ""
    return f" {did_you_mean(path.name, names)}".rstrip()


def _in_folder(folder: Path) -> list[Path]:
    endings = tuple(data + packed for data in DATA_SUFFIXES for packed in PACKED_SUFFIXES)
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(root, name)
            for name in names
            if name.lower().endswith(endings) and not name.startswith((".", "_"))
        ]
    if not found:
        raise InputError(
            f"The folder {str(folder)!r} holds no data. Read are files that end in "
            f"{', '.join(DATA_SUFFIXES)}, packed ({', '.join(PACKED_SUFFIXES[1:])}) or not."
        )
    return sorted(found)


def open_readers(
    path: Path,
    *,
    format: str | None = None,  # noqa: A002 - the option's name
    columns: ColumnMapping | None = None,
) -> list[FileReader]:
    """Return a reader for every data file at a path; see `find_files` and `open_reader`.

    In a folder, files are called by their path inside it, so that records without an identifier
    get different ones in files of the same name.
    """
    columns = columns or ColumnMapping()
    readers = []
    for file in find_files(path):
        name = file.relative_to(path).as_posix() if path != file else file.name
        readers.append(open_reader(file, format=format, columns=columns, name=name))
    return readers


def open_reader(
    path: Path,
    *,
    format: str | None,  # noqa: A002 - the option's name
    columns: ColumnMapping,
    name: str | None = None,
) -> FileReader:
    """Choose the reader of one file from its head.

    Args:
        path: the file, packed or not.
        format: one of `FORMATS`, or None to look.
        columns: what the caller knows of the columns.
        name: how to call the file; its own name when None.

    Raises:
        InputError: missing, empty, damaged, or of no format that is known; the message shows
            names of columns, never values.
        ColumnError: a named column is not there.
    """
    if format is not None and format not in FORMATS:
        raise InputError(
            f"There is no format {format!r}. {did_you_mean(format, FORMATS)}"
            f"Formats: {', '.join(FORMATS)}."
        )
    look = look_at(path, name=name, as_csv=format == "csv")
    if look.enough and not look.bare:
        require(columns, look.columns)
    reader = _choose(look, format, columns)
    if reader is None:
        raise InputError(_unknown(look, format))
    return reader


def _choose(look: Look, wanted: str | None, columns: ColumnMapping) -> FileReader | None:
    fixed: dict[str | None, Callable[[], FileReader | None]] = {
        "messages": lambda: messages_jsonl.recognise(look, columns, forced=True),
        "sharegpt": lambda: sharegpt.recognise(look, columns, forced=True),
        "parquet": lambda: table.recognise(look, columns) if look.container == "Parquet" else None,
        "csv": lambda: table.recognise(look, columns) if look.container == "CSV" else None,
        "rows": lambda: table.recognise(look, columns),
    }
    if wanted is not None:
        return fixed[wanted]()
    return (
        sharegpt.recognise(look, columns)
        or messages_jsonl.recognise(look, columns)
        or table.recognise(look, columns)
    )


def _unknown(look: Look, wanted: str | None) -> str:
    shown = [column for column in look.columns if plain(column)]
    # The first line of a text without a header is somebody's data, not names.
    if look.container == "CSV":
        seen = f"text with {len(look.columns)} columns at most, none with a name that is known"
    elif shown:
        names = ", ".join(shown[:_MOST_SHOWN]) + (" ..." if len(shown) > _MOST_SHOWN else "")
        seen = f"{look.container} with the columns {names}"
    else:
        seen = f"{look.container} without columns"
    what = "is of no format that is known" if wanted is None else f"cannot be read as {wanted!r}"
    return f"{look.name!r} {what}. Seen: {seen}. Known: {', '.join(FORMATS)}. {_HOW}"
