"""What the tests of the chat adapters share."""

from collections.abc import Iterator
from typing import Any

from anonymuse.ports.chat import ChatRequest, Message

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "task": {"type": "string"},
        "refused": {"type": "string", "enum": ["no", "partly", "yes"]},
        "grade": {"type": "integer", "minimum": 1, "maximum": 5},
    },
    "required": ["task", "refused", "grade"],
    "additionalProperties": False,
}


def request(text: str = "hello", **changes: Any) -> ChatRequest:
    messages = (Message("system", "Say what this is about."), Message("user", text))
    return ChatRequest(**{"messages": messages, "purpose": "extract", "schema": SCHEMA, **changes})


def many(count: int) -> Iterator[ChatRequest]:
    return (request(f"question {n}") for n in range(count))
