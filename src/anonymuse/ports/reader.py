"""The seam for inputs: a reader yields conversations, and says what it dropped and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from anonymuse.domain.private.conversation import Conversation, Dropped, Role

UNKNOWN_ROLE = "unknown role"
"""why a record is dropped that holds a word for a role which is not among `ROLES`"""
UNREADABLE_TIMES = "times that cannot be read"
"""note on records that are kept without their time"""

ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("user", "human", "customer", "client", "visitor", "prompter"), "user"),
    **dict.fromkeys(
        ("assistant", "agent", "ai", "bot", "chatbot", "model", "gpt", "chatgpt", "claude",
         "gemini", "bard", "bing", "support", "representative", "rep", "advisor", "adviser",
         "operator", "employee", "staff"),
        "assistant",
    ),
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("tool", "function", "observation", "ipython", "tool_result"), "tool"),
}  # fmt: skip
"""what sources call the roles, in lower case; those who answer for a firm answer as an assistant"""


def known_roles() -> str:
    """Return the words for each role, as a part of a sentence."""
    words: dict[Role, list[str]] = {}
    for word, role in ROLES.items():
        words.setdefault(role, []).append(word)
    return "; ".join(", ".join(same) for same in words.values())


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column of a table holds what; None lets the reader look for the usual names."""

    id: str | None = None
    messages: str | None = None
    text: str | None = None
    role: str | None = None
    user: str | None = None
    organisation: str | None = None
    time: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    """IANA name of the zone that times without one are in"""


class ConversationReader(Protocol):
    """Reads one file. Streams: memory does not grow with the file."""

    @property
    def format(self) -> str:
        """Name of the format, as `doctor` prints it."""
        ...

    @property
    def why(self) -> str:
        """One sentence on what was seen that made this format the choice."""
        ...

    def read(self) -> Iterator[Conversation | Dropped]:
        """Yield every record, as a conversation or as a drop with its reason: nothing is lost."""
        ...


class NamedReader(ConversationReader, Protocol):
    """A reader that has a name, and notes on what it saw and did not drop."""

    @property
    def name(self) -> str:
        """How the file is called to people."""
        ...

    @property
    def notes(self) -> Mapping[str, int]:
        """What the last reading saw that dropped nothing, counted."""
        ...
