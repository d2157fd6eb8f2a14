"""Makes small files and reads them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anonymuse.adapters.read.sniff import open_reader
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.ports.reader import ColumnMapping

Pairs = list[tuple[str, str]]


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def chat(*texts: str, **columns: Any) -> dict[str, Any]:
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]
    return {**columns, "messages": messages}


def share(*texts: str, **columns: Any) -> dict[str, Any]:
    roles = ("human", "gpt")
    said = [{"from": roles[n % 2], "value": text} for n, text in enumerate(texts)]
    return {**columns, "conversations": said}


def write(folder: Path, data: bytes, name: str = "data.jsonl") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(path: Path, called: str | None = None, **columns: Any) -> list[Conversation | Dropped]:
    return list(open_reader(path, format=called, columns=ColumnMapping(**columns)).read())


def conversations(items: Iterable[Conversation | Dropped]) -> list[Conversation]:
    return [item for item in items if isinstance(item, Conversation)]


def drops(items: Iterable[Conversation | Dropped]) -> Pairs:
    return [(item.reason, item.where) for item in items if isinstance(item, Dropped)]


def said(item: Conversation | Dropped) -> Pairs:
    assert isinstance(item, Conversation), item
    return [(turn.role, turn.text) for turn in item.turns]
