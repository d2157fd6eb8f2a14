"""The OpenAI chat format: request bodies out, replies and errors in. Pure functions, no network.

Error bodies may echo the prompt: they are looked at here and never passed on.
"""

from __future__ import annotations

import email.utils
import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

SchemaMode = Literal["strict", "json_schema", "json_object", "plain"]

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
_ABOUT_CONTEXT: Final = (
    "context_length", "exceed_context", "context length", "context size", "context window",
    "prompt is too long", "too many tokens",
)  # fmt: skip
_ABOUT_FILTER: Final = ("content_filter", "content_policy", "flagged", "moderation")
_ABOUT_QUOTA: Final = ("insufficient_quota", "billing", "credit balance", "quota exceeded")
_THOUGHTS: Final = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an endpoint accepts, learnt from what it rejected.

    Attributes:
        mode: how the schema is given: enforced strictly, enforced, "some JSON", or only told.
        temperature: whether a temperature may be sent.
        limit: the name of the bound on the answer.
    """

    mode: SchemaMode = "strict"
    temperature: bool = True
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"


@dataclass(frozen=True, slots=True, repr=False)
class WireError:
    """An error answer of an endpoint; holds what it said, so its repr shows the status only."""

    status: int
    headers: Mapping[str, str]
    body: object

    def __repr__(self) -> str:
        return f"WireError({self.status})"

    @property
    def parameter(self) -> str:
        """The parameter that the endpoint names as the culprit, or an empty string."""
        return str(_inner(self.body).get("param") or "")

    @property
    def words(self) -> str:
        """All the endpoint said, in lower case, for looking up known words."""
        inner = _inner(self.body)
        said = (inner.get("code"), inner.get("type"), inner.get("param"), inner.get("message"))
        text = " ".join(str(word) for word in said if word)
        return (text or str(self.body)).lower()


def _inner(body: object) -> Mapping[str, Any]:
    """Return the error object, which some endpoints wrap in ``error`` and some do not."""
    if not isinstance(body, Mapping):
        return {}
    inner = body.get("error", body)
    return inner if isinstance(inner, Mapping) else {"message": inner}


def request_body(model: str, request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
    """Return the JSON body of a request in an endpoint's dialect."""
    messages = [{"role": m.role, "content": m.content} for m in request.messages]
    body: dict[str, Any] = {"model": model, "messages": messages, dialect.limit: request.max_tokens}
    if dialect.temperature:
        body["temperature"] = request.temperature
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
    schema = json.dumps(request.schema, ensure_ascii=False, separators=(",", ":"))
    told = f"Answer with one JSON object that fits this schema, nothing else: {schema}"
    if messages[0]["role"] == "system":
        messages[0] = {"role": "system", "content": f"{messages[0]['content']}\n\n{told}"}
    else:
        messages.insert(0, {"role": "system", "content": told})
    return body


def next_dialect(dialect: Dialect, error: WireError, *, schema: bool) -> Dialect | None:
    """Return what to try after an endpoint rejected a parameter, or None if nothing is left."""
    if error.status not in (400, 422, 501) or _row_failure(error) is not None:
        return None
    words = error.parameter.lower() or error.words
    if dialect.limit == "max_tokens" and (
        "max_completion_tokens" in error.words or "max_tokens" in words
    ):
        return replace(dialect, limit="max_completion_tokens")
    if dialect.temperature and "temperature" in words:
        return replace(dialect, temperature=False)
    if schema and dialect.mode != "plain" and any(word in words for word in _ABOUT_SCHEMA):
        return replace(dialect, mode=_NEXT_MODE[dialect.mode])
    return None


def read_reply(body: object, *, schema: bool) -> ChatReply | ChatFailure:
    """Read a completion; anything that is not one is an ``invalid`` failure."""
    choice = _first_choice(body)
    if choice is None:
        return ChatFailure("invalid", "the endpoint sent something that is not a completion")
    message, finish = choice
    if finish == "content_filter":
        return ChatFailure("filter", "the endpoint's content filter stopped the answer")
    if message.get("refusal"):
        return ChatFailure("refusal", "the model refused")
    content = message.get("content")
    text = _THOUGHTS.sub("", content) if isinstance(content, str) else ""
    if not text.strip():
        return ChatFailure("invalid", "the answer is empty")
    usage = body.get("usage") if isinstance(body, Mapping) else None
    usage = usage if isinstance(usage, Mapping) else {}
    return ChatReply(
        only_json(text) if schema else text,
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
        finish="length" if finish == "length" else "stop",
    )


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


def read_error(error: WireError) -> ChatFailure:
    """Sort an error answer into a kind of failure; the detail repeats nothing of it."""
    status = error.status
    row = _row_failure(error)
    if row is not None:
        return row
    if status == 402 or (status in (403, 429) and _says(error, _ABOUT_QUOTA)):
        return ChatFailure("fatal", f"the account's quota is used up (HTTP {status})")
    if status in (401, 403):
        return ChatFailure("fatal", f"the endpoint rejected the key (HTTP {status})")
    if status == 404:
        return ChatFailure("fatal", "the endpoint knows no such model or address (HTTP 404)")
    if status in (408, 409, 425, 429) or status >= 500:
        return ChatFailure(
            "retryable", f"the endpoint is overloaded (HTTP {status})", retry_after(error.headers)
        )
    return ChatFailure("invalid", f"the endpoint rejected the request (HTTP {status})")


def _row_failure(error: WireError) -> ChatFailure | None:
    """Return the failure if the request's own text is what the endpoint rejected."""
    if error.status == 413 or (error.status in (400, 422) and _says(error, _ABOUT_CONTEXT)):
        return ChatFailure("context", f"the request is too long (HTTP {error.status})")
    if error.status in (400, 403, 422) and _says(error, _ABOUT_FILTER):
        return ChatFailure("filter", f"the endpoint's filter stopped it (HTTP {error.status})")
    return None


def _says(error: WireError, known: tuple[str, ...]) -> bool:
    return any(word in error.words for word in known)


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return the seconds that an endpoint asks us to wait, from its headers, if it does.

    Args:
        headers: looked up in lower case.
        now: seconds since 1970, for a header that gives a date; the clock's by default.
    """
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / divisor
        except ValueError:
            try:
                until = email.utils.parsedate_to_datetime(value).timestamp()
            except ValueError:
                continue
            seconds = until - (time.time() if now is None else now)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None
