"""Extraction: every answer checked, asked again when it is wrong, and scrubbed at the end."""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

import pytest

from anonymuse.domain.facets import CORE, REQUEST_PREFIX, FacetQuestion
from anonymuse.domain.private.conversation import Conversation, Turn
from anonymuse.domain.private.transcript import Transcript
from anonymuse.ports.chat import ChatFailure, ChatRequest, Question, Usage
from anonymuse.prompts.turns import turns
from anonymuse.stages.extract import (
    extract_request,
    local_answers,
    model_answers,
    recorded_answers,
)
from anonymuse.stages.scrub import make_transcript

GOOD = {"request": "bake a cake", "task": "give a recipe", "concern": 1, "refused": "no"}
ASKED = [question for question in CORE if question.source == "model"]


class Detector:
    id = "fake"

    def detect(self, text: str) -> str:
        return "Spanish" if " el " in f" {text} " else "English"


class FakeAsker:
    """Answers from a list for every conversation; the last answer repeats."""

    model_id = "fake"

    def __init__(self, replies: Callable[[str], Sequence[str]], attempts: int = 3) -> None:
        self.usage = Usage()
        self.ledger: dict[str, Usage] = {}
        self.requests: list[ChatRequest] = []
        self._replies = replies
        self._attempts = attempts

    async def ask(self, questions: Iterable[Question[Any]]) -> AsyncIterator[tuple[int, Any]]:
        for index, question in enumerate(questions):
            request = question.request
            self.requests.append(request)
            replies = self._replies(request.messages[-1].content)
            for attempt in range(self._attempts):
                try:
                    value = question.check(replies[min(attempt, len(replies) - 1)])
                except ValueError:
                    self.usage.retries += 1
                else:
                    yield index, value
                    break
            else:
                yield index, ChatFailure("invalid", "no valid answer")


def transcript(text: str = "how do I bake a cake for my friends") -> Transcript:
    return make_transcript(
        Conversation("c", (Turn("user", text), Turn("assistant", "Take flour.")))
    )


def answers_of(
    run_async: Callable[..., Any],
    *replies: dict[str, object] | str,
    text: str = "how do I bake a cake for my friends",
    questions: Sequence[FacetQuestion] = CORE,
) -> Any:
    given = [reply if isinstance(reply, str) else json.dumps(reply) for reply in replies]
    asker = FakeAsker(lambda _: given)

    async def main() -> Any:
        found = model_answers([transcript(text)], questions, asker, detector=Detector())
        return [item async for item in found]

    [(index, value)] = run_async(main())
    assert index == 0
    return value


def test_a_good_answer_gets_its_prefix_and_the_computed_facets(run_async: Any) -> None:
    assert answers_of(run_async, GOOD) == {
        "request": f"{REQUEST_PREFIX}bake a cake",
        "task": "give a recipe",
        "concern": 1,
        "refused": "no",
        "language": "English",
        "turns": 2,
    }


@pytest.mark.parametrize(
    "said",
    [
        "The user's overall request for the assistant is to bake a cake",
        "the user wants to bake a cake",
        "The user's request is to bake a cake",
        "to bake a cake",
        "Bake a cake",
        "the user asked the assistant to bake a cake",
    ],
)
def test_what_a_model_repeats_of_the_prefix_is_taken_off(run_async: Any, said: str) -> None:
    assert answers_of(run_async, {**GOOD, "request": said})["request"] == (
        f"{REQUEST_PREFIX}bake a cake"
    )


@pytest.mark.parametrize(
    "bad",
    [
        {**GOOD, "request": ""},
        {**GOOD, "request": "[EMAIL]"},
        {**GOOD, "request": "want to know how do I bake a cake for my friends today"},
        {**GOOD, "request": "помочь испечь торт"},
        {**GOOD, "task": "a phrase that is much longer than eight words are"},
        {**GOOD, "concern": 9},
        {**GOOD, "refused": "maybe"},
        {"request": "bake a cake"},
        "no JSON",
    ],
)
def test_a_bad_answer_is_asked_for_again_and_then_fails(
    run_async: Any, bad: dict[str, object] | str
) -> None:
    assert answers_of(run_async, bad, GOOD)["task"] == "give a recipe"
    failure = answers_of(run_async, bad)
    assert isinstance(failure, ChatFailure)
    assert failure.kind == "invalid"


def test_an_answer_of_the_examples_is_refused(run_async: Any) -> None:
    examples = [
        json.loads(text)
        for role, text in turns("extract", fields="", transcript="")
        if role == "assistant"
    ]
    assert len(examples) == 3
    for example in examples:
        assert isinstance(answers_of(run_async, example), ChatFailure)


def test_an_answer_in_the_language_of_the_conversation_is_refused(run_async: Any) -> None:
    spanish = {**GOOD, "request": "hornear el pastel"}
    assert isinstance(answers_of(run_async, spanish, text="como hago el pastel"), ChatFailure)


def test_answers_are_scrubbed_last(run_async: Any) -> None:
    leaky = {**GOOD, "request": "write to a@example.com and call +49 170 1234567 about it"}
    assert answers_of(run_async, leaky)["request"] == f"{REQUEST_PREFIX}write to and call about it"


def test_only_what_is_asked_is_in_the_schema_the_form_and_the_examples() -> None:
    two = [q for q in ASKED if q.name in ("request", "refused")]
    request = extract_request(transcript(), two)
    assert request.schema is not None
    assert request.schema["required"] == ["request", "refused"]
    assert "concern" not in "".join(message.content for message in request.messages)
    assert [m.role for m in request.messages] == ["system", *["user", "assistant"] * 3, "user"]
    own = FacetQuestion("mood", "Which mood?", "one_of", values=("good", "bad"))
    assert len(extract_request(transcript(), [own]).messages) == 2
    assert "one of good, bad" in extract_request(transcript(), [own]).messages[0].content


def test_the_static_part_comes_first_and_is_the_same_for_all() -> None:
    one, other = (extract_request(transcript(t), ASKED) for t in ("first text", "other words"))
    assert one.messages[:-1] == other.messages[:-1]
    assert one.messages[-1] != other.messages[-1]


def test_each_conversation_is_alone_in_its_call(run_async: Any) -> None:
    texts = [f"canary{n} question" for n in range(20)]
    asker = FakeAsker(lambda _: [json.dumps(GOOD)])
    taken: list[int] = []

    def lazily() -> Any:
        for place, text in enumerate(texts):
            taken.append(place)
            yield transcript(text)

    async def main() -> list[int]:
        found = model_answers(lazily(), ASKED, asker, detector=Detector())
        places: list[int] = []
        async for place, _ in found:
            assert len(taken) <= len(places) + 4
            places.append(place)
        return places

    assert sorted(run_async(main())) == list(range(20))
    assert len(asker.requests) == 20
    for request in asker.requests:
        whole = "".join(message.content for message in request.messages)
        assert whole.count("canary") == 1


def test_nothing_to_ask_asks_nothing(run_async: Any) -> None:
    computed = [question for question in CORE if question.source == "computed"]
    assert answers_of(run_async, "never", questions=computed) == {"language": "English", "turns": 2}


def test_local_answers_need_no_model() -> None:
    made = make_transcript(
        Conversation("c", (Turn("user", "hi"), Turn("assistant", "I can't help with that.")))
    )
    assert local_answers(made, detector=Detector()) == {
        "request": None, "task": None, "concern": None,
        "language": "English", "turns": 2, "refused": "yes",
    }  # fmt: skip


def test_recorded_answers_are_checked_and_scrubbed() -> None:
    found, wrong = recorded_answers(
        {
            "request": f"{REQUEST_PREFIX}write to a@example.com", "task": "write mail",
            "language": "Mandarin Chinese", "turns": 99, "concern": 7, "refused": "Yes", "id": "x",
        },
        CORE,
    )  # fmt: skip
    assert found == {
        "request": f"{REQUEST_PREFIX}write to", "task": "write mail",
        "language": "Mandarin Chinese", "refused": "yes",
    }  # fmt: skip
    assert wrong == 1
    assert recorded_answers({}, CORE) == ({}, 0)
    assert recorded_answers({"language": "a@b.c"}, CORE) == ({}, 1)


def test_recorded_lists_are_read_back() -> None:
    some = FacetQuestion("some", "Which?", "several_of", values=("x", "y"))
    assert recorded_answers({"some": "y; x"}, [some]) == ({"some": "x; y"}, 0)
    assert recorded_answers({"some": "q"}, [some]) == ({}, 1)


def test_special_categories_are_asked_for_by_their_general_word_only_where_wanted() -> None:
    usual = extract_request(transcript(), ASKED)
    careful = extract_request(transcript(), ASKED, generalise=True)
    rule = "Special categories:"
    assert rule not in usual.messages[0].content
    assert rule in careful.messages[0].content
    assert usual.messages[1:] == careful.messages[1:]
