"""Facets: what we ask of every conversation. Questions are not personal data; answers are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

FacetKind = Literal["text", "integer", "boolean", "one_of", "several_of"]
FacetSource = Literal["model", "computed", "sql", "function", "flag", "taxonomy"]

FLAG, FLAGGED = "flag_", "Flagged: "
"""begin the name and the title of a facet that is a classifier's verdict"""


@dataclass(frozen=True, slots=True)
class FacetQuestion:
    """One question about a conversation.

    Attributes:
        name: the column of the answer; a Python identifier.
        question: what the model is asked (empty for computed facets).
        kind: the type of the answer.
        values: the closed vocabulary, for ``one_of`` and ``several_of``; empty: an open one.
        low: smallest answer, for ``integer``.
        high: largest answer, for ``integer``.
        source: asked of a model; computed from the conversation by us; or by the user's SQL
            expression or function, after all others are answered; a classifier's verdict in a
            column; or by comparing the conversation with the categories of a taxonomy.
        max_words: bound on a text answer, told to the model.
        title: what a report calls it; empty: made from the name.
        rule: the SQL expression, the name of the function, or the column of the verdict.
        clustered: conversations are also grouped by this text facet alone.
        within: for each value, the value of a coarser facet that it is part of; empty: values are
            parts of nothing.
        part_of: name of the coarser facet.
        ranked: a person counts once in a topic, by the highest of their answers there (the last in
            the vocabulary), so that people of "3 or more" are the sum of those of 3, 4 and 5.
    """

    name: str
    question: str
    kind: FacetKind
    values: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    source: FacetSource = "model"
    max_words: int = 40
    title: str = ""
    rule: str = ""
    clustered: bool = False
    within: tuple[str, ...] = ()
    part_of: str = ""
    ranked: bool = False

    @property
    def heading(self) -> str:
        """What a report calls the facet."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def is_derived(self) -> bool:
        """Whether the user's SQL, function or column answers it, of each conversation alone."""
        return self.source in {"sql", "function", "flag"}

    @property
    def is_answered(self) -> bool:
        """Whether a model, a file or our own reading of the conversation answers it."""
        return self.source in {"model", "computed"}

    @property
    def is_open(self) -> bool:
        """Whether its values are short texts of no closed vocabulary."""
        return self.kind in {"one_of", "several_of"} and not self.values

    def what_decides(self) -> dict[str, Any]:
        """Return what decides the answers: a new title or tree asks nobody anything again."""
        return {
            "name": self.name,
            "question": self.question,
            "kind": self.kind,
            "values": list(self.values),
            "range": [self.low, self.high],
            "source": self.source,
            "max_words": self.max_words,
            "rule": self.rule,
        }


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
        ranked=True,
    ),
    FacetQuestion(
        name="refused",
        question="Did the assistant refuse the request?",
        kind="one_of",
        values=("no", "partly", "yes"),
        ranked=True,
    ),
)
"""The `core` preset: asked in one structured call (the computed ones need none)."""
