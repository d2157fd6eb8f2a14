"""Logs of requests to a model's API with the replies: OpenAI's two, Anthropic's, Gemini's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from anonymuse.adapters.read.attributes import flat, is_secret
from anonymuse.adapters.read.exchange import Exchange
from anonymuse.adapters.read.free_form import received_turns, sent_turns
from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable, decode
from anonymuse.adapters.read.log_reader import LogReader
from anonymuse.adapters.read.look import Column, Look
from anonymuse.adapters.read.names import CONVERSATION_IDS, TIMES, USERS, first_of
from anonymuse.adapters.read.rows import Row
from anonymuse.adapters.read.turns import NO_MESSAGES
from anonymuse.adapters.read.values import identifier
from anonymuse.domain.private.conversation import Dropped, Turn
from anonymuse.ports.reader import ColumnMapping

FORMAT = "request-log"
OTHER_CALLS = "requests for something else than a reply"

REQUESTS = ("request", "request_body", "req", "request_json", "raw_request", "input_body")
RESPONSES = ("response", "response_body", "resp", "response_json", "raw_response", "output_body")
_BODIES = ("body", "json", "payload", "data")
_SENT = ("messages", "input", "prompt", "contents")
_PLACES = ("method", "url", "path", "endpoint", "custom_id")
_OTHER_PLACES = ("embedding", "moderation", "/images", "/audio", "/files", "/models")
_SAID = ("messages", "input", "prompt", "contents", "system", "instructions", "tools", "headers",
         "tool_choice", "response_format", "text", "functions", "system_instruction")  # fmt: skip
_MOST_COLUMNS = 100


def recognise(look: Look, columns: ColumnMapping, *, forced: bool = False) -> LogReader | None:
    """Return a reader if the records hold a request's body and, mostly, the reply's."""
    if columns.messages is not None or columns.text is not None:
        return None
    names = look.columns
    request = first_of(REQUESTS, names)
    response = first_of(RESPONSES, names)
    body = first_of(("body",), names)
    if request is not None and (_sends(names[request]) or response is not None):
        seen = f"a request in {request!r}" + (f" and its reply in {response!r}" if response else "")
    elif body is not None and _sends(names[body]) and first_of(_PLACES, names):
        seen = f"a request in {body!r}"
    elif response is not None and _replies(names[response]) and first_of(_SENT, names):
        seen = f"a request's {first_of(_SENT, names)!r} and its reply in {response!r}"
    elif forced:
        seen = "what was asked for"
    else:
        return None
    why = f"{look.container} with {seen}."
    return LogReader([look], parse_row, columns, called=FORMAT, why=why)


def _sends(column: Column) -> bool:
    return not column.inside.isdisjoint((*_SENT, *_BODIES))


def _replies(column: Column) -> bool:
    return not column.inside.isdisjoint(("choices", "output", "content", "candidates"))


def parse_row(row: Row, notes: Counter[str]) -> Iterator[tuple[Exchange | Dropped, str]]:
    """Yield the call that a row is; see `ParseRow`."""
    if not isinstance(row.value, Mapping):
        yield Dropped(NOT_A_RECORD, row.where), row.where
        return
    request, response = _bodies(row.value)
    if _of_another_kind(row.value, request, response):
        notes[OTHER_CALLS] += 1
        return
    try:
        turns = (*_sent(request), *_received(response))
    except Unreadable as bad:
        yield Dropped(bad.reason, row.where), row.where
        return
    if not turns:
        yield Dropped(NO_MESSAGES, row.where), row.where
        return
    yield _exchange(row.value, request, response, turns), row.where


def _sent(request: Any) -> Iterator[Turn]:
    for turn in sent_turns(request):
        if turn.text.strip():
            yield turn


def _received(response: Any) -> Iterator[Turn]:
    """Yield the turns of a reply; what an error says is nobody's turn."""
    if isinstance(response, Mapping) and response.get("error"):
        return
    for turn in received_turns(response):
        if turn.text.strip():
            yield turn


def _bodies(row: Mapping[str, Any]) -> tuple[Any, Any]:
    request = _column(row, REQUESTS)
    response = _body(_column(row, RESPONSES))
    if request is None:
        request = _column(row, ("body",))
    request = _body(request)
    if request is None:  # the request's fields stand beside the reply
        request = {key: row[key] for key in (*_SENT, "system", "instructions") if key in row}
    return request, response


def _body(value: Any) -> Any:
    """Return the body inside a record of a request: decoded, and unwrapped where it is wrapped."""
    for _ in range(3):
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            try:
                value = decode(value)
            except Unreadable:
                return value
        if not isinstance(value, Mapping) or not set(value).isdisjoint((*_SENT, "choices")):
            return value
        inner = next(
            (value[key] for key in _BODIES if isinstance(value.get(key), str | Mapping)), None
        )
        if inner is None or "object" in value:
            return value
        value = inner
    return value


def _of_another_kind(row: Mapping[str, Any], request: Any, response: Any) -> bool:
    outer = _column(row, REQUESTS)
    fields = [source for source in (row, outer) if isinstance(source, Mapping)]
    places = [str(source[key]).lower() for source in fields for key in _PLACES if key in source]
    if any(mark in place for place in places for mark in _OTHER_PLACES):
        return True
    if isinstance(request, Mapping) and "embed" in str(request.get("model", "")).lower():
        return True
    return isinstance(response, Mapping) and isinstance(response.get("data"), list)


def _exchange(
    row: Mapping[str, Any], request: Any, response: Any, turns: tuple[Turn, ...]
) -> Exchange:
    sent = request if isinstance(request, Mapping) else {}
    reply = response if isinstance(response, Mapping) else {}
    columns = _columns(row, sent)
    inner = _mapping(sent.get("metadata"))
    if first_of(USERS, columns) is None:
        user = sent.get("user") or sent.get("safety_identifier") or _column(inner, USERS)
        columns["user_id"] = identifier(user)
    if first_of(TIMES, columns) is None:
        columns["created"] = reply.get("created", reply.get("created_at"))
    stated = sent.get("conversation")
    stated = stated.get("id") if isinstance(stated, Mapping) else stated
    conversation = _column(row, CONVERSATION_IDS) or _column(inner, CONVERSATION_IDS) or stated
    answers = reply.get("id") if "output" in reply else None
    column = first_of(CONVERSATION_IDS, columns)
    return Exchange(
        turns,
        columns,
        taken=frozenset() if column is None else frozenset({column}),
        conversation=identifier(conversation),
        answers=identifier(answers),
        follows=identifier(sent.get("previous_response_id")),
    )


def _columns(row: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    bodies = {first_of(names, row) for names in (REQUESTS, RESPONSES, ("body",))}
    rest = {key: one for key, one in row.items() if key not in bodies and key not in _SAID}
    plain = {key: one for key, one in flat(rest).items() if not is_secret(key)}
    columns = dict(list(plain.items())[:_MOST_COLUMNS])
    for key in ("model", "temperature", "stream"):
        if key in sent:
            columns.setdefault(key, sent[key])
    for key, one in _mapping(sent.get("metadata")).items():
        columns.setdefault(f"metadata.{key}", one)
    return columns


def _column(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    column = first_of(names, row)
    return None if column is None else row[column]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
