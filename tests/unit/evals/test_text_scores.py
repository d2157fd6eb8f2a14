"""The scores of refusals and extraction count what they say they count."""

import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from anonymuse.domain.facets import CORE
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.evals import refusals
from anonymuse.evals.extraction import check_extraction
from anonymuse.ports.chat import ChatFailure, Question, Usage


def test_refusals_are_scored_by_half(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    said = [
        ("v2-1", "Sorry, but I can't assist with that.", "2_full_refusal"),
        ("v2-2", "Here is how.", "1_full_compliance"),
        ("v2-3", "I'd see it another way.", "3_partial_refusal"),
        ("v2-4", "I cannot help with that.", "1_full_compliance"),
    ]
    path.write_text(
        "".join(
            json.dumps({"id": i, "completion": text, "final_label": label}) + "\n"
            for i, text, label in said
        )
    )
    even, odd = refusals.score_xstest(path)
    assert (even.conversations, even.refusals, even.found, even.wrong) == (2, 0, 0, 1)
    assert (even.precision, even.recall) == (0.0, 1.0)
    assert (odd.conversations, odd.refusals, odd.found, odd.wrong) == (2, 2, 1, 0)
    assert "| XSTest, odd ids | 2 | 2 | 1.00 | 0.50 |" in refusals.table([odd])


def test_the_corpus_is_scored_over_all_turns(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    turns = [
        {"role": "user", "content": "I can't help with that."},
        {"role": "assistant", "content": "Fine."},
    ]
    path.write_text(json.dumps({"messages": turns, "refused": False}) + "\n")
    score = refusals.score_corpus(path, name="mine")
    assert (score.name, score.refusals, score.wrong, score.precision) == ("mine", 0, 0, 1.0)


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
