"""SQL that can only read: what a query may be, the connection it runs on, and its errors.

Three locks, because none of them holds alone. DuckDB's own parser shows the query as a tree, and
only trees that read are let through: its statement type does not tell, as a ``with`` may hold an
``insert`` or a ``copy ... to`` and still be of type select. The connection opens no file but those
that the query names. Its configuration is locked, and nothing is installed, loaded or attached.
"""

from __future__ import annotations

import json
import re
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

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # else a table's name may be a variable of the program
    "errors_as_json": True,
    "temp_directory": "",  # nothing of anybody's is spilled to a disk
    "threads": 1,  # the same data give the same rows in the same order
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
_KIND = re.compile(r'"exception_type":"([A-Za-z ]{1,30})"')
_POSITION = re.compile(r'"position":"(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Select:
    """A query that was looked through and only reads.

    Attributes:
        text: the query, without a semicolon at its end.
        files: the files and patterns that it names, in order.
    """

    text: str
    files: tuple[str, ...]


def open_connection(files: Iterable[str]) -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory that opens only these files, and can be set no more.

    Args:
        files: names and glob patterns of local files, as `checked_select` returns them.
    """
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    named = [place for name in files if (place := _place_of(name)) is not None]
    folders = [str(place) for place in named if place.is_dir()]
    paths = [str(place) for place in named if not place.is_dir()]
    connection.execute("set TimeZone = 'UTC'")
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
        _require_here(name, setting)
    return Select(text.strip().rstrip(";").rstrip(), tuple(files))


def query_error(error: Exception, *, setting: str, before: int = 0) -> InputError:
    """Return the sentence for an error of the database: its class and place, no value of the data.

    DuckDB's own messages quote values; they are never passed on. Where its rows stream through
    Arrow, an error of it arrives inside one of Arrow's.

    Args:
        error: what was raised.
        setting: what the query is called in sentences.
        before: characters that were put before the query.
    """
    told = _KIND.search(str(error))
    words = told[1].split() if told else []
    kind = "".join(word[0].upper() + word[1:] for word in words) + "Exception"
    kind = kind if kind in _CLASSES else type(error).__name__
    place = _POSITION.search(str(error))
    where = f" at character {int(place[1]) - before + 1}" if place else ""
    return InputError(
        f"{setting} failed{where}: {_CLASSES.get(kind, 'it cannot be run')} ({kind})."
    )


def _tree(text: str, setting: str) -> Any:
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        text.encode()  # the database takes no half characters
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
    except (RecursionError, ValueError):
        raise InputError(f"{setting} cannot be read: it is broken or nested too deeply.") from None
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
        arguments = node["function"].get("arguments") or []
        for part in _nodes(arguments[:1]):  # the others are options: delim = ';'
            literal = part.get("literal")
            if isinstance(literal, dict) and literal.get("kind") == "STRING":
                yield str(literal.get("text", ""))


def _require_here(name: str, setting: str) -> None:
    if "://" in name:
        raise InputError(
            f"{setting} reads local files only. Give files on other machines as DATA, or copy "
            "them here first."
        )
    if _place_of(name) is None:
        raise InputError(f"{setting} names {name!r}, and there is no such file.")


def _path(node: Mapping[str, Any]) -> list[str]:
    named = node.get("qualified_name")
    path = named.get("path") if isinstance(named, dict) else None
    if isinstance(path, list):
        return [str(part) for part in path if part]
    parts = (node.get(key) for key in ("catalog_name", "schema_name", "table_name"))
    return [str(part) for part in parts if part]


def _place_of(name: str) -> Path | None:
    """Return the file or folder, for a pattern the folder before its first mark; None: not there.

    A file whose name holds such a mark is read as itself, as the database does.
    """
    marks = [at for mark in "*?[{" if (at := name.find(mark)) >= 0]
    try:
        here = Path(name)
        if marks and not here.exists():
            before = name[: min(marks)]
            here = Path(before.rpartition("/")[0] or ("/" if name.startswith("/") else "."))
        return here.absolute() if here.exists() else None
    except (OSError, ValueError):
        return None


def _texts(values: Iterable[str]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
