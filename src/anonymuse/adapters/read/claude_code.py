"""Sessions of Claude Code: one event a line, put together by their `sessionId`."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from anonymuse.adapters.read.branches import replaced
from anonymuse.adapters.read.file_reader import FileReader
from anonymuse.adapters.read.gather import ASKED_FOR
from anonymuse.adapters.read.grouping import MOST_CHARACTERS, MOST_OPEN, TOO_FAR_APART
from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.names import value_at
from anonymuse.adapters.read.record import RecordBuilder
from anonymuse.adapters.read.rows import Row
from anonymuse.adapters.read.stream import MAX_RECORD, TOO_LARGE
from anonymuse.adapters.read.turns import checked, turns_of_message
from anonymuse.adapters.read.values import identifier
from anonymuse.domain.private.conversation import Conversation, Dropped, Turn
from anonymuse.ports.reader import ColumnMapping

FORMAT = "claude-code"

HELPERS = "messages of helpers, not read"
MACHINE = "messages that the program wrote, not read"
BRANCHES = "messages on branches that were left, not read"
OTHER = "events that are no messages"
UNREADABLE = "messages that cannot be read"
NO_SESSION = "messages without a session, not read"

# Of each group all names; a file may begin with events that are no messages.
_MARKS = (
    frozenset({"type", "sessionId", "uuid", "parentUuid"}),
    frozenset({"type", "sessionId", "operation"}),
    frozenset({"type", "summary", "leafUuid"}),
    frozenset({"type", "messageId", "snapshot"}),
)
# What the program puts into a person's message: commands and their output, files that are open.
_WRAPPED = re.compile(
    r"\s*<(command-(?:name|message|args|contents)|local-command-(?:stdout|stderr|caveat)"
    r"|bash-(?:input|stdout|stderr)|user-memory-input|task-notification)>"
)
_INSERTED = re.compile(
    r"<(system-reminder|ide_opened_file|ide_selection|ide_diagnostics)>.*?(?:</\1>|\Z)", re.DOTALL
)
_INTERRUPTED = ("[Request interrupted by user]", "[Request interrupted by user for tool use]")
_HOME = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\Users\\|/(?=root(?:/|\Z)))([^/\\]+)")
_FLAGS = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly", "isApiErrorMessage")


def recognise(look: Look, columns: ColumnMapping, *, forced: bool = False) -> FileReader | None:
    """Return a reader if the lines are events of sessions."""
    if look.container in ("CSV", "Parquet") or columns.messages or columns.text:
        return None
    seen = next((names for names in _MARKS if names <= look.columns.keys()), None)
    if seen is None and not forced:
        return None
    names = ", ".join(repr(name) for name in sorted(seen or ()))
    why = f"{look.container} that are events of sessions, {f'with {names}' if seen else ASKED_FOR}."
    return FileReader(look, Sessions, columns, called=FORMAT, why=why)


@dataclass(slots=True, repr=False)
class _Event:
    name: str | None
    parent: str | None
    message: str | None
    turns: tuple[Turn, ...]

    @property
    def asks(self) -> bool:
        return any(turn.role == "user" for turn in self.turns)


@dataclass(slots=True, repr=False)
class _Session:
    first: Row
    events: list[_Event] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    characters: int = 0
    too_large: bool = False


class Sessions:
    """Gathers the events of each session. Bounded as message rows are.

    Helpers' own talks, what the program wrote into messages, and messages that were replaced are
    left out and counted. The working folder, the branch and the summary are never kept.
    """

    def __init__(self, builder: RecordBuilder) -> None:
        self._builder = builder
        self._notes = builder.notes
        self._open: OrderedDict[str, _Session] = OrderedDict()
        self._closed: set[bytes] = set()
        self._characters = 0

    def add(self, row: Row) -> Iterator[Conversation | Dropped]:
        """Take one event; yield what had to be closed for it."""
        event = row.value
        if not isinstance(event, Mapping):
            yield Dropped(NOT_A_RECORD, row.where)
            return
        turns, note = _said(event)
        if note is not None:
            self._notes[note] += 1
        key = identifier(event.get("sessionId"))
        if key is None or note == HELPERS or not (turns or _text(event.get("uuid"))):
            return
        if key not in self._open and _digest(key) in self._closed:
            yield Dropped(TOO_FAR_APART, row.where)
            return
        session = self._open.setdefault(key, _Session(row))
        self._open.move_to_end(key)
        self._take(session, event, turns)
        while len(self._open) > MOST_OPEN or self._characters > MOST_CHARACTERS:
            yield self._close()

    def finish(self) -> Iterator[Conversation | Dropped]:
        """Yield the sessions that are still open, in the order of their last event."""
        while self._open:
            yield self._close()

    def _take(self, session: _Session, event: Mapping[str, Any], turns: tuple[Turn, ...]) -> None:
        _remember(session.columns, event)
        if session.too_large:
            return
        parent = event.get("parentUuid") or event.get("logicalParentUuid")
        message = value_at(event, "message.id")
        session.events.append(
            _Event(_text(event.get("uuid")), _text(parent), _text(message), turns)
        )
        length = sum(len(turn.text) for turn in turns)
        session.characters += length
        self._characters += length
        if session.characters > MAX_RECORD:
            self._characters -= session.characters
            session.too_large, session.characters, session.events = True, 0, []

    def _close(self) -> Conversation | Dropped:
        key, session = self._open.popitem(last=False)
        self._closed.add(_digest(key))
        self._characters -= session.characters
        if session.too_large:
            return Dropped(TOO_LARGE, session.first.where)
        try:
            turns = checked(_merged(self._kept(session.events)))
        except Unreadable as bad:
            return Dropped(bad.reason, session.first.where)
        return self._builder.build({"id": key, **session.columns}, session.first.number, turns)

    def _kept(self, events: list[_Event]) -> Iterator[_Event]:
        links = [(event.name, event.parent) for event in events]
        # Answers fork too, when several tools are called at once; only prompts replace each other.
        gone = replaced(links, [place for place, event in enumerate(events) if event.asks])
        if left := sum(bool(events[place].turns) for place in gone):
            self._notes[BRANCHES] += left
        yield from (event for place, event in enumerate(events) if place not in gone)


def _merged(events: Iterable[_Event]) -> Iterator[Turn]:
    """Yield the turns; a message of the assistant is one, though each of its parts is an event."""
    last: tuple[str, Turn] | None = None
    for event in events:
        for turn in event.turns:
            if last is not None and last[0] == event.message and turn.role == last[1].role:
                last = last[0], Turn(turn.role, f"{last[1].text}\n{turn.text}")
                continue
            if last is not None:
                yield last[1]
            last = (event.message, turn) if event.message else None
            if last is None:
                yield turn
    if last is not None:
        yield last[1]


def _said(event: Mapping[str, Any]) -> tuple[tuple[Turn, ...], str | None]:
    """Return the turns of an event, and what to count it as where it has none."""
    if event.get("type") not in ("user", "assistant"):
        return (), OTHER
    if event.get("isSidechain") is True:
        return (), HELPERS
    if identifier(event.get("sessionId")) is None:
        return (), NO_SESSION
    if any(event.get(flag) is True for flag in _FLAGS):
        return (), MACHINE
    message = event.get("message")
    if not isinstance(message, Mapping):
        return (), UNREADABLE
    *results, own = turns_of_message({"role": event["type"], "content": message.get("content")})
    text = _without_wrappers(own.text) if own.role == "user" else own.text
    turns = [turn for turn in (*results, Turn(own.role, text)) if turn.text.strip()]
    return tuple(turns), MACHINE if own.text.strip() and not turns else None


def _remember(columns: dict[str, Any], event: Mapping[str, Any]) -> None:
    """Keep the first time, the program's version and the model; of the folder only whose it is.

    The files name no user. Without one, a person's sessions would count as many people's.
    """
    if event.get("timestamp"):
        columns.setdefault("time", event["timestamp"])
    if home := _HOME.match(_text(event.get("cwd")) or ""):
        columns.setdefault("user", home[1])
    if isinstance(event.get("version"), str):
        columns.setdefault("version", event["version"])
    message = event.get("message")
    model = message.get("model") if isinstance(message, Mapping) else None
    if isinstance(model, str) and not model.startswith("<"):
        columns.setdefault("model", model)


def _without_wrappers(text: str) -> str:
    if _WRAPPED.match(text) or text.strip() in _INTERRUPTED:
        return ""
    return _INSERTED.sub("", text)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=8).digest()
