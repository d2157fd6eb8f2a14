"""Tables: Parquet, CSV and JSON rows, read by their columns."""

from __future__ import annotations

from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.layout import messages_layout, row_layout
from anonymuse.adapters.read.look import Look
from anonymuse.ports.reader import ColumnMapping

FORMATS = {"Parquet": "parquet", "CSV": "csv"}
ROWS = "rows"


def recognise_parquet(
    look: Look, columns: ColumnMapping, *, forced: bool = False
) -> FileReader | None:
    """Return a reader if the file is Parquet; see `recognise`."""
    return recognise(look, columns, forced=forced) if look.container == "Parquet" else None


def recognise_csv(look: Look, columns: ColumnMapping, *, forced: bool = False) -> FileReader | None:
    """Return a reader if the file is CSV; see `recognise`."""
    return recognise(look, columns, forced=forced) if look.container == "CSV" else None


def recognise(
    look: Look,
    columns: ColumnMapping,
    *,
    forced: bool = False,  # noqa: ARG001 - the columns decide, asked for or not
) -> FileReader | None:
    """Return a reader if the columns hold messages, a text, or one message per row."""
    in_json = look.container not in FORMATS
    layout = None if in_json and columns.messages is None else messages_layout(look, columns)
    layout = layout or row_layout(look, columns)
    if layout is None:
        return None
    why = f"{look.container}, {layout.sentence}."
    name = FORMATS.get(look.container, ROWS)
    return FileReader(look, layout, columns, called=name, why=why)
