"""The report as two Parquet tables; the receipt travels in their metadata.

A suppressed count is null, never 0.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from anonymuse.domain.released.report import Report

CLUSTERS, CELLS = "clusters.parquet", "cells.parquet"

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
    ]
)


def render(report: Report) -> dict[str, bytes]:
    """Return both tables, by file name."""
    receipt = asdict(report.receipt) | {
        "title": report.title,
        "withheld_clusters": {item.reason: item.clusters for item in report.withheld},
    }
    metadata = {
        "anonymuse.receipt": json.dumps(receipt, sort_keys=True, ensure_ascii=False),
        "anonymuse.content_hash": report.content_hash,
    }
    return {
        CLUSTERS: _table([asdict(row) for row in report.clusters], _CLUSTERS, metadata),
        CELLS: _table([asdict(row) for row in report.cells], _CELLS, metadata),
    }


def _table(rows: list[dict[str, Any]], schema: pa.Schema, metadata: dict[str, str]) -> bytes:
    table = pa.Table.from_pylist(rows, schema=schema.with_metadata(metadata))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())
