"""Texts as long as those that a model will usually be sent, and will usually answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from anonymuse.domain.facets import FacetQuestion

_FILLER: Final = re.findall(
    r"\w+",
    "explain how to write a short and friendly letter to a landlord about a rental deposit that "
    "was not given back in time",
)

_WORDS: Final = {True: (1.83, 0.582), False: (0.72, 0.828)}
"""factor and power that make words said of words allowed; by whether the model is strong"""


def answer_text(questions: Sequence[FacetQuestion], *, strong: bool) -> str:
    """Return an answer of the usual length to facet questions.

    Lengths of texts are those of 1,680 recorded answers of a strong model (15 words where 40 are
    allowed, 6 where 8 are) and of 60 of the embedded one (14 and 4), with a twentieth on top as
    the words here are shorter in tokens.
    """
    return json.dumps({question.name: _value(question, *_WORDS[strong]) for question in questions})


def _value(question: FacetQuestion, factor: float, power: float) -> Any:
    if question.kind == "text":
        return some_words(min(question.max_words, factor * question.max_words**power))
    if question.kind == "integer":
        return question.low
    if question.kind == "boolean":
        return False
    if question.kind == "one_of":
        return question.values[0] if question.values else "other"
    return list(question.values[:2]) or ["clarity", "honest advice", "patience"]


def some_words(words: float) -> str:
    """Return a text of so many words."""
    return " ".join(_FILLER[i % len(_FILLER)] for i in range(max(1, round(words))))


def some_lines(lines: float, words: int) -> str:
    """Return a list of so many lines, of so many words each."""
    return "\n".join(f"- {some_words(words)}" for _ in range(max(1, round(lines))))
