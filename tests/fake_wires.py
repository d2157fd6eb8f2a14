"""What the fake server says, in two formats: answers, and errors that echo the prompt.

The words of the errors are those of the real endpoints, as their documentation and their clients'
issues quote them, with the prompt added: a client may look at an error, but never show it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from anonymuse.adapters.chat.scripted import fill_schema

Wire = Literal["openai", "anthropic"]
Body = Mapping[str, Any]

FAULTS = (
    "429", "500", "503", "529", "400", "401", "404", "quota", "context", "filter", "refusal",
    "schema", "temperature", "limit", "thinking", "junk", "html", "prose", "length", "hang",
    "drop", "empty",
)  # fmt: skip

_OPENAI: dict[str, tuple[int, dict[str, str]]] = {
    "429": (429, {"code": "rate_limit_exceeded"}),
    "500": (500, {"code": "server_error"}),
    "503": (503, {"code": "overloaded"}),
    "529": (529, {"code": "overloaded"}),
    "400": (400, {"code": "bad_request"}),
    "401": (401, {"code": "invalid_api_key"}),
    "404": (404, {"code": "model_not_found"}),
    "quota": (429, {"code": "insufficient_quota"}),
    "context": (400, {"code": "context_length_exceeded"}),
    "filter": (400, {"code": "content_filter"}),
    "schema": (400, {"code": "unsupported_value", "param": "response_format"}),
    "temperature": (400, {"code": "unsupported_value", "param": "temperature"}),
    "limit": (
        400,
        {
            "code": "unsupported_parameter",
            "param": "max_tokens",
            "message": "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
        },
    ),
    "thinking": (400, {"code": "unsupported_value", "param": "reasoning_effort"}),
}
_ANTHROPIC: dict[str, tuple[int, str, str]] = {
    "429": (429, "rate_limit_error", "This request would exceed your rate limit."),
    "500": (500, "api_error", "Internal server error"),
    "503": (503, "api_error", "Service unavailable"),
    "529": (529, "overloaded_error", "Overloaded"),
    "400": (400, "invalid_request_error", "messages: text content blocks must be non-empty"),
    "401": (401, "authentication_error", "invalid x-api-key"),
    "404": (404, "not_found_error", "model: fake"),
    "quota": (400, "invalid_request_error", "Your credit balance is too low"),
    "context": (400, "invalid_request_error", "prompt is too long: 204800 tokens > 200000"),
    "filter": (400, "invalid_request_error", "Output blocked by content filtering policy"),
    "schema": (400, "invalid_request_error", "output_config.format: Extra inputs not permitted"),
    "temperature": (400, "invalid_request_error", "`temperature` is deprecated for this model."),
    "limit": (400, "invalid_request_error", "max_tokens: 300 > 256, the maximum for this model"),
    "thinking": (
        400,
        "invalid_request_error",
        '"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive"',
    ),
}


def digest(*values: object) -> str:
    """Return a short hash of JSON values."""
    return hashlib.blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=12).hexdigest()


def prompt_hash(body: Body) -> str:
    """Return what makes two requests the same request."""
    asked = [body.get(name) for name in ("messages", "system", "response_format", "output_config")]
    return digest(*asked, body.get("temperature"))


def question(body: Body) -> str:
    """Return what is asked about: the last message, the same at every attempt."""
    return str(body["messages"][-1]["content"])


def answer_text(body: Body) -> str:
    """Answer as `ScriptedChat` does: the smallest JSON that fits, drawn from the prompt's hash."""
    format_ = body.get("response_format") or {}
    schema = format_.get("json_schema", {}).get("schema")
    if schema is None:
        schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    if schema is None and "JSON" in json.dumps([body.get("messages"), body.get("system")]):
        schema = {"properties": {"answer": {"type": "string"}}}
    return fill_schema(_with_length(schema, question(body)), prompt_hash(body))


def _with_length(schema: Any, asked: str) -> Any:
    """Return a schema whose votes have the length the prompt names: not every wire tells it."""
    told = re.search(r"a list of (\d+) values", asked)
    votes = ((schema or {}).get("properties") or {}).get("votes")
    if told is None or votes is None:
        return schema
    return schema | {"properties": {"votes": votes | {"minItems": int(told[1])}}}


def reply(
    wire: Wire, fault: str | None, body: Body, *, thinks: bool = False
) -> tuple[int, str, str]:
    """Return status, content type and text of what the server says to a request."""
    if fault == "junk":
        return 200, "application/json", '{"choices": ['
    if fault == "html":
        return 200, "text/html", "<html>It works!</html>"
    error = _error(wire, fault, body)
    if error is not None:
        return error[0], "application/json", json.dumps(error[1])
    made = (_completion if wire == "openai" else _message)(fault, body, answer_text(body))
    if thinks and wire == "openai":
        made["usage"]["completion_tokens_details"] = {"reasoning_tokens": 250}
    elif thinks:
        made["content"].insert(0, {"type": "thinking", "thinking": "", "signature": "s"})
    return 200, "application/json", json.dumps(made)


def _error(wire: Wire, fault: str | None, body: Body) -> tuple[int, dict[str, Any]] | None:
    echo = question(body)
    if wire == "openai" and fault in _OPENAI:
        status, said = _OPENAI[fault]
        return status, {"error": {**said, "message": f"{said.get('message', 'no')}: {echo}"}}
    if wire == "anthropic" and fault in _ANTHROPIC:
        status, kind, message = _ANTHROPIC[fault]
        inner = {"type": kind, "message": f"{message}: {echo}"}
        return status, {"type": "error", "error": inner, "request_id": "req_fake"}
    return None


def _said(fault: str | None, text: str) -> str:
    if fault == "prose":
        return "I would rather talk about the weather."
    if fault == "length":
        return text[: len(text) // 2]
    return "" if fault == "empty" else text


def _words(*texts: object) -> int:
    return sum(len(str(text).split()) for text in texts)


def _completion(fault: str | None, body: Body, text: str) -> dict[str, Any]:
    words = _words(*(message["content"] for message in body["messages"]))
    message: dict[str, Any] = {"role": "assistant", "content": _said(fault, text)}
    if fault == "refusal":
        message = {"role": "assistant", "content": None, "refusal": "I will not."}
    finish = "length" if fault == "length" else "stop"
    return {
        "id": "fake",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": words,
            "completion_tokens": _words(text),
            "total_tokens": words + _words(text),
        },
    }


def _message(fault: str | None, body: Body, text: str) -> dict[str, Any]:
    words = _words(body.get("system", ""), *(m["content"] for m in body["messages"]))
    content: list[dict[str, Any]] = [{"type": "text", "text": _said(fault, text)}]
    stop = {"refusal": "refusal", "length": "max_tokens"}.get(fault or "", "end_turn")
    return {
        "id": "msg_fake",
        "type": "message",
        "role": "assistant",
        "model": body.get("model"),
        "content": [] if fault == "refusal" else content,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {
            "input_tokens": words,
            "cache_read_input_tokens": 3,
            "cache_creation_input_tokens": 2,
            "output_tokens": _words(text),
        },
    }
