"""The OpenAI chat format: request bodies out, replies and errors in. Pure functions, no network.

Error bodies may echo the prompt: they are looked at here and never passed on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from anonymuse.adapters.chat.dialect import Dialect, SchemaMode
from anonymuse.adapters.chat.wire_errors import WireError, read_error, retry_after, row_failure
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

__all__ = [
    "Dialect",
    "WireError",
    "next_dialect",
    "only_json",
    "read_error",
    "read_reply",
    "request_body",
    "retry_after",
    "thinks_first",
    "told_schema",
]

_NEXT_MODE: Final[dict[SchemaMode, SchemaMode]] = {
    "strict": "json_schema",
    "json_schema": "json_object",
    "json_object": "plain",
}
_ABOUT_SCHEMA: Final = (
    "response_format",
    "schema",
    "grammar",
    "json_object",
    "structured",
    "guided",
)
_THOUGHTS: Final = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)


def request_body(model: str, request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
    """Return the JSON body of a request in an endpoint's dialect."""
    messages = [{"role": m.role, "content": m.content} for m in request.messages]
    bound = request.max_tokens + dialect.room
    body: dict[str, Any] = {"model": model, "messages": messages, dialect.limit: bound}
    if dialect.temperature:
        body["temperature"] = request.temperature
    if dialect.thinking:
        body["reasoning_effort"] = dialect.thinking
    if request.schema is None:
        return body
    if dialect.mode in ("strict", "json_schema"):
        name = re.sub(r"[^a-zA-Z0-9_-]", "_", request.purpose)[:64] or "answer"
        described: dict[str, Any] = {"name": name, "schema": dict(request.schema)}
        if dialect.mode == "strict":
            described["strict"] = True
        body["response_format"] = {"type": "json_schema", "json_schema": described}
        return body
    if dialect.mode == "json_object":
        body["response_format"] = {"type": "json_object"}
    told = told_schema(request.schema)
    if messages[0]["role"] == "system":
        messages[0] = {"role": "system", "content": f"{messages[0]['content']}\n\n{told}"}
    else:
        messages.insert(0, {"role": "system", "content": told})
    return body


def told_schema(schema: Mapping[str, Any]) -> str:
    """Return the sentence that gives a schema to an endpoint that enforces none."""
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object that fits this schema, nothing else: {text}"


def next_dialect(dialect: Dialect, error: WireError, *, schema: bool) -> Dialect | None:
    """Return what to try after an endpoint rejected a parameter, or None if nothing is left."""
    if error.status not in (400, 422, 501) or row_failure(error) is not None:
        return None
    words = error.parameter.lower() or error.words
    if dialect.limit == "max_tokens" and (
        "max_completion_tokens" in error.words or "max_tokens" in words
    ):
        return replace(dialect, limit="max_completion_tokens")
    if dialect.temperature and "temperature" in words:
        return replace(dialect, temperature=False)
    if dialect.thinking and "reasoning" in words:
        return dialect.with_easier_thinking()
    if schema and dialect.mode != "plain" and any(word in words for word in _ABOUT_SCHEMA):
        return replace(dialect, mode=_NEXT_MODE[dialect.mode])
    return None


def read_reply(body: object, *, schema: bool) -> ChatReply | ChatFailure:
    """Read a completion; anything that is not one is an ``invalid`` failure."""
    choice = _first_choice(body)
    if choice is None:
        return ChatFailure("invalid", "the endpoint sent something that is not a completion")
    message, finish = choice
    usage = _usage(body)
    if finish == "content_filter":
        return ChatFailure("filter", "the endpoint's content filter stopped the answer", **usage)
    if message.get("refusal"):
        return ChatFailure("refusal", "the model refused", **usage)
    content = message.get("content")
    text = _THOUGHTS.sub("", content) if isinstance(content, str) else ""
    if not text.strip():
        return ChatFailure("invalid", "the answer is empty", **usage)
    return ChatReply(
        only_json(text) if schema else text,
        finish="length" if finish == "length" else "stop",
        tokens_cached=_count(_details(body, "prompt_tokens_details").get("cached_tokens")),
        **usage,
    )


def _usage(body: object) -> dict[str, int]:
    usage = body.get("usage") if isinstance(body, Mapping) else None
    usage = usage if isinstance(usage, Mapping) else {}
    return {
        "tokens_in": _count(usage.get("prompt_tokens")),
        "tokens_out": _count(usage.get("completion_tokens")),
    }


def _details(body: object, name: str) -> Mapping[str, Any]:
    usage = body.get("usage") if isinstance(body, Mapping) else None
    details = usage.get(name) if isinstance(usage, Mapping) else None
    return details if isinstance(details, Mapping) else {}


def thinks_first(body: object) -> bool:
    """Return whether a completion was cut while the model was still thinking."""
    choice = _first_choice(body)
    if choice is None or choice[1] != "length":
        return False
    content = choice[0].get("content")
    if isinstance(content, str) and content.lstrip().startswith("<think>"):
        return "</think>" not in content
    thought = _details(body, "completion_tokens_details").get("reasoning_tokens")
    return _count(thought) > 0 or (not content and bool(choice[0].get("reasoning_content")))


def _first_choice(body: object) -> tuple[Mapping[str, Any], object] | None:
    choices = body.get("choices") if isinstance(body, Mapping) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        return None
    message = choices[0].get("message")
    return (message, choices[0].get("finish_reason")) if isinstance(message, Mapping) else None


def _count(tokens: object) -> int:
    return tokens if isinstance(tokens, int) and tokens > 0 else 0


def only_json(text: str) -> str:
    """Return the outermost ``{...}`` of a text, as models without a grammar wrap it in words."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text
