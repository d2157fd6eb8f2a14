"""A summariser without a language model: it names a group by its most central line.

Honest and crude. It stands in for a chat model where the two ways of naming are compared and none
is at hand: both get the same drafts from it. It votes by the claim's words and, where vectors are
given, by their nearness to the line in meaning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

import numpy as np

from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.voter import votes
from anonymuse.ports.chat import ChatRequest
from anonymuse.ports.embedder import Embedder, Vectors

NEAR = 0.5
"""cosine from which a line bears a claim out although it uses other words"""
_NAME_WORDS = 10
_ENTRY = re.compile(r"^(?:-|\d+\.) +(.+)$", re.MULTILINE)
_FENCED = re.compile(r"<(data-\w+)>\n(.*?)\n</\1>", re.DOTALL)


class ExtractiveChat:
    """Answers the prompts of naming from the lines in them.

    Args:
        embedder: for votes by meaning; it embeds claims only.
        known: vectors of the lines by their text.
    """

    def __init__(self, embedder: Embedder, known: Mapping[str, Vectors]) -> None:
        self._embedder = embedder
        self._known = dict(known)
        self.model = ScriptedChat(self._answer, id="extractive")

    def _answer(self, request: ChatRequest) -> str:
        wanted = (request.schema or {}).get("properties", {})
        asked = request.messages[-1].content
        if "votes" in wanted:
            claims, line = (data for _, data in _FENCED.findall(asked))
            return json.dumps({"votes": [self._bears(c, line) for c in _ENTRY.findall(claims)]})
        if "claims" in wanted:
            _, told = _FENCED.findall(asked)[0][1].split("\n", 1)
            return json.dumps({"claims": [s.strip() for s in told.split(". ") if s.strip()]})
        if "Statements:" in asked:
            said = _ENTRY.findall(asked)
            return json.dumps({"name": said[0], "description": ". ".join(said[:3])})
        inside, _, outside = asked.partition("Outside the group:")
        return json.dumps(_draft(_ENTRY.findall(inside), _ENTRY.findall(outside)))

    def _bears(self, claim: str, line: str) -> bool:
        if votes(claim, line):
            return True
        near = self._vector(claim) @ self._known[line] if line in self._known else 0.0
        return bool(near >= NEAR)

    def _vector(self, text: str) -> Vectors:
        if text not in self._known:
            self._known[text] = self._embedder.embed([text])[0]
        return self._known[text]


def _draft(inside: Sequence[str], outside: Sequence[str]) -> dict[str, str]:
    """Return the most central line as the name, and the next ones as the description."""
    own, other = [stems(line) for line in inside], [stems(line) for line in outside]
    scores = [_overlap(s, own) - 0.5 * _overlap(s, other) for s in own]
    best = [inside[i] for i in np.argsort([-score for score in scores], kind="stable")]
    return {
        "name": " ".join(best[0].split()[:_NAME_WORDS]) if best else "",
        "description": ". ".join(best[1:4]),
    }


def _overlap(one: frozenset[str], others: Sequence[frozenset[str]]) -> float:
    """Return the mean share of words in common."""
    shared = [len(one & other) / max(1, len(one | other)) for other in others]
    return sum(shared) / max(1, len(shared))
