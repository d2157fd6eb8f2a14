"""What was put into a model and what came out of it, in any of the shapes that logs have for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anonymuse.adapters.read.json_values import Unreadable, decode
from anonymuse.adapters.read.turns import (
    MARKS,
    ROLE_KEYS,
    TEXT_KEYS,
    role_of,
    text_of,
    turns_of_message,
)
from anonymuse.adapters.read.values import clean
from anonymuse.domain.private.conversation import Role, Turn

LISTS = ("messages", "chat_history", "history", "input", "contents", "conversation")
QUESTIONS = ("question", "query", "prompt", "input", "user_input", "user_message", "text",
             "content", "message")  # fmt: skip
ANSWERS = ("answer", "output", "response", "completion", "reply", "output_text", "text", "content",
           "result", "message")  # fmt: skip

_CHATML = re.compile(r"<\|im_start\|>\s*(\w{1,20})[ \t]*\n(.*?)(?:<\|im_end\|>|\Z)", re.DOTALL)
_DEEPEST = 6
_CALLS = ("function_call", "computer_call", "web_search_call", "file_search_call", "mcp_call")
_PASSED = ("reasoning", "item_reference", "mcp_list_tools", "compaction")


def sent_turns(value: Any, depth: int = 0) -> Iterator[Turn]:
    """Yield the turns of what was sent to a model.

    A text, ChatML, a message, a list of messages, a request's body, or a function's arguments.

    Raises:
        Unreadable: it holds a message whose role is not known, or none at all.
    """
    value = _decoded(value)
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield from _of_text(value, "user")
    elif isinstance(value, list):
        yield from _of_list(value, "user")
    elif isinstance(value, Mapping):
        yield from _sent_mapping(value, depth)


def received_turns(value: Any, depth: int = 0) -> Iterator[Turn]:
    """Yield the turns of what came back: a text, a message, a list of them, or a reply's body."""
    value = _decoded(value)
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield from _of_text(value, "assistant")
    elif isinstance(value, list):
        yield from _of_list(value, "assistant")
    elif isinstance(value, Mapping):
        yield from _received_mapping(value, depth)


def _sent_mapping(value: Mapping[str, Any], depth: int) -> Iterator[Turn]:
    if _is_message(value):
        yield from _message(value, "user")
        return
    for key in ("instructions", "system", "system_instruction"):
        if (text := text_of(value.get(key))).strip():
            yield Turn("system", text)
    listed = [key for key in LISTS if _may_be_list(value.get(key))]
    if listed:
        yield from sent_turns(value[listed[0]], depth + 1)
    asked = next((key for key in QUESTIONS if key not in listed and _there(value.get(key))), None)
    # Beside a history stands the new question; beside a list of messages there is none.
    if asked is not None and (not listed or listed[0] in ("chat_history", "history")):
        yield from sent_turns(value[asked], depth + 1)
    elif not listed:
        yield from _arguments(value, depth)


def _arguments(value: Mapping[str, Any], depth: int) -> Iterator[Turn]:
    """Yield the turns of a recorded call of a function: of the first argument that holds any."""
    named, placed = value.get("kwargs"), value.get("args")
    if isinstance(named, Mapping) and (found := list(_sent_mapping(named, depth + 1))):
        yield from found
        return
    for one in placed if isinstance(placed, list) else ():
        if found := list(sent_turns(one, depth + 1)):
            yield from found
            return


def _received_mapping(value: Mapping[str, Any], depth: int) -> Iterator[Turn]:
    if (choices := value.get("choices")) and isinstance(choices, list):
        yield from received_turns(_choice(choices[0]), depth + 1)
    elif (found := value.get("candidates")) and isinstance(found, list):
        yield from received_turns(_choice(found[0]), depth + 1)
    elif _is_message(value):
        yield from _message(value, "assistant")
    elif isinstance(value.get("messages"), list):
        yield from _of_list(value["messages"], "assistant")
    else:
        key = next((key for key in ANSWERS if _there(value.get(key))), None)
        if key is not None:
            yield from received_turns(value[key], depth + 1)


def _choice(choice: Any) -> Any:
    if not isinstance(choice, Mapping):
        return choice
    return next((choice[key] for key in ("message", "content", "text") if choice.get(key)), None)


def _of_list(values: list[Any], role: Role) -> Iterator[Turn]:
    if values and all(isinstance(value, str) for value in values):
        yield Turn(role, clean("\n".join(values)))
        return
    if any(isinstance(value, list) for value in values):  # a batch of one conversation
        values = values[0] if isinstance(values[0], list) else values
    for value in values:
        if isinstance(value, Mapping):
            yield from _message(value, role)
        elif isinstance(value, str):
            yield Turn(role, clean(value))


def _message(value: Mapping[str, Any], role: Role) -> Iterator[Turn]:
    """Yield the turns of a message; one that names no role has the given one."""
    kind = value.get("type")
    if kind in _PASSED:
        return
    if isinstance(kind, str) and kind in _CALLS:
        yield Turn("assistant", MARKS["tool_call"])
    elif isinstance(kind, str) and kind.endswith("_call_output"):
        yield Turn("tool", text_of(value.get("output")))
    elif isinstance(value.get("data"), Mapping) and kind in ("human", "ai", "system", "tool"):
        yield Turn(role_of(kind), text_of(value["data"].get("content")))  # LangChain
    elif all(value.get(key) is None for key in ROLE_KEYS):
        known = kind if kind in ("human", "ai", "system", "tool") else role
        yield Turn(role_of(known), text_of(value))
    else:
        yield from turns_of_message(value)


def _of_text(text: str, role: Role) -> Iterator[Turn]:
    found = list(_CHATML.finditer(text)) if "<|im_start|>" in text else []
    if not found:
        yield Turn(role, clean(text))
    for part in found:
        yield Turn(role_of(part.group(1)), clean(part.group(2)).strip())


def _is_message(value: Mapping[str, Any]) -> bool:
    speaks = any(isinstance(value.get(key), str | Mapping) for key in ROLE_KEYS)
    holds = any(value.get(key) is not None for key in (*TEXT_KEYS, "tool_calls", "function_call"))
    return speaks and holds and "messages" not in value


def _may_be_list(value: Any) -> bool:
    if isinstance(value, str):
        value = value.strip()
        return value.startswith("[") and isinstance(_decoded(value), list)
    return isinstance(value, list) and bool(value)


def _there(value: Any) -> bool:
    return value is not None and value != "" and not isinstance(value, bool | int | float)


def _decoded(value: Any) -> Any:
    """Return the value of a text that is JSON; any other text as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "[", '"'):
        return value
    try:
        return decode(value)
    except Unreadable:
        return value
