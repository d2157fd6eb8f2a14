"""Spans of traces: OpenTelemetry's GenAI attributes and OpenInference's, as OTLP or one per row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from anonymuse.adapters.read.attributes import flat, is_secret, numbered, plain_attributes
from anonymuse.adapters.read.exchange import Exchange
from anonymuse.adapters.read.free_form import received_turns, sent_turns
from anonymuse.adapters.read.json_values import NOT_A_RECORD, Unreadable, decode
from anonymuse.adapters.read.log_reader import LogReader
from anonymuse.adapters.read.look import Look
from anonymuse.adapters.read.rows import Row
from anonymuse.adapters.read.values import identifier
from anonymuse.domain.private.conversation import Dropped, Turn
from anonymuse.ports.reader import ColumnMapping

OTEL, OPENINFERENCE = "otel", "openinference"
OTHER_SPANS = "spans of something else than a model's call"
WITHOUT_TEXT = "model call without its messages"

_PACKS = {
    "resourceSpans": (("scopeSpans", "instrumentationLibrarySpans"), "spans"),
    "resource_spans": (("scope_spans", "instrumentation_library_spans"), "spans"),
    "resourceLogs": (("scopeLogs",), "logRecords"),
    "resource_logs": (("scope_logs",), "log_records"),
}
_CALLS = ("gen_ai.", "llm.", "input.value", "output.value", "openinference.")
_SAID = (
    "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions",
    "gen_ai.prompt", "gen_ai.completion", "gen_ai.tool.", "llm.input_messages",
    "llm.output_messages", "llm.prompts", "llm.completions", "llm.tools",
    "llm.request.functions", "llm.invocation_parameters", "llm.prompt_template",
    "llm.function_call", "input.value",
    "output.value", "input.mime_type", "output.mime_type", "events", "links", "embedding.",
    "retrieval.", "reranker.", "document.", "tool.",
)  # fmt: skip
"""beginnings of attributes that hold what was said: none of them becomes metadata"""
_CONVERSATIONS = ("gen_ai.conversation.id", "session.id", "gen_ai.thread.id", "thread.id")
_TRACES = ("traceId", "trace_id", "context.trace_id")
_OTHER_KINDS = ("EMBEDDING", "EMBEDDINGS", "RETRIEVER", "RETRIEVAL", "RERANKER", "TOOL",
                "EXECUTE_TOOL", "CREATE_AGENT", "GUARDRAIL", "EVALUATOR")  # fmt: skip
_KINDS = ("openinference.span.kind", "gen_ai.operation.name", "span_kind")
_EVENT_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
    "gen_ai.choice": "assistant",
}


def recognise_otel(look: Look, columns: ColumnMapping, *, forced: bool = False) -> LogReader | None:
    """Return a reader if the file holds OTLP, or spans with ``gen_ai.`` attributes."""
    pack = next((name for name in _PACKS if name in look.columns), None)
    if pack is not None:
        return _reader(look, columns, OTEL, f"{look.container} of OTLP with {pack!r}.")
    return _by_attribute(look, columns, OTEL, "gen_ai", forced=forced)


def recognise_openinference(
    look: Look, columns: ColumnMapping, *, forced: bool = False
) -> LogReader | None:
    """Return a reader if the file holds spans with OpenInference's attributes."""
    for start in ("llm.input_messages", "llm", "openinference", "input.value"):
        found = _by_attribute(look, columns, OPENINFERENCE, start, forced=False)
        if found is not None:
            return found
    return _by_attribute(look, columns, OPENINFERENCE, "", forced=True) if forced else None


def _by_attribute(
    look: Look, columns: ColumnMapping, called: str, start: str, *, forced: bool
) -> LogReader | None:
    nested = look.columns.get("attributes")
    names = [name.removeprefix("attributes.") for name in look.columns if "." in name]
    names += sorted(nested.inside) if nested is not None else []
    seen = next((name for name in names if name == start or name.startswith(f"{start}.")), None)
    if seen is None and not forced:
        return None
    shown = f" with the attribute {seen!r}" if seen else ", as asked for"
    return _reader(look, columns, called, f"{look.container} of spans{shown}.")


def _reader(look: Look, columns: ColumnMapping, called: str, why: str) -> LogReader:
    return LogReader([look], parse_row, columns, called=called, why=why)


def parse_row(row: Row, notes: Counter[str]) -> Iterator[tuple[Exchange | Dropped, str]]:
    """Yield the model calls in a row: a span, or a pack of OTLP with many; see `ParseRow`."""
    if not isinstance(row.value, Mapping):
        yield Dropped(NOT_A_RECORD, row.where), row.where
        return
    for number, span in enumerate(_spans(row.value), start=1):
        where = row.where if number == 1 else f"{row.where}, span {number}"
        if not any(name.startswith(_CALLS) for name in span) or _kind(span) in _OTHER_KINDS:
            notes[OTHER_SPANS] += 1
            continue
        try:
            call = _exchange(span)
        except Unreadable as bad:
            yield Dropped(bad.reason, where), where
            continue
        if call is None:
            yield Dropped(WITHOUT_TEXT, where), where
        else:
            yield call, where


def _spans(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each span flat: its own fields and its attributes side by side."""
    pack = next((name for name in _PACKS if name in value), None)
    if pack is None:
        yield _span(value, {})
        return
    scopes, leaves = _PACKS[pack]
    for resource in _listed(value[pack]):
        common = plain_attributes(_inner(resource.get("resource")).get("attributes"))
        for name in scopes:
            for scope in _listed(resource.get(name)):
                for span in _listed(scope.get(leaves)):
                    yield _span(span, common)


def _span(value: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    own = value.get("attributes")
    if isinstance(own, str):
        own = _inner(_json(own))
    rest = {key: one for key, one in value.items() if key not in ("attributes", "resource")}
    span = flat(plain_attributes(own))
    for name, one in flat(rest).items():
        span.setdefault(name.removeprefix("attributes."), one)
    for name, one in common.items():
        span.setdefault(name, one)
    return span


def _exchange(span: Mapping[str, Any]) -> Exchange | None:
    ways = (tuple(turn for turn in way(span) if turn.text.strip()) for way in _WAYS)
    turns = next(filter(None, ways), None)
    if turns is None:
        return None
    columns = {
        name: one
        for name, one in span.items()
        if not name.startswith(_SAID) and not is_secret(name)
    }
    return Exchange(
        turns,
        columns,
        taken=frozenset(name for name in (*_CONVERSATIONS, *_TRACES) if name in columns),
        conversation=identifier(_first(span, _CONVERSATIONS)),
        trace=identifier(_first(span, _TRACES)),
    )


def _kind(span: Mapping[str, Any]) -> str:
    return str(_first(span, _KINDS) or "").upper()


def _by_messages(span: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield the turns of today's attributes: JSON, or the structure itself."""
    said = [span.get(f"gen_ai.{name}.messages") for name in ("input", "output")]
    if all(one is None for one in said):
        return
    system = _json(span.get("gen_ai.system_instructions"))
    if system:
        yield from sent_turns([{"role": "system", "content": system}])
    yield from sent_turns(_with_results(_json(said[0])))
    yield from received_turns(_with_results(_json(said[1])))


def _by_number(span: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield the turns of the older ``gen_ai.prompt.0.content``."""
    for start, role in (("gen_ai.prompt", "user"), ("gen_ai.completion", "assistant")):
        for item in numbered(span, start):
            content = _json(item.get("content"))
            has_calls = any(name.startswith("tool_calls") for name in item)
            yield from sent_turns(
                [{"role": item.get("role", role), "content": content, "tool_calls": has_calls}]
            )
    for start, read in (("gen_ai.prompt", sent_turns), ("gen_ai.completion", received_turns)):
        if isinstance(span.get(start), str):
            yield from read(span[start])


def _by_events(span: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield the turns of a span's events, one message each."""
    for event in _listed(_json(span.get("events"))):
        name = str(event.get("name", event.get("event_name", "")))
        own = plain_attributes(_json(event.get("attributes")))
        if name == "gen_ai.client.inference.operation.details":
            yield from _by_messages(flat(own))
        elif name.startswith("gen_ai.content."):
            yield from sent_turns(own.get("gen_ai.prompt"))
            yield from received_turns(own.get("gen_ai.completion"))
        elif name in _EVENT_ROLES:
            yield from _of_event(own, _EVENT_ROLES[name])


def _of_event(own: Mapping[str, Any], role: str) -> Iterator[Turn]:
    body = _json(own.get("gen_ai.event.content", own.get("message", own.get("body"))))
    body = body.get("message", body) if isinstance(body, Mapping) else body
    if body is None:
        body = own
    if isinstance(body, Mapping):
        body = {"content": body.get("content"), "tool_calls": body.get("tool_calls")}
        yield from sent_turns([{"role": role, **body}])
    else:
        yield from sent_turns([{"role": role, "content": body}])


def _by_openinference(span: Mapping[str, Any]) -> Iterator[Turn]:
    """Yield the turns of ``llm.input_messages.0.message.content``, in columns or lists.

    A side without messages may have a value of any shape: ``input.value``, ``output.value``.
    """
    sent = list(_numbered_messages(span, "llm.input_messages", "user"))
    received = list(_numbered_messages(span, "llm.output_messages", "assistant"))
    yield from sent or sent_turns(span.get("input.value"))
    yield from received or received_turns(span.get("output.value"))


def _numbered_messages(span: Mapping[str, Any], side: str, role: str) -> Iterator[Turn]:
    for item in numbered({**span, side: _json(span.get(side))}, side):
        message = {key.removeprefix("message."): one for key, one in item.items()}
        parts = [
            {"type": part.get("message_content.type"), "text": part.get("message_content.text")}
            for part in numbered(message, "contents")
        ]
        content = message.get("content")
        plain = {
            "role": message.get("role") or role,
            "content": parts if content in (None, "") else content,
            "tool_calls": any(name.startswith("tool_calls") for name in message),
        }
        yield from sent_turns([plain])


_WAYS: tuple[Callable[[Mapping[str, Any]], Iterator[Turn]], ...] = (
    _by_messages, _by_number, _by_events, _by_openinference,
)  # fmt: skip


def _with_results(value: Any) -> Any:
    """Write a tool's answer, a part of its own kind here, as text."""
    if not isinstance(value, list):
        return value
    return [_with_result(one) if isinstance(one, Mapping) else one for one in value]


def _with_result(message: Mapping[str, Any]) -> Mapping[str, Any]:
    parts = message.get("parts")
    if not isinstance(parts, list):
        return message
    results = ("tool_call_response", "server_tool_call_response")
    plain = [
        {"type": "tool_result", "content": part.get("response", part.get("result"))}
        if isinstance(part, Mapping) and part.get("type") in results
        else part
        for part in parts
    ]
    return {**message, "parts": plain}


def _json(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return decode(value)
        except Unreadable:
            return value
    return value


def _first(span: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((span[name] for name in names if span.get(name) not in (None, "")), None)


def _inner(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
