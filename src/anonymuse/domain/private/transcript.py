"""A conversation after scrubbing: what facets and embeddings are made from. Still private."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VIEWS = ("user", "whole", "replies")
"""the ways to look at a conversation in its own words, in the order they are embedded"""


@dataclass(frozen=True, slots=True, repr=False)
class Transcript:
    """The scrubbed text of one conversation.

    Attributes:
        tagged: role-tagged text within the token budget; what a model is shown.
        user_text: first and last user turns, for the embedding of the request.
        whole_text: all turns within a budget, for the embedding of the whole.
        assistant_text: heads of the assistant's turns, a line each, where refusals are said.
        turns: number of turns before cutting.
        characters: length before cutting.
        scrubbed: how many strings of each kind were replaced.
    """

    tagged: str
    user_text: str
    whole_text: str
    assistant_text: str
    turns: int
    characters: int
    scrubbed: Mapping[str, int] = field(default_factory=dict)

    def view(self, name: str) -> str:
        """Return what is embedded for one of ``VIEWS``.

        Where nobody replied, the whole stands for the replies too: nothing then sets such
        conversations apart.
        """
        own = {"user": self.user_text, "replies": self.assistant_text or self.whole_text}
        return own.get(name, self.whole_text)

    def __repr__(self) -> str:
        return f"Transcript({self.turns} turns, {self.characters} characters)"
