"""Generalise: what tells of somebody's health, belief, debts ... becomes its category, everywhere.

After facets are answered and before anything is embedded, grouped or named
(``docs/special-categories.md``). What is personal in the user's turns is personal in the whole
conversation and in the facets made from it, which speak of the user in the third person and have no
cues of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.domain.private.transcript import Transcript
from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.special import find_special, generalised

_ASSISTANT = re.compile(r"^(?:Assistant|Tool): .*?(?=^User: |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class Generalised:
    """A transcript after it was generalised.

    Attributes:
        transcript: without specifics of special categories.
        personal: the categories that the user's turns tell something of.
        counts: replaced places of the tagged text, by category.
    """

    transcript: Transcript
    personal: frozenset[str]
    counts: Counter[str]

    def __repr__(self) -> str:
        return f"Generalised({len(self.personal)} categories)"


def generalise_transcript(transcript: Transcript) -> Generalised:
    """Replace specifics in every text of a transcript."""
    asked = clean(_ASSISTANT.sub("", transcript.tagged))
    personal = frozenset(
        span.category for text in (asked, transcript.user_text) for span in find_special(text)
    )

    def text(given: str) -> str:
        return generalised(given, personal=personal)[0]

    tagged, counts = generalised(transcript.tagged, personal=personal)
    changed = replace(
        transcript,
        tagged=tagged,
        user_text=text(transcript.user_text),
        whole_text=text(transcript.whole_text),
        assistant_text=text(transcript.assistant_text),
    )
    return Generalised(changed, personal, counts)


def is_written(question: FacetQuestion) -> bool:
    """Say whether an answer is free text, so that it may hold specifics."""
    return question.name != "language" and (question.kind == "text" or question.is_open)


def generalise_answer(answer: Scalar, *, personal: Collection[str]) -> Scalar:
    """Replace specifics in an answer that is free text; other answers are as they were.

    Args:
        answer: several values are separated by semicolons; equal ones become one.
        personal: the categories of its conversation.
    """
    if not isinstance(answer, str):
        return answer
    values = [generalised(value, personal=personal)[0].strip() for value in answer.split(";")]
    return "; ".join(dict.fromkeys(filter(None, values)))
