"""Data whose truth is known: what clusters, names and answers are measured against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.private.conversation import Conversation, Scalar
from anonymuse.domain.private.transcript import VIEWS, Transcript
from anonymuse.ports.language import UNKNOWN, LanguageDetector
from anonymuse.stages.scrub import make_transcript

BUDGET_TOKENS = 1500
Answers = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, repr=False)
class KnownTruth:
    """Conversations and what they were written to be; every tuple has one entry a conversation.

    Attributes:
        name: of the data set.
        texts: by view (``user``, ``whole``, ``replies``, ``request``, ``task``).
        languages: what takes the language out: as the product would know it. None: one language.
        category: the upper truth.
        subcategory: the lower truth; None where there is one level only.
        language: the true language, for scores by group; None where it is one.
        units: who wrote it; None: everybody once.
        truth: further true answers, by facet ("refused", "concern").
        answers: what the product answers, by facet; None where it was not asked.
        transcripts: what a model is shown; None where there are bare texts.
        same: rows that share a value say the same thing; None where nothing is known of that.
    """

    name: str
    texts: Mapping[str, tuple[str, ...]]
    languages: tuple[str, ...] | None
    category: tuple[str, ...]
    subcategory: tuple[str, ...] | None
    language: tuple[str, ...] | None
    units: tuple[str, ...] | None = None
    truth: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)
    answers: tuple[Answers, ...] | None = None
    transcripts: tuple[Transcript, ...] | None = None
    same: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.category)

    def __repr__(self) -> str:
        return f"KnownTruth({self.name}, {len(self)} rows)"

    def take(self, rows: Sequence[int]) -> KnownTruth:
        """Return the same of some rows, in their order."""
        return replace(self, **{f.name: _taken(getattr(self, f.name), rows) for f in fields(self)})

    def answered(self, answers: tuple[Answers, ...] | None) -> KnownTruth:
        """Return the same rows with answers that are no views."""
        return replace(self, answers=answers)

    def with_answers(self, answers: Mapping[int, Answers]) -> KnownTruth:
        """Return the rows that were answered, with their facets as views and as answers.

        Args:
            answers: by row. A row without a ``request`` was not answered.
        """
        rows = [row for row in sorted(answers) if answers[row].get("request")]
        own = [answers[row] for row in rows]
        found = self.take(rows)
        texts = {
            view: tuple(str(one.get(view) or one["request"]) for one in own)
            for view in ("request", "task")
        }
        texts["request"] = tuple(REQUEST_PREFIX + text.removeprefix(REQUEST_PREFIX)
                                 for text in texts["request"])  # fmt: skip
        told = tuple(str(one.get("language") or UNKNOWN) for one in own)
        return replace(
            found,
            texts={**found.texts, **texts},
            languages=found.languages if all(t == UNKNOWN for t in told) else told,
            answers=tuple(own),
        )


def of_conversations(
    name: str,
    conversations: Sequence[Conversation],
    detector: LanguageDetector,
    *,
    category: Sequence[str],
    subcategory: Sequence[str] | None = None,
    language: Sequence[str] | None = None,
    truth: Mapping[str, tuple[Scalar, ...]] | None = None,
) -> KnownTruth:
    """Scrub conversations as the product does, and keep their truth beside them."""
    transcripts = tuple(make_transcript(c, budget_tokens=BUDGET_TOKENS) for c in conversations)
    known = tuple(detector.detect(t.user_text) for t in transcripts)
    return KnownTruth(
        name=name,
        texts={view: tuple(t.view(view) for t in transcripts) for view in VIEWS},
        languages=known,
        category=tuple(category),
        subcategory=None if subcategory is None else tuple(subcategory),
        language=known if language is None else tuple(language),
        units=tuple(c.user or c.id for c in conversations),
        truth=truth or {},
        transcripts=transcripts,
    )


def _taken(value: Any, rows: Sequence[int]) -> Any:
    if isinstance(value, Mapping):
        return {key: _taken(own, rows) for key, own in value.items()}
    return tuple(value[row] for row in rows) if isinstance(value, tuple) else value
