"""Expressions of SQL over one conversation: conditions (`--where`) and computed facets.

What an error says is its class, its place and the columns that there are: DuckDB's own messages
quote values, and are never passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb
import pyarrow as pa

from anonymuse.errors import ColumnError, ConfigError, InputError
from anonymuse.pipeline.sql_grammar import (
    AFTER,
    BEFORE,
    TABLE,
    columns_of,
    database,
    place_of,
    told,
)

Want = Literal["boolean", "integer", "number", "text", "texts"]
"""what an expression must give"""

_PLAIN = re.compile(r"[A-Za-z_][\w.\-]{0,39}")
"""A name that looks like a column's, and not like somebody's data: the only ones in sentences."""

_CLASSES = {
    "ParserException": "it is not valid SQL",
    "BinderException": "a type does not fit, or a function takes other arguments",
    "CatalogException": "a function or type that it names is not there",
    "ConversionException": (
        "a value is not of the type that it is turned into (try_cast(column as type) gives null "
        "there)"
    ),
    "OutOfRangeException": "a number is too large for its type",
    "OutOfMemoryException": "it needs more memory than one condition may have",
    "InvalidInputException": "a value or pattern is not what a function asks for",
}
_FAULTS_OF_VALUES = frozenset({"ConversionException", "OutOfRangeException"})


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was looked through.

    Attributes:
        text: of the expression.
        setting: what it is called in sentences (``--where``).
        columns: the columns that it names, as it writes them.
    """

    text: str
    setting: str
    columns: tuple[str, ...]

    def resolved(self, available: Iterable[str]) -> list[str]:
        """Return the columns that it names, as the data writes them (case does not count).

        Raises:
            ColumnError: one is not there.
        """
        names = {name.lower(): name for name in available}
        for column in self.columns:
            if column.lower() not in names:
                known = filter(_PLAIN.fullmatch, names.values())
                raise ColumnError.missing(column[:40], known, setting=self.setting)
        return list(dict.fromkeys(names[column.lower()] for column in self.columns))


def compile_condition(text: str, *, setting: str) -> Expression:
    """Return an expression if it is one, and looks at its own row only.

    Args:
        text: SQL in DuckDB's dialect.
        setting: what it is called in sentences (``--where``).

    Raises:
        ConfigError: it is empty, no SQL, a statement, or holds what is not allowed.
    """
    if not text.strip():
        raise ConfigError(f"{setting} is empty. Give a condition (turns > 3), or drop it.")
    return Expression(text, setting, columns_of(text, setting=setting))


def evaluate(expression: Expression, table: pa.Table, *, want: Want) -> pa.ChunkedArray:
    """Return the expression's value for every row, null where it has none.

    An empty table with the right columns checks names and types.

    Args:
        expression: as `compile_condition` returns it.
        table: one row a conversation, its columns named as people write them.
        want: what it must give.

    Raises:
        ColumnError: it names a column that is not there.
        ConfigError: a type does not fit, or it does not give what is wanted.
        InputError: it fails on a value of the data.
    """
    columns = expression.resolved(table.column_names)
    cursor = database().cursor()
    try:
        cursor.register(TABLE, table.select(columns or table.column_names[:1]))
        query = f"{BEFORE}{expression.text}{AFTER} from {TABLE}"
        cursor.execute(f"{query} limit 0")  # its errors tell the place, those of sql() do not
        found = cursor.sql(query).to_arrow_table()["value"]
    except duckdb.Error as error:
        raise _sentence(error, expression, table.schema) from None
    finally:
        cursor.close()
    return _as_wanted(found, want, expression, table.schema)


def _sentence(
    error: duckdb.Error, expression: Expression, schema: pa.Schema
) -> ConfigError | InputError:
    kind = type(error).__name__
    why = _CLASSES.get(kind, "it cannot be evaluated")
    at = place_of(expression.text, told(str(error)))
    text = f"{expression.setting} failed{at}: {why} ({kind}).{_used(expression, schema)}"
    return InputError(text) if kind in _FAULTS_OF_VALUES else ConfigError(text)


def _used(expression: Expression, schema: pa.Schema) -> str:
    used = [f"{name!r} is {_spoken(str(schema.field(name).type))}"
            for name in expression.resolved(schema.names) if _PLAIN.fullmatch(name)]  # fmt: skip
    return f" Here {', '.join(used)}." if used else ""


def _spoken(kind: str) -> str:
    for begin, word in _SPOKEN.items():
        if kind.startswith(begin):
            return word
    return kind


_SPOKEN = {
    "string": "text", "large_string": "text", "bool": "boolean", "int": "an integer",
    "double": "a number", "float": "a number", "timestamp": "a time",
}  # fmt: skip


def _as_wanted(
    found: pa.ChunkedArray, want: Want, expression: Expression, schema: pa.Schema
) -> pa.ChunkedArray:
    kind = found.type
    whole = pa.types.is_decimal(kind) and kind.scale == 0  # what is wider than 64 bits
    integer = pa.types.is_integer(kind) or whole
    number = integer or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    texts = pa.types.is_list(kind) and pa.types.is_string(kind.value_type)
    fits: dict[Want, tuple[bool, pa.DataType]] = {
        "boolean": (pa.types.is_boolean(kind), pa.bool_()),
        "integer": (integer, pa.int64()),
        "number": (number, pa.float64()),
        "text": (text, pa.string()),
        "texts": (texts, pa.list_(pa.string())),
    }
    good, target = fits[want]
    if not good:
        raise ConfigError(
            f"{expression.setting} should give {_WANTED[want]} for each conversation and gives "
            f"{_spoken(str(kind))}.{_used(expression, schema)}"
        )
    try:
        return found.cast(target)
    except pa.ArrowInvalid:
        raise InputError(f"{expression.setting} gives a number too large to be kept.") from None


_WANTED: Mapping[Want, str] = {
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "text": "a text",
    "texts": "a list of texts",
}
