"""Tables: Parquet, CSV and JSON rows, read by their columns."""

from __future__ import annotations

from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.layout import messages_layout, row_layout
from anonymuse.adapters.read.look import Look
from anonymuse.ports.reader import ColumnMapping

FORMATS = {"Parquet": "parquet", "CSV": "csv"}
ROWS = "rows"


def recognise(look: Look, columns: ColumnMapping) -> FileReader | None:
    """Return a reader if the columns hold messages, a text, or one message per row."""
    in_json = look.container not in FORMATS
    layout = None if in_json and columns.messages is None else messages_layout(look, columns)
    layout = layout or row_layout(look, columns)
    if layout is None:
        return None
    why = f"{look.container}, {layout.sentence}."
    name = FORMATS.get(look.container, ROWS)
    return FileReader(look, layout, columns, called=name, why=why)
