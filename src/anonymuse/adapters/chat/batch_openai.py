"""OpenAI's Batch API: a file of requests up, a file of answers and one of errors down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

from anonymuse.adapters.chat.batch_endpoint import Endpoint, said_by, slack, word
from anonymuse.adapters.chat.batch_lines import URL, read_result, request_line, result_of
from anonymuse.adapters.chat.batch_store import Batch
from anonymuse.adapters.chat.batch_transport import BatchLimits, BatchStatus, Lost, Result, Stage
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

LIMITS: Final = BatchLimits(questions=50_000, bytes=200_000_000)
"""Documented with the parameter ``input_file_id``."""

NAME: Final = "anonymuse"
"""the key of a batch's metadata under which its name is found again"""
TRANSFER_SECONDS: Final = 900.0
KEPT_SECONDS: Final = 7 * 24 * 3600
"""when OpenAI deletes files that a killed run could not delete; a batch ends within a day"""

_FULL: Final = "token_limit_exceeded"
_STAGES: Final[Mapping[str, Stage]] = {
    "completed": "ended",
    "expired": "ended",
    "cancelled": "cancelled",
    "failed": "rejected",
}


class OpenAIBatches:
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
        return request_line(custom_id, self._chat.body(request))

    async def submit(self, batch: Batch, file: Path) -> str:
        """Upload the file and make a batch of it."""
        client = self._chat.client()
        with said_by(self._chat, asks=True), file.open("rb") as stream:
            uploaded = await client.files.create(
                file=(f"{batch.name}.jsonl", stream, "application/jsonl"),
                purpose="batch",
                expires_after={"anchor": "created_at", "seconds": KEPT_SECONDS},
                timeout=TRANSFER_SECONDS,
            )
            made = await client.batches.create(
                completion_window="24h",
                endpoint=URL,
                input_file_id=uploaded.id,
                metadata={NAME: batch.name},
                output_expires_after={"anchor": "created_at", "seconds": KEPT_SECONDS},
            )
        return str(made.id)

    async def find(self, lost: Lost) -> str | None:
        """Look for the batch's name in the metadata of what was made since."""
        client = self._chat.client()
        with said_by(self._chat):
            async for made in client.batches.list(limit=100):
                if (made.metadata or {}).get(NAME) == lost.batch.name:
                    return str(made.id)
                if made.created_at < slack(lost.batch.changed):
                    return None
        return None

    async def status(self, batch: Batch) -> BatchStatus:
        """Return how far a batch is."""
        with said_by(self._chat):
            made = await self._chat.client().batches.retrieve(batch.id)
        counts = made.request_counts
        done = counts.completed + counts.failed if counts is not None else 0
        errors = (made.errors.data or []) if made.errors is not None else []
        codes = [word(error.code) for error in errors]
        if made.status == "failed" and _FULL in codes:
            return BatchStatus("full")
        return BatchStatus(_STAGES.get(made.status, "running"), done, next(iter(codes), ""))

    async def results(self, batch: Batch) -> AsyncIterator[Result]:
        """Yield answers, then errors."""
        client = self._chat.client()
        with said_by(self._chat):
            made = await client.batches.retrieve(batch.id)
            for file_id in (made.output_file_id, made.error_file_id):
                if not file_id:
                    continue
                streaming = client.files.with_streaming_response.content(
                    file_id, timeout=TRANSFER_SECONDS
                )
                async with streaming as response:
                    async for line in response.iter_lines():
                        found = result_of(line)
                        if found is not None:
                            yield found

    def read(self, result: Result, *, schema: bool) -> ChatReply | ChatFailure:
        """Return the answer or the failure that a result holds."""
        return read_result(result.said, lambda body: self._chat.read(body, schema=schema))

    async def forget(self, batch: Batch) -> None:
        """Delete the batch's files: they hold what people wrote, and all is stored here."""
        client = self._chat.client()
        sdk: Any = self._chat.sdk()
        try:
            made = await client.batches.retrieve(batch.id)
            for file_id in (made.input_file_id, made.output_file_id, made.error_file_id):
                if file_id:
                    await client.files.delete(file_id)
        except sdk.OpenAIError:
            return  # they expire

    def where(self, batch: Batch) -> str:
        """Return the provider's id of the batch."""
        return batch.id or batch.name

    async def close(self) -> None:
        """Do nothing: the client is the model's."""
