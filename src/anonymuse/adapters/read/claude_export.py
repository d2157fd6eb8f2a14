"""The export of a Claude.ai account: `chat_messages` whose `sender` is human or assistant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from anonymuse.adapters.read.branches import replaced
from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.gather import ASKED_FOR, shaped
from anonymuse.adapters.read.json_values import Unreadable
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.names import value_at
from anonymuse.adapters.read.turns import MARKS, NO_MESSAGES, NOT_MESSAGES, turns_of_message
from anonymuse.domain.private.conversation import Turn
from anonymuse.ports.reader import ColumnMapping

FORMAT = "claude"

_MESSAGES = "chat_messages"
_BESIDE = ("account", "uuid")


def recognise(look: Look, columns: ColumnMapping, *, forced: bool = False) -> FileReader | None:
    """Return a reader if the records have `chat_messages`, and what stands beside them."""
    if look.container in ("CSV", "Parquet") or columns.messages or columns.text:
        return None
    column = look.columns.get(_MESSAGES)
    beside = next((name for name in _BESIDE if name in look.columns), None)
    seen = column is not None and beside and (not column.inside or "sender" in column.inside)
    if not (seen or forced):
        return None
    marks = f"with {_MESSAGES!r} and {beside!r}" if seen else ASKED_FOR
    why = f"{look.container} of conversations, {marks}."
    return FileReader(look, shaped(shape), columns, called=FORMAT, why=why)


def shape(
    record: Mapping[str, Any], notes: Counter[str]
) -> tuple[Mapping[str, Any], Iterator[Turn]]:
    """Return the columns of a conversation and its turns.

    Its name and summary are made of what was said: they are no metadata.

    Raises:
        Unreadable: there are no messages.
    """
    messages = record.get(_MESSAGES)
    if messages is None:
        raise Unreadable(NO_MESSAGES)
    if not isinstance(messages, list) or not all(isinstance(one, Mapping) for one in messages):
        raise Unreadable(NOT_MESSAGES)
    columns = {
        "id": record.get("uuid"),
        "user": value_at(record, "account.uuid"),
        "time": record.get("created_at") or _first_time(messages),
    }
    if isinstance(model := record.get("model"), str):
        columns["model"] = model
    kept = _on_the_last_branch(messages, notes)
    return columns, (turn for message in kept for turn in _turns(message))


def _first_time(messages: list[Mapping[str, Any]]) -> Any:
    return next((time for one in messages if (time := one.get("created_at"))), None)


def _on_the_last_branch(
    messages: list[Mapping[str, Any]], notes: Counter[str]
) -> list[Mapping[str, Any]]:
    links = [(_text(one.get("uuid")), _text(one.get("parent_message_uuid"))) for one in messages]
    gone = replaced(links, range(len(links)))
    if gone:
        notes["messages on branches that were left, not read"] += len(gone)
    return [one for place, one in enumerate(messages) if place not in gone]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _turns(message: Mapping[str, Any]) -> Iterator[Turn]:
    content = message.get("content")
    said = content if isinstance(content, list) and content else message.get("text")
    *before, own = turns_of_message({"role": message.get("sender"), "content": said})
    yield from before
    lists = (message.get("attachments"), message.get("files") or message.get("files_v2"))
    files = [MARKS["attachment"] for listed in lists if isinstance(listed, list) for _ in listed]
    yield Turn(own.role, "\n".join(filter(None, [own.text, *files])))
