"""A report as tables for Arrow and pandas: the same columns as the Parquet export."""

from __future__ import annotations

from typing import Any, Literal

import pyarrow as pa

from anonymuse.adapters.export.parquet import SCHEMAS, tables
from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError, UserError, did_you_mean

TableName = Literal["clusters", "cells", "series"]


def arrow_table(report: Report, table: TableName) -> Any:
    """Return one table of a report as a `pyarrow.Table`; a suppressed count is null.

    Raises:
        ConfigError: there is no such table.
    """
    if table not in SCHEMAS:
        raise ConfigError(
            f"There is no table {table!r}. {did_you_mean(table, SCHEMAS)}"
            f"Tables: {', '.join(SCHEMAS)}."
        )
    return tables(report)[table]


def data_frame(table: Any) -> Any:
    """Return an Arrow table as a data frame whose whole numbers stay whole beside missing ones.

    Raises:
        UserError: pandas is not installed.
    """
    try:
        import pandas  # type: ignore[import-untyped]
    except ImportError:
        message = "pandas is not installed. Get it with: pip install 'anonymuse[notebook]'."
        raise UserError(message) from None
    whole = {pa.int32(): pandas.Int32Dtype(), pa.int64(): pandas.Int64Dtype()}
    return table.to_pandas(types_mapper=whole.get)
