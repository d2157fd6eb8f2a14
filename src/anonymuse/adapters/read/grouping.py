"""Rows that hold one message each, put together to conversations. Bounded: nothing is sorted."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable
from anonymuse.adapters.read.layout import Layout
from anonymuse.adapters.read.names import value_at
from anonymuse.adapters.read.record import RecordBuilder
from anonymuse.adapters.read.rows import Row
from anonymuse.adapters.read.stream import MAX_RECORD, TOO_LARGE
from anonymuse.adapters.read.turns import checked, role_of
from anonymuse.adapters.read.values import clean, identifier
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn

NO_CONVERSATION = "no conversation id"
TOO_FAR_APART = "row too far from the others of its conversation"

MOST_OPEN = 10_000
"""conversations that are being put together at the same time, at most"""
MOST_CHARACTERS = 128 * 2**20
"""characters that they may hold together"""


@dataclass(slots=True, repr=False)
class _Open:
    first: Row
    turns: list[Turn] = field(default_factory=list)
    varying: set[str] = field(default_factory=set)
    user: Mapping[str, Any] | None = None
    characters: int = 0
    reason: str | None = None


class Grouper:
    """Puts rows together. Conversations may interleave, as they do in a log sorted by time.

    When too many are open, the one that was longest without a row is closed; a row that comes
    for it later is dropped with its own reason, so that no conversation appears twice.
    """

    def __init__(self, layout: Layout, builder: RecordBuilder) -> None:
        self._layout = layout
        self._builder = builder
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._closed: set[bytes] = set()
        self._characters = 0

    def add(self, row: Row) -> Iterator[Conversation | Dropped]:
        """Take one row; yield what is finished by it."""
        if not isinstance(row.value, Mapping):
            yield Dropped(NOT_A_RECORD, row.where)
            return
        key = identifier(value_at(row.value, self._layout.id or ""))
        if key is None:
            yield Dropped(NO_CONVERSATION, row.where)
            return
        if key not in self._open and _digest(key) in self._closed:
            yield Dropped(TOO_FAR_APART, row.where)
            return
        group = self._open.setdefault(key, _Open(row))
        self._open.move_to_end(key)
        self._take(group, row)
        while len(self._open) > MOST_OPEN or self._characters > MOST_CHARACTERS:
            yield self._close()

    def finish(self) -> Iterator[Conversation | Dropped]:
        """Yield the conversations that are still open, in the order of their last row."""
        while self._open:
            yield self._close()

    def _take(self, group: _Open, row: Row) -> None:
        if group.first is not row:
            first = group.first.value
            group.varying |= {name for name in row.value if row.value[name] != first.get(name)}
        if group.reason is not None:
            return
        text = value_at(row.value, self._layout.text or "")
        try:
            role = role_of(value_at(row.value, self._layout.role or ""))
        except Unreadable as bad:
            self._refuse(group, bad.reason)
            return
        if role == "user" and group.user is None:
            group.user = row.value
        if isinstance(text, str):
            group.turns.append(Turn(role, clean(text)))
            group.characters += len(text)
            self._characters += len(text)
        if group.characters > MAX_RECORD:
            self._refuse(group, TOO_LARGE)

    def _refuse(self, group: _Open, reason: str) -> None:
        self._characters -= group.characters
        group.reason, group.characters, group.turns = reason, 0, []

    def _close(self) -> Conversation | Dropped:
        key, group = self._open.popitem(last=False)
        self._closed.add(_digest(key))
        self._characters -= group.characters
        try:
            if group.reason is not None:
                raise Unreadable(group.reason)
            turns = checked(group.turns)
        except Unreadable as bad:
            self._builder.columns_of(group.first.value, self._layout.taken)
            return Dropped(bad.reason, group.first.where)
        return self._built(key, group, turns)

    def _built(self, key: str, group: _Open, turns: tuple[Turn, ...]) -> Conversation:
        found = self._builder.columns_of(group.first.value, self._layout.taken)
        of_messages = group.varying - {found.user, found.organisation, found.time, found.id}
        first = {k: v for k, v in group.first.value.items() if k not in of_messages}
        if group.user is not None and found.user is not None and found.user in group.user:
            first[found.user] = group.user[found.user]
        built = self._builder.build(
            first, group.first.number, turns, taken=self._layout.taken - of_messages
        )
        return replace(built, id=key)


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=8).digest()
