"""Records that hold one conversation each, where their columns say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable
from anonymuse.adapters.read.layout import Layout
from anonymuse.adapters.read.names import MESSAGES, first_of, value_at
from anonymuse.adapters.read.record import RecordBuilder
from anonymuse.adapters.read.rows import Row
from anonymuse.adapters.read.turns import NO_MESSAGES, NOT_MESSAGES, checked, turns_of
from anonymuse.adapters.read.values import clean
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn


class PlainRecords:
    """Gathers records with a list of messages, or with a text and perhaps the reply to it.

    Args:
        layout: what a row means.
        builder: of this reading.
        fixed: True where the caller named the column of the messages, so that no other is tried.
    """

    def __init__(self, layout: Layout, builder: RecordBuilder, *, fixed: bool) -> None:
        self._layout = layout
        self._builder = builder
        self._fixed = fixed

    def add(self, row: Row) -> Iterator[Conversation | Dropped]:
        """Yield the conversation of one row."""
        yield self._conversation(row)

    def finish(self) -> Iterator[Conversation | Dropped]:
        """Yield nothing: rows do not wait for each other."""
        yield from ()

    def _conversation(self, row: Row) -> Conversation | Dropped:
        value = {"messages": row.value} if isinstance(row.value, list) else row.value
        if not isinstance(value, Mapping):
            return Dropped(NOT_A_RECORD, row.where)
        try:
            if self._layout.kind == "text":
                return self._of_text(value, row)
            return self._of_messages(value, row)
        except Unreadable as bad:
            self._builder.columns_of(value, self._layout.taken)
            return Dropped(bad.reason, row.where)

    def _of_messages(self, value: Mapping[str, Any], row: Row) -> Conversation:
        column = self._layout.messages
        if column is None or (column not in value and not self._fixed):
            column = first_of(MESSAGES, value)
        if column is None:
            raise Unreadable(NO_MESSAGES)
        messages = value_at(value, column)
        first = messages[0] if isinstance(messages, list) and messages else None
        turns = turns_of(messages)
        return self._builder.build(value, row.number, turns, taken=(column,), first_message=first)

    def _of_text(self, value: Mapping[str, Any], row: Row) -> Conversation:
        layout = self._layout
        text = value_at(value, layout.text or "")
        reply = value_at(value, layout.reply) if layout.reply else None
        if text is not None and not isinstance(text, str):
            raise Unreadable(NOT_MESSAGES)
        turns = [Turn("user", clean(text or ""))]
        if isinstance(reply, str):
            turns.append(Turn("assistant", clean(reply)))
        return self._builder.build(value, row.number, checked(turns), taken=layout.taken)
