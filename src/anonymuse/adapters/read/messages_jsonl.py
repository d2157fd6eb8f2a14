"""OpenAI-style messages: ``{"messages": [{"role": "user", "content": ...}]}``, or bare lists."""

from __future__ import annotations

from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.layout import messages_layout
from anonymuse.adapters.read.look import Look
from anonymuse.ports.reader import ColumnMapping

FORMAT = "messages"


def recognise(look: Look, columns: ColumnMapping, *, forced: bool = False) -> FileReader | None:
    """Return a reader if the records of the file hold, or are, lists of messages."""
    layout = None if look.container in ("CSV", "Parquet") else messages_layout(look, columns)
    if layout is None:
        return None
    if layout.bare:
        why = f"{look.container} that are lists of messages with a role and a text."
        return FileReader(look, layout, columns, called=FORMAT, why=why)
    column = look.columns.get(layout.messages or "")
    asked = forced or columns.messages is not None
    if not asked and (column is None or not column.may_hold_messages):
        return None
    seen = "have a role and a text" if column and column.holds_messages else "are messages by name"
    why = f"{look.container} whose {layout.messages!r} {seen}."
    return FileReader(look, layout, columns, called=FORMAT, why=why)
