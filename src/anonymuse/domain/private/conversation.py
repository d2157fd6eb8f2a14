"""A conversation as it was read: the most private value there is. Its repr never shows text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Role = Literal["user", "assistant", "system", "tool"]
Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True, repr=False)
class Turn:
    """One message of a conversation."""

    role: Role
    text: str

    def __repr__(self) -> str:
        return f"Turn({self.role}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True, repr=False)
class Conversation:
    """What one reader yields.

    Attributes:
        id: the conversation's id in the source, or one made from its place in the source.
        turns: the messages, oldest first.
        user: the user's identifier as the source has it; a keyed pseudonym replaces it when read.
        organisation: likewise.
        time: start of the conversation; None where the source has none.
        metadata: every other scalar column of the source.
    """

    id: str
    turns: tuple[Turn, ...]
    user: str | None = None
    organisation: str | None = None
    time: datetime | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict)

    def __repr__(self) -> str:
        size = sum(len(turn.text) for turn in self.turns)
        return f"Conversation({len(self.turns)} turns, {size} characters)"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that could not become a conversation, with the reason and never its text.

    Attributes:
        reason: a short class of reasons, counted ("no messages", "broken JSON", ...).
        where: place in the source ("line 17"), never content.
    """

    reason: str
    where: str
