"""A query's result as a file: SQL is the input for whatever no format fits (`--sql`)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from anonymuse.adapters.sql.connection import checked_select, open_connection, query_error
from anonymuse.errors import InputError, OutputError

_BATCH_ROWS = 1_024
_EXPLAIN = "explain "


def write_query(text: str, path: Path, *, setting: str = "--sql") -> int:
    """Run a query over local files and write its rows as Parquet; return how many there are.

    Rows stream in batches. One thread, so that the same data give the same rows in the same order
    and an interrupted run can go on.

    Args:
        text: one SELECT.
        path: file to make; readable by this account only.
        setting: what the query is called in sentences.

    Raises:
        InputError: it is no query that only reads, or it fails. No value of the data is shown.
        OutputError: the file cannot be written.
    """
    query = checked_select(text, setting=setting)
    connection = open_connection(query.files)
    try:
        _bind(connection, query.text, setting)
        batches = connection.sql(query.text).to_arrow_reader(_BATCH_ROWS)
        names = batches.schema.names
        if len(set(names)) != len(names):
            raise InputError(f"{setting} gives two columns one name; rename one with AS.")
        return _written(_passed(batches, setting), batches.schema, path)
    except duckdb.Error as error:
        raise query_error(error, setting=setting) from None
    except (pa.ArrowException, UnicodeError) as error:
        raise InputError(
            f"{setting} failed: a type or a value cannot be kept ({type(error).__name__}). "
            "Cast the column to text."
        ) from None
    finally:
        connection.close()


def _bind(connection: duckdb.DuckDBPyConnection, text: str, setting: str) -> None:
    """Have the query looked through, without running it: its errors then say where they are."""
    try:
        connection.execute(_EXPLAIN + text)
    except duckdb.Error as error:
        raise query_error(error, setting=setting, before=len(_EXPLAIN)) from None


def _passed(batches: Any, setting: str) -> Iterator[Any]:
    """Yield the batches; what the database says in the middle of them becomes a sentence."""
    while True:
        try:
            batch = next(batches, None)
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            raise query_error(error, setting=setting) from None
        if batch is None:
            return
        yield batch


def _written(batches: Iterable[Any], schema: Any, path: Path) -> int:
    rows = 0
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in batches:
                rows += batch.num_rows
                writer.write_batch(batch)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "it cannot be written"
        raise OutputError(f"The rows of the query cannot be kept: {reason}.") from None
    return rows
