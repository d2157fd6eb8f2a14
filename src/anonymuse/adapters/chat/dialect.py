"""What an endpoint accepts of what we would like to send: known from a table, or learnt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

SchemaMode = Literal["strict", "json_schema", "json_object", "plain"]
Thinking = Literal["", "disabled", "between_tools", "none", "minimal", "low"]
"""What is sent to keep a model from thinking; nothing for models that do not, unless asked."""

THINKING_ROOM: Final = 4_000
"""Tokens added to the bound on the answer where a model thinks first: thoughts count as output."""

_EASIER_THINKING: Final[dict[Thinking, Thinking]] = {
    "disabled": "between_tools",
    "between_tools": "low",
    "none": "minimal",
    "minimal": "low",
    "low": "",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an endpoint accepts.

    Attributes:
        mode: how the schema is given: enforced strictly, enforced, "some JSON", or only told.
        temperature: whether a temperature may be sent.
        limit: the name of the bound on the answer (OpenAI's format only).
        thinking: what is sent to keep the model from thinking.
        room: tokens added to the bound on the answer, for thoughts.
    """

    mode: SchemaMode = "strict"
    temperature: bool = True
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    thinking: Thinking = ""
    room: int = 0

    def with_room(self) -> Dialect | None:
        """Return the same with room for thoughts, or None where it was there already."""
        return replace(self, room=THINKING_ROOM) if self.room == 0 else None

    def with_easier_thinking(self) -> Dialect | None:
        """Return the next weaker way to keep the model from thinking, or None."""
        easier = _EASIER_THINKING.get(self.thinking)
        if easier is None:
            return None
        return replace(self, thinking=easier, room=THINKING_ROOM if easier in ("low", "") else 0)
