"""What a provider says of its limits in the headers of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NAMES: Final = {
    # OpenAI, https://developers.openai.com/api/docs/guides/rate-limits (limits of a minute)
    "x-ratelimit-limit-requests": (
        "x-ratelimit-remaining-requests",
        "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-tokens",
    ),
    # Anthropic, https://platform.claude.com/docs/en/api/rate-limits (limits of a minute)
    "anthropic-ratelimit-requests-limit": (
        "anthropic-ratelimit-requests-remaining",
        "anthropic-ratelimit-input-tokens-limit",
        "anthropic-ratelimit-input-tokens-remaining",
    ),
}


@dataclass(frozen=True, slots=True)
class ToldLimits:
    """Limits of one minute, and what is left of them; None where nothing was said."""

    requests: float | None = None
    requests_left: float | None = None
    tokens: float | None = None
    tokens_left: float | None = None


NOTHING: Final = ToldLimits()


def told_limits(headers: Mapping[str, str]) -> ToldLimits:
    """Read the rate-limit headers of OpenAI and Anthropic; numbers that make no sense are left out.

    Args:
        headers: looked up in lower case.
    """
    for first, others in _NAMES.items():
        if first in headers:
            requests, left, tokens, tokens_left = (
                _number(headers.get(name)) for name in (first, *others)
            )
            return ToldLimits(requests or None, left, tokens or None, tokens_left)
    return NOTHING


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None
