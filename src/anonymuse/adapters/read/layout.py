"""What a row of a table means: a conversation, a single text, or one message of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from anonymuse.adapters.read.look import Column, Look
from anonymuse.adapters.read.names import (
    CONVERSATION_IDS,
    MESSAGES,
    REPLIES,
    ROLES,
    TEXTS,
    first_of,
)
from anonymuse.ports.reader import ColumnMapping


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows become conversations.

    Attributes:
        kind: one row per conversation with a list of messages, one row per conversation with a
            text (and perhaps the reply to it), or one row per message.
        messages: column of the list of messages.
        text: column of the text.
        reply: column of the assistant's reply, for ``text``.
        role: column of the role, for ``message rows``.
        id: column of the conversation's identifier, for ``message rows``.
        bare: True where records are lists of messages without columns.
    """

    kind: Literal["messages", "text", "message rows"]
    messages: str | None = None
    text: str | None = None
    reply: str | None = None
    role: str | None = None
    id: str | None = None
    bare: bool = False

    @property
    def taken(self) -> frozenset[str]:
        """The columns that hold what was said."""
        columns = (self.messages, self.text, self.reply, self.role)
        return frozenset(column for column in columns if column is not None)

    @property
    def sentence(self) -> str:
        """What a row is taken for, in words; ends the reader's ``why``."""
        if self.kind == "messages":
            return f"the messages of a conversation in {self.messages!r}"
        if self.kind == "message rows":
            return (
                f"one row per message: the conversation in {self.id!r}, the role in "
                f"{self.role!r}, the text in {self.text!r}"
            )
        reply = f", the assistant's reply in {self.reply!r}" if self.reply else ""
        return f"one user's text per row in {self.text!r}{reply}"


def messages_layout(look: Look, columns: ColumnMapping) -> Layout | None:
    """Return the layout with a list of messages per row, if the file has one."""
    if columns.messages is not None:
        return Layout("messages", messages=columns.messages)
    if columns.text is not None or columns.role is not None:
        return None
    if look.bare:
        return Layout("messages", bare=True)
    usual = [name for name, column in look.columns.items() if column.may_hold_messages]
    chosen = first_of(MESSAGES, usual) or next(
        (name for name, column in look.columns.items() if column.holds_messages), None
    )
    return None if chosen is None else Layout("messages", messages=chosen)


def row_layout(look: Look, columns: ColumnMapping) -> Layout | None:
    """Return the layout of a table: messages, one row per message, or one text per row."""
    texts = _holding_text(look.columns)
    role = columns.role or first_of(ROLES, texts)
    text = columns.text or first_of(TEXTS, texts)
    if role is not None and text is not None and role != text:
        conversation = columns.id or first_of(CONVERSATION_IDS, look.columns)
        if conversation is not None:
            return Layout("message rows", text=text, role=role, id=conversation)
    if text is None or columns.role is not None:
        return None
    reply = first_of(REPLIES, [name for name in texts if name != text])
    return Layout("text", text=text, reply=reply)


def _holding_text(columns: Mapping[str, Column]) -> list[str]:
    return [name for name, column in columns.items() if column.may_hold_text]
