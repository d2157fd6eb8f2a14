"""ShareGPT: ``{"conversations": [{"from": "human", "value": ...}]}``, a list or JSON lines."""

from __future__ import annotations

from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.layout import messages_layout
from anonymuse.adapters.read.look import Look
from anonymuse.ports.reader import ColumnMapping

FORMAT = "sharegpt"


def recognise(look: Look, columns: ColumnMapping, *, forced: bool = False) -> FileReader | None:
    """Return a reader if the messages of the file have ``from`` and ``value``."""
    layout = None if look.container in ("CSV", "Parquet") else messages_layout(look, columns)
    if layout is None or layout.bare:
        return None
    column = look.columns.get(layout.messages or "")
    parts = set() if column is None else column.inside
    if not forced and not ({"from", "value"} <= parts and not {"role", "content"} <= parts):
        return None
    why = f"{look.container} whose {layout.messages!r} have 'from' and 'value'."
    return FileReader(look, layout, columns, called=FORMAT, why=why)
