"""Which files of an account's export hold conversations, and which only stand beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from anonymuse.adapters.read.archive import Member, Place
from anonymuse.adapters.read.json_values import Unreadable, parse
from anonymuse.adapters.read.values import identifier
from anonymuse.errors import InputError

_EXPORT = re.compile(r"conversations([-_]?\d+)?\.json", re.IGNORECASE)
_COMPANIONS = frozenset(
    {"user.json", "user_settings.json", "message_feedback.json", "model_comparisons.json",
     "shared_conversations.json", "group_chats.json", "shopping.json", "sora.json",
     "conversation_asset_file_names.json", "export_manifest.json",
     "users.json", "projects.json", "memories.json"}
)  # fmt: skip
_INDEX = "sessions-index.json"
_OWNER = "user.json"
_OWNERS_BEGIN = "user-"
_MOST = 2**20


def is_export(name: str) -> bool:
    """Say whether a file is named as the exports name their conversations."""
    return _EXPORT.fullmatch(name) is not None


def is_companion(name: str) -> bool:
    """Say whether a file is named as the exports name what is no conversation."""
    return name.lower() in _COMPANIONS


def of_export(names: Iterable[str]) -> list[str]:
    """Return the files of one folder to read if it is an unpacked export, else none.

    What else lies in such a folder and below it was attached to conversations.
    """
    found = list(names)
    if not any(is_companion(name) for name in found):
        return []
    return [name for name in found if is_export(name)]


def is_index(name: str) -> bool:
    """Say whether a file is named as Claude Code names its list of a folder's sessions."""
    return name == _INDEX


def owner_beside(place: Place) -> str | None:
    """Return the identifier of the account a ChatGPT export was made for; nothing else of it."""
    data = _member_beside(place) if isinstance(place, Member) else _file_beside(place)
    try:
        found = parse(data)
    except Unreadable:
        return None
    key = identifier(found.get("id")) if isinstance(found, dict) else None
    return key if key is not None and key.startswith(_OWNERS_BEGIN) else None


def _file_beside(path: Path) -> bytes:
    try:
        with path.with_name(_OWNER).open("rb") as stream:
            return stream.read(_MOST)
    except (OSError, ValueError):
        return b""


def _member_beside(member: Member) -> bytes:
    name = member.info.filename.removesuffix(member.info.filename.rsplit("/", 1)[-1]) + _OWNER
    try:
        with member.beside(name).open() as stream:
            return stream.read(_MOST)
    except (InputError, OSError, KeyError):
        return b""
