"""Opens a chat model from its name on the command line or in a configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from anonymuse.errors import ConfigError, ModelUnavailableError, did_you_mean
from anonymuse.ports.chat import ChatModel

EMBEDDED_FILE: Final = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
"""Name of the embedded chat model in the models folder."""

NAMES: Final = ("embedded", "file:PATH.gguf", "http://HOST/v1#MODEL", "scripted", "gullible")


def open_chat(
    spec: str,
    *,
    api_key: str | None = None,
    models: Path | None = None,
    concurrency: int | None = None,
    model_digest: str | None = None,
    shared_machine: bool = True,
) -> ChatModel:
    """Open a chat model. Nothing is loaded or called before the first question.

    Args:
        spec: ``embedded``, ``file:PATH.gguf``, ``http(s)://HOST/v1#MODEL``, ``scripted`` or
            ``gullible``.
        api_key: for a URL.
        models: for ``embedded``: the GGUF file, or the folder it is in.
        concurrency: calls in flight; each kind of model has its own default.
        model_digest: SHA-256 of the embedded file where it was verified; part of the model's id.
        shared_machine: for a file: be considerate of other programs (see `LlamaCppChat`).

    Raises:
        ConfigError: the name means nothing, or is "none", which is for the caller to handle.
        ModelUnavailableError: the embedded model's file is not there.
    """
    if spec.startswith(("http://", "https://")):
        return _open_url(spec, api_key, concurrency)
    if spec.startswith("file:"):
        path = Path(spec.removeprefix("file:").removeprefix("//")).expanduser()
        return _open_file(path, concurrency, None, shared_machine=shared_machine)
    if spec == "embedded":
        return _open_file(
            _embedded_file(models), concurrency, model_digest, shared_machine=shared_machine
        )
    fakes: dict[str, Callable[[int], ChatModel]] = {"scripted": _scripted, "gullible": _gullible}
    if spec in fakes:
        return fakes[spec](concurrency or 8)
    if spec == "none":
        raise ConfigError("The chat model is set to 'none', and this step needs one. Name a model.")
    raise ConfigError(
        f"There is no chat model {spec!r}. {did_you_mean(spec, ['none', *NAMES])}"
        f"Known: none, {', '.join(NAMES)}."
    )


def _open_url(spec: str, api_key: str | None, concurrency: int | None) -> ChatModel:
    from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat

    base_url, _, model = spec.partition("#")
    if not model or not urlsplit(base_url).netloc:
        host = urlsplit(base_url).hostname or "HOST"  # the URL itself may carry a password
        raise ConfigError(
            f"The chat model at {host} needs a name after '#', "
            "as in http://localhost:8000/v1#my-model."
        )
    return OpenAICompatibleChat(base_url, model, api_key, concurrency or 16)


def _open_file(
    path: Path, concurrency: int | None, digest: str | None, *, shared_machine: bool
) -> ChatModel:
    from anonymuse.adapters.chat.llama_cpp import LlamaCppChat

    if not path.is_file():
        raise ModelUnavailableError(
            f"There is no model file {path}. Give the path of a GGUF file, "
            "or fetch the embedded one with: anonymuse models fetch."
        )
    return LlamaCppChat(
        path, slots=concurrency or 2, model_digest=digest, shared_machine=shared_machine
    )


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
