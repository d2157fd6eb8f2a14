"""The export of a ChatGPT account: every conversation a tree of messages, `mapping`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from anonymuse.adapters.read.branches import way_to
from anonymuse.adapters.read.export_files import owner_beside
from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.gather import ASKED_FOR, shaped
from anonymuse.adapters.read.json_values import Unreadable
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.turns import MARKS, NO_MESSAGES, NOT_MESSAGES, role_of, text_of
from anonymuse.adapters.read.values import clean
from anonymuse.domain.private.conversation import Role, Turn
from anonymuse.ports.reader import ColumnMapping

FORMAT = "chatgpt"

_BESIDE = ("current_node", "moderation_results", "default_model_slug", "create_time")
# The title is made of what was said, so it is not among what is kept.
_METADATA = ("default_model_slug", "gizmo_id")
_UNSAID = frozenset(
    {"thoughts", "reasoning_recap", "user_editable_context", "model_editable_context",
     "app_pairing_content"}
)  # fmt: skip
"""kinds of content that nobody said: thoughts, and what the account has stored for every talk"""
_PARTS = {
    "image_asset_pointer": "[image]",
    "audio_asset_pointer": "[audio]",
    "video_container_asset_pointer": "[video]",
    "real_time_user_audio_video_asset_pointer": "[audio]",
}
# What the page shows as small links, the newer way and the older: numbers of searches and lines.
_CITATION = re.compile(
    "\ue200[^\ue200\ue201]{0,1000}\ue201|\u3010[0-9]+\u2020[^\u3011]{0,200}\u3011"
)
_Text = Callable[[Mapping[str, Any], Counter[str]], str]


def recognise(look: Look, columns: ColumnMapping, *, forced: bool = False) -> FileReader | None:
    """Return a reader if the records have a `mapping` of nodes, and what stands beside it."""
    if look.container in ("CSV", "Parquet") or columns.messages or columns.text:
        return None
    mapping = look.columns.get("mapping")
    beside = next((name for name in _BESIDE if name in look.columns), None)
    seen = mapping is not None and "object" in mapping.kinds and beside is not None
    if not (seen or forced):
        return None
    marks = f"with 'mapping' and {beside!r}" if seen else ASKED_FOR
    why = f"{look.container} of conversations that are trees, {marks}."
    owner = owner_beside(look.path)
    return FileReader(look, shaped(partial(shape, owner=owner)), columns, called=FORMAT, why=why)


def shape(
    record: Mapping[str, Any], notes: Counter[str], *, owner: str | None = None
) -> tuple[Mapping[str, Any], Iterator[Turn]]:
    """Return the columns of a conversation and its turns, from the root to the current node.

    Args:
        record: the conversation.
        notes: what to count in.
        owner: identifier of the account, which the conversations of an export do not have.

    Raises:
        Unreadable: there is no tree, or it is empty.
    """
    mapping = record.get("mapping")
    if mapping is None:
        raise Unreadable(NO_MESSAGES)
    if not isinstance(mapping, Mapping):
        raise Unreadable(NOT_MESSAGES)
    nodes = {key: node for key, node in mapping.items() if isinstance(node, Mapping)}
    if not nodes:
        raise Unreadable(NO_MESSAGES)
    way = _way(nodes, record.get("current_node"), notes)
    messages = [nodes[key].get("message") for key in way]
    columns = {
        "id": record.get("conversation_id") or record.get("id"),
        "user": owner,
        "time": record.get("create_time") or _first_time(messages),
        **{name: record[name] for name in _METADATA if isinstance(record.get(name), str)},
    }
    return columns, (turn for message in messages for turn in _turns(message, notes))


def _way(nodes: Mapping[str, Mapping[str, Any]], current: Any, notes: Counter[str]) -> list[str]:
    parents: dict[str, str | None] = {}
    for key, node in nodes.items():
        parent = node.get("parent")
        parents[key] = parent if isinstance(parent, str) else None
    if not isinstance(current, str) or current not in nodes:
        notes["conversations without a current message, the newest taken"] += 1
        current = _newest(nodes, parents)
    way, whole = way_to(current, parents)
    if not whole:
        notes["conversations whose beginning is missing"] += 1
    aside = nodes.keys() - set(way)
    if branches := sum(_speaks(nodes[key].get("message")) for key in aside):
        notes["messages on branches that were left, not read"] += branches
    return way


def _newest(nodes: Mapping[str, Mapping[str, Any]], parents: Mapping[str, str | None]) -> str:
    leaves = nodes.keys() - set(parents.values())
    order = {key: place for place, key in enumerate(nodes)}

    def age(key: str) -> tuple[float, int]:
        message = nodes[key].get("message")
        time = message.get("create_time") if isinstance(message, Mapping) else None
        known = isinstance(time, float) or (isinstance(time, int) and 0 < time < 2**63)
        return (float(time or 0) if known else 0.0, order[key])

    # In a circle every node is a parent: then any of them is as good.
    return max(leaves or nodes.keys(), key=age)


def _first_time(messages: list[Any]) -> Any:
    times = (m.get("create_time") for m in messages if isinstance(m, Mapping))
    return next((time for time in times if time), None)


def _speaks(message: Any) -> bool:
    return isinstance(message, Mapping) and _author(message) in ("user", "assistant")


def _author(message: Mapping[str, Any]) -> Any:
    author = message.get("author")
    return author.get("role") if isinstance(author, Mapping) else author


def _turns(message: Any, notes: Counter[str]) -> Iterator[Turn]:
    if not isinstance(message, Mapping):  # the root of a tree has none
        return
    metadata = message.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    if metadata.get("is_visually_hidden_from_conversation") is True:
        notes["hidden messages, not read"] += 1
        return
    role = role_of(_author(message))
    text = _content(message.get("content"), notes)
    # What is addressed to a tool is a call, not something that the person was told.
    if role == "assistant":
        called = message.get("recipient") not in (None, "all")
        text = MARKS["tool_call"] if called else _CITATION.sub("", text)
    files = _files(metadata.get("attachments")) if role == "user" else []
    yield Turn(_role(role, message.get("content")), "\n".join(filter(None, [text, *files])))


def _role(role: Role, content: Any) -> Role:
    """Return ``tool`` for what an assistant only passes on: a page's text, a program's output."""
    kind = content.get("content_type") if isinstance(content, Mapping) else None
    return "tool" if role == "assistant" and kind in _FROM_TOOLS else role


def _files(attachments: Any) -> list[str]:
    # Pictures stand among the parts already.
    listed = attachments if isinstance(attachments, list) else []
    kinds = [
        one.get("mime_type") or one.get("mimeType") for one in listed if isinstance(one, Mapping)
    ]
    return [MARKS["attachment"] for kind in kinds if not str(kind).startswith("image/")]


def _content(content: Any, notes: Counter[str]) -> str:
    if not isinstance(content, Mapping):
        return clean(content) if isinstance(content, str) else ""
    kind = content.get("content_type")
    if not isinstance(kind, str):
        kind = "text"
    if kind in _UNSAID:
        return ""
    if kind in _READ:
        return _READ[kind](content, notes)
    notes["messages of a kind that is not known"] += 1
    return _of_parts(content, notes) or text_of(content.get("text"))


def _of_parts(content: Mapping[str, Any], notes: Counter[str]) -> str:
    parts = content.get("parts")
    parts = parts if isinstance(parts, list) else [parts]
    return "\n".join(text for text in (_part(part, notes) for part in parts) if text)


def _part(part: Any, notes: Counter[str]) -> str:
    if not isinstance(part, Mapping):
        return clean(part) if isinstance(part, str) else ""
    kind = part.get("content_type") or part.get("type")
    if isinstance(kind, str) and kind in _PARTS:
        return _PARTS[kind]
    text = text_of(part)
    if not text:
        notes["parts of a kind that is not known"] += 1
    return text


def _field(name: str) -> _Text:
    return lambda content, _: text_of(content.get(name))


_FROM_TOOLS = ("execution_output", "tether_quote", "tether_browsing_display", "system_error")
_READ: Mapping[str, _Text] = {
    "text": _of_parts,
    "multimodal_text": _of_parts,
    "code": _field("text"),
    "execution_output": _field("text"),
    "tether_quote": _field("text"),
    "tether_browsing_display": _field("result"),
    "system_error": _field("text"),
}
