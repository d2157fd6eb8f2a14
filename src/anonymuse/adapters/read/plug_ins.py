"""Readers that other packages bring: the entry points of the group ``anonymuse.readers``.

An entry point is loaded when its name is asked for, or when no format of our own fits. It leads to
an object with two methods (see `PlugIn`); everything around them, the counting, the checks and the
sentences, is done here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Protocol

from anonymuse.adapters.read.json_values import Unreadable
from anonymuse.adapters.read.turns import checked
from anonymuse.adapters.read.values import clean, identifier, read_time, scalar, zone_of
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn
from anonymuse.errors import ColumnError, InputError
from anonymuse.ports.reader import UNREADABLE_TIMES, ColumnMapping

GROUP = "anonymuse.readers"

NOT_A_CONVERSATION = "plug-in gave something else than a conversation"


class PlugIn(Protocol):
    """What an entry point leads to: an object, or a class that is called without arguments."""

    def recognise(self, path: Path) -> str | None:
        """Return one sentence on what was seen if the file is of the format, else None."""
        ...

    def read(self, path: Path, columns: ColumnMapping) -> Iterator[Conversation | Dropped]:
        """Yield every record, as a conversation or as a drop with its reason."""
        ...


def plug_in_names() -> list[str]:
    """Return the names of the readers that are installed, sorted; none is loaded."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def open_plug_in(called: str, path: Path, name: str, columns: ColumnMapping) -> PlugInReader | None:
    """Return the reader of that name for a file; None where no such plug-in is installed.

    Raises:
        InputError: the plug-in cannot be loaded.
    """
    point = next((one for one in entry_points(group=GROUP) if one.name == called), None)
    return None if point is None else _opened(point, path, name, columns, forced=True)


def recognise_by_plug_in(path: Path, name: str, columns: ColumnMapping) -> PlugInReader | None:
    """Return the reader of the first plug-in that recognises a file; None where none does.

    Raises:
        InputError: a plug-in cannot be loaded, or fails.
    """
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        reader = _opened(point, path, name, columns, forced=False)
        if reader is not None:
            return reader
    return None


def _opened(
    point: EntryPoint, path: Path, name: str, columns: ColumnMapping, *, forced: bool
) -> PlugInReader | None:
    try:
        loaded = point.load()
        plug_in: PlugIn = loaded() if isinstance(loaded, type) else loaded
        seen = plug_in.recognise(path)
    except Exception as error:  # noqa: BLE001 - somebody else's code; its text may hold data
        raise failed(point, error) from None
    if seen is None and not forced:
        return None
    why = clean(str(seen)) if seen is not None else "Asked for by name."
    return PlugInReader(point, plug_in, path, name, columns, why=why)


def failed(point: EntryPoint, error: Exception) -> InputError:
    """Return the sentence on a plug-in that raised: its name and the class of the error only."""
    package = f" of the package {point.dist.name}" if point.dist is not None else ""
    return InputError(
        f"The reader plug-in {point.name!r}{package} failed with {type(error).__name__}. "
        "Tell its makers, or name another --format."
    )


class PlugInReader:
    """Reads one file with a plug-in, and checks what it gives.

    Args:
        point: the entry point.
        plug_in: what it led to.
        path: the file.
        name: how the file is called to people.
        columns: what the caller knows of the columns.
        why: the plug-in's sentence.
    """

    def __init__(
        self,
        point: EntryPoint,
        plug_in: PlugIn,
        path: Path,
        name: str,
        columns: ColumnMapping,
        *,
        why: str,
    ) -> None:
        self._point = point
        self._plug_in = plug_in
        self._path = path
        self._name = "".join(mark if mark.isprintable() else "?" for mark in name)
        self._columns = columns
        self._zone = zone_of(columns.timezone)
        self._why = why
        self._notes: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"PlugInReader({self.name!r}, {self.format})"

    @property
    def name(self) -> str:
        """How the file is called to people."""
        return self._name

    @property
    def format(self) -> str:
        """The plug-in's name."""
        return self._point.name

    @property
    def why(self) -> str:
        """The plug-in's sentence on what it saw."""
        return self._why

    @property
    def notes(self) -> Mapping[str, int]:
        """What the last reading saw that dropped nothing, counted."""
        return self._notes

    def read(self) -> Iterator[Conversation | Dropped]:
        """Yield what the plug-in gives, checked.

        Raises:
            InputError: the plug-in failed; names it.
        """
        self._notes = Counter()
        number = 0
        items = self._items()
        while True:
            try:
                item = next(items, None)
            except ColumnError:
                raise  # a plug-in may say so of a column that was named
            except Exception as error:  # noqa: BLE001 - somebody else's code
                raise failed(self._point, error) from None
            if item is None:
                return
            number += 1
            yield self._checked(item, number)

    def _items(self) -> Iterator[Any]:
        yield from self._plug_in.read(self._path, self._columns)

    def _checked(self, item: Any, number: int) -> Conversation | Dropped:
        if isinstance(item, Dropped):
            return Dropped(clean(str(item.reason))[:200], clean(str(item.where))[:200])
        where = f"record {number}"
        if not isinstance(item, Conversation):
            return Dropped(NOT_A_CONVERSATION, where)
        try:
            turns = checked(Turn(turn.role, clean(turn.text)) for turn in item.turns)
        except Unreadable as bad:
            return Dropped(bad.reason, where)
        except (AttributeError, TypeError):
            return Dropped(NOT_A_CONVERSATION, where)
        return replace(
            item,
            id=identifier(item.id) or f"{self.name}:{number}",
            turns=turns,
            user=identifier(item.user),
            organisation=identifier(item.organisation),
            time=self._time(item.time),
            metadata={clean(str(key)): scalar(value) for key, value in item.metadata.items()},
        )

    def _time(self, value: Any) -> datetime | None:
        if value is None:
            return None
        time, zoned = read_time(value, self._zone)
        if time is None:
            self._notes[UNREADABLE_TIMES] += 1
        elif not zoned:
            self._notes[f"times without a zone, taken as {self._columns.timezone}"] += 1
        return time
