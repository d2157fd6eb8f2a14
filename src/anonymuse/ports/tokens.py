"""The seam to what knows how many tokens a prompt will have, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from anonymuse.ports.chat import Message


class TokenCounter(Protocol):
    """Counts tokens as a model will, or nearly so. Never sends anything anywhere."""

    @property
    def how(self) -> str:
        """How the tokens are counted, for whoever reads the prediction."""
        ...

    @property
    def error(self) -> float:
        """Relative error that is likely not exceeded by a sum over many prompts; 0 for none."""
        ...

    def prompt(self, messages: Sequence[Message], schema: Mapping[str, Any] | None) -> float:
        """Return the tokens of a whole prompt, the chat template's included."""
        ...

    def text(self, text: str) -> float:
        """Return the tokens of a text alone, as in an answer."""
        ...
