"""Parquet files, in small batches. pyarrow is imported when one is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anonymuse.adapters.read.stream import BROKEN_UTF8, DAMAGED
from anonymuse.errors import InputError

UNREADABLE_VALUE = "a value cannot be read"
_BATCH_ROWS = 256


def parquet_columns(path: Path) -> dict[str, str | frozenset[str]]:
    """Return the columns: the names inside where one holds a list of structs, else its type.

    The type is ``text``, ``list`` or ``other``.

    Raises:
        InputError: the file is not Parquet, or is damaged.
    """
    import pyarrow as pa

    with _open(path) as file:
        try:
            return {field.name: _shape(field.type, pa) for field in file.schema_arrow}
        except (pa.ArrowException, ValueError):  # a name that is not UTF-8
            raise _not_whole(path) from None


def _shape(kind: Any, pa: Any) -> str | frozenset[str]:
    types = pa.types
    if types.is_dictionary(kind):
        return _shape(kind.value_type, pa)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "text"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        inner = kind.value_type
        if types.is_struct(inner):
            return frozenset(inner.field(i).name for i in range(inner.num_fields))
        return "list"
    return "other"


def read_parquet(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield ``(row number, columns or the reason why the row cannot be read)``.

    Raises:
        InputError: the file is not Parquet, or its head is damaged.
    """
    import pyarrow as pa

    number = 0
    with _open(path) as file:
        batches = file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False)
        while True:
            try:
                batch = next(batches, None)
                batch = None if batch is None else _plain_times(batch, pa)
            except (pa.ArrowException, OSError, ValueError):
                yield number + 1, DAMAGED
                return
            if batch is None:
                return
            for row in _values(batch, pa):
                number += 1
                yield number, row


def _open(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path, memory_map=False, pre_buffer=False)
    except (pa.ArrowException, OSError, ValueError):
        raise _not_whole(path) from None


def _not_whole(path: Path) -> InputError:
    return InputError(
        f"{path.name!r} is not a whole Parquet file: its index cannot be read. "
        "Write or copy it again."
    )


def _plain_times(batch: Any, pa: Any) -> Any:
    """Cut nanoseconds and name the zone UTC: Python's times know neither other zones nor less."""
    for place, field in enumerate(batch.schema):
        if pa.types.is_timestamp(field.type):
            kind = pa.timestamp("us", "UTC" if field.type.tz else None)
            batch = batch.set_column(place, field.name, batch.column(place).cast(kind, safe=False))
    return batch


def _values(batch: Any, pa: Any) -> Iterator[Mapping[str, Any] | str]:
    unreadable = (ValueError, OverflowError, pa.ArrowException)
    try:
        rows = batch.to_pylist()
    except unreadable:
        rows = None
    if rows is not None:
        yield from rows
        return
    # One bad value fails the whole batch: go through it row by row.
    for place in range(len(batch)):
        row: Mapping[str, Any] | str
        try:
            row = batch.slice(place, 1).to_pylist()[0]
        except UnicodeDecodeError:
            row = BROKEN_UTF8
        except unreadable:
            row = UNREADABLE_VALUE
        yield row
