"""Asking the same question again: after how long, and in which words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

from anonymuse.ports.chat import ChatRequest, Message


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before a question is asked again: doubling, with jitter.

    Attributes:
        first: seconds before the first repeat.
        longest: seconds that no wait exceeds.
    """

    first: float = 0.5
    longest: float = 30.0

    def seconds(self, repeat: int, key: str) -> float:
        """Return the wait before repeat 1, 2, ...: half of it fixed, half drawn from the key."""
        whole = min(self.longest, self.first * 2.0 ** (repeat - 1))
        draw = hashlib.blake2b(f"{key}/{repeat}".encode(), digest_size=4).digest()
        return whole * (0.5 + 0.5 * int.from_bytes(draw, "big") / 2**32)


def ask_again(request: ChatRequest) -> ChatRequest:
    """Return the next attempt at a question: the same, with a reminder of the schema in front.

    The reminder ends the first system message, so that engines keep most of their cached prefix
    and the transcript stays last.
    """
    again = replace(request, attempt=request.attempt + 1)
    if request.schema is None or request.attempt > 0:
        return again
    schema = json.dumps(request.schema, ensure_ascii=False, separators=(",", ":"))
    reminder = f"Answer with one short JSON object that fits this schema, nothing else: {schema}"
    first, *rest = request.messages
    if first.role == "system":
        first = Message("system", f"{first.content}\n\n{reminder}")
    else:
        first, rest = Message("system", reminder), list(request.messages)
    return replace(again, messages=(first, *rest))
