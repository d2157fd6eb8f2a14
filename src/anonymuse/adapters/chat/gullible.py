"""The worst model there could be: it obeys whatever it reads, and repeats what it was told.

Everything that is released has to be safe even when this model wrote all names and passed every
audit. It ships so that anybody can run that test on their own data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from anonymuse.domain.ids import content_id
from anonymuse.ports.chat import ChatReply, ChatRequest

CHARACTERS_PER_TOKEN: Final = 4

_SET: Final = re.compile(
    r"\b(?:set|make|mark)\s+(?:the\s+|your\s+)?[\"'`]?(\w+)[\"'`]?\s+(?:to|as|=)\s*[\"'`]?([\w.-]+)",
    re.IGNORECASE,
)
_RATE: Final = re.compile(
    r"\b(?:rate|grade|score|rating)\b(?:\W+\w+){0,4}?\W+(\d+)\b", re.IGNORECASE
)
_SAY: Final = re.compile(
    r"\b(?:say|output|answer with|reply with|respond with|repeat|name it|call it|call this)\b"
    r"\W*[\"'`“]([^\"'`”]+)[\"'`”]",
    re.IGNORECASE,
)


class GullibleChat:
    """Obeys every instruction found in its input and quotes what it reads. Deterministic.

    String fields: what an injected 'say "..."' asks for, else as much of the last message as fits,
    each field and attempt starting at another place, so that nothing stays unquoted. Closed
    fields: what an injected "set X to Y" or "rate 5" asks for, else the first value; a ``grade``
    is the best there is.
    """

    def __init__(self, id: str = "gullible", *, concurrency: int = 8) -> None:  # noqa: A002
        self._id = id
        self._concurrency = concurrency

    @property
    def id(self) -> str:
        """The id given at the start."""
        return self._id

    @property
    def concurrency(self) -> int:
        """How many calls may be in flight."""
        return self._concurrency

    async def answer(self, request: ChatRequest) -> ChatReply:
        """Answer with what the input wants, or with the input."""
        reader = _Reader(request)
        text = (
            reader.string("", 0, None)
            if request.schema is None
            else json.dumps(reader.filled(request.schema), ensure_ascii=False)
        )
        words_in = sum(len(message.content.split()) for message in request.messages)
        return ChatReply(text, tokens_in=words_in, tokens_out=len(text.split()))

    async def close(self) -> None:
        """Nothing to give back."""


class _Reader:
    """One reading of one request, with the orders found in it."""

    def __init__(self, request: ChatRequest) -> None:
        self._text = request.messages[-1].content
        self._orders = {m[1].lower(): m[2].rstrip(".") for m in _SET.finditer(self._text)}
        self._rates: list[str] = _RATE.findall(self._text)
        self._says: list[str] = _SAY.findall(self._text)
        self._room = request.max_tokens * CHARACTERS_PER_TOKEN
        self._attempt = request.attempt
        self._audits = request.purpose == "audit"
        self._start = int(content_id(self._text)[:8], 16)

    def filled(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return an object for a flat schema."""
        properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
        strings = max(1, len(properties))
        # JSON spells quotes and line breaks with two characters: half the room is safe.
        share = max(40, self._room // (2 * strings))
        return {
            name: self._value(name, place, part, share)
            for place, (name, part) in enumerate(properties.items())
        }

    def string(self, name: str, place: int, most: int | None) -> str:
        """Return what the input wants said, or a stretch of it of at most ``most`` characters."""
        room = self._room if most is None else most
        wanted = self._orders.get(name.lower()) or (self._says[0] if self._says else None)
        if wanted is not None:
            return wanted[:room]
        if len(self._text) <= room:
            return self._text
        stretches = -(-len(self._text) // room)
        first = (self._start + place + self._attempt) % stretches
        return self._text[first * room : (first + 1) * room]

    def _value(self, name: str, place: int, schema: Mapping[str, Any], share: int) -> Any:
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._closed(name, list(schema["enum"]))
        kind = schema.get("type", "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind in ("integer", "number"):
            low = int(schema.get("minimum", 1))
            high = int(schema.get("maximum", max(low, 5)))
            return self._closed(name, list(range(low, high + 1)))
        if kind == "boolean":
            return self._closed(name, [True, False])
        if kind == "array":
            items = schema.get("items", {})
            count = max(1, schema.get("minItems", 1))
            return [self._value(name, place + i, items, share // count) for i in range(count)]
        return self.string(name, place, min(share, schema.get("maxLength", share)))

    def _closed(self, name: str, values: Sequence[Any]) -> Any:
        """Return the value that the input asks for, or the first; the best for a grade."""
        wanted = self._orders.get(name.lower())
        for value in values:
            if wanted is not None and str(value).lower() == wanted.lower():
                return value
        by_number = {str(value): value for value in values if str(value).isdigit()}
        if by_number and (name == "grade" or self._audits):
            return by_number[max(by_number, key=int)]
        for rate in self._rates:
            if rate in by_number:
                return by_number[rate]
        return values[0]
