"""Opens chat models, and what they cost, from the names in a configuration."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from anonymuse.adapters.chat.batch_open import is_folder
from anonymuse.adapters.chat.books import Terms, agree
from anonymuse.adapters.chat.open import ChatLimits, model_name, open_chat
from anonymuse.adapters.models.catalogue import find_model
from anonymuse.errors import ConfigError, ModelUnavailableError
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import Emit
from anonymuse.ports.chat import ChatModel
from anonymuse.wiring.models import fetch

EMBEDDED = "embedded"
EMBEDDED_CHAT = "qwen2.5-coder-1.5b"


def chat_model(
    config: RunConfig, emit: Emit, spec: str | None = None, *, beside: str | None = None
) -> tuple[ChatModel | None, str]:
    """Return a chat model, or None and why there is none.

    Args:
        config: says how hard it may be asked.
        emit: told while its file is fetched.
        spec: its name; the run's chat model when None.
        beside: the name of the main model where this one is its fallback.

    Raises:
        ConfigError: the name means nothing.
        ModelUnavailableError: its file or its key is not here.
    """
    models = config.models
    spec = models.chat if spec is None else spec
    if spec == "none" or is_folder(spec):
        return None, "none was wanted."
    if spec == EMBEDDED and not engine_is_here():
        return None, "its engine is not installed (pip install 'anonymuse[local]')."
    folder = digest = None
    if spec == EMBEDDED:
        try:
            folder = fetch(EMBEDDED_CHAT, emit)
        except ModelUnavailableError as error:
            return None, error.message
        digest = find_model(EMBEDDED_CHAT).files[0].sha256
    model = open_chat(
        spec,
        environment=os.environ,
        beside=beside,
        models=folder,
        limits=ChatLimits(
            models.chat_concurrency,
            models.timeout,
            models.requests_per_minute,
            models.tokens_per_minute,
        ),
        model_digest=digest,
    )
    return model, ""


def fallback_model(config: RunConfig, emit: Emit) -> ChatModel | None:
    """Return the second chat model, if one is named.

    Raises:
        ConfigError: it is the first one again, or none.
        ModelUnavailableError: it is not here.
    """
    spec = config.models.fallback
    if spec is None:
        return None
    if is_folder(config.models.chat) or is_folder(spec):
        raise ConfigError("A folder of requests and a fallback model do not go together.")
    if spec in ("none", config.models.chat):
        raise ConfigError(
            f"models.fallback (--fallback) is {model_name(spec)!r}: name a model other than the "
            "first one, or leave it out."
        )
    model, why = chat_model(config, emit, spec, beside=config.models.chat)
    if model is None:
        name = model_name(spec)
        raise ModelUnavailableError(f"The fallback model {name!r} cannot be used: {why}")
    return model


def terms_of(config: RunConfig) -> Terms:
    """Return what the models of a run cost, and the limit.

    Raises:
        InputError: the file of prices cannot be read.
        ConfigError: a price is wrong, or a limit is set without one.
    """
    budget = config.budget
    return agree(
        [] if config.models.chat == "none" else _specs(config),
        prices=None if budget.prices is None else Path(budget.prices),
        price_in=config.models.price_in,
        price_out=config.models.price_out,
        max_cost=budget.max_cost,
    )


def chat_name(config: RunConfig) -> str:
    """Return what the receipt calls the chat model, and its fallback."""
    return ", else ".join(
        EMBEDDED_CHAT if spec == EMBEDDED else model_name(spec) for spec in _specs(config)
    )


def is_strong(config: RunConfig) -> bool:
    """Return whether the chat model is trusted as a large one."""
    return config.models.chat != EMBEDDED


def engine_is_here() -> bool:
    """Return whether the embedded chat model's engine is installed."""
    return find_spec("xllamacpp") is not None


def _specs(config: RunConfig) -> list[str]:
    second = config.models.fallback
    return [config.models.chat] if second is None else [config.models.chat, second]
