"""The reader of one file: rows in, conversations and drops out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from anonymuse.adapters.read.gather import Gather, Gatherer
from anonymuse.adapters.read.grouping import Grouper
from anonymuse.adapters.read.layout import Layout
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.names import find
from anonymuse.adapters.read.plain_records import PlainRecords
from anonymuse.adapters.read.record import RecordBuilder
from anonymuse.adapters.read.rows import read_rows
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.ports.reader import ColumnMapping


class FileReader:
    """Reads one file, format by format the same way. Does nothing until it is read.

    Args:
        look: what is known of the file.
        how: what a row means; or, for a format with a shape of its own, what gathers its rows.
        columns: what the caller knows of the columns.
        called: name of the format.
        why: what was seen that made it the choice, in one sentence.
    """

    def __init__(
        self, look: Look, how: Layout | Gather, columns: ColumnMapping, *, called: str, why: str
    ) -> None:
        self._look = look
        self._how = how
        self._format = called
        self._why = why
        self._columns = columns
        self._notes: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"FileReader({self.name!r}, {self._format})"

    @property
    def name(self) -> str:
        """How the file is called to people."""
        return self._look.name

    @property
    def format(self) -> str:
        """Name of the format, as `doctor` prints it."""
        return self._format

    @property
    def why(self) -> str:
        """One sentence on what was seen that made this format the choice."""
        return self._why

    @property
    def notes(self) -> Mapping[str, int]:
        """What the last reading saw that dropped nothing, counted."""
        return self._notes

    def read(self) -> Iterator[Conversation | Dropped]:
        """Yield every record, as a conversation or as a drop with its reason.

        Raises:
            ColumnError: a column that the caller named is in no record.
            InputError: the file is not there any more, or is not what it was.
        """
        builder, gatherer = self._start()
        self._notes = builder.notes
        records = 0
        look = self._look
        for row in read_rows(look.path, look.container, look.delimiter, needed=self._needed()):
            if isinstance(row, Dropped):
                yield row
                continue
            records += 1
            yield from gatherer.add(row)
        yield from gatherer.finish()
        builder.check(records=records)

    def _start(self) -> tuple[RecordBuilder, Gatherer]:
        how, columns = self._how, self._columns
        if not isinstance(how, Layout):
            builder = RecordBuilder(columns, self._look.label)
            return builder, how(builder)
        builder = RecordBuilder(columns, self._look.label, id_column=how.id)
        if how.kind == "message rows":
            return builder, Grouper(how, builder)
        return builder, PlainRecords(how, builder, fixed=columns.messages is not None)

    def _needed(self) -> frozenset[str] | None:
        """Return the columns that something is read from, where that is known beforehand."""
        if not isinstance(self._how, Layout):
            return None
        columns = replace(self._columns, id=self._how.id or self._columns.id)
        found = find(self._look.columns, columns, self._how.taken)
        others = (found.id, found.user, found.organisation, found.time)
        return self._how.taken | {column for column in others if column is not None}
