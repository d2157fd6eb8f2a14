"""Whether a chat model can fill in the form at all: an acceptance test of a model and its prompt.

What is checked holds for every answer that the product accepts: it fits the schema, no text is
empty, none copies the conversation, the examples or the instructions. Whether answers are *right*
is for the evaluation against known truth.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anonymuse.domain.facets import CORE, REQUEST_PREFIX, FacetQuestion
from anonymuse.domain.private.conversation import Conversation, Scalar
from anonymuse.lexicon.copies import flat, shares_a_run
from anonymuse.lexicon.identifiers import find_identifiers
from anonymuse.ports.chat import Asker, ChatFailure
from anonymuse.ports.language import LanguageDetector
from anonymuse.stages.extract import model_answers
from anonymuse.stages.scrub import make_transcript


@dataclass(frozen=True, slots=True)
class ExtractionCheck:
    """Counts over the conversations that were asked about.

    Attributes:
        conversations: asked about.
        valid: with a full set of accepted answers.
        failures: without, by the kind of the last failure.
        empty: accepted text answers without a letter; must be 0.
        copied: accepted text answers that repeat a run of the conversation; must be 0.
        identifying: accepted text answers with an identifier in them; must be 0.
        retries: how often an answer was turned down and asked for again, or a call repeated.
        distinct_requests: different `request` answers among the valid.
        seconds: wall time of all calls.
    """

    conversations: int
    valid: int
    failures: dict[str, int]
    empty: int
    copied: int
    identifying: int
    retries: int
    distinct_requests: int
    seconds: float

    @property
    def passed(self) -> bool:
        """True where every conversation was answered and no answer breaks a rule."""
        return self.valid == self.conversations and not (
            self.empty or self.copied or self.identifying
        )

    def lines(self) -> list[str]:
        """Return the result in plain words, without any answer."""
        failed = ", ".join(f"{kind} {n}" for kind, n in self.failures.items()) or "none"
        return [
            f"{self.valid} of {self.conversations} conversations answered in full, "
            f"{self.retries} answers asked for again; failed: {failed}",
            f"answers that are empty {self.empty}, copied {self.copied}, "
            f"identifying {self.identifying}; different requests {self.distinct_requests}",
            f"{self.seconds / max(1, self.conversations):.1f} seconds a conversation",
        ]


async def check_extraction(
    conversations: Iterable[Conversation],
    asker: Asker,
    *,
    detector: LanguageDetector,
    questions: Sequence[FacetQuestion] = CORE,
    budget_tokens: int = 1500,
) -> tuple[ExtractionCheck, dict[int, dict[str, Scalar]]]:
    """Ask a model about conversations and check again what was accepted.

    Returns:
        The counts, and the accepted answers by place of the conversation (private: for a grader).
    """
    transcripts = [make_transcript(one, budget_tokens=budget_tokens) for one in conversations]
    answers: dict[int, dict[str, Scalar]] = {}
    failures: Counter[str] = Counter()
    retries, start = asker.usage.retries, time.monotonic()
    async for place, found in model_answers(transcripts, questions, asker, detector=detector):
        if isinstance(found, ChatFailure):
            failures[found.kind] += 1
        else:
            answers[place] = found
    counts: Counter[str] = Counter()
    texts = [q for q in questions if q.source == "model" and q.kind == "text"]
    for place, found in answers.items():
        source = flat(transcripts[place].tagged)
        for question in texts:
            value = str(found[question.name] or "").removeprefix(REQUEST_PREFIX)
            counts["empty"] += not any(map(str.isalpha, value))
            counts["identifying"] += bool(find_identifiers(value))
            counts["copied"] += shares_a_run(flat(value), source)
    return ExtractionCheck(
        conversations=len(transcripts),
        valid=len(answers),
        failures=dict(sorted(failures.items())),
        empty=counts["empty"],
        copied=counts["copied"],
        identifying=counts["identifying"],
        retries=asker.usage.retries - retries,
        distinct_requests=len({found.get("request") for found in answers.values()}),
        seconds=time.monotonic() - start,
    ), answers
