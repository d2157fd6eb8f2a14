"""Any endpoint that speaks the OpenAI chat format: OpenAI, vLLM, llama.cpp, Ollama, a gateway."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import ModuleType
from typing import Any, cast
from urllib.parse import urlsplit

from anonymuse.adapters.chat import wire
from anonymuse.adapters.chat.dialect import Dialect
from anonymuse.adapters.chat.endpoint import NO_KEY, Client, EndpointChat
from anonymuse.adapters.chat.limiter import AdaptiveLimiter, shared_limiter
from anonymuse.adapters.chat.wire_errors import WireError
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

__all__ = ["NO_KEY", "OpenAICompatibleChat"]


class OpenAICompatibleChat(EndpointChat):
    """A model behind an OpenAI-compatible URL.

    The endpoint's dialect (does it enforce a schema, take a temperature) is learnt from what it
    rejects, and remembered by the instance.

    Args:
        base_url: up to and including ``/v1``.
        model: the endpoint's name of the model.
        api_key: sent as a bearer token; local servers need none.
        concurrency: calls in flight at the start.
        timeout: seconds that one call may take.
        model_id: overrides the id, for one model that is served at changing addresses.
        dialect: what is known of the model, where something is.
        limiter: by default the one of this id and key, shared in the process.
        tells_limits: whether its rate-limit headers count minutes, as OpenAI's do; other hosts
            count seconds or days under the same names.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None = None,
        concurrency: int = 16,
        timeout: float = 120.0,
        *,
        model_id: str | None = None,
        dialect: Dialect | None = None,
        limiter: AdaptiveLimiter | None = None,
        tells_limits: bool = False,
    ) -> None:
        name = model_id or _id_of(base_url, model)
        super().__init__(
            name,
            model,
            path="/chat/completions",
            format=_Format(),
            connect=partial(_connect, base_url, api_key, timeout),
            sdk=_sdk,
            limiter=limiter or shared_limiter(name, api_key, concurrency),
            timeout=timeout,
            dialect=dialect or Dialect(),
            tells_limits=tells_limits,
        )


class _Format:
    """OpenAI's format, from the pure functions."""

    def body(self, model: str, request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
        return wire.request_body(model, request, dialect)

    def easier(self, dialect: Dialect, error: WireError, *, schema: bool) -> Dialect | None:
        return wire.next_dialect(dialect, error, schema=schema)

    def read(self, body: object, *, schema: bool) -> ChatReply | ChatFailure:
        return wire.read_reply(body, schema=schema)

    def thinks_first(self, body: object) -> bool:
        return wire.thinks_first(body)


def _id_of(base_url: str, model: str) -> str:
    where = urlsplit(base_url)
    host = where.netloc.rpartition("@")[2]  # a URL may carry a password; an id may not
    return f"openai-compatible/{host}{where.path.rstrip('/')}/{model}"


def _sdk() -> ModuleType:
    try:
        import openai
    except ImportError as error:
        raise ModelUnavailableError(
            "Models behind a URL need the package openai: pip install 'openai>=3.54'."
        ) from error
    return openai


def _connect(base_url: str, api_key: str | None, timeout: float) -> Client:
    sdk = _sdk()
    # Given even where empty: the SDK would take them from variables meant for OpenAI's own host.
    nobody: Mapping[str, Any] = {
        "OpenAI-Organization": sdk.Omit(),
        "OpenAI-Project": sdk.Omit(),
    }
    client = sdk.AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or NO_KEY,
        max_retries=0,
        timeout=timeout,
        default_headers=nobody,
        # People's text goes to the host that was named, and is not sent on from there.
        http_client=sdk.DefaultAsyncHttpxClient(follow_redirects=False),
    )
    return cast("Client", client)
