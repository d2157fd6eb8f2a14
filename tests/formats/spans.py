"""Traces: OpenTelemetry's GenAI spans and OpenInference's, as collectors and Phoenix write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from anonymuse.adapters.read.spans import OTHER_SPANS, WITHOUT_TEXT
from anonymuse.adapters.read.threads import SHORTER, STEPS
from tests.formats.sample import NEVER, Sample, json_lines, writer

NANO = 10**9
START = 1_760_000_000


def otlp(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Return attributes as OTLP's JSON has them."""
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": otlp(value)}}
    return {"stringValue": value}


def said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def genai(sent: Any, received: Any, **more: Any) -> dict[str, Any]:
    names = {name.replace("__", "."): value for name, value in more.items()}
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "model-1",
        "gen_ai.input.messages": sent,
        "gen_ai.output.messages": received,
        "gen_ai.tool.definitions": NEVER,
        "http.request.header.authorization": NEVER,
        **names,
    }


def span(trace: str, seconds: int, attributes: Any, **more: Any) -> dict[str, Any]:
    start = str((START + seconds) * NANO)
    return {"traceId": trace, "spanId": "5a", "name": "chat", "startTimeUnixNano": start,
            "attributes": attributes, **more}  # fmt: skip


def pack(*spans: dict[str, Any]) -> dict[str, Any]:
    service = {"attributes": otlp({"service.name": "helper"})}
    return {"resourceSpans": [{"resource": service, "scopeSpans": [{"spans": list(spans)}]}]}


HI = [said("user", "Which bread is easy?")]
BREAD = [said("assistant", "Soda bread.")]
MORE = [*HI, *BREAD, said("user", "And without milk?")]
ANSWER = [
    {
        "role": "assistant",
        "parts": [
            {"type": "reasoning", "content": NEVER},
            {"type": "text", "content": "Use water and vinegar."},
        ],
        "finish_reason": "stop",
    }
]
TOOLS = [
    said("user", "What is the weather?"),
    {"role": "assistant", "parts": [{"type": "tool_call", "id": "1", "name": "w"}]},
    {"role": "tool", "parts": [{"type": "tool_call_response", "id": "1", "response": "rain"}]},
]

OTLP = [
    pack(
        span("t1", 0, otlp(genai(json.dumps(HI), json.dumps(BREAD), session__id="c1"))),
        span("t1", 1, otlp({"http.method": "GET"})),
        span("t2", 60, otlp(genai(json.dumps(MORE), json.dumps(ANSWER), session__id="c1"))),
    ),
    pack(
        span("t3", 90, otlp(genai(TOOLS, ANSWER, enduser__id="u7"))),
        span("t3", 91, otlp(genai(TOOLS[:1], [], enduser__id="u8"))),
        span("t4", 95, otlp({"gen_ai.operation.name": "chat", "gen_ai.request.model": "m"})),
        span("t5", 99, otlp(genai("plain question", "plain answer"))),
        span("t6", 99, otlp(genai("[broken", json.dumps([{"role": "alien", "content": "x"}])))),
    ),
]

OLDER = [
    span("a", 0, {
        "gen_ai.prompt.0.role": "system", "gen_ai.prompt.0.content": "Be brief.",
        "gen_ai.prompt.1.role": "user", "gen_ai.prompt.1.content": "Name a tree.",
        "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": "Oak.",
        "llm.request.functions.0.name": NEVER,
    }),
    span("b", 1, {"gen_ai.system": "x"}, events=[
        {"name": "gen_ai.user.message", "attributes": {"content": "Name a bird."}},
        {"name": "gen_ai.choice", "attributes": {
            "message": json.dumps({"role": "assistant", "content": "Wren."})}},
        {"name": "exception", "attributes": {"content": NEVER}},
    ]),
    span("c", 2, {"gen_ai.system": "x"}, events=[
        {"name": "gen_ai.content.prompt", "attributes": {
            "gen_ai.prompt": json.dumps([{"role": "user", "content": "Name a fish."}])}},
        {"name": "gen_ai.content.completion", "attributes": {"gen_ai.completion": "Carp."}},
    ]),
]  # fmt: skip


def _numbered(side: str, *messages: tuple[str, str]) -> dict[str, str]:
    return {
        f"llm.{side}_messages.{n}.message.{key}": value
        for n, message in enumerate(messages)
        for key, value in zip(("role", "content"), message, strict=True)
    }


PHOENIX = [
    {"context": {"trace_id": "a", "span_id": "1"}, "start_time": "2026-01-02T03:04:05+01:00",
     "attributes": {
         "openinference.span.kind": "LLM", "session.id": "s1", "user.id": "ann",
         **_numbered("input", ("user", "What is rain?")),
         **_numbered("output", ("assistant", "Water.")),
     }},
    {"context": {"trace_id": "b", "span_id": "2"}, "start_time": "2026-01-02T03:05:05",
     "attributes": {
         "openinference": {"span": {"kind": "LLM"}}, "session": {"id": "s1"},
         "llm": {"tools": NEVER, "input_messages": [{"message": {
             "role": "user",
             "contents": [
                 {"message_content": {"type": "text", "text": "And snow?"}},
                 {"message_content": {"type": "image", "image": NEVER}},
             ]}}]},
         "output": {"value": json.dumps({"choices": [{"message": {
             "role": "assistant", "content": "Ice."}}]})},
     }},
    {"context": {"trace_id": "c"}, "attributes": {
        "openinference.span.kind": "CHAIN", "input.value": "Hello?", "output.value": "Hi."}},
    {"context": {"trace_id": "c"}, "attributes": {
        "openinference.span.kind": "RETRIEVER", "input.value": NEVER}},
    {"context": {"trace_id": "d"}, "attributes": {"openinference.span.kind": "LLM"}},
]  # fmt: skip

_MESSAGE = pa.list_(pa.struct([("message.role", pa.string()), ("message.content", pa.string())]))
TABLE = pa.schema(
    [
        ("context.trace_id", pa.string()),
        ("span_kind", pa.string()),
        ("start_time", pa.timestamp("ns", tz="America/New_York")),
        ("attributes.llm.input_messages", _MESSAGE),
        ("attributes.llm.output_messages", _MESSAGE),
        ("attributes.user.id", pa.string()),
        ("attributes.llm.token_count.prompt", pa.float64()),
    ]
)


def _table(folder: Path) -> Path:
    def message(role: str, text: str | None) -> list[dict[str, Any]]:
        return [{"message.role": role, "message.content": text}]

    rows = [
        ("a", "LLM", START * NANO, message("user", "Hi"), message("assistant", "Yes?"), "u1", 3.0),
        ("b", "LLM", None, message("user", "Ho"), None, None, None),
        ("c", "LLM", None, message("user", None), None, "u1", None),
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(columns, schema=TABLE), folder / "spans.parquet")
    return folder / "spans.parquet"


def _daily(folder: Path) -> Path:
    first = span("t1", 0, otlp(genai(json.dumps(HI), json.dumps(BREAD), user__id="ann")))
    second = span("t2", 9, otlp(genai(json.dumps(MORE), json.dumps(ANSWER), user__id="ann")))
    for day, one in (("day-1.jsonl", first), ("day-2.jsonl", second)):
        (folder / day).write_bytes(json_lines(pack(one)))
    return folder


_write: Callable[[str, list[Any]], Callable[[Path], Path]] = lambda name, records: writer(  # noqa: E731
    name, json_lines(*records)
)

SAMPLES = [
    Sample(
        "OpenTelemetry: OTLP, growing messages, tools, spans without text", "otel",
        _write("otlp.jsonl", OTLP), rows=8, kept=3,
        dropped={WITHOUT_TEXT: 1, "unknown role": 1},
        notes={SHORTER: 1, OTHER_SPANS: 1, STEPS: 1},
    ),
    Sample("OpenTelemetry: a conversation in two files", "otel", _daily, rows=2, kept=1,
           notes={SHORTER: 1}),
    Sample("OpenTelemetry: numbered attributes, messages as events", "otel",
           _write("spans.jsonl", OLDER), rows=3, kept=3),
    Sample(
        "OpenInference: flat, nested, values only", "openinference",
        _write("phoenix.jsonl", PHOENIX), rows=5, kept=2, dropped={WITHOUT_TEXT: 1},
        notes={OTHER_SPANS: 1, "times without a zone, taken as UTC": 1},
    ),
    Sample("OpenInference: a table from Phoenix", "openinference", _table, rows=3, kept=2,
           dropped={WITHOUT_TEXT: 1}),
]  # fmt: skip
