"""What SQL an expression may hold, and the connection that it runs on.

An expression may look at the columns of its own row and at nothing else. Three locks hold that:
DuckDB's own parser says whether a text is one expression; its tree may hold nothing but columns,
constants and functions whose result depends on their arguments alone; and the connection opens no
file, is in UTC, and can be set no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import duckdb

from anonymuse.errors import ConfigError, did_you_mean

TABLE = "conversation"
"""what the rows are called in a query"""

BEFORE, AFTER = "select (", "\n) as value"

_PARTS = frozenset(
    {
        "BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT",
        "FUNCTION", "LAMBDA", "OPERATOR", "TYPE",
    }
)  # fmt: skip
_REFUSED = {
    "SUBQUERY": "a query inside it is not allowed",
    "WINDOW": "a window over other rows is not allowed",
    "STAR": "name the columns, as * is not allowed",
    "PARAMETER": "a parameter ($1, ?) is not allowed",
    "POSITIONAL_REFERENCE": "name the columns, as #1 is not allowed",
}
_MACROS = frozenset(
    {
        "array_append", "array_prepend", "array_reverse", "array_to_string", "date_add",
        "days_in_month", "fdiv", "fmod", "if", "list_append", "list_count", "list_max", "list_min",
        "list_prepend", "list_reverse", "list_sum", "nullif", "split_part",
    }
)  # fmt: skip
"""macros of DuckDB that are made of allowed functions only"""
_NOT_OF_THE_ROW = frozenset(
    {"age", "current_localtime", "current_localtimestamp", "vector_type", "version"}
)
"""functions that look at the clock or the program and are not marked so"""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "enable_external_access": False,
    "python_enable_replacements": False,  # else a name may be a variable of the program
    "errors_as_json": True,
    "temp_directory": "",  # nothing of anybody's is spilled to a disk
    "memory_limit": "1GB",
    "threads": 1,
}


def columns_of(text: str, *, setting: str) -> tuple[str, ...]:
    """Return the columns that an expression names, if it is one and holds only what is allowed.

    Args:
        text: of the expression.
        setting: what it is called in sentences.

    Raises:
        ConfigError: it is no SQL, a statement, or holds what is not allowed.
    """
    named: dict[str, None] = {}
    for node, own in _nodes(_tree(text, setting)):
        kind = str(node["class"])
        if kind not in _PARTS:
            why = _REFUSED.get(kind, f"{kind.lower()} is not allowed in it")
            raise ConfigError(f"{setting} is an expression over one conversation's columns: {why}.")
        if kind == "FUNCTION":
            _require_allowed(_last(node), setting)
        elif kind == "COLUMN_REF" and (name := _column(node)) not in own:
            named[name] = None
    return tuple(named)


@cache
def database() -> duckdb.DuckDBPyConnection:
    """Return the one hardened database in memory; queries take a cursor of it."""
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    connection.execute("set global timezone = 'UTC'")
    connection.execute("set lock_configuration = true")
    return connection


@cache
def _functions() -> Mapping[str, bool]:
    """Return the functions there are, and whether their result depends on their arguments alone."""
    cursor = database().cursor()
    rows = cursor.execute(
        "select function_name, bool_and(function_type = 'scalar' and stability = 'CONSISTENT' "
        "and not has_side_effects) from duckdb_functions() group by 1"
    ).fetchall()
    cursor.close()
    return {name: name in _MACROS or (pure and name not in _NOT_OF_THE_ROW) for name, pure in rows}


def _tree(text: str, setting: str) -> Any:
    place = ""
    cursor = database().cursor()
    try:
        query = f"{BEFORE}{text}{AFTER}"
        query.encode()  # the database takes no half characters
        row = cursor.execute("select json_serialize_sql(?::varchar)", [query]).fetchone()
        tree = json.loads(row[0] if row else "{}")
        place = place_of(text, tree)
        if not tree["error"]:
            duckdb.SQLExpression(text)  # refuses what leaves the brackets, and what is a statement
            return tree["statements"][0]["node"]["select_list"]
    except (duckdb.Error, KeyError, ValueError, RecursionError):
        pass
    finally:
        cursor.close()
    raise ConfigError(
        f"{setting} is not one SQL expression{place}. Write one as it stands after "
        "WHERE, without a semicolon: turns > 3 and model = 'a'."
    )


def _nodes(tree: Any) -> Iterator[tuple[Mapping[str, Any], frozenset[str]]]:
    """Yield every node that has a class, with the parameters of the lambdas around it."""
    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        value, own = waiting.pop()
        if isinstance(value, list):
            waiting += [(part, own) for part in reversed(value)]
        elif isinstance(value, dict):
            if "class" in value:
                yield value, own
            parts = dict(value)
            if value.get("class") == "LAMBDA":
                given = [node for node, _ in _nodes(parts.pop("lhs")) if "column_names" in node]
                own |= {_column(node) for node in given}
            waiting += [(part, own) for part in reversed(parts.values())]


def _column(node: Mapping[str, Any]) -> str:
    """Return the column of a reference; ``conversation.turns`` is ``turns``."""
    path = [str(part) for part in node["column_names"]]
    return path[1] if len(path) > 1 and path[0].lower() == TABLE else path[0]


def _last(node: Mapping[str, Any]) -> str:
    """Return a function's name without its schema."""
    return str([node["function_name"], *node.get("qualified_name", {}).get("path", [])][-1]).lower()


def _require_allowed(name: str, setting: str) -> None:
    allowed = _functions().get(name)
    if allowed is None:
        known = [known for known, good in _functions().items() if good and known.isidentifier()]
        raise ConfigError(
            f"{setting}: there is no function {name[:40]!r}. {did_you_mean(name, known)}"
            "Functions are those of DuckDB."
        )
    if not allowed:
        raise ConfigError(
            f"{setting}: the function {name!r} is not allowed. Functions of one conversation's "
            "columns alone are: no files, no clock, no chance, no sums over rows."
        )


def told(message: str) -> Mapping[str, Any]:
    """Return what a message of the database says in JSON, empty for none."""
    try:
        found: Mapping[str, Any] = json.loads(message[message.index("{") :])
    except ValueError:
        return {}
    return found


def place_of(text: str, error: Mapping[str, Any]) -> str:
    """Say where in an expression an error is; the database counts bytes from its query's start."""
    position = str(error.get("position", ""))
    place = int(position) - len(BEFORE) if position.isdigit() else -1
    if place < 0:
        return ""
    before = text.encode()[:place].decode(errors="ignore")
    return f" at character {len(before) + 1}"
