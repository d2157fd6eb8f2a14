"""Langfuse exports: traces or observations with an input and an output of any shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from anonymuse.adapters.read.exchange import Exchange
from anonymuse.adapters.read.free_form import received_turns, sent_turns
from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable
from anonymuse.adapters.read.log_reader import LogReader
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.names import first_of, same_spelling
from anonymuse.adapters.read.rows import Row
from anonymuse.adapters.read.turns import NO_MESSAGES
from anonymuse.adapters.read.values import identifier
from anonymuse.domain.private.conversation import Dropped, Turn
from anonymuse.ports.reader import ColumnMapping

FORMAT = "langfuse"
OTHER = "observations of something else than a model's call"

SESSIONS = ("session_id",)
TRACES = ("trace_id",)
MARKS = ("session_id", "trace_id", "observations", "project_id", "observation_id")
_KINDS = ("GENERATION", "AGENT", "CHAIN")
_PASSED = frozenset(
    {"input", "output", "observations", "scores", "metadata", "htmlpath", "modelparameters"}
)


def recognise(look: Look, columns: ColumnMapping, *, forced: bool = False) -> LogReader | None:
    """Return a reader if the records have an input, an output and a session or a trace."""
    names = set(look.columns)
    both = first_of(("input",), names) and first_of(("output",), names)
    mark = first_of(MARKS, names)
    if not forced and not (both and mark):
        return None
    shown = f"'input', 'output' and {mark!r}" if both and mark else "what was asked for"
    why = f"{look.container} of traces with {shown}."
    return LogReader([look], parse_row, columns, called=FORMAT, why=why)


def parse_row(row: Row, notes: Counter[str]) -> Iterator[tuple[Exchange | Dropped, str]]:
    """Yield the call that a trace or an observation is, or the calls inside a trace."""
    if not isinstance(row.value, Mapping):
        yield Dropped(NOT_A_RECORD, row.where), row.where
        return
    kind = row.value.get("type")
    if isinstance(kind, str) and _get(row.value, TRACES) and kind.upper() not in _KINDS:
        notes[OTHER] += 1
        return
    try:
        turns = _turns(row.value)
        inner = [] if turns else list(_inner(row.value))
    except Unreadable as bad:
        yield Dropped(bad.reason, row.where), row.where
        return
    if turns or not inner:
        yield (_exchange(row.value, row.value, turns), row.where) if turns else (
            Dropped(NO_MESSAGES, row.where), row.where
        )  # fmt: skip
    for observation, said in inner:
        yield _exchange(row.value, observation, said), row.where


def _turns(value: Mapping[str, Any]) -> tuple[Turn, ...]:
    sent, received = value.get("input"), value.get("output")
    turns = (*sent_turns(sent), *received_turns(received))
    return tuple(turn for turn in turns if turn.text.strip())


def _inner(value: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], tuple[Turn, ...]]]:
    found = value.get("observations")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, Mapping) and str(one.get("type", "")).upper() in _KINDS:
            said = _turns(one)
            if said:
                yield one, said


def _exchange(
    trace: Mapping[str, Any], call: Mapping[str, Any], turns: tuple[Turn, ...]
) -> Exchange:
    columns = {name: value for name, value in trace.items() if same_spelling(name) not in _PASSED}
    metadata = trace.get("metadata")
    for name, value in metadata.items() if isinstance(metadata, Mapping) else ():
        columns.setdefault(f"metadata.{name}", value)
    if call is not trace:
        columns["model"] = call.get("model")
    own = identifier(trace.get("id"))
    taken = {first_of(SESSIONS, columns), first_of(TRACES, columns)}
    return Exchange(
        turns,
        columns,
        taken=frozenset(name for name in taken if name is not None),
        conversation=identifier(_get(trace, SESSIONS)),
        trace=identifier(_get(trace, TRACES)) or own,
    )


def _get(value: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    column = first_of(names, value)
    return None if column is None else value[column]
