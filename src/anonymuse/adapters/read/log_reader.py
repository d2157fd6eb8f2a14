"""The reader of logs: calls of a model in, conversations out."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from anonymuse.adapters.read.exchange import Exchange, ParseRow
from anonymuse.adapters.read.grouping import MOST_CHARACTERS, TOO_FAR_APART
from anonymuse.adapters.read.json_values import Unreadable
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.names import value_at
from anonymuse.adapters.read.record import RecordBuilder
from anonymuse.adapters.read.rows import Row, read_rows
from anonymuse.adapters.read.threads import Threads
from anonymuse.adapters.read.turns import checked
from anonymuse.adapters.read.values import identifier
from anonymuse.domain.private.conversation import Conversation, Dropped
from anonymuse.ports.reader import ColumnMapping


@dataclass(slots=True, repr=False)
class _Parts:
    """The calls of one conversation that hold one question each."""

    missing: int
    found: list[tuple[int, Conversation]] = field(default_factory=list)
    characters: int = 0


class LogReader:
    """Reads the files of one log together, twice: which calls belong together, then the texts.

    Twice, so that memory holds hashes and not texts however far apart two calls lie; together,
    because a conversation does not end when a log begins a new file.

    Args:
        looks: what is known of each file, in order.
        parse: finds the calls in a row.
        columns: what the caller knows of the columns.
        called: name of the format.
        why: what was seen that made it the choice, in one sentence.
    """

    def __init__(
        self,
        looks: Sequence[Look],
        parse: ParseRow,
        columns: ColumnMapping,
        *,
        called: str,
        why: str,
    ) -> None:
        self._looks = tuple(looks)
        self._parse = parse
        self._columns = columns
        self._format = called
        self._why = why
        self._notes: Counter[str] = Counter()

    def __repr__(self) -> str:
        return f"LogReader({self.name!r}, {self._format})"

    @property
    def name(self) -> str:
        """How the log is called to people: its first file, and how many more there are."""
        more = len(self._looks) - 1
        first = self._looks[0].name
        return f"{first} and {more} more" if more else first

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

    def with_next(self, other: LogReader) -> LogReader:
        """Return the reader of this log and another of the same format that follows it."""
        looks = (*self._looks, *other._looks)
        return LogReader(looks, self._parse, self._columns, called=self._format, why=self._why)

    def read(self) -> Iterator[Conversation | Dropped]:
        """Yield every record that cannot be read, then every conversation.

        Calls that another one repeats and goes on from are counted in the notes.

        Raises:
            ColumnError: a column that the caller named is in no record.
            InputError: a file is not there any more, or is not what it was.
        """
        notes: Counter[str] = Counter()
        self._notes = notes
        threads, sizes = Threads(), array("I")
        builder = RecordBuilder(self._columns, self._looks[0].label)
        for row, look in self._rows():
            if isinstance(row, Dropped):
                yield self._placed(row, look)
                continue
            before = len(threads)
            for item in self._calls(row, look, builder, notes, before):
                if isinstance(item, Dropped):
                    yield item
                else:
                    threads.add(item[0], item[1].user, item[1].time)
            sizes.append(len(threads) - before)
        builder.check(records=len(sizes))
        threads.finish()
        notes.update(builder.notes + threads.notes)
        yield from self._conversations(threads, sizes)

    def _conversations(
        self, threads: Threads, sizes: array[int]
    ) -> Iterator[Conversation | Dropped]:
        """Read the rows again that hold a call which is kept."""
        joined = _Joined(threads)
        builder = RecordBuilder(self._columns, self._looks[0].label)
        start = 0
        rows = ((row, look) for row, look in self._rows() if not isinstance(row, Dropped))
        for (row, look), size in zip(rows, sizes, strict=False):
            verdicts = [threads.verdict(start + place) for place in range(size)]
            if any(verdict != "left out" for verdict in verdicts):
                items = self._calls(row, look, builder, Counter(), start)
                whole = [item for item in items if not isinstance(item, Dropped)]
                for number, verdict, item in zip(count(start), verdicts, whole, strict=False):
                    if verdict == "alone":
                        yield replace(item[1], time=threads.start(number))
                    elif verdict == "part":
                        yield from joined.add(number, item[1], item[2])
            start += size

    def _rows(self) -> Iterator[tuple[Row | Dropped, Look]]:
        for look in self._looks:
            for row in read_rows(look.path, look.container, look.delimiter):
                yield row, look

    def _calls(
        self, row: Row, look: Look, builder: RecordBuilder, notes: Counter[str], number: int
    ) -> Iterator[tuple[Exchange, Conversation, str] | Dropped]:
        """Yield the calls in a row; ``number`` is that of the first."""
        for call, where in self._parse(row, notes):
            item = self._built(call, where, look, builder, number + 1)
            number += not isinstance(item, Dropped)
            yield item

    def _built(
        self, call: Exchange | Dropped, where: str, look: Look, builder: RecordBuilder, number: int
    ) -> tuple[Exchange, Conversation, str] | Dropped:
        if isinstance(call, Dropped):
            return self._placed(call, look)
        try:
            turns = checked(call.turns)
        except Unreadable as bad:
            builder.columns_of(call.columns, call.taken)
            return self._placed(Dropped(bad.reason, where), look)
        call = replace(call, turns=turns)
        built = builder.build(call.columns, number, turns, taken=call.taken)
        if self._columns.id is not None:
            named = identifier(value_at(call.columns, self._columns.id))
            call = replace(call, conversation=named or call.conversation)
        elif call.conversation is not None or call.trace is not None:
            built = replace(built, id=call.conversation or call.trace or "")
        return call, built, where

    def _placed(self, item: Dropped, look: Look) -> Dropped:
        return item if len(self._looks) == 1 else replace(item, where=f"{look.name}, {item.where}")


class _Joined:
    """Puts calls of one question each together, in the order of their times."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._open: OrderedDict[int, _Parts] = OrderedDict()
        self._closed: set[int] = set()
        self._characters = 0

    def add(self, number: int, item: Conversation, where: str) -> Iterator[Conversation | Dropped]:
        """Take one part; yield the conversation when it was the last."""
        key, size = self._threads.group(number)
        if key in self._closed:
            yield Dropped(TOO_FAR_APART, where)
            return
        parts = self._open.setdefault(key, _Parts(size))
        parts.found.append((number, item))
        parts.missing -= 1
        length = sum(len(turn.text) for turn in item.turns)
        parts.characters += length
        self._characters += length
        if not parts.missing:
            yield self._close(key)
        while self._characters > MOST_CHARACTERS and self._open:
            oldest = next(iter(self._open))
            self._closed.add(oldest)
            yield self._close(oldest)

    def _close(self, key: int) -> Conversation:
        parts = self._open.pop(key)
        self._characters -= parts.characters
        start = self._threads.start
        known = [(time, n, item) for n, item in parts.found if (time := start(n)) is not None]
        if len(known) == len(parts.found):
            ordered = [item for _, _, item in sorted(known, key=lambda part: part[:2])]
        else:
            ordered = [item for _, item in parts.found]
        first = ordered[0]
        later = (turn for item in ordered[1:] for turn in item.turns if turn.role != "system")
        time = min((time for time, _, _ in known), default=None)
        user = next((item.user for item in ordered if item.user is not None), None)
        return replace(first, turns=(*first.turns, *later), time=time, user=user)
