"""What the tests of batches share: askers over a fake provider or a folder, one after another."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from anonymuse.adapters.chat.anthropic_messages import AnthropicChat
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.attempts import Backoff
from anonymuse.adapters.chat.batch_anthropic import AnthropicBatches
from anonymuse.adapters.chat.batch_asker import BatchAsker
from anonymuse.adapters.chat.batch_openai import OpenAIBatches
from anonymuse.adapters.chat.batch_store import BatchStore
from anonymuse.adapters.chat.batch_transport import BatchLimits, BatchTransport
from anonymuse.adapters.chat.batch_waiting import Waiting
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.folder import FolderTransport
from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat
from anonymuse.ports.chat import ChatFailure, ChatRequest, as_questions
from tests.fake_batches import FakeBatches

SMALL = BatchLimits(questions=8, bytes=1_000_000)


async def no_wait(_: float) -> None:
    return


def a_chat(provider: FakeBatches, wire: str, key: str | None = None) -> Any:
    if wire == "anthropic":
        return AnthropicChat("fake", key, provider.root, 4, 5.0)
    return OpenAICompatibleChat(provider.base_url, "fake", key, 4, 5.0)


def a_transport(chat: Any, wire: str, limits: BatchLimits = SMALL) -> BatchTransport:
    if wire == "anthropic":
        return AnthropicBatches(chat, limits=limits)
    return OpenAIBatches(chat, limits=limits)


def be_patient(transport: Any, seconds: float) -> None:
    """Set how long a batch may stay invisible after it was sent."""
    transport.unclear_seconds = seconds


def provider_asker(
    provider: FakeBatches,
    folder: Path,
    wire: str = "openai",
    *,
    stay: bool = True,
    fewest: int = 5,
    limits: BatchLimits = SMALL,
    key: str | None = None,
    **changes: Any,
) -> BatchAsker:
    chat = a_chat(provider, wire, key)
    cache = ResponseCache(folder / "responses.sqlite")
    transport = a_transport(chat, wire, limits)
    be_patient(transport, 0.0)
    return BatchAsker(
        chat.id,
        changes.pop("transport", transport),
        BatchStore(folder / "batches.sqlite"),
        cache,
        folder / "batches",
        online=ModelAsker(chat, cache, backoff=Backoff(0.0, 0.0)),
        fewest=fewest,
        waiting=Waiting(stay=stay, sleep=no_wait),
        **changes,
    )


def folder_asker(
    folder: Path, where: Path, *, limits: BatchLimits = SMALL, stay: bool = False, **changes: Any
) -> BatchAsker:
    return BatchAsker(
        "folder/fake",
        FolderTransport(where, "fake", limits=limits),
        BatchStore(folder / "batches.sqlite"),
        ResponseCache(folder / "responses.sqlite"),
        folder / "batches",
        waiting=Waiting(stay=stay, sleep=no_wait),
        **changes,
    )


async def ask(asker: BatchAsker, requests: Iterable[ChatRequest]) -> dict[int, Any]:
    """Return values and failures by index; the asker is closed, however it ends."""
    found: dict[int, Any | ChatFailure] = {}
    try:
        async for index, value in asker.ask(as_questions(requests, json.loads)):
            assert index not in found
            found[index] = value
    finally:
        await asker.close()
    return found
