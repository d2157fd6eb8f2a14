import asyncio
import builtins
import subprocess
import sys

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.dialect import THINKING_ROOM
from anonymuse.adapters.chat.openai_compatible import NO_KEY, OpenAICompatibleChat
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.chat import ChatFailure, ChatReply, as_questions
from tests.fake_server import FakeServer

from .requests import many, request


async def ask_one(server, asked=None, **settings):
    chat = OpenAICompatibleChat(server.base_url, "fake", **settings)
    try:
        return await chat.answer(asked or request())
    finally:
        await chat.close()


def test_sends_the_key_that_was_given_and_never_another(run_async, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "meant-for-somebody-else")
    with FakeServer() as server:
        run_async(ask_one(server))
        run_async(ask_one(server, api_key="mine"))
        sent = [h["authorization"] for h in server.counts.headers]
    assert sent == [f"Bearer {NO_KEY}", "Bearer mine"]


def test_learns_the_dialect_once(run_async):
    def picky(number, body):
        if "temperature" in body:
            return "temperature"
        mode = body.get("response_format", {}).get("type")
        return "schema" if mode == "json_schema" else None

    async def main(server):
        chat = OpenAICompatibleChat(server.base_url, "fake")
        for n in range(3):
            assert isinstance(await chat.answer(request(f"{n}")), ChatReply)
        await chat.close()

    with FakeServer(faults=picky) as server:
        run_async(main(server))
        assert server.counts.calls == 3 + 3


def test_a_prompt_echoed_in_an_error_teaches_nothing(run_async):
    async def main(server):
        chat = OpenAICompatibleChat(server.base_url, "fake")
        failure = await chat.answer(request("about response_format and temperature"))
        assert failure == ChatFailure("invalid", "the endpoint rejected the request (HTTP 400)")
        await chat.answer(request())
        await chat.close()
        assert "temperature" in server.counts.bodies[-1]
        assert server.counts.bodies[-1]["response_format"]["type"] == "json_schema"

    with FakeServer(faults=lambda _, body: "400" if "about" in str(body) else None) as server:
        run_async(main(server))


def test_makes_one_call_for_one_answer(run_async):
    with FakeServer(faults=lambda *_: "500") as server:
        assert run_async(ask_one(server)).kind == "retryable"
        assert server.counts.calls == 1


def test_says_how_long_the_endpoint_wants_us_to_wait(run_async):
    with FakeServer(most=0, retry_after=0.25) as server:
        failure = run_async(ask_one(server))
    assert (failure.kind, failure.retry_after) == ("retryable", 0.25)


def test_a_hanging_endpoint_is_left(run_async):
    with FakeServer(faults={0: "hang"}) as server:
        failure = run_async(ask_one(server, timeout=0.2))
    assert failure == ChatFailure("retryable", "no answer within 0.2 seconds")


def test_an_endpoint_that_is_not_there_is_retryable(run_async):
    with FakeServer() as server:
        pass
    failure = run_async(ask_one(server))
    assert failure == ChatFailure("retryable", "the endpoint cannot be reached")


def test_one_model_serves_several_loops(run_async):
    with FakeServer() as server:
        chat = OpenAICompatibleChat(server.base_url, "fake")

        async def main():
            assert isinstance(await chat.answer(request()), ChatReply)
            await chat.close()

        run_async(main())
        run_async(main())


def test_gives_a_thinking_model_room_and_remembers(run_async):
    def thinks(_, body):
        return "length" if body["max_tokens"] < 1_000 else None

    async def main(server):
        chat = OpenAICompatibleChat(server.base_url, "fake")
        for n in range(2):
            assert isinstance(await chat.answer(request(f"{n}", schema=None)), ChatReply)
        await chat.close()
        return [body["max_tokens"] for body in server.counts.bodies]

    with FakeServer(faults=thinks, thinks=True) as server:
        assert run_async(main(server)) == [300, 300 + THINKING_ROOM, 300 + THINKING_ROOM]


def test_sends_no_header_meant_for_openai_itself(run_async, monkeypatch):
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    with FakeServer() as server:
        run_async(ask_one(server))
        assert "secret" not in str(server.counts.headers)


def test_its_id_holds_no_password():
    chat = OpenAICompatibleChat("https://me:secret@host:81/v1/", "some/model")
    assert chat.id == "openai-compatible/host:81/v1/some/model"


def test_says_what_to_install(run_async, monkeypatch):
    real = builtins.__import__

    def no_openai(name, *rest):
        if name.partition(".")[0] == "openai":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_openai)
    with pytest.raises(ModelUnavailableError, match="pip install"):
        run_async(OpenAICompatibleChat("http://127.0.0.1:9/v1", "m").answer(request()))


def test_importing_the_adapter_loads_no_vendor():
    code = (
        "import sys, anonymuse.adapters.chat.openai_compatible, anonymuse.adapters.chat.llama_cpp\n"
        "assert not {'openai', 'xllamacpp'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_run_comes_through_a_bad_day_complete(run_async):
    """Overload, junk, errors and dropped lines at once: every row has its answer."""
    bad = {1: "500", 4: "junk", 9: "drop", 14: "html", 21: "503", 30: "prose", 33: "empty"}

    async def main(server):
        chat = OpenAICompatibleChat(server.base_url, "fake", concurrency=16)
        asking = ModelAsker(chat, sleep=lambda s: asyncio.sleep(s / 100))

        def check(text):
            if not text.startswith("{"):
                raise ValueError
            return text

        answers = {i: a async for i, a in asking.ask(as_questions(many(150), check))}
        await asking.close()
        assert sorted(answers) == list(range(150))
        assert not [a for a in answers.values() if isinstance(a, ChatFailure)]

    with FakeServer(latency=0.005, most=5, retry_after=0.02, faults=bad) as server:
        run_async(main(server))
        assert server.counts.by_status["429"] > 0
        assert server.counts.most_in_flight <= 16
