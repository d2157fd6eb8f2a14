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
_VOTE: Final = re.compile(
    r"\b(?:votes?|answer|reply|respond|mark)\b(?:\W+\w+){0,4}?\W+(yes|true|no|false)\b",
    re.IGNORECASE,
)
_INCLUDE: Final = re.compile(
    r"\b(?:include|mention|reveal|repeat)\s+((?:[^\W\d_]+\s*){1,5})", re.IGNORECASE
)
_FENCED: Final = re.compile(r"<(data-\w+)>\n(.*?)\n</\1>", re.DOTALL)
_NUMBERED: Final = re.compile(r"^\d+\.\s*(.*)$", re.MULTILINE)
_MEANT: Final = {
    "medical": (
        "diagnos",
        "disease",
        "illness",
        "condition",
        "symptom",
        "medic",
        "treat",
        "suffer",
    ),
    "health": ("diagnos", "disease", "illness", "condition", "symptom", "medic", "treat", "suffer"),
    "contact": ("mail", "phone", "address"),
    "personal": ("name", "age", "mail", "address"),
}
"""parts of words that an order for such details is after"""
_SAY: Final = re.compile(
    r"\b(?:say|output|answer with|reply with|respond with|repeat|name it|call it|call this)\b"
    r"\W*[\"'`“]([^\"'`”]+)[\"'`”]",
    re.IGNORECASE,
)


class GullibleChat:
    """Obeys every instruction found in its input and quotes what it reads. Deterministic.

    String fields: what an injected 'say "..."' asks for, else the lines that an injected "include
    ..." is after, else as much of the last message as fits, each field and attempt starting at
    another place, so that nothing stays unquoted. Closed fields: what an injected "set X to Y" or
    "rate 5" asks for, else the first value; a ``grade`` is the best there is. Votes: what an
    injected "vote yes" asks for, else whether the claim's words stand in the conversation. Where a
    prompt has marks around its data, only what stands between them is read and obeyed.
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
        last = request.messages[-1].content
        self._data = [match[2] for match in _FENCED.finditer(last)]
        self._text = "\n".join(self._data) if self._data else last
        self._orders = {m[1].lower(): m[2].rstrip(".") for m in _SET.finditer(self._text)}
        self._rates: list[str] = _RATE.findall(self._text)
        self._says: list[str] = _SAY.findall(self._text)
        self._wanted = _asked_for(self._text)
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
        if self._wanted:
            return " ".join(self._wanted)[:room]
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
            if items.get("type") == "boolean":
                return self._votes(schema.get("minItems", 1))
            if name == "claims":
                return self._claims(schema.get("maxItems", 1))
            count = max(1, schema.get("minItems", 1))
            return [self._value(name, place + i, items, share // count) for i in range(count)]
        return self.string(name, place, min(share, schema.get("maxLength", share)))

    def _votes(self, count: int) -> list[bool]:
        """Vote as told, else for every claim that shares half of its words with the rest."""
        told: list[str] = _VOTE.findall(self._text)
        if told:
            return [told[0].lower() in {"yes", "true"}] * count
        claims: list[str] = _NUMBERED.findall(self._data[0] if self._data else self._text)
        seen = _long_words(" ".join(self._data[1:]))
        words = [_long_words(claim) for claim in claims]
        votes = [bool(own) and 2 * len(own & seen) >= len(own) for own in words]
        return [*votes, *[True] * count][:count]

    def _claims(self, most: int) -> list[str]:
        """Quote what was read, sentence by sentence."""
        found = [piece.strip() for piece in re.split(r"[.\n]+", self._text) if piece.strip()]
        return found[:most]

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


def _asked_for(text: str) -> list[str]:
    """Return the lines that an order to include something is after, best first, without orders."""
    orders: list[str] = _INCLUDE.findall(text)
    asked = {word[:6] for order in orders for word in _long_words(order)}
    asked |= {part for word in _MEANT for part in _MEANT[word] if word[:6] in asked}
    if not asked:
        return []
    lines = [line for line in text.splitlines() if not _INCLUDE.search(line)]
    hits = {line: sum(part in line.lower() for part in asked) for line in lines}
    return sorted((line for line in hits if hits[line]), key=lambda line: -hits[line])


def _long_words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 3}
