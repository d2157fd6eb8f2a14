"""The scores of refusals and extraction count what they say they count."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import pytest

from anonymuse.domain.facets import CORE
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.domain.private.transcript import Transcript
from anonymuse.evals import refusals
from anonymuse.evals.extraction import check_extraction
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.chat import ChatFailure, Question, Usage
from tests.unit.stages.test_refuse import Meaning


def _known(rows: Sequence[tuple[str, str, str]]) -> KnownTruth:
    """Return truth of (type, the assistant's words, refused)."""
    return KnownTruth(
        name="made",
        texts={},
        languages=None,
        category=tuple(kind for kind, _, _ in rows),
        subcategory=None,
        language=None,
        truth={"refused": tuple(refused for _, _, refused in rows)},
        transcripts=tuple(Transcript("", "", "", said, 2, 9) for _, said, _ in rows),
    )


def test_refusals_are_scored_with_and_without_meaning() -> None:
    known = _known(
        [
            ("a", "I am sorry, but I can't help you with that.", "yes"),
            ("b", "Here is how.", "no"),
            ("a", "No: that is theirs to say.", "yes"),  # only its meaning refuses
            ("c", "I cannot help with that.", "no"),
        ]
    )
    model = Meaning()
    told = refusals.tell("made", known, embedder=model, embed=model.embed)
    assert told.phrases.tolist() == [True, False, False, True]
    assert told.both.tolist() == [True, False, True, True]
    found = refusals.score(told)
    assert (found.conversations, found.refusals) == (4, 2)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == 1.0
    assert found.f1.mean == pytest.approx(0.8)
    assert found.phrases.mean == pytest.approx(0.5)
    assert found.gain.mean == pytest.approx(0.3)
    assert "| made | 4 | 2 | 0.67 | 1.00 | 0.800 " in refusals.table([found])


def test_tuning_types_are_every_other_one() -> None:
    assert refusals.tuning_types(["d", "b", "a", "c", "a"]) == {"a", "c"}


def test_sets_are_joined_and_taken_apart_by_language() -> None:
    known = _known([("a", "I am sorry, but I can't help you with that.", "yes")] * 20)
    model = Meaning()
    one = refusals.tell("one", known, embedder=model, embed=model.embed)
    both = refusals.joined("both", [one, one.take("part", refusals.flags([True] + [False] * 19))])
    assert len(both.true) == 21
    assert [part.name for part in refusals.by_language(both)] == ["English"]
    assert (
        list(refusals.by_language(both.take("few", refusals.flags([True] * 19 + [False] * 2))))
        == []
    )


class _Detector:
    id = "fake"

    def detect(self, text: str) -> str:
        return "English"


class _Asker:
    model_id = "fake"

    def __init__(self) -> None:
        self.usage = Usage()
        self.ledger: dict[str, Usage] = {}

    async def ask(self, questions: Iterable[Question[Any]]) -> AsyncIterator[tuple[int, Any]]:
        for index, question in enumerate(questions):
            if "fail" in question.request.messages[-1].content:
                self.usage.retries += 3
                yield index, ChatFailure("invalid", "no valid answer")
                continue
            answer = {"request": "bake bread", "task": "give a recipe", "concern": 1}
            yield index, question.check(json.dumps({**answer, "refused": "no"}))


def test_extraction_counts_failures_and_accepted_answers(run_async: Any) -> None:
    talks = [
        Conversation(str(n), (Turn("user", text), Turn("assistant", "ok")))
        for n, text in enumerate(["how to bake", "please fail", "bread?"])
    ]
    check, answers = run_async(
        check_extraction(talks, _Asker(), detector=_Detector(), questions=CORE)
    )
    assert (check.conversations, check.valid, check.failures) == (3, 2, {"invalid": 1})
    assert (check.empty, check.copied, check.identifying) == (0, 0, 0)
    assert (check.retries, check.distinct_requests, check.passed) == (3, 1, False)
    assert sorted(answers) == [0, 2]
    assert "2 of 3 conversations answered in full" in check.lines()[0]
