"""One record of a source to one conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from anonymuse.adapters.read.names import TIMES, Found, asked_for, find, plain, require, value_at
from anonymuse.adapters.read.values import clean, identifier, is_nested, read_time, scalar, zone_of
from anonymuse.domain.private.conversation import Conversation, Scalar, Turn
from anonymuse.errors import ColumnError
from anonymuse.ports.reader import UNREADABLE_TIMES, ColumnMapping

_SPELLINGS = 1_000
_NAMED_NOTES = 20
MOST_COLUMNS = 200
"""metadata columns kept per record, at most"""


class RecordBuilder:
    """Finds identifier, user, organisation, time and metadata of a record.

    Args:
        columns: what the caller knows of the columns.
        label: of the file; made-up identifiers begin with it.
        id_column: where the identifier is, if that is known without the caller's word.

    Attributes:
        notes: what was seen on the way and dropped nothing ("time that cannot be read": 3).
    """

    def __init__(self, columns: ColumnMapping, label: str, *, id_column: str | None = None) -> None:
        self.notes: Counter[str] = Counter()
        self._named = columns
        self._columns = columns if id_column is None else replace(columns, id=id_column)
        self._zone = zone_of(columns.timezone)
        self._label = label
        self._found: dict[tuple[frozenset[str], tuple[str, ...]], Found] = {}
        self._unseen = asked_for(columns)
        self._seen: dict[str, None] = {}
        self._nested: set[str] = set()

    def build(
        self,
        row: Mapping[str, Any],
        number: int,
        turns: tuple[Turn, ...],
        *,
        taken: Iterable[str] = (),
        first_message: Any = None,
    ) -> Conversation:
        """Return the conversation of a record.

        Args:
            row: all columns of the record.
            number: place of the record, for an identifier where the source has none.
            turns: what was said.
            taken: columns that hold what was said.
            first_message: looked at for a time when the record has none.
        """
        found = self.columns_of(row, frozenset(taken))
        time = self._time(row, found.time)
        if time is None and found.time is None and isinstance(first_message, Mapping):
            time = self._time_of_message(first_message)
        return Conversation(
            id=self._identifier(row, found.id) or f"{self._label}:{number}",
            turns=turns,
            user=self._identifier(row, found.user),
            organisation=self._identifier(row, found.organisation),
            time=time,
            metadata=self._metadata(row, found.others),
        )

    def columns_of(self, row: Mapping[str, Any], taken: frozenset[str]) -> Found:
        """Return which columns of a row hold what; remembered, as most rows look alike."""
        key = (taken, tuple(row))
        found = self._found.get(key)
        if found is None:
            found = find(row, self._columns, taken)
            if len(self._found) < _SPELLINGS:
                self._found[key] = found
                self._seen |= dict.fromkeys(list(row)[:MOST_COLUMNS])
        for column in [c for c in self._unseen if c in row or value_at(row, c) is not None]:
            del self._unseen[column]
        return found

    def check(self, *, records: int) -> None:
        """Check at the end that every column that the caller named did occur.

        Where no record could be looked at, the reasons for that say more than a missing column.

        Raises:
            ColumnError: one was in no record.
        """
        if records and self._seen and self._unseen:
            require(self._named, self._seen)
            column, setting = next(iter(self._unseen.items()))
            raise ColumnError.missing(column, filter(plain, self._seen), setting=setting)

    def _identifier(self, row: Mapping[str, Any], column: str | None) -> str | None:
        return None if column is None else identifier(value_at(row, column))

    def _time(self, row: Mapping[str, Any], column: str | None) -> datetime | None:
        value = None if column is None else value_at(row, column)
        if value is None or value == "":
            return None
        time, zoned = read_time(value, self._zone)
        if time is None:
            self.notes[UNREADABLE_TIMES] += 1
        elif not zoned:
            self.notes[f"times without a zone, taken as {self._columns.timezone}"] += 1
        return time

    def _time_of_message(self, message: Mapping[str, Any]) -> datetime | None:
        column = next((name for name in TIMES if message.get(name) is not None), None)
        return self._time(message, column)

    def _metadata(self, row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Scalar]:
        metadata: dict[str, Scalar] = {}
        for name in names[:MOST_COLUMNS]:
            value = row[name]
            if is_nested(value):
                self._note_nested(name)
            else:
                metadata[clean(name)] = scalar(value)
        if len(names) > MOST_COLUMNS:
            self.notes[f"records with more than {MOST_COLUMNS} columns, the rest left out"] += 1
        for name, column in self._columns.extra.items():
            value = value_at(row, column)
            metadata[name] = None if is_nested(value) else scalar(value)
        return metadata

    def _note_nested(self, name: str) -> None:
        self._nested.add(name) if len(self._nested) < _NAMED_NOTES and plain(name) else None
        shown = f" {name!r}" if name in self._nested else "s"
        self.notes[f"nested column{shown} left out"] += 1
