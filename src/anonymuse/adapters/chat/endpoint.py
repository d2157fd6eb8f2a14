"""What every hosted model has in common: one call, its dialect learnt, its errors sorted.

request ──► body in the dialect ──► SDK ──► 2xx: reply or failure
                  ▲                  │
                  └── easier dialect ┴── 4xx about a parameter; else a failure
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any, Protocol

from anonymuse.adapters.chat.dialect import Dialect
from anonymuse.adapters.chat.limiter import AdaptiveLimiter
from anonymuse.adapters.chat.told_limits import told_limits
from anonymuse.adapters.chat.wire_errors import WireError, read_error
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

NO_KEY = "no-key"
"""Sent where no key is set; never the one of an environment variable meant for another host."""


class Client(Protocol):
    """What is used of a vendor's client."""

    async def post(self, path: str, *, cast_to: Any, body: object) -> Any:
        """Post a JSON body; the raw response where ``cast_to`` is the HTTP library's response."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class Format(Protocol):
    """One vendor's format of requests and replies."""

    def body(self, model: str, request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
        """Return the body of a request."""
        ...

    def easier(self, dialect: Dialect, error: WireError, *, schema: bool) -> Dialect | None:
        """Return what to try after an error, or None."""
        ...

    def read(self, body: object, *, schema: bool) -> ChatReply | ChatFailure:
        """Read a reply."""
        ...

    def thinks_first(self, body: object) -> bool:
        """Return whether a reply was cut while the model was thinking."""
        ...


class EndpointChat:
    """A model behind an HTTP endpoint. The vendors' adapters say how to connect and in what format.

    Args:
        id: what identifies the answers.
        model: the endpoint's name of the model.
        path: where requests are posted, below the client's base URL.
        format: the vendor's.
        connect: makes the vendor's client; called at the first question of an event loop.
        sdk: imports the vendor's package, for the names of its errors.
        limiter: shared by everything that asks this model with this key; told what the endpoint
            says of its limits. Taking places in it is the asker's work.
        timeout: seconds that one call may take.
        dialect: what is known of the model; the rest is learnt from what it rejects.
        tells_limits: whether its rate-limit headers can be believed to count minutes.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the port's name
        model: str,
        *,
        path: str,
        format: Format,  # noqa: A002
        connect: Callable[[], Client],
        sdk: Callable[[], ModuleType],
        limiter: AdaptiveLimiter,
        timeout: float,
        dialect: Dialect,
        tells_limits: bool,
    ) -> None:
        self._id = id
        self._model = model
        self._path = path
        self._format = format
        self._connect = connect
        self._sdk = sdk
        self._limiter = limiter
        self._timeout = timeout
        self._known = self._dialect = dialect
        self._tells_limits = tells_limits
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def id(self) -> str:
        """Where the model is served, and its name there."""
        return self._id

    @property
    def concurrency(self) -> int:
        """How many calls may be in flight at the start."""
        return self._limiter.most

    @property
    def limiter(self) -> AdaptiveLimiter:
        """The limiter of this model and key, shared in the process."""
        return self._limiter

    async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
        """Answer one request. Never raises for what a request or the endpoint did."""
        dialect = self._dialect
        schema = request.schema is not None
        before: ChatReply | ChatFailure | None = None
        while True:
            body = await self._post(self._format.body(self._model, request, dialect))
            if isinstance(body, ChatFailure):
                return body
            if isinstance(body, WireError):
                easier = self._format.easier(dialect, body, schema=schema)
                if easier is None:
                    return read_error(body)
                dialect = easier
                continue
            roomier = dialect.with_room() if self._format.thinks_first(body) else None
            # Remembered only once it worked: an echoed prompt may look like a complaint.
            if dialect != self._known:
                self._dialect = dialect
            if roomier is None:
                return _with_tokens_of(before, self._format.read(body, schema=schema))
            before = self._format.read(body, schema=schema)  # of no use, and paid for
            dialect = roomier

    def body(self, request: ChatRequest) -> dict[str, Any]:
        """Return what a call would post now; batches post the same."""
        return self._format.body(self._model, request, self._dialect)

    def read(self, body: object, *, schema: bool) -> ChatReply | ChatFailure:
        """Read the body of a reply."""
        return self._format.read(body, schema=schema)

    def client(self) -> Client:
        """Return the vendor's client for the running loop."""
        return self._open()

    def sdk(self) -> ModuleType:
        """Return the vendor's package, for the names of its errors."""
        return self._sdk()

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _post(self, body: dict[str, Any]) -> object | WireError | ChatFailure:
        """Return the decoded JSON of a completion, or what went wrong."""
        client = self._open()
        sdk = self._sdk()
        import httpx2

        try:
            async with asyncio.timeout(self._timeout):
                # The SDKs' typed methods spend as long on the types of a body as on sending it.
                response = await client.post(self._path, cast_to=httpx2.Response, body=body)
        except sdk.APIStatusError as error:
            headers = _lower(error.response.headers)
            self._hear(headers)
            return WireError(error.status_code, headers, error.body)
        except (TimeoutError, sdk.APITimeoutError):
            return ChatFailure("retryable", f"no answer within {self._timeout:g} seconds")
        except sdk.APIConnectionError as error:
            return _unreachable(error)
        except (sdk.APIError, ValueError):
            return ChatFailure("invalid", "the endpoint sent something that is not an answer")
        self._hear(response.headers)
        return _decoded(response)

    def _hear(self, headers: Mapping[str, str]) -> None:
        if self._tells_limits:
            self._limiter.told(told_limits(headers))

    def _open(self) -> Client:
        # Connections belong to an event loop: a new loop needs new ones.
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client = self._connect()
            self._loop = loop
        return self._client


def _with_tokens_of(
    before: ChatReply | ChatFailure | None, outcome: ChatReply | ChatFailure
) -> ChatReply | ChatFailure:
    if before is None:
        return outcome
    return replace(
        outcome,
        tokens_in=outcome.tokens_in + before.tokens_in,
        tokens_out=outcome.tokens_out + before.tokens_out,
    )


def _decoded(response: Any) -> object | ChatFailure:
    try:
        body: object = json.loads(response.content)
    except (ValueError, RecursionError):
        if "html" in response.headers.get("content-type", ""):
            return ChatFailure("invalid", "the endpoint sent a web page: is its address right")
        return ChatFailure("invalid", "the endpoint sent something that is not an answer")
    return body


def _unreachable(error: BaseException) -> ChatFailure:
    """Say why there was no connection, from what lies under the SDK's error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ChatFailure("fatal", "the endpoint's certificate is not trusted")
        if isinstance(cause, ssl.SSLError) and cause.reason == "WRONG_VERSION_NUMBER":
            return ChatFailure("fatal", "the endpoint does not speak https: try http")
        cause = cause.__cause__ or cause.__context__
    return ChatFailure("retryable", "the endpoint cannot be reached")


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
