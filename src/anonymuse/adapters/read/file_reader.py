"""The reader of one file: rows in, conversations and drops out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from anonymuse.adapters.read.grouping import Grouper
from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable
from anonymuse.adapters.read.layout import Layout
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.names import MESSAGES, first_of, value_at
from anonymuse.adapters.read.record import RecordBuilder
from anonymuse.adapters.read.rows import Row, read_rows
from anonymuse.adapters.read.turns import NO_MESSAGES, NOT_MESSAGES, checked, turns_of
from anonymuse.adapters.read.values import clean
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn
from anonymuse.ports.reader import ColumnMapping


class FileReader:
    """Reads one file, format by format the same way. Does nothing until it is read.

    Attributes:
        layout: what a row means.
    """

    def __init__(
        self, look: Look, layout: Layout, columns: ColumnMapping, *, called: str, why: str
    ) -> None:
        self.layout = layout
        self._look = look
        self._format = called
        self._why = why
        self._columns = columns
        self._notes: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"FileReader({self.name!r}, {self._format})"

    @property
    def name(self) -> str:
        """How the file is called to people."""
        return self._look.name

    @property
    def format(self) -> str:
        """Name of the format, as `doctor` prints it."""
        return self._format

    @property
    def why(self) -> str:
        """One sentence on what was seen that made this format the choice."""
        return self._why

    @property
    def notes(self) -> Mapping[str, int]:
        """What the last reading saw that dropped nothing, counted."""
        return self._notes

    def read(self) -> Iterator[Conversation | Dropped]:
        """Yield every record, as a conversation or as a drop with its reason.

        Raises:
            ColumnError: a column that the caller named is in no record.
            InputError: the file is not there any more, or is not what it was.
        """
        columns = self._columns
        if self.layout.kind == "message rows":
            columns = replace(columns, id=self.layout.id)
        builder = RecordBuilder(columns, self._look.label)
        self._notes = builder.notes
        records = 0
        grouper = Grouper(self.layout, builder) if self.layout.kind == "message rows" else None
        for row in read_rows(self._look.path, self._look.container, self._look.delimiter):
            if isinstance(row, Dropped):
                yield row
                continue
            records += 1
            if grouper is None:
                yield self._conversation(row, builder)
            else:
                yield from grouper.add(row)
        if grouper is not None:
            yield from grouper.finish()
        builder.check(records=records)

    def _conversation(self, row: Row, builder: RecordBuilder) -> Conversation | Dropped:
        value = {"messages": row.value} if isinstance(row.value, list) else row.value
        if not isinstance(value, Mapping):
            return Dropped(NOT_A_RECORD, row.where)
        try:
            if self.layout.kind == "text":
                return self._of_text(value, row, builder)
            return self._of_messages(value, row, builder)
        except Unreadable as bad:
            builder.columns_of(value, self.layout.taken)
            return Dropped(bad.reason, row.where)

    def _of_messages(
        self, value: Mapping[str, Any], row: Row, builder: RecordBuilder
    ) -> Conversation:
        column = self.layout.messages
        if column is None or (column not in value and self._columns.messages is None):
            column = first_of(MESSAGES, value)
        if column is None:
            raise Unreadable(NO_MESSAGES)
        messages = value_at(value, column)
        first = messages[0] if isinstance(messages, list) and messages else None
        turns = turns_of(messages)
        return builder.build(value, row.number, turns, taken=(column,), first_message=first)

    def _of_text(self, value: Mapping[str, Any], row: Row, builder: RecordBuilder) -> Conversation:
        text = value_at(value, self.layout.text or "")
        reply = value_at(value, self.layout.reply) if self.layout.reply else None
        if text is not None and not isinstance(text, str):
            raise Unreadable(NOT_MESSAGES)
        turns = [Turn("user", clean(text or ""))]
        if isinstance(reply, str):
            turns.append(Turn("assistant", clean(reply)))
        return builder.build(value, row.number, checked(turns), taken=self.layout.taken)
