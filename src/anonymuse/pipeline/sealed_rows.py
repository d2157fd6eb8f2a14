"""A table of conversations in which every row is sealed with the key of the unit it belongs to.

On disk it is Parquet with three columns: the unit's pseudonym, which finds the key; the row's
small values; and its payload. Taking a unit's rows out needs no key.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from typing import Any, Final

import pyarrow as pa

from anonymuse.errors import BrokenRunError
from anonymuse.ports.vault import Vault

UNIT: Final = "unit"
PAYLOAD: Final = "payload"
_SMALL: Final = "small"
_SCHEMA: Final = b"anonymuse.rows"
_ROW: Final = "row"


def seal_rows(table: pa.Table, units: Sequence[str], vault: Vault) -> pa.Table:
    """Return a table as it is written.

    Args:
        table: with the columns ``row`` (an id) and ``payload`` (bytes), and others.
        units: pseudonym of each row's unit.
        vault: makes keys where they are missing.
    """
    vault.admit(units)
    small = _numbers(table.drop_columns([PAYLOAD]))
    rows = [json.dumps(row, ensure_ascii=False).encode() for row in small.to_pylist()]
    return pa.table(
        {
            UNIT: pa.array(units, pa.string()),
            _SMALL: pa.array(
                [
                    vault.seal(row, unit=unit, about=_ROW)
                    for row, unit in zip(rows, units, strict=True)
                ],
                pa.binary(),
            ),
            PAYLOAD: pa.array(
                [
                    vault.seal(zlib.compress(data, 1), unit=unit, about=_payload_of(row))
                    for row, data, unit in zip(
                        table[_ROW].to_pylist(), table[PAYLOAD].to_pylist(), units, strict=True
                    )
                ],
                pa.binary(),
            ),
        },
        metadata={_SCHEMA: table.schema.remove_metadata().serialize().to_pybytes()},
    )


def open_rows(
    stored: pa.Table, vault: Vault, columns: Collection[str] | None, *, what: str
) -> pa.Table:
    """Return the table, or some of its columns, without the rows of units that were erased.

    Args:
        stored: as it is on disk.
        vault: has the keys.
        columns: None for all.
        what: the file, for a sentence.

    Raises:
        BrokenRunError: it is not what was sealed.
    """
    said = (stored.schema.metadata or {}).get(_SCHEMA)
    if said is None:
        raise BrokenRunError(
            f"{what} is not encrypted as it should be: it was changed. Put it back from a copy, "
            f"or delete its folder and run again."
        )
    schema = pa.ipc.read_schema(pa.BufferReader(said))
    stored = without(stored, vault.erased())
    small: list[dict[str, Any]] = [
        json.loads(vault.open(data, unit=unit, about=_ROW))
        for data, unit in zip(stored[_SMALL].to_pylist(), stored[UNIT].to_pylist(), strict=True)
    ]
    if columns is None or PAYLOAD in columns:
        for row, data, unit in zip(
            small, stored[PAYLOAD].to_pylist(), stored[UNIT].to_pylist(), strict=True
        ):
            plain = vault.open(data, unit=unit, about=_payload_of(row[_ROW]))
            row[PAYLOAD] = zlib.decompress(plain)
    names = [name for name in schema.names if columns is None or name in columns]
    arrays = [
        pa.array([row[name] for row in small], _number(schema.field(name).type)).cast(
            schema.field(name).type
        )
        for name in names
    ]
    return pa.table(arrays, names=names)


def without(stored: pa.Table, units: Collection[str]) -> pa.Table:
    """Return a table as it is on disk without the rows of some units."""
    if not units:
        return stored
    gone = frozenset(units)
    return stored.filter(pa.array([unit not in gone for unit in stored[UNIT].to_pylist()]))


def _payload_of(row: str) -> str:
    return f"{row}/{PAYLOAD}"


def _numbers(table: pa.Table) -> pa.Table:
    """Return a table whose times are numbers, which JSON can hold exactly."""
    fields = [pa.field(f.name, _number(f.type)) for f in table.schema]
    return table.cast(pa.schema(fields))


def _number(kind: pa.DataType) -> pa.DataType:
    return pa.int64() if pa.types.is_timestamp(kind) else kind
