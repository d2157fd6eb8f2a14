"""Any endpoint that speaks the OpenAI chat format: hosted, vLLM, llama.cpp, Ollama, a gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anonymuse.adapters.chat.wire import (
    Dialect,
    WireError,
    next_dialect,
    read_error,
    read_reply,
    request_body,
)
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

if TYPE_CHECKING:
    from openai import AsyncOpenAI

NO_KEY = "no-key"
"""Sent where no key is set; never the one of an environment variable meant for another host."""


class OpenAICompatibleChat:
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
    ) -> None:
        self._base_url = base_url
        self._model = model
        self._api_key = api_key
        self._concurrency = max(1, concurrency)
        self._timeout = timeout
        where = urlsplit(base_url)
        host = where.netloc.rpartition("@")[2]  # a URL may carry a password; an id may not
        self._id = model_id or f"openai-compatible/{host}{where.path.rstrip('/')}/{model}"
        self._dialect = Dialect()
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def id(self) -> str:
        """Where the model is served, and its name there."""
        return self._id

    @property
    def concurrency(self) -> int:
        """How many calls may be in flight at the start."""
        return self._concurrency

    async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
        """Answer one request. Never raises for what a request or the endpoint did."""
        dialect = self._dialect
        while True:
            body = await self._post(request_body(self._model, request, dialect))
            if isinstance(body, ChatFailure):
                return body
            if not isinstance(body, WireError):
                # Remembered only once it worked: an echoed prompt may look like a complaint.
                if dialect != Dialect():
                    self._dialect = dialect
                return read_reply(body, schema=request.schema is not None)
            easier = next_dialect(dialect, body, schema=request.schema is not None)
            if easier is None:
                return read_error(body)
            dialect = easier

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _post(self, body: dict[str, Any]) -> object | WireError | ChatFailure:
        """Return the decoded JSON of a completion, or what went wrong."""
        client = self._open()
        import openai

        try:
            async with asyncio.timeout(self._timeout):
                # The SDK's typed method spends as long on the body's types as on sending it.
                return await client.post("/chat/completions", body=body, cast_to=object)
        except openai.APIStatusError as error:
            return WireError(error.status_code, _lower(error.response.headers), error.body)
        except (TimeoutError, openai.APITimeoutError):
            return ChatFailure("retryable", f"no answer within {self._timeout:g} seconds")
        except openai.APIConnectionError:
            return ChatFailure("retryable", "the endpoint cannot be reached")
        except (openai.OpenAIError, ValueError):
            return ChatFailure("invalid", "the endpoint sent something that is not a completion")

    def _open(self) -> AsyncOpenAI:
        # Connections belong to an event loop: a new loop needs new ones.
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            try:
                from openai import AsyncOpenAI
            except ImportError as error:
                raise ModelUnavailableError(
                    "Models behind a URL need the package openai: pip install 'openai>=1.60'."
                ) from error
            self._client = AsyncOpenAI(
                base_url=self._base_url,
                api_key=self._api_key or NO_KEY,
                max_retries=0,
                timeout=self._timeout,
            )
            self._loop = loop
        return self._client


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
