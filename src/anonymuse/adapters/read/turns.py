"""Messages of any spelling to turns: OpenAI, Anthropic, ShareGPT and their relatives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from anonymuse.adapters.read.json_values import Unreadable, decode
from anonymuse.adapters.read.values import clean
from anonymuse.domain.private.conversation import Role, Turn
from anonymuse.ports.reader import ROLES, UNKNOWN_ROLE

NO_MESSAGES = "no messages"
NO_USER_TURN = "no user turn"
NOT_MESSAGES = "the messages are not a list of messages"

ROLE_KEYS = ("role", "from", "sender", "speaker", "author")
TEXT_KEYS = ("content", "value", "text", "message", "parts")

MARKS = {
    "image": "[image]",
    "image_url": "[image]",
    "input_image": "[image]",
    "audio": "[audio]",
    "input_audio": "[audio]",
    "video": "[video]",
    "file": "[file]",
    "input_file": "[file]",
    "document": "[file]",
    "attachment": "[attachment]",
    "tool_use": "[tool call]",
    "tool_call": "[tool call]",
    "function_call": "[tool call]",
    "server_tool_use": "[tool call]",
}
"""what stands in the text for a part that is none"""

_TOOL_RESULTS = ("tool_result", "function_response", "tool_response")
_THOUGHTS = ("thinking", "redacted_thinking", "reasoning", "thought", "thoughts")
"""kinds of parts that were never said to anybody"""
_DEEPEST = 4


def turns_of(messages: Any) -> tuple[Turn, ...]:
    """Return the turns of a list of messages (or of its JSON); messages without text are left out.

    Raises:
        Unreadable: no messages, no turn of a user, an unknown role, or not a list of messages.
    """
    if isinstance(messages, str):
        messages = decode(messages) if messages.strip() else []
    if messages is None:
        messages = []
    if not isinstance(messages, list | tuple):
        raise Unreadable(NOT_MESSAGES)
    return checked(turn for message in messages for turn in turns_of_message(message))


def checked(found: Iterable[Turn]) -> tuple[Turn, ...]:
    """Return the turns that hold text.

    Raises:
        Unreadable: there is none, or none of a user.
    """
    turns = tuple(turn for turn in found if turn.text.strip())
    if not turns:
        raise Unreadable(NO_MESSAGES)
    if all(turn.role != "user" for turn in turns):
        raise Unreadable(NO_USER_TURN)
    return turns


def role_of(name: Any) -> Role:
    """Return the role that a source's word stands for.

    Raises:
        Unreadable: the word is not known. It is not shown: it may be a person's name.
    """
    role = ROLES.get(name.strip().lower()) if isinstance(name, str) and len(name) < 40 else None
    if role is None:
        raise Unreadable(UNKNOWN_ROLE)
    return role


def turns_of_message(message: Any) -> Iterator[Turn]:
    """Yield the turns of one message: what tools answered in it first, then what its role said.

    Raises:
        Unreadable: an unknown role, or not a message.
    """
    if not isinstance(message, Mapping):
        raise Unreadable(NOT_MESSAGES)
    name = next((message[key] for key in ROLE_KEYS if message.get(key) is not None), None)
    if isinstance(name, Mapping):  # {"author": {"role": "user"}}
        name = name.get("role")
    role = role_of(name)
    content = next((message[key] for key in TEXT_KEYS if message.get(key) is not None), None)
    parts = content if isinstance(content, list | tuple) else [content]
    # A tool's answer travels inside the user's message with some vendors: it is not the user's.
    results = [part for part in parts if _is_result(part)]
    yield from (Turn("tool", text_of(part)) for part in results)
    text = text_of([part for part in parts if not _is_result(part)])
    if not text.strip() and (message.get("tool_calls") or message.get("function_call")):
        text = MARKS["tool_call"]
    yield Turn(role, text)


def _is_result(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("type") in _TOOL_RESULTS


def text_of(content: Any, depth: int = 0) -> str:
    """Return the text of a string, a part, or a list of parts; marks for parts that are none.

    A model's thoughts are not text: nobody was told them.
    """
    if isinstance(content, str):
        return clean(content)
    if depth > _DEEPEST:
        return ""
    if isinstance(content, list | tuple):
        texts = (text_of(part, depth + 1) for part in content)
        return "\n".join(text for text in texts if text)
    if not isinstance(content, Mapping):
        return ""
    kind = content.get("type")
    if isinstance(kind, str) and kind in MARKS:
        return MARKS[kind]
    if kind in _THOUGHTS:
        return ""
    inner = next((content[key] for key in TEXT_KEYS if content.get(key) is not None), None)
    return text_of(inner, depth + 1)
