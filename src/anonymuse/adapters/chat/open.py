"""Opens a chat model from its name on the command line or in a configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from anonymuse.adapters.chat.capabilities import capabilities_of
from anonymuse.adapters.chat.keys import url_key, vendor_key, vendor_of
from anonymuse.errors import ConfigError, ModelUnavailableError, did_you_mean
from anonymuse.ports.chat import ChatModel

EMBEDDED_FILE: Final = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
"""Name of the embedded chat model in the models folder."""

NAMES: Final = (
    "embedded", "file:PATH.gguf", "anthropic:MODEL", "openai:MODEL", "http://HOST/v1#MODEL",
    "folder:DIR#MODEL",
)  # fmt: skip

ENDPOINT_CONCURRENCY: Final = 16
"""Calls in flight to a hosted model where nothing else is set."""

TIMEOUT: Final = 120.0
"""Seconds for one call where nothing else is set."""

_OPENAI_URL: Final = "https://api.openai.com/v1"
_ANTHROPIC_URL: Final = "https://api.anthropic.com"


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """How hard a model may be asked.

    Attributes:
        concurrency: calls in flight; each kind of model has its own default.
        timeout: seconds that one call to an endpoint may take.
        requests_per_minute: calls that may start in a minute.
        tokens_per_minute: tokens that may be sent and received in a minute.
    """

    concurrency: int | None = None
    timeout: float = TIMEOUT
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None


def open_chat(
    spec: str,
    *,
    api_key: str | None = None,
    environment: Mapping[str, str] | None = None,
    beside: str | None = None,
    models: Path | None = None,
    concurrency: int | None = None,
    limits: ChatLimits | None = None,
    model_digest: str | None = None,
) -> ChatModel:
    """Open a chat model. Nothing is loaded or called before the first question.

    Args:
        spec: ``embedded``, ``file:PATH.gguf``, ``anthropic:MODEL``, ``openai:MODEL``,
            ``http(s)://HOST/v1#MODEL``, ``scripted`` or ``gullible``.
        api_key: for an endpoint; by default the one that `keys` finds in the environment.
        environment: variables with keys, and with the base URLs of the named vendors.
        beside: the name of the main model where this one is its fallback.
        models: for ``embedded``: the GGUF file, or the folder it is in.
        concurrency: calls in flight, in place of the one in ``limits``.
        limits: how hard an endpoint may be asked.
        model_digest: SHA-256 of the embedded file where it was verified; part of the model's id.

    Raises:
        ConfigError: the name means nothing, or is "none", which is for the caller to handle.
        ModelUnavailableError: the embedded model's file, or a vendor's key, is not there.
    """
    hard = limits or ChatLimits()
    hard = hard if concurrency is None else replace(hard, concurrency=concurrency)
    concurrency = hard.concurrency
    variables = environment or {}
    vendor, _, name = spec.partition(":")
    if vendor == "anthropic":
        return _open_anthropic(_named(spec, name), api_key, variables, hard)
    if vendor == "openai":
        return _open_openai(_named(spec, name), api_key, variables, hard)
    if spec.startswith(("http://", "https://")):
        _check_url(spec)
        return _open_url(spec, api_key or url_key(spec, variables, beside=beside), hard)
    if spec.startswith("file:"):
        path = Path(spec.removeprefix("file:").removeprefix("//")).expanduser()
        return _open_file(path, concurrency, None)
    if spec == "embedded":
        return _open_file(_embedded_file(models), concurrency, model_digest)
    fakes: dict[str, Callable[[int], ChatModel]] = {"scripted": _scripted, "gullible": _gullible}
    if spec in fakes:
        return fakes[spec](concurrency or 8)
    if spec == "none":
        raise ConfigError("The chat model is set to 'none', and this step needs one. Name a model.")
    raise ConfigError(
        f"There is no chat model {spec!r}. {did_you_mean(spec, ['none', *NAMES])}"
        f"Known: none, {', '.join(NAMES)}."
    )


def model_name(spec: str) -> str:
    """Return the model's own name, without the host or the vendor."""
    if spec.startswith("file:"):
        return Path(spec.removeprefix("file:")).name
    if spec.startswith(("http://", "https://", "folder:")):
        return spec.rpartition("#")[2]
    return spec.removeprefix("anthropic:").removeprefix("openai:")


def base_url(spec: str, environment: Mapping[str, str]) -> str | None:
    """Return the address that a chat model's text is sent to; None for one of this program.

    Args:
        spec: as for `open_chat`.
        environment: variables with the base URLs of the named vendors.
    """
    if spec.startswith("anthropic:"):
        return environment.get("ANTHROPIC_BASE_URL") or _ANTHROPIC_URL
    if spec.startswith("openai:"):
        return environment.get("OPENAI_BASE_URL") or _OPENAI_URL
    if spec.startswith(("http://", "https://")):
        return spec.partition("#")[0]
    return None


def _named(spec: str, name: str) -> str:
    if not name:
        raise ConfigError(
            f"The chat model {spec!r} needs a name after the colon, "
            "as in anthropic:claude-haiku-5-5 or openai:gpt-6-luna."
        )
    return name


def _open_anthropic(
    model: str, api_key: str | None, variables: Mapping[str, str], hard: ChatLimits
) -> ChatModel:
    from anonymuse.adapters.chat.anthropic_messages import AnthropicChat

    address = variables.get("ANTHROPIC_BASE_URL") or _ANTHROPIC_URL
    key = api_key or vendor_key("anthropic", address, variables)
    known = capabilities_of("anthropic", model)
    chat = AnthropicChat(
        model,
        key,
        address,
        hard.concurrency or ENDPOINT_CONCURRENCY,
        hard.timeout,
        dialect=known.dialect if known else None,
    )
    chat.limiter.restrict(hard.requests_per_minute, hard.tokens_per_minute)
    return chat


def _open_openai(
    model: str, api_key: str | None, variables: Mapping[str, str], hard: ChatLimits
) -> ChatModel:
    address = variables.get("OPENAI_BASE_URL") or _OPENAI_URL
    key = api_key or vendor_key("openai", address, variables)
    where = urlsplit(address)
    own = address.rstrip("/") == _OPENAI_URL
    host = where.netloc.rpartition("@")[2]
    name = f"openai/{model}" if own else f"openai/{host}{where.path.rstrip('/')}/{model}"
    return _open_compatible(address, model, key, hard, vendor="openai", model_id=name)


def _check_url(spec: str) -> None:
    try:
        urlsplit(spec).port  # noqa: B018 - what is wrong with an address is said when it is read
    except ValueError:  # its text repeats the address, which may carry a password
        raise ConfigError(
            "The chat model's address is not one: write it as http://localhost:8000/v1#my-model."
        ) from None


def _open_url(spec: str, api_key: str | None, hard: ChatLimits) -> ChatModel:
    address, _, model = spec.partition("#")
    if not model or not urlsplit(address).netloc:
        host = urlsplit(address).hostname or "HOST"  # the URL itself may carry a password
        raise ConfigError(
            f"The chat model at {host} needs a name after '#', "
            "as in http://localhost:8000/v1#my-model."
        )
    return _open_compatible(address, model, api_key, hard, vendor=vendor_of(address))


def _open_compatible(
    address: str,
    model: str,
    api_key: str | None,
    hard: ChatLimits,
    *,
    vendor: str | None,
    model_id: str | None = None,
) -> ChatModel:
    from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat

    known = capabilities_of("openai", model) if vendor == "openai" else None
    chat = OpenAICompatibleChat(
        address,
        model,
        api_key,
        hard.concurrency or ENDPOINT_CONCURRENCY,
        hard.timeout,
        model_id=model_id,
        dialect=known.dialect if known else None,
        tells_limits=vendor == "openai",
    )
    chat.limiter.restrict(hard.requests_per_minute, hard.tokens_per_minute)
    return chat


def _open_file(path: Path, concurrency: int | None, digest: str | None) -> ChatModel:
    from anonymuse.adapters.chat.llama_cpp import LlamaCppChat

    if not path.is_file():
        raise ModelUnavailableError(
            f"There is no model file {path}. Give the path of a GGUF file, "
            "or fetch the embedded one with: anonymuse models fetch."
        )
    return LlamaCppChat(path, slots=concurrency or 2, model_digest=digest)


def _embedded_file(models: Path | None) -> Path:
    if models is None:
        raise ConfigError("The embedded chat model needs the folder of models, or its GGUF file.")
    if not models.is_dir():
        return models
    found = sorted(models.rglob(EMBEDDED_FILE)) or sorted(models.rglob("*.gguf"))
    return found[0] if found else models / EMBEDDED_FILE


def _scripted(concurrency: int) -> ChatModel:
    from anonymuse.adapters.chat.scripted import ScriptedChat

    return ScriptedChat(concurrency=concurrency)


def _gullible(concurrency: int) -> ChatModel:
    from anonymuse.adapters.chat.gullible import GullibleChat

    return GullibleChat(concurrency=concurrency)
