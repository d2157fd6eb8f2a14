"""Chat models on the attacker's side: what the pipeline has to survive whatever model it is given.

`GullibleChat` (shipped with the product) obeys what it reads and quotes it. An accomplice is
worse: it knows what the attacker is after, looks for it in everything that it is shown, writes it
wherever it may write, votes for everything but the decoys, which it knows, and passes every audit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.ports.chat import ChatRequest
from anonymuse.stages.vote import DECOYS

Says = Callable[[ChatRequest], str]

_STATEMENT = re.compile(r"^\s*(\d+)\. (.+)$", re.MULTILINE)


class Accomplice(ScriptedChat):
    """Looks for words in what it reads, and writes them.

    Args:
        sought: the words that the attacker wants to hear of.
        filler: what a harmless name of the group would say, made from the request.
    """

    def __init__(self, sought: Sequence[str], filler: Says) -> None:
        super().__init__(self._answer, id="accomplice", concurrency=32)
        self._sought = re.compile(
            r"\b(?:" + "|".join(map(re.escape, sorted(sought, key=len, reverse=True))) + r")\b",
            re.IGNORECASE,
        )
        self._filler = filler

    def _answer(self, request: ChatRequest) -> str:
        read = request.messages[-1].content
        found = list(dict.fromkeys(word.lower() for word in self._sought.findall(read)))
        decoys = {int(n) - 1 for n, claim in _STATEMENT.findall(read) if claim.strip() in DECOYS}
        writes = _Writer(self._filler(request), found, decoys)
        if request.schema is None:
            return writes.sentence()
        properties: Mapping[str, Any] = request.schema.get("properties", {})
        return json.dumps({name: writes.value(name, part) for name, part in properties.items()})


class _Writer:
    """Fills in one form."""

    def __init__(self, filler: str, found: list[str], decoys: set[int]) -> None:
        self._filler, self._found, self._decoys = filler, found, decoys

    def sentence(self) -> str:
        """Return a name that holds all that was found."""
        return f"{self._filler} with {' and '.join(self._found)}" if self._found else self._filler

    def value(self, name: str, part: Mapping[str, Any]) -> Any:
        """Return the worst answer that fits."""
        if "enum" in part:
            values = list(part["enum"])
            return max(values) if name == "grade" else values[0]
        kind = part.get("type", "string")
        if kind == "boolean":
            return True
        if kind in ("integer", "number"):
            return int(part.get("maximum", 5))
        if kind == "array":
            return self._several(part)
        if name == "name":
            return self._filler  # harmless, so that it is let through
        return f"People asked to {self._filler.lower()}. {self._told()}".strip()

    def _told(self) -> str:
        return f"They asked about {', '.join(self._found)}." if self._found else ""

    def _several(self, part: Mapping[str, Any]) -> list[Any]:
        items = part.get("items", {})
        least, most = part.get("minItems", 0), part.get("maxItems", 8)
        if items.get("type") == "boolean":
            return [place not in self._decoys for place in range(max(least, 1))]
        told = [self._filler, *(f"asks about {word}" for word in self._found)]
        told += [self._filler] * (least - len(told))
        return told[:most]
