"""One call of a model as a log holds it: what was sent, what came back, and to what it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from anonymuse.adapters.read.rows import Row
from anonymuse.domain.private.conversation import Dropped, Turn


@dataclass(frozen=True, slots=True, repr=False)
class Exchange:
    """A call of a model.

    Attributes:
        turns: what was sent, then what came back.
        columns: everything else, flat, by name; users and times are found by their names.
        taken: those of the columns that say to what the call belongs; they are no metadata.
        conversation: identifier of the conversation, where the log states one.
        trace: identifier of the task that the call is a step of; its longest call stands for it.
        answers: identifier of the reply, where later calls refer to it instead of repeating it.
        follows: identifier of the reply that the call goes on from.
    """

    turns: tuple[Turn, ...]
    columns: Mapping[str, Any] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    conversation: str | None = None
    trace: str | None = None
    answers: str | None = None
    follows: str | None = None

    def __repr__(self) -> str:
        return f"Exchange({len(self.turns)} turns)"


ParseRow = Callable[[Row, Counter[str]], Iterator[tuple[Exchange | Dropped, str]]]
"""takes a row and the notes to count in; yields the calls in it, or why one cannot be read, each
with its place"""
