"""Anthropic's Messages format: request bodies out, replies in. Pure functions, no network.

No prompt of ours is prefilled: newer models reject a last message that is the assistant's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from anonymuse.adapters.chat.dialect import Dialect
from anonymuse.adapters.chat.wire import only_json, told_schema
from anonymuse.adapters.chat.wire_errors import WireError, row_failure
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

_KEPT: Final = (
    "type", "properties", "required", "items", "enum", "const", "anyOf", "description",
)  # fmt: skip
"""What structured outputs understand of a JSON schema, beside `additionalProperties`."""

_LONGEST_RANGE: Final = 25
"""Bounds of integers are not understood: no more values than these are listed instead."""

_ABOUT_SCHEMA: Final = ("output_config.format", "output_format", "json_schema", "schema")


def message_body(model: str, request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
    """Return the JSON body of a request in a model's dialect."""
    system = [m.content for m in request.messages if m.role == "system"]
    said = [{"role": m.role, "content": m.content} for m in request.messages if m.role != "system"]
    bound = request.max_tokens + dialect.room
    body: dict[str, Any] = {"model": model, "max_tokens": bound, "messages": said}
    config: dict[str, Any] = {}
    if dialect.thinking == "low":
        config["effort"] = "low"
    elif dialect.thinking:
        body["thinking"] = {"type": dialect.thinking}
    if dialect.temperature:
        body["temperature"] = min(1.0, request.temperature)
    if request.schema is not None:
        if dialect.mode == "plain":
            system.append(told_schema(request.schema))
        else:
            config["format"] = {"type": "json_schema", "schema": common_subset(request.schema)}
    if config:
        body["output_config"] = config
    if system:
        body["system"] = "\n\n".join(system)
    return body


def common_subset(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema without what structured outputs reject; the caller checks the rest."""
    kept: dict[str, Any] = {name: schema[name] for name in _KEPT if name in schema}
    if schema.get("type") == "integer" and "enum" not in schema:
        low, high = schema.get("minimum"), schema.get("maximum")
        if isinstance(low, int) and isinstance(high, int) and 0 <= high - low < _LONGEST_RANGE:
            kept["enum"] = list(range(low, high + 1))
    if "properties" in kept:
        kept["properties"] = {k: common_subset(v) for k, v in kept["properties"].items()}
        kept["additionalProperties"] = False
    if "items" in kept:
        kept["items"] = common_subset(kept["items"])
    if "anyOf" in kept:
        kept["anyOf"] = [common_subset(one) for one in kept["anyOf"]]
    return kept


def next_message_dialect(dialect: Dialect, error: WireError, *, schema: bool) -> Dialect | None:
    """Return what to try after a model rejected a parameter, or None if nothing is left."""
    if error.status not in (400, 422) or row_failure(error) is not None:
        return None
    words = error.message
    if dialect.temperature and "temperature" in words:
        return replace(dialect, temperature=False)
    # Before the schema: what is said about thinking recommends another part of `output_config`.
    if dialect.thinking and ("thinking" in words or "effort" in words):
        return dialect.with_easier_thinking()
    if schema and dialect.mode != "plain" and any(word in words for word in _ABOUT_SCHEMA):
        return replace(dialect, mode="plain")
    return None


def read_message(body: object, *, schema: bool) -> ChatReply | ChatFailure:
    """Read a message; anything that is not one is an ``invalid`` failure."""
    content = body.get("content") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(content, list):
        return ChatFailure("invalid", "the endpoint sent something that is not a message")
    stop, usage = body.get("stop_reason"), _usage(body)
    if stop == "refusal":
        return ChatFailure("refusal", "the model refused", **usage)
    if stop == "model_context_window_exceeded":
        return ChatFailure("context", "the request and its answer are too long", **usage)
    text = "".join(_text(block) for block in content)
    if not text.strip():
        return ChatFailure("invalid", "the answer is empty", **usage)
    return ChatReply(
        only_json(text) if schema else text,
        finish="length" if stop == "max_tokens" else "stop",
        tokens_cached=_tokens(body, "cache_read_input_tokens"),
        **usage,
    )


def _usage(body: Mapping[str, Any]) -> dict[str, int]:
    """Return all tokens of the prompt, which are counted in three parts, and of the answer."""
    parts = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return {
        "tokens_in": sum(_tokens(body, part) for part in parts),
        "tokens_out": _tokens(body, "output_tokens"),
    }


def _tokens(body: Mapping[str, Any], name: str) -> int:
    usage = body.get("usage")
    tokens = usage.get(name) if isinstance(usage, Mapping) else None
    return tokens if isinstance(tokens, int) and tokens > 0 else 0


def message_thinks_first(body: object) -> bool:
    """Return whether a message was cut while the model was still thinking."""
    if not isinstance(body, Mapping) or body.get("stop_reason") != "max_tokens":
        return False
    content = body.get("content")
    blocks = content if isinstance(content, list) else []
    kinds = {block.get("type") for block in blocks if isinstance(block, Mapping)}
    return bool(kinds & {"thinking", "redacted_thinking"})


def _text(block: object) -> str:
    if isinstance(block, Mapping) and block.get("type") == "text":
        text = block.get("text")
        return text if isinstance(text, str) else ""
    return ""
