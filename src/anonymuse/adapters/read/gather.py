"""How rows become conversations: each row alone, or several of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable
from anonymuse.adapters.read.record import RecordBuilder
from anonymuse.adapters.read.rows import Row
from anonymuse.adapters.read.turns import checked
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn


class Gatherer(Protocol):
    """Takes the rows of one file in order, once."""

    def add(self, row: Row) -> Iterator[Conversation | Dropped]:
        """Take one row; yield what is finished by it."""
        ...

    def finish(self) -> Iterator[Conversation | Dropped]:
        """Yield what is left when the rows have ended."""
        ...


ASKED_FOR = "asked for by its name, though none of its marks was seen"
"""stands in a reader's ``why`` where nothing else can"""

Gather = Callable[[RecordBuilder], Gatherer]
"""makes what gathers the rows of one reading"""

Shape = Callable[[Mapping[str, Any], Counter[str]], tuple[Mapping[str, Any], Iterable[Turn]]]
"""takes a record and the notes to count in; returns its columns and turns, or raises Unreadable.
Only the columns it returns get into the metadata, so it returns none that holds what was said"""


class Shaped:
    """Gathers records of which each is one conversation in a shape of its own."""

    def __init__(self, shape: Shape, builder: RecordBuilder) -> None:
        self._shape = shape
        self._builder = builder

    def add(self, row: Row) -> Iterator[Conversation | Dropped]:
        """Yield the conversation of one row."""
        if not isinstance(row.value, Mapping):
            yield Dropped(NOT_A_RECORD, row.where)
            return
        try:
            columns, turns = self._shape(row.value, self._builder.notes)
            yield self._builder.build(columns, row.number, checked(turns))
        except Unreadable as bad:
            yield Dropped(bad.reason, row.where)

    def finish(self) -> Iterator[Conversation | Dropped]:
        """Yield nothing: rows do not wait for each other."""
        yield from ()


def shaped(shape: Shape) -> Gather:
    """Return what gathers records of one shape."""
    return lambda builder: Shaped(shape, builder)
