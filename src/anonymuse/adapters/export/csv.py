"""The report as two CSV tables and its receipt, for spreadsheets.

A spreadsheet takes a cell that starts with ``=``, ``+``, ``-`` or ``@`` for a formula; such texts
get an apostrophe in front. A suppressed count is an empty cell with ``suppressed`` set: never 0.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report

CLUSTERS, CELLS, SERIES = "clusters.csv", "cells.csv", "series.csv"
RECEIPT = "receipt.json"

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")

Field = str | int | float | bool | None


def render(report: Report) -> dict[str, bytes]:
    """Return the tables and the receipt, by file name; no series where there are no windows."""
    cluster_names = [field.name for field in fields(Cluster)]
    clusters = ([getattr(row, name) for name in cluster_names] for row in report.clusters)
    receipt = asdict(report.receipt) | {
        "title": report.title,
        "conversations": report.conversations,
        "withheld_clusters": {item.reason: item.clusters for item in report.withheld},
        "facets": [asdict(facet) for facet in report.facets],
        "facet": report.facet,
        "content_hash": report.content_hash,
    }
    text = json.dumps(receipt, sort_keys=True, indent=1, ensure_ascii=False)
    return {
        CLUSTERS: _table(cluster_names, clusters),
        CELLS: _cells(report.overall),
        **({SERIES: _cells(report.windowed)} if report.windowed else {}),
        RECEIPT: f"{text}\n".encode(),
    }


def _cells(cells: Sequence[Cell]) -> bytes:
    names = [field.name for field in fields(Cell)]
    rows = ([*(getattr(cell, name) for name in names), cell.units is None] for cell in cells)
    return _table([*names, "suppressed"], rows)


def guard(value: Field) -> Field:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.lstrip().startswith(_FORMULA):
        return f"'{value}"
    return value


def _table(names: Sequence[str], rows: Iterable[Sequence[Field]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_spell(guard(value)) for value in row])
    return out.getvalue().encode()


def _spell(value: Field) -> Field:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    return value
