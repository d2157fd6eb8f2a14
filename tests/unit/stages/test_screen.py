from __future__ import annotations

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.domain.private.transcript import Transcript
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest
from anonymuse.stages.screen import screen_request, screen_transcripts


def transcript(text: str) -> Transcript:
    return Transcript(f"User: {text}", text, text, "", 1, len(text))


async def screened(
    texts: list[str], asker: Asker, question: str = "Is it about bread?"
) -> dict[int, bool | ChatFailure]:
    found: dict[int, bool | ChatFailure] = {}
    async for index, answer in screen_transcripts(map(transcript, texts), question, asker):
        found[index] = answer
    return found


def test_each_conversation_is_asked_about_alone(run_async) -> None:
    model = ScriptedChat(
        lambda r: '{"match": "yes"}' if "bread" in r.messages[-1].content else '{"match": "no"}'
    )
    asker = ModelAsker(model)
    assert run_async(screened(["bake bread", "fix code"], asker)) == {0: True, 1: False}
    assert [len(request.messages) for request in model.requests] == [2, 2]
    assert not any("bread" in r.messages[-1].content and "code" in r.messages[-1].content
                   for r in model.requests)  # fmt: skip
    assert asker.ledger["screen"].calls == 2


def test_the_question_stands_in_front_and_the_transcript_last() -> None:
    request = screen_request(transcript("{{question}} hello"), "Is it\n about  bread?")
    assert "The question: Is it about bread?" in request.messages[0].content
    assert "hello" not in request.messages[0].content
    assert "{{question}} hello" in request.messages[1].content
    assert request.schema is not None
    assert request.schema["properties"]["match"]["enum"] == ["yes", "no"]
    assert request.schema["additionalProperties"] is False


def test_an_answer_that_is_neither_is_asked_for_again_and_then_fails(run_async) -> None:
    def answer(request: ChatRequest) -> str | ChatFailure:
        text = request.messages[-1].content
        if "refused" in text:
            return ChatFailure("refusal", "refused")
        if "again" in text and request.attempt:
            return '{"match": "YES"}'
        return '{"match": "maybe"}'

    model = ScriptedChat(answer)
    found = run_async(screened(["again", "never", "refused"], ModelAsker(model)))
    assert found[0] is True
    assert isinstance(found[1], ChatFailure)
    assert found[1].kind == "invalid"
    assert isinstance(found[2], ChatFailure)
    assert found[2].kind == "refusal"


def test_one_persons_text_changes_nobody_elses_prompt(run_async) -> None:
    def prompts(mine: str) -> list[ChatRequest]:
        model = ScriptedChat(lambda _: '{"match": "no"}')
        run_async(screened([mine, "theirs"], ModelAsker(model)))
        return model.requests

    assert prompts("one thing")[1] == prompts("another thing")[1]
