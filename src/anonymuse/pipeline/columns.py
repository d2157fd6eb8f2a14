"""The columns of a conversation that an expression may name, as a typed table.

They are the standard ones, and every metadata column of the source. A metadata column that has the
name of a standard one, or differs from another by case only, is called ``metadata_<name>``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from anonymuse.pipeline import files

STANDARD: Mapping[str, pa.DataType] = {
    "time": pa.timestamp("us", tz="UTC"),
    "turns": pa.int64(),
    "characters": pa.int64(),
    "has_user": pa.bool_(),
    "has_organisation": pa.bool_(),
    "source": pa.string(),
    "format": pa.string(),
}
"""time has a zone, so that texts with another compare rightly; turns are the user's and the
assistant's; source is the file's name"""

STORED = ("user", "organisation", "time", "turns", "characters", "source", "format", "metadata")
"""columns of `ingest` that the table is made from"""

PREFIX = "metadata_"

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that there are.

    Attributes:
        types: by name, as people write it.
        keys: of the metadata columns among them: the name in the source.
    """

    types: Mapping[str, pa.DataType]
    keys: Mapping[str, str]

    def empty(self) -> pa.Table:
        """Return the table without rows: what names and types are checked on."""
        return pa.table({name: pa.array([], kind) for name, kind in self.types.items()})

    def table(self, rows: pa.Table, wanted: Collection[str] | None = None) -> pa.Table:
        """Return the columns of some conversations.

        Args:
            rows: of a shard of `ingest`, with the columns `STORED`.
            wanted: names of columns; by default all. There is always one at least.
        """
        names = [n for n in self.types if wanted is None or n in wanted] or ["turns"]
        read = any(name in self.keys for name in names)
        metadata = [json.loads(one) for one in rows["metadata"].to_pylist()] if read else []
        return pa.table({name: self._column(name, rows, metadata) for name in names})

    def _column(
        self, name: str, rows: pa.Table, metadata: list[dict[str, Any]]
    ) -> pa.Array | pa.ChunkedArray:
        kind = self.types[name]
        if (key := self.keys.get(name)) is not None:
            return pa.array([_as(one.get(key), kind) for one in metadata], kind)
        if name in _PRESENT:
            return pc.is_valid(rows[_PRESENT[name]])
        return rows[name].cast(kind)


_PRESENT = {"has_user": "user", "has_organisation": "organisation"}


def find_columns(shards: Iterable[Path]) -> Columns:
    """Look at the metadata of every conversation; a column has one type in all shards.

    JSON and Parquet have types. Where every value of a column is a text that is written as a number
    or as true or false (CSV has nothing else), the column is of that type, and an empty text is
    null; where values are of several types, it is text.
    """
    seen: dict[str, set[str]] = {}
    for path in shards:
        for stored in files.read_table(path, ["metadata"])["metadata"].to_pylist():
            for key, value in json.loads(stored).items():
                kinds = seen.setdefault(key, set())
                if "text" not in kinds and value is not None:
                    kinds.add(_kind(value))
    types = dict(STANDARD)
    keys: dict[str, str] = {}
    taken = set(STANDARD)
    for key in sorted(seen):
        name = key
        while name.lower() in taken:
            name = PREFIX + name
        taken.add(name.lower())
        types[name], keys[name] = _type(seen[key]), key
    return Columns(types, keys)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "number"


def _written(text: str) -> str:
    if not text:
        return "empty"
    if _INTEGER.fullmatch(text):
        return "integer"
    if _NUMBER.fullmatch(text):
        return "number"
    return "boolean" if text.lower() in _BOOLEANS else "text"


def _type(kinds: set[str]) -> pa.DataType:
    told = kinds - {"empty"}
    if told == {"boolean"}:
        return pa.bool_()
    if told == {"integer"}:
        return pa.int64()
    return pa.float64() if told and told <= {"integer", "number"} else pa.string()


def _as(value: Any, kind: pa.DataType) -> Any:
    """Return a value of the metadata as its column's type has it."""
    if value is None or (value == "" and kind != pa.string()):
        return None
    if kind == pa.string():
        return value if isinstance(value, str) else json.dumps(value)
    if kind == pa.bool_():
        return _BOOLEANS[value.lower()] if isinstance(value, str) else value
    return int(value) if kind == pa.int64() else float(value)
