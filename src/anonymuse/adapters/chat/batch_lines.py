"""OpenAI's batch format: one request a line out, one result a line in. Pure functions.

Out: ``{"custom_id": ..., "method": "POST", "url": "/v1/chat/completions", "body": {...}}``.
In: ``{"custom_id": ..., "response": {"status_code": 200, "body": {...}}, "error": null}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from anonymuse.adapters.chat.batch_transport import Result
from anonymuse.adapters.chat.wire_errors import WireError, read_error
from anonymuse.ports.chat import ChatFailure, ChatReply

URL: Final = "/v1/chat/completions"

Read = Callable[[object], ChatReply | ChatFailure]
"""reads the body of a completion"""


def request_line(custom_id: str, body: Mapping[str, Any]) -> bytes:
    """Return a request as one line, without its end."""
    return one_line({"custom_id": custom_id, "method": "POST", "url": URL, "body": body})


def one_line(value: Mapping[str, Any]) -> bytes:
    """Return a value as JSON on one line, without its end."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a surrogate pair: only an escape can hold it
        return json.dumps(value, separators=(",", ":")).encode()


def result_of(line: str | bytes) -> Result | None:
    """Return the result on a line, or None where the line is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    custom_id = value.get("custom_id") if isinstance(value, Mapping) else None
    if not isinstance(custom_id, str) or not ("response" in value or "error" in value):
        return None
    return Result(custom_id, value)


def read_result(said: Mapping[str, Any], read: Read) -> ChatReply | ChatFailure:
    """Return the answer or the failure of a result's line.

    A line without a response was not processed (expired, cancelled, lost): the question is asked
    again. A response with an error status is sorted as a call's answer would be.
    """
    response = said.get("response")
    if not isinstance(response, Mapping):
        return ChatFailure("retryable", "the batch ended before this question was asked")
    status = response.get("status_code", 200)
    body = response.get("body")
    if isinstance(status, int) and status >= 400:
        return read_error(WireError(status, {}, body))
    return read(body)
