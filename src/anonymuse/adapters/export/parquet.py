"""The report as Parquet tables; the receipt travels in their metadata.

A suppressed count is null, never 0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import pyarrow as pa
import pyarrow.parquet as pq

from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report

CLUSTERS, CELLS, SERIES = "clusters.parquet", "cells.parquet", "series.parquet"

_CLUSTERS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("parent", pa.string()),
        pa.field("level", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("description", pa.string(), nullable=False),
        pa.field("named_by", pa.string(), nullable=False),
        pa.field("conversations", pa.int64(), nullable=False),
        pa.field("units", pa.int64(), nullable=False),
        pa.field("share", pa.float64(), nullable=False),
        pa.field("share_low", pa.float64(), nullable=False),
        pa.field("share_high", pa.float64(), nullable=False),
        pa.field("grade", pa.int32()),
    ]
)
_CELLS = pa.schema(
    [
        pa.field("cluster", pa.string()),
        pa.field("facet", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
        pa.field("units", pa.int64()),
        pa.field("share", pa.float64()),
        pa.field("share_low", pa.float64()),
        pa.field("share_high", pa.float64()),
        pa.field("window", pa.string(), nullable=False),
    ]
)


SCHEMAS = {"clusters": _CLUSTERS, "cells": _CELLS, "series": _CELLS}
"""columns of the tables: ``cells`` are of the whole time, ``series`` of one window each"""


def render(report: Report) -> dict[str, bytes]:
    """Return the tables, by file name; no series where there are no windows."""
    made = tables(report)
    names = {"clusters": CLUSTERS, "cells": CELLS} | ({"series": SERIES} if report.windowed else {})
    return {file: _bytes(made[name]) for name, file in names.items()}


def tables(report: Report) -> dict[str, pa.Table]:
    """Return the tables, by name."""
    receipt = asdict(report.receipt) | {
        "title": report.title,
        "withheld_clusters": {item.reason: item.clusters for item in report.withheld},
        "facets": [asdict(facet) for facet in report.facets],
        "facet": report.facet,
    }
    metadata = {
        "anonymuse.receipt": json.dumps(receipt, sort_keys=True, ensure_ascii=False),
        "anonymuse.content_hash": report.content_hash,
    }
    return {
        name: rows_table(rows, name).replace_schema_metadata(metadata)
        for name, rows in (
            ("clusters", report.clusters),
            ("cells", report.overall),
            ("series", report.windowed),
        )
    }


def rows_table(rows: Sequence[Cluster | Cell], name: str) -> pa.Table:
    """Return rows of one kind as a table of :data:`SCHEMAS`."""
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=SCHEMAS[name])


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
