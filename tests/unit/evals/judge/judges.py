"""Judges that are made up: right, lenient, biased, hostile and mute ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from anonymuse.adapters.chat.scripted import Answer
from anonymuse.evals.judge.item import GRADES, KINDS, WORDS, Grade, calibration
from anonymuse.ports.chat import ChatFailure, ChatRequest

Judge = Callable[[ChatRequest], Answer]

_GRADES = {
    (frozenset("\n".join(one.item.evidence).split("\n")), one.item.claim): one.grade
    for kind in KINDS
    for one in calibration(kind)
}
_MARKED = re.compile(r"<(data-\w+)>\n(.*?)\n</\1>", re.DOTALL)


def grade(request: ChatRequest, said: Grade) -> str:
    """Return a reply, in the words of the question."""
    (own,) = (words for words in WORDS.values() if words == words_of(request))
    return json.dumps({"grade": own[GRADES.index(said)]})


def words_of(request: ChatRequest) -> tuple[str, ...]:
    assert request.schema is not None
    return tuple(request.schema["properties"]["grade"]["enum"])


def texts_of(request: ChatRequest) -> tuple[str, str]:
    """Return the evidence and the claim: the two texts between marks."""
    evidence, claim = _MARKED.findall(request.messages[-1].content)
    return evidence[1], claim[1]


def right(request: ChatRequest) -> Answer:
    evidence, claim = texts_of(request)
    lines = frozenset(line.removeprefix("- ") for line in evidence.split("\n"))
    return grade(request, _GRADES[lines, claim])


def lenient(request: ChatRequest) -> Answer:
    return grade(request, "yes")


def first_named(request: ChatRequest) -> Answer:
    asked = request.messages[-1].content.splitlines()[-1]
    return json.dumps({"grade": min(words_of(request), key=asked.rindex)})


def sometimes_mute(request: ChatRequest) -> Answer:
    _, claim = texts_of(request)
    if len(claim) % 7 == 0:
        return ChatFailure("refusal", "refused")
    if len(claim) % 7 == 1:
        return json.dumps({"grade": "perfect"})
    return right(request)
