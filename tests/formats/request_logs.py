"""Logs of requests with the replies, as gateways write them; all text is invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from anonymuse.adapters.read.request_log import OTHER_CALLS
from anonymuse.adapters.read.threads import REPEATED, SHORTER
from tests.formats.sample import NEVER, Sample, json_lines, writer

U1, A1 = {"role": "user", "content": "Plan a day in Rome."}, "See the Forum."
U2, A2 = {"role": "user", "content": "With children?"}, "See the zoo."


def said(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def call(messages: list[dict[str, Any]], reply: Any, user: str = "u1") -> dict[str, Any]:
    body = {"model": "m", "messages": messages, "tools": [{"name": NEVER}], "user": user}
    headers = {"authorization": NEVER, "cookie": NEVER}
    choice = {"index": 0, "message": said(reply) if isinstance(reply, str) else reply}
    return {
        "timestamp": "2026-03-01T00:00:00Z",
        "request_headers": headers,
        "request": {"method": "POST", "url": "/v1/chat/completions", "headers": headers,
                    "body": body},
        "response": {"status": 200, "body": {"id": "chatcmpl-1", "created": 1_772_323_200,
                                             "choices": [choice]}},
    }  # fmt: skip


def clock(n: int) -> dict[str, str]:
    return {"role": "system", "content": f"It is {n} o'clock."}


OPENAI = [
    call([clock(1), U1], A1),
    call([U1], A1, user="u2"),
    call([clock(2), U1, said(A1), U2], A2),
    call([clock(2), U1, said(A1), U2], A2),
    {**call([U1, said("x")], A1, user="u3"), "response": {"error": {"message": NEVER}}},
    call([{"role": "user", "content": [{"type": "text", "text": "Look:"},
                                       {"type": "image_url", "image_url": {"url": NEVER}}]}],
         {"role": "assistant", "content": None, "tool_calls": [{"function": NEVER}]}, user="u4"),
    {"request": {"url": "/v1/embeddings", "body": {"model": "e", "input": NEVER}},
     "response": {"body": {"object": "list", "data": []}}},
    {"request": {"body": {"model": "m", "messages": []}}, "response": None},
    "{broken",
]  # fmt: skip


def responses(given: Any, number: int, before: int | None, text: str) -> dict[str, Any]:
    request = {"model": "m", "input": given, "instructions": "Be brief.", "store": True}
    if before is not None:
        request["previous_response_id"] = f"resp_{before}"
    output = [
        {"type": "reasoning", "summary": [{"text": NEVER}]},
        {"type": "message", "role": "assistant",
         "content": [{"type": "output_text", "text": text}]},
    ]  # fmt: skip
    return {"user_id": "u1", "time": 1_772_323_200 + number, "request": json.dumps(request),
            "response": json.dumps({"id": f"resp_{number}", "output": output})}  # fmt: skip


RESPONSES = [
    responses("Name a river.", 1, None, "Nile."),
    responses([{"role": "user", "content": [{"type": "input_text", "text": "Longer?"}]}], 2, 1,
              "Amazon."),
    responses([{"type": "function_call_output", "call_id": "c", "output": "7"},
               {"role": "user", "content": "And now?"}], 3, 2, "Seven."),
    responses("Something else.", 4, None, "Yes."),
]  # fmt: skip

ANTHROPIC = [
    {"user_id": "u1", "created_at": "2026-03-01T10:00:00+02:00",
     "request": {"model": "m", "system": [{"type": "text", "text": "Be kind."}], "max_tokens": 9,
                 "messages": [U1]},
     "response": {"id": "msg_1", "type": "message", "role": "assistant",
                  "content": [{"type": "thinking", "thinking": NEVER},
                              {"type": "text", "text": A1},
                              {"type": "tool_use", "name": "map", "input": {"q": NEVER}}]}},
    {"user_id": "u1", "created_at": "2026-03-01T10:01:00+02:00",
     "request": {"model": "m", "system": "Be very kind.", "max_tokens": 9, "messages": [
         U1, {"role": "assistant", "content": [
             {"type": "text", "text": A1}, {"type": "tool_use", "name": "map", "input": {}}]},
         {"role": "user", "content": [{"type": "tool_result", "content": "a map"},
                                      {"type": "text", "text": "With children?"}]}]},
     "response": {"role": "assistant", "content": [{"type": "text", "text": A2}]}},
    {"request": {"contents": [{"role": "user", "parts": [{"text": "Gemini?"}]}]},
     "response": {"candidates": [{"content": {"role": "model", "parts": [{"text": "Here."}]}}]}},
]  # fmt: skip


def _two_days(folder: Path) -> Path:
    days = {"2026-03-01.jsonl": OPENAI[:1], "2026-03-02.jsonl": OPENAI[2:3]}
    for name, records in days.items():
        (folder / name).write_bytes(json_lines(*records))
    return folder


SAMPLES = [
    Sample("Requests: OpenAI chat, growing and repeated", "request-log",
           writer("requests.jsonl", json_lines(*OPENAI)), rows=9, kept=4,
           dropped={"no messages": 1, "broken JSON": 1},
           notes={SHORTER: 1, REPEATED: 1, OTHER_CALLS: 1}),
    Sample("Requests: OpenAI responses that follow each other", "request-log",
           writer("responses.jsonl", json_lines(*RESPONSES)), rows=4, kept=2),
    Sample("Requests: Anthropic messages and Gemini", "request-log",
           writer("messages.jsonl", json_lines(*ANTHROPIC)), rows=3, kept=2, notes={SHORTER: 1}),
    Sample("Requests: a conversation over midnight", "request-log", _two_days, rows=2, kept=1,
           notes={SHORTER: 1}),
]  # fmt: skip
