"""WildChat and LMSYS-Chat-1M: public tables of conversations, known by their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.gather import ASKED_FOR, shaped
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.turns import turns_of
from anonymuse.adapters.read.values import is_nested
from anonymuse.domain.private.conversation import Turn
from anonymuse.ports.reader import ColumnMapping

WILDCHAT = "wildchat"
LMSYS = "lmsys"

_BOTH = frozenset({"conversation", "model", "turn", "language", "redacted", "openai_moderation"})
_WILDCHAT = ("detoxify_moderation", "conversation_hash", "hashed_ip", "toxic")
_LMSYS = ("conversation_id",)
_USER = "hashed_ip"
_TIME = "timestamp"


def recognise_wildchat(
    look: Look, columns: ColumnMapping, *, forced: bool = False
) -> FileReader | None:
    """Return a reader if the columns are those of WildChat."""
    return _recognise(look, columns, WILDCHAT, _WILDCHAT, forced=forced)


def recognise_lmsys(
    look: Look, columns: ColumnMapping, *, forced: bool = False
) -> FileReader | None:
    """Return a reader if the columns are those of LMSYS-Chat-1M."""
    return _recognise(look, columns, LMSYS, _LMSYS, forced=forced)


def _recognise(
    look: Look, columns: ColumnMapping, name: str, own: tuple[str, ...], *, forced: bool
) -> FileReader | None:
    if columns.messages or columns.text:
        return None
    mark = next((column for column in own if column in look.columns), None)
    if not forced and (mark is None or not look.columns.keys() >= _BOTH):
        return None
    if "conversation" not in look.columns:
        return None
    marks = f"among them {mark!r}" if mark else ASKED_FOR
    why = f"{look.container} with the columns of its table, {marks}."
    return FileReader(look, shaped(shape), columns, called=name, why=why)


def shape(record: Mapping[str, Any], _: Counter[str]) -> tuple[Mapping[str, Any], tuple[Turn, ...]]:
    """Return the columns of a conversation and its turns.

    A table that has the users' addresses and the times with the messages only gets them from
    there: the user's from the first message that has one, the earliest time.

    Raises:
        Unreadable: no messages.
    """
    messages = record.get("conversation")
    turns = turns_of(messages)
    columns = {name: value for name, value in record.items() if name != "conversation"}
    listed = messages if isinstance(messages, list) else []
    if columns.get(_USER) is None:
        user = _first(listed, _USER)
        columns |= {} if user is None else {_USER: user}
    time = _first(listed, _TIME)
    columns |= {} if time is None else {_TIME: time}
    return columns, turns


def _first(messages: list[Any], name: str) -> Any:
    values = (message.get(name) for message in messages if isinstance(message, Mapping))
    return next((value for value in values if value is not None and not is_nested(value)), None)
