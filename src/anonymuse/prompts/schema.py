"""From facet questions to a JSON schema, and from a model's text back to checked values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.conversation import Scalar

_LONGEST_RANGE = 25
"""Integers with no more values than this are asked as a closed list, which small models keep to."""

OPEN_VALUES = 5
"""values of an open vocabulary that one answer may hold; the rest is cut off"""

_LONGEST_ANSWER = 20_000


def answer_schema(questions: Sequence[FacetQuestion]) -> dict[str, Any]:
    """Return the JSON schema of one flat object that answers all questions, in their order."""
    return {
        "type": "object",
        "properties": {question.name: _property(question) for question in questions},
        "required": [question.name for question in questions],
        "additionalProperties": False,
    }


def _property(question: FacetQuestion) -> dict[str, Any]:
    if question.kind == "boolean":
        return {"type": "boolean"}
    if question.kind == "integer":
        if question.high - question.low < _LONGEST_RANGE:
            return {"type": "integer", "enum": list(range(question.low, question.high + 1))}
        return {"type": "integer"}
    one: dict[str, Any] = {"type": "string"}
    if question.values:
        one["enum"] = list(question.values)
    return {"type": "array", "items": one} if question.kind == "several_of" else one


def parse_answer(text: str, questions: Sequence[FacetQuestion]) -> dict[str, Scalar]:
    """Read a model's answer: all questions answered, with the right types and in their ranges.

    A ``several_of`` answer becomes one text, its values in the order of the vocabulary and
    separated by semicolons.

    Raises:
        ValueError: it is not that. The message never holds what the model wrote.
    """
    try:
        value = json.loads(text[:_LONGEST_ANSWER])
    except (ValueError, RecursionError):
        raise ValueError("the answer is not JSON") from None
    if not isinstance(value, Mapping):
        raise ValueError("the answer is not a JSON object")
    return {q.name: check_answer(q, value.get(q.name)) for q in questions}


def check_answer(question: FacetQuestion, value: Any) -> Scalar:
    """Return one answer as it is kept; ``several_of`` becomes one text with semicolons.

    Raises:
        ValueError: it is no answer to the question. The message never holds the value.
    """
    try:
        return _CHECKS[question.kind](question, value)
    except (TypeError, ValueError):
        raise ValueError(f"the answer to {question.name!r} is not {wanted(question)}") from None


def wanted(question: FacetQuestion) -> str:
    """Say in words what an answer must be."""
    if question.kind == "integer":
        return f"an integer from {question.low} to {question.high}"
    if question.kind == "boolean":
        return "true or false"
    if question.kind == "text":
        return f"a text of 1 to {question.max_words} words"
    if question.values:
        kind = "one" if question.kind == "one_of" else "a list of those that fit, none or more,"
        return f"{kind} of {', '.join(question.values)}"
    text = f"1 to {question.max_words} words in lower case"
    if question.kind == "one_of":
        return f"a text of {text}"
    return f"a list of none to {OPEN_VALUES} texts, each of {text}"


def _text(question: FacetQuestion, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    text = " ".join(value.split())
    if not any(map(str.isalpha, text)) or len(text.split()) > question.max_words:
        raise ValueError
    return text


def _integer(question: FacetQuestion, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if not question.low <= value <= question.high:
        raise ValueError
    return value


def _boolean(_: FacetQuestion, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _one_of(question: FacetQuestion, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if not question.values:
        return _text(question, value).replace(";", ",")
    same = {known.casefold(): known for known in question.values}
    return same[value.strip().casefold()] if value.strip().casefold() in same else _none()


def _none() -> str:
    raise ValueError


def _several_of(question: FacetQuestion, value: Any) -> str:
    if not isinstance(value, list):
        raise TypeError
    if not question.values:
        texts = [_one_of(question, one) for one in value[:OPEN_VALUES]]
        first: dict[str, str] = {}
        for one in texts:
            first.setdefault(one.casefold(), one)
        return "; ".join(first.values())
    chosen = {_one_of(question, one) for one in value}
    return "; ".join(known for known in question.values if known in chosen)


_CHECKS: Mapping[str, Callable[[FacetQuestion, Any], Scalar]] = {
    "text": _text,
    "integer": _integer,
    "boolean": _boolean,
    "one_of": _one_of,
    "several_of": _several_of,
}
