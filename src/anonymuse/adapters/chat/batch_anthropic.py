"""Anthropic's Message Batches: one body of many requests up, a stream of results down.

A batch carries no name of ours. One that may have been made while we were cut off is known by the
questions in its results, and those can be read only when it has ended: until then we wait for it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

from anonymuse.adapters.chat.batch_endpoint import Endpoint, said_by, slack
from anonymuse.adapters.chat.batch_lines import one_line
from anonymuse.adapters.chat.batch_store import Batch
from anonymuse.adapters.chat.batch_transport import (
    BatchLimits,
    BatchStatus,
    Lost,
    Result,
    TransportError,
)
from anonymuse.adapters.chat.wire_errors import WireError, read_error
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

LIMITS: Final = BatchLimits(questions=100_000, bytes=128_000_000)
"""Allowed are 100,000 requests and 256 MB; half of that, as a body is held in memory while sent."""

TRANSFER_SECONDS: Final = 900.0
_PATH: Final = "/v1/messages/batches"
_STATUS: Final[Mapping[str, int]] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 408,
    "overloaded_error": 529,
}
"""what a call would have answered, by the type of the error in a result; others count as 500"""


class AnthropicBatches:
    """The batches of one model.

    Args:
        chat: the model; lends its client and its format.
        limits: of one batch.
    """

    unclear_seconds: Final = 60.0
    what_to_do: Final = "Run the same command again later: it goes on from there."

    def __init__(self, chat: Endpoint, *, limits: BatchLimits = LIMITS) -> None:
        self._chat = chat
        self._limits = limits

    @property
    def limits(self) -> BatchLimits:
        """The most that goes into one batch."""
        return self._limits

    def line(self, custom_id: str, request: ChatRequest) -> bytes:
        """Return a request as one line, without its end."""
        return one_line({"custom_id": custom_id, "params": self._chat.body(request)})

    async def submit(self, batch: Batch, file: Path) -> str:  # noqa: ARG002
        """Send all requests in one body."""
        lines = file.read_bytes().rstrip(b"\n").replace(b"\n", b",")
        with said_by(self._chat, asks=True):
            made = await self._chat.client().post(
                _PATH,
                content=b'{"requests":[' + lines + b"]}",
                cast_to=object,
                options={"timeout": TRANSFER_SECONDS},
            )
            return str(made["id"])

    async def find(self, lost: Lost) -> str | None:
        """Look for a batch of the same size, made since, whose results are our questions."""
        client = self._chat.client()
        running = False
        with said_by(self._chat):
            async for made in client.messages.batches.list(limit=1000):
                if made.created_at.timestamp() < slack(lost.batch.changed):
                    break
                counts = made.request_counts.model_dump().values()
                if made.id in lost.known or sum(counts) != lost.batch.questions:
                    continue
                if made.processing_status != "ended":
                    running = True
                elif await self._is_ours(made.id, lost.custom_ids):
                    return str(made.id)
        if running:
            said = "a batch that may be ours is still at work, and shows its questions at its end"
            raise TransportError(ChatFailure("retryable", said), unclear=False)
        return None

    async def _is_ours(self, batch_id: str, custom_ids: set[str]) -> bool:
        async for result in self._stream(batch_id):
            return result.custom_id in custom_ids
        return False

    async def status(self, batch: Batch) -> BatchStatus:
        """Return how far a batch is."""
        with said_by(self._chat):
            made = await self._chat.client().messages.batches.retrieve(batch.id)
        counts = made.request_counts
        done = counts.succeeded + counts.errored + counts.canceled + counts.expired
        if made.processing_status != "ended":
            return BatchStatus("running", done)
        return BatchStatus("cancelled" if made.cancel_initiated_at else "ended", done)

    async def results(self, batch: Batch) -> AsyncIterator[Result]:
        """Yield all results."""
        with said_by(self._chat):
            async for result in self._stream(batch.id):
                yield result

    async def _stream(self, batch_id: str) -> AsyncIterator[Result]:
        streaming = self._chat.client().messages.batches.with_streaming_response.results(
            batch_id, timeout=TRANSFER_SECONDS
        )
        async with streaming as response:
            async for line in response.iter_lines():
                found = _result_of(line)
                if found is not None:
                    yield found

    def read(self, result: Result, *, schema: bool) -> ChatReply | ChatFailure:
        """Return the answer or the failure that a result holds."""
        said = result.said
        kind = said.get("type")
        if kind == "succeeded":
            return self._chat.read(said.get("message"), schema=schema)
        if kind != "errored":  # expired or cancelled: it was not asked
            return ChatFailure("retryable", "the batch ended before this question was asked")
        body = said.get("error")
        inner = body.get("error", body) if isinstance(body, Mapping) else {}
        name = inner.get("type") if isinstance(inner, Mapping) else ""
        return read_error(WireError(_STATUS.get(str(name), 500), {}, body))

    async def forget(self, batch: Batch) -> None:
        """Delete the batch with its results: they say what people wrote, and are stored here."""
        sdk: Any = self._chat.sdk()
        try:
            await self._chat.client().messages.batches.delete(batch.id)
        except sdk.AnthropicError:
            return  # it expires

    def where(self, batch: Batch) -> str:
        """Return the provider's id of the batch."""
        return batch.id or batch.name

    async def close(self) -> None:
        """Do nothing: the client is the model's."""


def _result_of(line: str) -> Result | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    custom_id = value.get("custom_id") if isinstance(value, Mapping) else None
    said = value.get("result") if isinstance(value, Mapping) else None
    if not isinstance(custom_id, str) or not isinstance(said, Mapping):
        return None
    return Result(custom_id, said)
