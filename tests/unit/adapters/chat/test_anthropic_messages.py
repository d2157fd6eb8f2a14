import builtins
import logging
import subprocess
import sys

import pytest

from anonymuse.adapters.chat.anthropic_messages import AnthropicChat
from anonymuse.adapters.chat.capabilities import capabilities_of
from anonymuse.errors import ModelUnavailableError
from anonymuse.ports.chat import ChatReply
from tests.fake_server import FakeServer

from .requests import request


async def ask(server, *asked, key="mine", **settings):
    chat = AnthropicChat("fake", key, server.root, **settings)
    try:
        return [await chat.answer(one) for one in asked or (request(),)]
    finally:
        await chat.close()


def test_sends_its_own_key_and_nobody_elses(run_async, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a third")
    with FakeServer() as server:
        (reply,) = run_async(ask(server))
        assert isinstance(reply, ChatReply)
        (sent,) = server.counts.headers
    assert [value for value in sent.values() if "mine" in value] == ["Bearer mine"]
    assert "another" not in str(sent)
    assert "third" not in str(sent)
    assert sent["anthropic-version"]


def test_the_table_spares_the_rejected_calls(run_async):
    """A model that takes no temperature and thinks: one call where the table knows it."""

    def new_model(_, body):
        if "temperature" in body:
            return "temperature"
        return None if (body.get("thinking") or {}).get("type") == "disabled" else "thinking"

    known = capabilities_of("anthropic", "claude-haiku-5-5")
    assert known is not None
    with FakeServer(faults=new_model) as server:
        (reply,) = run_async(ask(server, dialect=known.dialect))
        assert isinstance(reply, ChatReply)
        assert server.counts.calls == 1


def test_an_unknown_model_is_learnt_once(run_async):
    def new_model(_, body):
        if "temperature" in body:
            return "temperature"
        return "schema" if "output_config" in body else None

    with FakeServer(faults=new_model) as server:
        replies = run_async(ask(server, request("a"), request("b")))
        assert all(isinstance(reply, ChatReply) for reply in replies)
        assert server.counts.calls == 3 + 1


def test_room_for_thoughts_is_found_and_remembered(run_async):
    def cut(_, body):
        return "length" if body["max_tokens"] < 1_000 else None

    with FakeServer(faults=cut, thinks=True) as server:
        replies = run_async(ask(server, request("a", schema=None), request("b", schema=None)))
        assert all(isinstance(reply, ChatReply) for reply in replies)
        assert server.counts.calls == 3


def test_what_is_sent_reaches_no_log(run_async, caplog):
    with FakeServer() as server, caplog.at_level(logging.DEBUG):
        run_async(ask(server, request("zanzibar-heliotrope")))
    assert "zanzibar" not in caplog.text
    assert "zanzibar" not in repr([vars(record) for record in caplog.records])


def test_says_what_to_install(run_async, monkeypatch):
    real = builtins.__import__

    def no_anthropic(name, *rest):
        if name.partition(".")[0] == "anthropic":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_anthropic)
    with pytest.raises(ModelUnavailableError, match="pip install 'anthropic"):
        run_async(AnthropicChat("m", "k", "http://127.0.0.1:9").answer(request()))


def test_importing_the_adapter_loads_no_vendor():
    code = (
        "import sys, anonymuse.adapters.chat.anthropic_messages\n"
        "assert not {'anthropic', 'openai', 'httpx2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
