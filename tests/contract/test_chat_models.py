"""What every chat model promises: a reply or a failure, never an exception, never our text."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.chat.anthropic_messages import AnthropicChat
from anonymuse.adapters.chat.endpoint import EndpointChat
from anonymuse.adapters.chat.gullible import GullibleChat
from anonymuse.adapters.chat.llama_cpp import LlamaCppChat, start_tokeniser
from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.ports.chat import ChatFailure, ChatModel, ChatReply, ChatRequest, Message
from tests.fake_server import FAULTS, FakeServer

# Other tests may run beside these: the engine's idle threads have to sleep.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

CANARY = "zanzibar-heliotrope"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "topic": {"type": "string", "maxLength": 60},
        "tone": {"type": "string", "enum": ["calm", "angry"]},
        "grade": {"type": "integer", "minimum": 1, "maximum": 5},
    },
    "required": ["topic", "tone", "grade"],
    "additionalProperties": False,
}


def request(text: str = f"How do I water a {CANARY}?", **changes: Any) -> ChatRequest:
    messages = (
        Message("system", "Say in a few words what the user asks about, how, and grade it."),
        Message("user", text),
    )
    return ChatRequest(
        **{"messages": messages, "purpose": "t", "schema": SCHEMA, "max_tokens": 60, **changes}
    )


def _gguf() -> Path | None:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("ANONYMUSE_MODELS") or home / "anonymuse" / "models")
    return next(iter(sorted(folder.rglob("*.gguf"))), None)


def _needs_gguf() -> Path:
    # Not importorskip: importing the engine here would fix its waiting before we could.
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the engine is not installed: pip install 'anonymuse[local]'")
    path = _gguf()
    if path is None:
        pytest.skip("the embedded chat model is not there: anonymuse models fetch")
    return path


@pytest.fixture(scope="module")
def llama() -> Iterator[LlamaCppChat]:
    chat = LlamaCppChat(_needs_gguf(), context=1024)
    yield chat
    asyncio.run(chat.close())


def endpoint(wire: str, server: FakeServer, **settings: Any) -> EndpointChat:
    if wire == "openai":
        return OpenAICompatibleChat(server.base_url, "fake", **settings)
    return AnthropicChat("fake", None, server.root, **settings)


@pytest.fixture(
    params=[
        "scripted",
        "gullible",
        "openai",
        "anthropic",
        pytest.param("llama", marks=pytest.mark.model),
    ]
)
def model(request: pytest.FixtureRequest) -> Iterator[ChatModel]:
    if request.param in ("openai", "anthropic"):
        with FakeServer() as server:
            yield endpoint(request.param, server)
    elif request.param == "llama":
        yield request.getfixturevalue("llama")
    else:
        yield ScriptedChat() if request.param == "scripted" else GullibleChat()


async def answer(model: ChatModel, *requests: ChatRequest) -> list[ChatReply | ChatFailure]:
    try:
        return await asyncio.gather(*(model.answer(r) for r in requests))
    finally:
        if isinstance(model, EndpointChat):
            await model.close()


def check(text: str) -> None:
    value = json.loads(text)
    assert set(value) == set(SCHEMA["properties"])
    assert isinstance(value["topic"], str)
    assert value["tone"] in ("calm", "angry")
    assert value["grade"] in range(1, 6)


def test_answers_under_a_schema_and_counts(model, run_async):
    (reply,) = run_async(answer(model, request()))
    assert isinstance(reply, ChatReply)
    check(reply.text)
    assert reply.tokens_in > 0
    assert reply.tokens_out > 0
    assert reply.finish == "stop"


def test_answers_free_text(model, run_async):
    (reply,) = run_async(answer(model, request(schema=None, max_tokens=12)))
    assert isinstance(reply, ChatReply)
    assert reply.text.strip()


def test_answers_several_at_once(model, run_async):
    asked = [request(f"How do I bake {what}?") for what in ("bread", "fish")]
    replies = run_async(answer(model, *asked))
    for reply in replies:
        assert isinstance(reply, ChatReply)
        check(reply.text)


def test_has_an_id_that_stays_and_a_concurrency(model):
    assert model.id == model.id != ""
    assert model.concurrency >= 1


def test_shows_no_text_in_its_reprs(model, run_async):
    asked = request()
    (reply,) = run_async(answer(model, asked))
    assert CANARY not in repr(asked) + repr(reply) + repr(model)


KINDS = {
    "429": "retryable", "500": "retryable", "503": "retryable", "529": "retryable",
    "400": "invalid", "limit": "invalid", "thinking": "invalid",
    "401": "fatal", "404": "fatal", "quota": "fatal", "context": "context", "filter": "filter",
    "refusal": "refusal", "schema": "invalid", "temperature": "invalid", "junk": "invalid",
    "html": "invalid", "length": None, "prose": None, "hang": "retryable", "drop": "retryable",
    "empty": "invalid",
}  # fmt: skip


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
@pytest.mark.parametrize("fault", FAULTS)
def test_an_endpoints_fault_is_data_without_our_text(run_async, fault, wire):
    with FakeServer(faults=lambda *_: fault) as server:
        chat = endpoint(wire, server, timeout=0.3)
        (outcome,) = run_async(answer(chat, request()))
    if KINDS[fault] is None:  # an answer that only a check of its content can refuse
        assert isinstance(outcome, ChatReply)
        assert outcome.finish == ("length" if fault == "length" else "stop")
    else:
        assert isinstance(outcome, ChatFailure)
        assert outcome.kind == KINDS[fault]
        assert CANARY not in outcome.detail


@pytest.mark.model
def test_llama_says_when_a_request_is_too_long(llama, run_async):
    (outcome,) = run_async(answer(llama, request(f"{CANARY} " * 2000)))
    assert isinstance(outcome, ChatFailure)
    assert outcome.kind == "context"
    assert CANARY not in outcome.detail


@pytest.mark.model
def test_llama_rejects_a_bad_schema_as_data(llama, run_async):
    (outcome,) = run_async(answer(llama, request(schema={"type": CANARY})))
    assert isinstance(outcome, ChatFailure)
    assert outcome.kind == "invalid"
    assert CANARY not in outcome.detail


@pytest.mark.model
def test_llama_writes_nothing_to_the_terminal(capfd, run_async):
    chat = LlamaCppChat(_needs_gguf(), context=512, slots=1)

    async def main() -> None:
        assert isinstance(await chat.answer(request(max_tokens=40)), ChatReply)
        await chat.close()

    run_async(main())
    assert capfd.readouterr() == ("", "")


@pytest.mark.model
def test_llama_stops_when_cancelled(llama, run_async):
    async def main() -> None:
        call = asyncio.create_task(llama.answer(request(schema=None, max_tokens=900)))
        await asyncio.sleep(0.5)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        # Both slots are free again: two more calls come through.
        for reply in await answer(llama, *[request(f"{n}", max_tokens=60) for n in range(2)]):
            assert isinstance(reply, ChatReply)

    run_async(main())


@pytest.mark.model
def test_llama_answers_nobody_who_has_no_key(run_async):
    opened = start_tokeniser(_needs_gguf())
    stranger = OpenAICompatibleChat(f"{opened.address}/v1", "any")
    (outcome,) = run_async(answer(stranger, request()))
    assert isinstance(outcome, ChatFailure)
    assert outcome.kind == "fatal"
