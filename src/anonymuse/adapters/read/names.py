"""Which column holds what, when nobody says: the usual names, and the ones that were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from anonymuse.errors import ColumnError
from anonymuse.ports.reader import ColumnMapping

CONVERSATION_IDS = (
    "conversation_id", "conversation_hash", "conv_id", "conversation_uuid", "chat_id",
    "thread_id", "session_id", "dialog_id", "dialogue_id",
)  # fmt: skip
IDS = ("id", *CONVERSATION_IDS, "uuid", "trace_id")
USERS = ("user", "user_id", "user_hash", "hashed_ip", "username", "account", "account_id",
         "customer_id", "client_id", "enduser_id", "enduser_pseudo_id",
         "end_user", "end_user_id", "request_user_id")  # fmt: skip
ORGANISATIONS = ("organisation", "organization", "org", "org_id", "organisation_id",
                 "organization_id", "tenant", "tenant_id", "workspace", "workspace_id",
                 "company", "company_id")  # fmt: skip
TIMES = ("timestamp", "created_at", "create_time", "created", "time", "date", "datetime",
         "started_at", "start_time", "start_time_unix_nano", "time_unix_nano",
         "request_created_at")  # fmt: skip
MESSAGES = ("messages", "conversation", "conversations", "chat", "dialog", "dialogue", "turns",
            "chat_messages", "history")  # fmt: skip
TEXTS = ("text", "prompt", "question", "query", "instruction", "input", "content", "message",
         "utterance", "user_message", "user_input", "full_text", "body")  # fmt: skip
REPLIES = ("completion", "response", "answer", "output", "reply", "assistant",
           "assistant_message")  # fmt: skip
ROLES = ("role", "sender", "speaker", "from", "author")

SETTINGS: Mapping[str, str] = {
    "id": "--id-column",
    "messages": "--messages-column",
    "text": "--text-column",
    "role": "--role-column",
    "user": "--user-column",
    "organisation": "--org-column",
    "time": "--time-column",
}
"""field of the mapping: the option that sets it"""

_PLAIN = re.compile(r"[A-Za-z_][\w.\-]{0,39}")
_LETTERS = re.compile(r"[^a-z0-9]")


def plain(name: str) -> bool:
    """Say whether a column's name looks like one, and not like somebody's data."""
    return _PLAIN.fullmatch(name) is not None


def printable(name: str) -> str:
    """Return a name as it may be shown: a file's or an archive's name may hold anything."""
    return "".join(mark if mark.isprintable() else "?" for mark in name)


@lru_cache(maxsize=10_000)
def same_spelling(name: str) -> str:
    """Return a name without case and separators: ``User ID``, ``userId``, ``user_id`` are one."""
    return _LETTERS.sub("", name.lower())


def first_of(wanted: Iterable[str], columns: Iterable[str]) -> str | None:
    """Return the first wanted column that is there, whatever its spelling."""
    there: dict[str, str] = {}
    for column in columns:
        there.setdefault(same_spelling(column), column)
    return next((there[key] for name in wanted if (key := same_spelling(name)) in there), None)


def value_at(row: Mapping[str, Any], column: str) -> Any:
    """Return a column's value; ``a.b`` reaches into nested columns; None where there is none."""
    if column in row:
        return row[column]
    value: Any = row
    for part in column.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def asked_for(columns: ColumnMapping) -> dict[str, str]:
    """Return the columns that were named by the caller: ``{column: setting}``."""
    named = {
        column: setting
        for field, setting in SETTINGS.items()
        if (column := getattr(columns, field)) is not None
    }
    kept = {c: "--flag" if c == name else f"extra {name!r}" for name, c in columns.extra.items()}
    return named | kept


def is_there(column: str, available: Iterable[str]) -> bool:
    """Say whether a column, or the outer part of a dotted one, is among those available."""
    names = set(available)
    return column in names or column.split(".")[0] in names


def require(columns: ColumnMapping, available: Iterable[str]) -> None:
    """Check that every column that was named is there.

    Raises:
        ColumnError: one is missing; names the nearest.
    """
    names = list(available)
    for column, setting in asked_for(columns).items():
        if not is_there(column, names):
            raise ColumnError.missing(column, filter(plain, names), setting=setting)


@dataclass(frozen=True, slots=True)
class Found:
    """The columns of one record that are not its messages.

    Attributes:
        id: column of the identifier, None where there is none.
        user: likewise, of the user.
        organisation: likewise.
        time: likewise.
        others: columns left for the metadata.
    """

    id: str | None
    user: str | None
    organisation: str | None
    time: str | None
    others: tuple[str, ...]


def find(available: Iterable[str], columns: ColumnMapping, taken: frozenset[str]) -> Found:
    """Choose the columns of a record; what the caller named goes first, ``taken`` is left out."""
    named = {columns.id, columns.user, columns.organisation, columns.time} - {None}
    names = [name for name in available if name not in taken]
    free = [name for name in names if name not in named]
    chosen = (
        columns.id or first_of(IDS, free),
        columns.user or first_of(USERS, free),
        columns.organisation or first_of(ORGANISATIONS, free),
        columns.time or first_of(TIMES, free),
    )
    return Found(*chosen, others=tuple(name for name in names if name not in chosen))
