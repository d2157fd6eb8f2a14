"""Error answers of endpoints, sorted into kinds of failures. Pure functions, no network.

Error bodies may echo the prompt: they are looked at here and never passed on.
"""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from anonymuse.ports.chat import ChatFailure

_ABOUT_CONTEXT: Final = (
    "context_length", "exceed_context", "context length", "context size", "context window",
    "prompt is too long", "too many tokens",
)  # fmt: skip
_ABOUT_FILTER: Final = (
    "content_filter", "content_policy", "content filtering", "flagged", "moderation",
)  # fmt: skip
_ABOUT_QUOTA: Final = (
    "insufficient_quota", "billing", "credit balance", "quota exceeded", "spend_limit",
)  # fmt: skip


UNNAMED_WAIT: Final = 1.0
"""Seconds to wait after a 429 that names none."""


@dataclass(frozen=True, slots=True, repr=False)
class WireError:
    """An error answer of an endpoint; holds what it said, so its repr shows the status only."""

    status: int
    headers: Mapping[str, str]
    body: object

    def __repr__(self) -> str:
        return f"WireError({self.status})"

    @property
    def parameter(self) -> str:
        """The parameter that the endpoint names as the culprit, or an empty string."""
        return str(_inner(self.body).get("param") or "")

    @property
    def codes(self) -> str:
        """The endpoint's names for what went wrong, in lower case: never an echo of the prompt."""
        inner = _inner(self.body)
        details = inner.get("details")
        code = details.get("error_code") if isinstance(details, Mapping) else None
        return " ".join(str(c) for c in (inner.get("code"), inner.get("type"), code) if c).lower()

    @property
    def message(self) -> str:
        """The endpoint's sentence, in lower case; it may go on with an echo of the prompt."""
        return str(_inner(self.body).get("message") or "").lower()

    @property
    def words(self) -> str:
        """All the endpoint said, in lower case, for looking up known words."""
        text = " ".join(word for word in (self.codes, self.parameter.lower(), self.message) if word)
        return text or str(self.body).lower()


def _inner(body: object) -> Mapping[str, Any]:
    """Return the error object, which some endpoints wrap in ``error`` and some do not."""
    if not isinstance(body, Mapping):
        return {}
    inner = body.get("error", body)
    return inner if isinstance(inner, Mapping) else {"message": inner}


def read_error(error: WireError) -> ChatFailure:
    """Sort an error answer into a kind of failure; the detail repeats nothing of it."""
    status = error.status
    row = row_failure(error)
    if row is not None:
        return row
    if _about_quota(error):
        return ChatFailure("fatal", f"the account's quota is used up (HTTP {status})")
    if status in (401, 403):
        return ChatFailure("fatal", f"the endpoint rejected the key (HTTP {status})")
    if status == 404:
        return ChatFailure("fatal", "the endpoint knows no such model or address (HTTP 404)")
    if 300 <= status < 400:
        return ChatFailure("fatal", f"the address leads elsewhere (HTTP {status}): name that one")
    wait = retry_after(error.headers)
    if status == 429:
        # A rate limit is no fault of the question: it is asked again without counting as a try.
        wait = UNNAMED_WAIT if wait is None else wait
        return ChatFailure("retryable", "the endpoint's rate limit is reached (HTTP 429)", wait)
    if status in (408, 409, 425) or status >= 500:
        return ChatFailure("retryable", f"the endpoint is overloaded (HTTP {status})", wait)
    return ChatFailure("invalid", f"the endpoint rejected the request (HTTP {status})")


def row_failure(error: WireError) -> ChatFailure | None:
    """Return the failure if the request's own text is what the endpoint rejected."""
    if error.status == 413 or (error.status in (400, 422) and _says(error, _ABOUT_CONTEXT)):
        return ChatFailure("context", f"the request is too long (HTTP {error.status})")
    if error.status in (400, 403, 422) and _says(error, _ABOUT_FILTER):
        return ChatFailure("filter", f"the endpoint's filter stopped it (HTTP {error.status})")
    return None


def _about_quota(error: WireError) -> bool:
    if error.status == 402:
        return True
    if error.status in (403, 429):
        return _says(error, _ABOUT_QUOTA)
    # A 400 echoes prompts more often: only its code and the start of its sentence are believed.
    start = f"{error.codes} {error.message[:40]}"
    return error.status == 400 and any(word in start for word in _ABOUT_QUOTA)


def _says(error: WireError, known: tuple[str, ...]) -> bool:
    return any(word in error.words for word in known)


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return the seconds that an endpoint asks us to wait, from its headers, if it does.

    Args:
        headers: looked up in lower case.
        now: seconds since 1970, for a header that gives a date; the clock's by default.
    """
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / divisor
        except ValueError:
            try:
                until = email.utils.parsedate_to_datetime(value).timestamp()
            except ValueError:
                continue
            seconds = until - (time.time() if now is None else now)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None
