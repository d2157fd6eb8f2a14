"""SQL that can only read: what a query may be, the connection it runs on, and its errors.

Three locks, because none of them holds alone. DuckDB's own parser shows the query as a tree, and
only trees that read are let through: its statement type does not tell, as a ``with`` may hold an
``insert`` or a ``copy ... to`` and still be of type select. The connection opens no file but those
that the query names. Its configuration is locked, and nothing is installed, loaded or attached.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from anonymuse.errors import InputError

_READING_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_FILE_FUNCTIONS = frozenset(
    {
        "read_csv", "read_csv_auto", "read_parquet", "parquet_scan", "read_json", "read_json_auto",
        "read_json_objects", "read_json_objects_auto", "read_ndjson", "read_ndjson_auto",
        "read_ndjson_objects", "read_ndjson_objects_auto", "read_text", "read_blob", "glob",
        "sniff_csv", "parquet_metadata", "parquet_schema", "parquet_file_metadata",
        "parquet_kv_metadata",
    }
)  # fmt: skip
_TABLE_FUNCTIONS = _FILE_FUNCTIONS | {
    "range", "generate_series", "unnest", "repeat", "json_each", "json_tree",
}  # fmt: skip
"""table functions that read, and nothing else: others set, log, attach or run SQL in a text"""

_SETTINGS = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # else a table's name may be a variable of the program
    "errors_as_json": True,
    "temp_directory": "",  # nothing of anybody's is spilled to a disk
}

_CLASSES = {
    "ParserException": "it is not valid SQL",
    "BinderException": "a column or function that it names is not there, or a type does not fit",
    "CatalogException": "a table or function that it names is not there",
    "PermissionException": (
        "it opens a file that it does not name (write names as plain texts, not as expressions)"
    ),
    "IOException": "a file that it names is not there or cannot be read",
    "ConversionException": "a value is not of the type that it is turned into",
    "OutOfRangeException": "a number is too large for its type",
    "OutOfMemoryException": "it needs more memory than there is",
    "InvalidInputException": "a file or a value is not what it asks for",
}


@dataclass(frozen=True, slots=True)
class Select:
    """A query that was looked through and only reads.

    Attributes:
        text: the query, without a semicolon at its end.
        files: the files and patterns that it names, in order.
    """

    text: str
    files: tuple[str, ...]


def open_connection(files: Iterable[str] = (), *, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory that opens only these files, and can be set no more.

    Args:
        files: names and glob patterns of local files, as `checked_select` returns them.
        threads: that a query may use.
    """
    connection = duckdb.connect(":memory:", config={**_SETTINGS, "threads": threads})
    paths, folders = [], []
    for name in files:
        folder = _fixed_folder(name)
        if folder is None:
            paths.append(name)
        else:
            folders.append(folder)
    connection.execute(f"set allowed_paths = {_texts(paths)}")
    connection.execute(f"set allowed_directories = {_texts(folders)}")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def checked_select(text: str, *, setting: str) -> Select:
    """Return a query if it is one statement that only reads.

    Args:
        text: of the query.
        setting: what the query is called in sentences (``--sql``).

    Raises:
        InputError: it is not SQL, several statements, or would change something.
    """
    tree = _tree(text, setting)
    files: dict[str, None] = {}
    for node in _nodes(tree):
        kind = str(node.get("type", ""))
        if kind.endswith("_NODE") and kind not in _READING_NODES:
            raise InputError(
                f"{setting} only reads: {kind.split('_')[0].lower()} is not allowed in it."
            )
        if kind == "TABLE_FUNCTION":
            files |= dict.fromkeys(_files_of(node, setting))
        elif kind == "BASE_TABLE" and len(_path(node)) == 1:
            name = _path(node)[0]
            if "." in name or "/" in name:
                files[name] = None
    for name in files:
        if "://" in name:
            raise InputError(
                f"{setting} reads local files only. Give files on other machines as DATA, or copy "
                "them here first."
            )
    return Select(text.strip().rstrip(";").rstrip(), tuple(files))


def query_error(error: duckdb.Error, *, setting: str) -> InputError:
    """Return the sentence for an error of the database: its class and place, no value of the data.

    DuckDB's own messages quote values; they are never passed on.
    """
    kind = type(error).__name__
    why = _CLASSES.get(kind, "it cannot be run")
    return InputError(f"{setting} failed{_place(str(error))}: {why} ({kind}).")


def _tree(text: str, setting: str) -> Any:
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        statements = connection.extract_statements(text)
        if len(statements) != 1:
            raise InputError(f"{setting} is one query; here are {len(statements)} statements.")
        kind = statements[0].type
        if kind != duckdb.StatementType.SELECT:
            raise InputError(
                f"{setting} only reads: it is one SELECT (or WITH ... SELECT), not {kind.name}."
            )
        row = connection.execute("select json_serialize_sql(?::varchar)", [text]).fetchone()
        tree = json.loads(row[0] if row else "{}")
    except duckdb.Error as error:
        raise query_error(error, setting=setting) from None
    except (RecursionError, UnicodeError):
        raise InputError(f"{setting} cannot be read: it is nested too deeply.") from None
    finally:
        connection.close()
    if tree.get("error", True):
        raise InputError(
            f"{setting} uses a form of SQL that cannot be checked; write it as a plain SELECT."
        )
    return tree


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting += reversed(value.values())
        elif isinstance(value, list):
            waiting += reversed(value)


def _files_of(node: Mapping[str, Any], setting: str) -> Iterator[str]:
    name = str(node["function"]["function_name"]).lower()
    if name not in _TABLE_FUNCTIONS:
        raise InputError(
            f"{setting} only reads: the table function {name[:40]!r} is not allowed in it."
        )
    if name in _FILE_FUNCTIONS:
        for part in _nodes(node):
            literal = part.get("literal")
            if isinstance(literal, dict) and literal.get("kind") == "STRING":
                yield str(literal.get("text", ""))


def _path(node: Mapping[str, Any]) -> list[str]:
    named = node.get("qualified_name")
    path = named.get("path") if isinstance(named, dict) else None
    if isinstance(path, list):
        return [str(part) for part in path if part]
    parts = (node.get(key) for key in ("catalog_name", "schema_name", "table_name"))
    return [str(part) for part in parts if part]


def _fixed_folder(name: str) -> str | None:
    """Return the folder before the first mark of a pattern; None for the name of one file."""
    place = min((at for mark in "*?[{" if (at := name.find(mark)) >= 0), default=-1)
    if place < 0:
        return None
    return str(Path(name[:place].rpartition("/")[0] or ("/" if name[0] == "/" else ".")).resolve())


def _texts(values: Iterable[str]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"


def _place(message: str) -> str:
    try:
        position = json.loads(message[message.index("{") :]).get("position")
        return f" at character {int(position) + 1}" if position is not None else ""
    except (ValueError, TypeError, AttributeError):
        return ""
