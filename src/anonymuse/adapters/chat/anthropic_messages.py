"""Anthropic's models, through its Messages API."""

from __future__ import annotations

import logging
from functools import partial
from types import ModuleType
from typing import Any, Final, cast
from urllib.parse import urlsplit

from anonymuse.adapters.chat import anthropic_wire
from anonymuse.adapters.chat.dialect import Dialect
from anonymuse.adapters.chat.endpoint import NO_KEY, Client, EndpointChat
from anonymuse.adapters.chat.limiter import AdaptiveLimiter, shared_limiter
from anonymuse.adapters.chat.wire_errors import WireError
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

BASE_URL: Final = "https://api.anthropic.com"


class AnthropicChat(EndpointChat):
    """One of Anthropic's models.

    Args:
        model: Anthropic's name of the model.
        api_key: of the account that pays.
        base_url: of the API, without ``/v1``.
        concurrency: calls in flight at the start.
        timeout: seconds that one call may take.
        dialect: what is known of the model; the rest is learnt from what it rejects.
        limiter: by default the one of this id and key, shared in the process.
    """

    def __init__(
        self,
        model: str,
        api_key: str | None,
        base_url: str = BASE_URL,
        concurrency: int = 16,
        timeout: float = 120.0,
        *,
        dialect: Dialect | None = None,
        limiter: AdaptiveLimiter | None = None,
    ) -> None:
        host = urlsplit(base_url).netloc.rpartition("@")[2]
        own = base_url.rstrip("/") == BASE_URL
        name = f"anthropic/{model}" if own else f"anthropic/{host}/{model}"
        super().__init__(
            name,
            model,
            path="/v1/messages",
            format=_Format(),
            connect=partial(_connect, base_url, api_key, timeout),
            sdk=_sdk,
            limiter=limiter or shared_limiter(name, api_key, concurrency),
            timeout=timeout,
            dialect=dialect or Dialect(mode="json_schema"),
            tells_limits=True,
        )


class _Format:
    """Anthropic's format, from the pure functions."""

    def body(self, model: str, request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
        return anthropic_wire.message_body(model, request, dialect)

    def easier(self, dialect: Dialect, error: WireError, *, schema: bool) -> Dialect | None:
        return anthropic_wire.next_message_dialect(dialect, error, schema=schema)

    def read(self, body: object, *, schema: bool) -> ChatReply | ChatFailure:
        return anthropic_wire.read_message(body, schema=schema)

    def thinks_first(self, body: object) -> bool:
        return anthropic_wire.message_thinks_first(body)


def _sdk() -> ModuleType:
    try:
        import anthropic
    except ImportError as error:
        raise ModelUnavailableError(
            "Anthropic's models need the package anthropic: pip install 'anthropic>=2.12'."
        ) from error
    return anthropic


def _connect(base_url: str, api_key: str | None, timeout: float) -> Client:
    sdk = _sdk()
    client = sdk.AsyncAnthropic(
        base_url=base_url,
        api_key=api_key or NO_KEY,
        max_retries=0,
        timeout=timeout,
        open_telemetry=False,  # its spans may hold what is sent
        # People's text goes to the host that was named, and is not sent on from there.
        http_client=sdk.DefaultAsyncHttpxClient(follow_redirects=False),
    )
    logging.getLogger("anthropic._base_client").addFilter(_without_bodies)
    return cast("Client", client)


def _without_bodies(record: logging.LogRecord) -> bool:
    """Drop the one debug line of the SDK that holds what is sent."""
    return not str(record.msg).startswith("Request options")
