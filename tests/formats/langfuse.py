"""Langfuse: traces and observations as its exports write them; all text is invented."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from anonymuse.adapters.read.langfuse import OTHER
from anonymuse.adapters.read.threads import SHORTER, STEPS
from tests.formats.sample import NEVER, Sample, json_lines, writer


def trace(number: int, sent: Any, received: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": f"trace-{number}", "projectId": "p", "name": "chat",
        "timestamp": f"2026-02-01T10:{number:02d}:00.000Z", "sessionId": None,
        "userId": f"user-{number}", "input": sent,
        "output": received, "tags": ["a"], "scores": [], "htmlPath": f"/{NEVER}",
        "metadata": {"plan": "free", "resourceAttributes": {"x": NEVER}}, **more,
    }  # fmt: skip


SOUP = [{"role": "user", "content": "How do I cook soup?"}]
LONGER = [*SOUP, {"role": "assistant", "content": "Slowly."}, {"role": "user", "content": "Why?"}]
TRACES = [
    trace(1, "What is tea?", "A drink.", sessionId="s1", userId="ann"),
    trace(2, {"messages": [{"role": "user", "content": "And coffee?"}]},
          {"role": "assistant", "content": "One too."}, sessionId="s1", userId="ann"),
    trace(3, {"messages": SOUP, "tools": NEVER}, "Slowly.", sessionId="s2"),
    trace(4, json.dumps(LONGER), {"choices": [{"message": {"role": "assistant",
          "content": [{"type": "thinking", "thinking": NEVER},
                      {"type": "text", "text": "For taste."}]}}]}, sessionId="s2"),
    trace(5, "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHello<|im_end|>", "Hi."),
    trace(6, {"args": [], "kwargs": {"question": "Is it late?", "k": 3}}, {"answer": "No."}),
    trace(7, None, None, observations=[
        {"id": "o", "type": "GENERATION", "input": SOUP, "output": "Boil it.", "model": "m"},
        {"id": "o2", "type": "SPAN", "input": NEVER, "output": NEVER},
    ]),
    trace(8, None, None),
    trace(9, {"messages": [{"role": "alien", "content": "x"}]}, None),
    trace(10, [{"type": "human", "data": {"content": "LangChain?"}}],
          {"generations": NEVER, "content": "Yes."}),
]  # fmt: skip

OBSERVATIONS = [
    {"id": "1", "traceId": "t", "type": "GENERATION", "startTime": "2026-02-01T10:00:00Z",
     "input": SOUP, "output": {"role": "assistant", "content": "Slowly."}, "model": "m"},
    {"id": "2", "traceId": "t", "type": "GENERATION", "startTime": "2026-02-01T10:00:05Z",
     "input": [{"role": "user", "content": "Shorten this."}], "output": None, "model": "m"},
    {"id": "3", "traceId": "t", "type": "SPAN", "input": NEVER, "output": NEVER},
]  # fmt: skip


def _csv() -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["id", "timestamp", "sessionId", "userId", "input", "output"])
    table.writerow(["1", "2026-02-01 10:00:00", "", "ann", json.dumps({"messages": SOUP}), '"A."'])
    table.writerow(["2", "", "s", "", "plain\nin two lines", json.dumps({"content": "B."})])
    table.writerow(["3", "", "", "ben", "", ""])
    return "\ufeff".encode() + text.getvalue().encode()


SAMPLES = [
    Sample("Langfuse: traces with inputs of every shape", "langfuse",
           writer("traces.jsonl", json_lines(*TRACES)), rows=10, kept=6,
           dropped={"no messages": 1, "unknown role": 1},
           notes={SHORTER: 1, "nested column 'tags' left out": 8,
                  "nested column 'metadata.resourceAttributes' left out": 8}),
    Sample("Langfuse: observations", "langfuse", writer("o.jsonl", json_lines(*OBSERVATIONS)),
           rows=3, kept=1, notes={OTHER: 1, STEPS: 1}),
    Sample("Langfuse: a CSV from its table", "langfuse", writer("traces.csv", _csv()),
           rows=3, kept=2, dropped={"no messages": 1},
           notes={"times without a zone, taken as UTC": 1}),
]  # fmt: skip
