"""Opens what asks by batch: a provider's batches beside its single calls, or a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from anonymuse.adapters.chat.anthropic_messages import AnthropicChat
from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.batch_anthropic import AnthropicBatches
from anonymuse.adapters.chat.batch_asker import BatchAsker
from anonymuse.adapters.chat.batch_driver import Allow
from anonymuse.adapters.chat.batch_intake import OnAnswer
from anonymuse.adapters.chat.batch_openai import OpenAIBatches
from anonymuse.adapters.chat.batch_store import BatchStore
from anonymuse.adapters.chat.batch_transport import BatchTransport
from anonymuse.adapters.chat.batch_waiting import Tell, Waiting
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.endpoint import EndpointChat
from anonymuse.adapters.chat.folder import FolderTransport
from anonymuse.errors import ConfigError
from anonymuse.ports.chat import ChatModel, ChatRequest
from anonymuse.ports.vault import Vault

FOLDER: Final = "folder:"
STATE: Final = "batches.sqlite"
_FILES: Final = "batches"


@dataclass(frozen=True, slots=True)
class BatchTerms:
    """How batches are used.

    Attributes:
        fewest: fewer questions than this are asked one by one.
        tokens: input tokens that may be queued at the provider; None: it has no such limit.
        stay: wait in the process; None: for a provider yes, for a folder no.
        tell: told while it waits.
        on_answer: told of every new answer.
        on_hit: told of every question whose answer was there already.
        allow: asked before a batch is sent.
        vault: seals request files.
    """

    fewest: int = 1_000
    tokens: int | None = None
    stay: bool | None = None
    tell: Tell | None = None
    on_answer: OnAnswer | None = None
    on_hit: Callable[[ChatRequest], None] | None = None
    allow: Allow | None = None
    vault: Vault | None = None


def is_folder(spec: str) -> bool:
    """Return whether a chat model's name is that of a folder."""
    return spec.startswith(FOLDER)


def open_folder(spec: str, cache: ResponseCache, private: Path, terms: BatchTerms) -> BatchAsker:
    """Open the transport by files.

    Args:
        spec: ``folder:DIR#MODEL``.
        cache: of answers.
        private: the run's private folder.
        terms: how batches are used.

    Raises:
        ConfigError: the model is not named.
    """
    place, _, model = spec.removeprefix(FOLDER).rpartition("#")
    if not place or not model:
        raise ConfigError(
            f"The chat model {spec!r} needs a folder, and a model's name after '#', as in "
            "folder:exchange#my-model."
        )
    transport = FolderTransport(Path(place).expanduser(), model)
    waiting = Waiting(stay=bool(terms.stay), tell=terms.tell)
    return _asker(f"folder/{model}", transport, cache, private, terms, waiting, None)


def open_batches(
    model: ChatModel, online: ModelAsker, cache: ResponseCache, private: Path, terms: BatchTerms
) -> BatchAsker:
    """Open the batches of a hosted model.

    Args:
        model: the model itself, not what wraps it.
        online: asks it, and a fallback, one by one.
        cache: of answers, the one that ``online`` uses.
        private: the run's private folder.
        terms: how batches are used.

    Raises:
        ConfigError: the model is not hosted.
    """
    if not isinstance(model, EndpointChat):
        raise ConfigError(
            "models.batch (--batch) needs a hosted model: anthropic:MODEL, openai:MODEL or "
            "URL#MODEL. For a model that no network reaches, see folder:DIR#MODEL."
        )
    transport: AnthropicBatches | OpenAIBatches
    made = AnthropicBatches if isinstance(model, AnthropicChat) else OpenAIBatches
    transport = made(model)
    if terms.tokens is not None:
        transport = made(model, limits=replace(transport.limits, tokens=terms.tokens))
    waiting = Waiting(stay=terms.stay is not False, tell=terms.tell)
    return _asker(model.id, transport, cache, private, terms, waiting, online)


def _asker(
    model_id: str,
    transport: BatchTransport,
    cache: ResponseCache,
    private: Path,
    terms: BatchTerms,
    waiting: Waiting,
    online: ModelAsker | None,
) -> BatchAsker:
    return BatchAsker(
        model_id,
        transport,
        BatchStore(private / STATE),
        cache,
        private / _FILES,
        online=online,
        fewest=terms.fewest,
        waiting=waiting,
        on_answer=terms.on_answer,
        on_hit=terms.on_hit,
        allow=terms.allow,
        vault=terms.vault,
    )
