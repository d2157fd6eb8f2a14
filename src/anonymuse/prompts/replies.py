"""Replies that are JSON objects: what is asked for, and how it is read."""

from __future__ import annotations

import json
from typing import Any, Final

NAME_AND_DESCRIPTION: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "description": {"type": "string"}},
    "required": ["name", "description"],
    "additionalProperties": False,
}


def field_of(reply: str, name: str) -> object:
    """Return one field of a reply.

    Raises:
        ValueError: it is not there. The message never holds what the model wrote.
    """
    try:
        return json.loads(reply)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError(f"the reply holds no field {name!r}") from None


def name_and_description(reply: str) -> tuple[str, str]:
    """Return both as text that can be written down: half a surrogate pair would break a file.

    Raises:
        ValueError: they are not there. The message never holds what the model wrote.
    """
    found = []
    for name in ("name", "description"):
        value = field_of(reply, name)
        try:
            found.append(str(value).encode("utf-8", "ignore").decode())
        except RecursionError:
            raise ValueError(f"the field {name!r} of the reply is no text") from None
    return found[0], found[1]
