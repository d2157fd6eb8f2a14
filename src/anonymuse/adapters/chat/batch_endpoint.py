"""What the batch APIs of providers share: the model's client, its errors in our words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final, Protocol

from anonymuse.adapters.chat.batch_transport import TransportError
from anonymuse.adapters.chat.wire_errors import WireError, read_error
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

_WORD: Final = re.compile(r"[a-z0-9_.-]{1,60}")
_SLACK_SECONDS: Final = 3600.0


class Endpoint(Protocol):
    """What is used of a hosted model."""

    def body(self, request: ChatRequest) -> dict[str, Any]:
        """Return the body that a call would post now."""
        ...

    def read(self, body: object, *, schema: bool) -> ChatReply | ChatFailure:
        """Read a reply's body."""
        ...

    def client(self) -> Any:
        """Return the vendor's client, on the running loop."""
        ...

    def sdk(self) -> ModuleType:
        """Return the vendor's package."""
        ...


@contextmanager
def said_by(chat: Endpoint, *, asks: bool = False) -> Iterator[None]:
    """Turn what a vendor's client raises into a `TransportError` that repeats nothing of it.

    Args:
        chat: whose client.
        asks: something is being made, so that without an answer it may have been made.
    """
    sdk: Any = chat.sdk()
    try:
        yield
    except sdk.APIStatusError as error:
        status = error.status_code
        failure = read_error(WireError(status, {}, error.body))
        if status == 404:
            failure = ChatFailure("fatal", "it knows no such batch, file or address (HTTP 404)")
        raise TransportError(
            failure, unclear=asks and status in (408, 409, *range(500, 600))
        ) from None
    except (TimeoutError, sdk.APIConnectionError):  # a time-out of the client is one of these
        failure = ChatFailure("retryable", "the provider could not be reached")
        raise TransportError(failure, unclear=asks) from None
    except (sdk.APIError, ValueError):
        failure = ChatFailure("retryable", "the provider sent something that is no answer")
        raise TransportError(failure, unclear=asks) from None


def slack(moment: float) -> float:
    """Return a moment of ours as the provider's clock may have it at the earliest."""
    return moment - _SLACK_SECONDS


def word(code: object) -> str:
    """Return a provider's code if it is one short word, which cannot be an echo of a prompt."""
    text = str(code or "").lower()
    return text if _WORD.fullmatch(text) else ""
