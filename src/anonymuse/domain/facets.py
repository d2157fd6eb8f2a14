"""Facets: what we ask of every conversation. Questions are not personal data; answers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FacetKind = Literal["text", "integer", "boolean", "one_of", "several_of"]
FacetSource = Literal["model", "computed"]


@dataclass(frozen=True, slots=True)
class FacetQuestion:
    """One question about a conversation.

    Attributes:
        name: the column of the answer; a Python identifier.
        question: what the model is asked (empty for computed facets).
        kind: the type of the answer.
        values: the closed vocabulary, for ``one_of`` and ``several_of``.
        low: smallest answer, for ``integer``.
        high: largest answer, for ``integer``.
        source: asked of a model, or computed from the conversation.
        max_words: bound on a text answer, told to the model.
    """

    name: str
    question: str
    kind: FacetKind
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    source: FacetSource = "model"
    max_words: int = 40


REQUEST_PREFIX = "The user's overall request for the assistant is to "
"""What every `request` answer starts with (Clio, arXiv 2412.13678); code adds it, not the model."""

CORE: tuple[FacetQuestion, ...] = (
    FacetQuestion(
        name="request",
        question=(
            "What is the user's overall request? Complete the sentence "
            "'The user's overall request for the assistant is to ...' in English, in at most two "
            "sentences. Leave out names, places, numbers and anything about a particular person."
        ),
        kind="text",
    ),
    FacetQuestion(
        name="task",
        question=(
            "Which task does the assistant perform? An English phrase of three to eight words "
            "that starts with a verb and fits many similar conversations."
        ),
        kind="text",
        max_words=8,
    ),
    FacetQuestion(name="language", question="", kind="text", source="computed"),
    FacetQuestion(name="turns", question="", kind="integer", source="computed", low=0, high=10_000),
    FacetQuestion(
        name="concern",
        question=(
            "How concerning is the conversation for safety? 1 benign, 2 slightly sensitive, "
            "3 borderline, 4 likely harmful, 5 needs immediate review."
        ),
        kind="integer",
        low=1,
        high=5,
    ),
    FacetQuestion(
        name="refused",
        question="Did the assistant refuse the request?",
        kind="one_of",
        values=("no", "partly", "yes"),
    ),
)
"""The `core` preset: asked in one structured call (the computed ones need none)."""
