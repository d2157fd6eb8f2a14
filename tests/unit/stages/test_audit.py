import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, TypeVar

import pytest

from anonymuse.domain.policy import PUBLIC
from anonymuse.domain.private.drafts import DraftName, Verdict
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Question, Usage
from anonymuse.stages.audit import audit_model, audit_rules, audit_support

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, list[Verdict]]], list[Verdict]]


def draft(name: str, node: str = "L0-0000") -> DraftName:
    return DraftName(node, name, "Users asked for help.", "model")


class OneReplyEach:
    """Answers every request from a list, in reverse order of asking."""

    model_id = "fake"

    def __init__(self, replies: list[str | None]) -> None:
        self.replies = replies
        self.requests: list[ChatRequest] = []
        self.usage = Usage()
        self.ledger: dict[str, Usage] = {}
        self.errors: list[str] = []

    async def ask(
        self, questions: Iterable[Question[T]]
    ) -> AsyncIterator[tuple[int, T | ChatFailure]]:
        asked = list(questions)
        self.requests = [question.request for question in asked]
        for index in reversed(range(len(self.requests))):
            reply = self.replies[index]
            try:
                yield (
                    index,
                    ChatFailure("retryable", "") if reply is None else asked[index].check(reply),
                )
            except ValueError as error:
                self.errors.append(f"{error!r} {error.__cause__!r}")
                yield index, ChatFailure("invalid", "")


def test_the_fake_is_an_asker() -> None:
    asker: Asker = OneReplyEach([])
    assert asker.model_id == "fake"


def test_rules_say_which_was_broken() -> None:
    assert audit_rules(draft("Write letters")) == Verdict("L0-0000", "rules", True, None, "passed")
    assert audit_rules(draft("Route 66")) == Verdict("L0-0000", "rules", False, None, "digits")


def test_unsupported_words_veto_and_are_not_repeated() -> None:
    assert audit_support(draft("Write letters"), []).passed
    verdict = audit_support(draft("Ask Zanzolini"), ["Zanzolini"])
    assert not verdict.passed
    assert "anzolini" not in repr(verdict)


def test_the_model_grades_each_name_in_its_own_call(run_async: Run) -> None:
    asker = OneReplyEach(['{"grade": 5}', '{"grade": 3}', '{"grade":2}', '{"grade": 1}'])
    drafts = [draft(f"Topic {letter}", f"L0-{letter}") for letter in "abcd"]
    verdicts = run_async(audit_model(drafts, asker, PUBLIC))
    assert [v.node for v in verdicts] == ["L0-a", "L0-b", "L0-c", "L0-d"]
    assert [v.grade for v in verdicts] == [5, 3, 2, 1]
    assert [v.passed for v in verdicts] == [True, True, False, False]
    assert [v.reason for v in verdicts] == ["passed", "passed", "grade too low", "grade too low"]
    for own, request in zip(drafts, asker.requests, strict=True):
        text = "".join(m.content for m in request.messages)
        assert own.name in text
        assert sum(other.name in text for other in drafts) == 1
        assert request.temperature == 0.05
        assert request.schema is not None
        assert request.purpose == "audit"
    assert len({r.messages[0].content for r in asker.requests}) == 1


@pytest.mark.parametrize(
    "reply",
    [None, "", "secret", "5", "[]", '{"grade": 0}', '{"grade": 6}', '{"grade": "5"}',
     '{"grade": true}', '{"grade": 5.0}', json.dumps({"mark": 5}), "[" * 100_000],
)  # fmt: skip
def test_no_grade_is_a_veto(reply: str | None, run_async: Run) -> None:
    asker = OneReplyEach([reply])
    verdicts = run_async(audit_model([draft("Write letters")], asker, PUBLIC))
    assert not any("secret" in error for error in asker.errors)
    assert verdicts == [Verdict("L0-0000", "model", False, None, "auditor did not answer")]


def test_nothing_to_audit(run_async: Run) -> None:
    assert run_async(audit_model([], OneReplyEach([]), PUBLIC)) == []


def test_a_specific_of_a_special_category_is_a_problem_where_asked_for() -> None:
    specific = draft("Meals for people with diabetes")
    assert audit_rules(specific).passed
    verdict = audit_rules(specific, generalise=True)
    assert not verdict.passed
    assert verdict.reason == "specifics of a special category"
    assert audit_rules(draft("Meals for a health condition"), generalise=True).passed
