"""Joins what a run asks its chat model through: cache, books, batches, a fallback model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.batch_open import BatchTerms, is_folder, open_batches, open_folder
from anonymuse.adapters.chat.books import Books
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.errors import ModelUnavailableError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit, StageProgress
from anonymuse.pipeline.parts import Chat
from anonymuse.pipeline.sealing import vault_of
from anonymuse.ports.chat import Asker, ChatModel
from anonymuse.ports.spending import Spending
from anonymuse.wiring.chat import chat_model, chat_name, fallback_model, is_strong, terms_of

CACHE = "responses.sqlite"


@dataclass(frozen=True, slots=True)
class Asking:
    """The chat model of a run.

    Attributes:
        chat: None where there is none.
        why: why there is none.
        spending: what the folder's calls have cost.
        apart: opens the model once more, for a loop of its own; answers and money are shared.
    """

    chat: Chat | None
    why: str
    spending: Spending
    apart: Callable[[], AbstractAsyncContextManager[Asker]]


@asynccontextmanager
async def opened_chat(config: RunConfig, private: Path, emit: Emit) -> AsyncIterator[Asking]:
    """Open the chat model of a run, and close all of it afterwards.

    Args:
        config: of the run.
        private: the run's private folder.
        emit: told while a model is fetched or batches are waited for.

    Raises:
        UserError: a model, a price or a key stands in the way.
    """
    terms, spec = terms_of(config), config.models.chat
    async with AsyncExitStack() as stack:
        model, why = chat_model(config, emit)
        if model is not None:
            stack.push_async_callback(model.close)
        second = fallback_model(config, emit) if model is not None or is_folder(spec) else None
        if second is not None:
            stack.push_async_callback(second.close)
        cache = ResponseCache(private / CACHE, vault_of(private))
        stack.callback(cache.close)
        books = Books(private, cache, terms)
        stack.callback(books.close)
        chat = None
        if is_folder(spec):
            by_hand = open_folder(spec, cache, private, _batch_terms(config, private, books, emit))
            stack.push_async_callback(by_hand.close)
            chat = Chat(chat_name(config), by_hand, strong=True)
        elif model is not None:
            asker = _asker(model, cache, books, second)
            chat = Chat(chat_name(config), asker, strong=is_strong(config))
            if config.models.batch:
                batches = open_batches(
                    model, asker, cache, private, _batch_terms(config, private, books, emit)
                )
                stack.push_async_callback(batches.close)
                chat = Chat(chat_name(config), batches, strong=is_strong(config))
        yield Asking(chat, why, books.ledger, partial(_apart, config, emit, cache, books))


@asynccontextmanager
async def _apart(
    config: RunConfig, emit: Emit, cache: ResponseCache, books: Books
) -> AsyncIterator[Asker]:
    model, why = chat_model(config, emit)
    if model is None:
        raise ModelUnavailableError(f"The chat model cannot be opened again: {why}")
    try:
        yield _asker(model, cache, books, None)
    finally:
        await model.close()


def _asker(
    model: ChatModel, cache: ResponseCache, books: Books, second: ChatModel | None
) -> ModelAsker:
    """Return what asks a model one by one, and a second one where it has no answer."""
    fallback = None
    if second is not None:
        fallback = ModelAsker(books.meter(second, fallback=True), cache, on_hit=books.found)
    return ModelAsker(books.meter(model), cache, on_hit=books.found, fallback=fallback)


def _batch_terms(config: RunConfig, private: Path, books: Books, emit: Emit) -> BatchTerms:
    """Return how batches are used, with the books told of what they bring."""
    models = config.models
    return BatchTerms(
        fewest=models.batch_min,
        tokens=models.batch_tokens,
        stay=models.wait,
        tell=lambda done, total: emit(StageProgress("batches", done, total, "answers")),
        on_answer=books.came_by_batch,
        on_hit=books.found,
        allow=books.allow_batches,
        vault=vault_of(private),
    )
