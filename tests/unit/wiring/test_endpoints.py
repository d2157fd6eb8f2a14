"""Where text may go: addresses, what lies above them, this machine, and what only looks like it."""

from typing import Any

import pytest

from anonymuse import api
from anonymuse.errors import ConfigError
from anonymuse.wiring.endpoints import destinations, refuse_endpoints

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def said(chat: str, *listed: str, **more: Any) -> str:
    values = {name.replace("__", "."): value for name, value in more.items()}
    settings = {"models.chat": chat, "zone.endpoints": list(listed), **values}
    return refuse_endpoints(api.settings(None, settings))


def test_what_is_part_of_this_program_needs_no_list():
    for chat in ("none", "embedded", "file:model.gguf", "scripted"):
        for restricted in (False, True):
            told = said(chat, zone__restricted=restricted)
            assert told == "Text of conversations stays on this machine."
    assert said("none", "https://elsewhere.example.org") == (
        "Text of conversations stays on this machine."
    )


@pytest.mark.parametrize(
    ("chat", "entry"),
    [
        ("https://m.example.org/v1#x", "https://m.example.org/v1"),
        ("https://m.example.org/v1/#x", "https://M.example.org:443"),
        ("https://user:secret@m.example.org/v1#x", "https://m.example.org/"),
        ("http://localhost:8000/v1#x", "http://localhost:8000"),
        ("anthropic:model", "https://api.anthropic.com"),
        ("openai:model", "https://api.openai.com/v1"),
        ("folder:exchange#x", "folder:exchange"),
    ],
)
def test_what_is_on_the_list_may_be_sent_to(chat: str, entry: str):
    told = said(chat, "https://other.example.org", entry)
    assert told.endswith("on the list of zone.endpoints.")
    assert "secret" not in told


@pytest.mark.parametrize(
    ("chat", "entry"),
    [
        ("https://m.example.org/v1#x", "http://m.example.org/v1"),
        ("https://m.example.org/v1#x", "https://m.example.org:8443/v1"),
        ("https://m.example.org/v1#x", "https://m.example.org/v"),
        ("https://m.example.org/v1#x", "https://m.example.org/v1/deeper"),
        ("https://m.example.org/v1/../other#x", "https://m.example.org/v1"),
        ("https://m.example.org/v1/%2E%2e/other#x", "https://m.example.org/v1"),
        ("https://m.example.org/v1/..%2Fother#x", "https://m.example.org/v1"),
        ("https://m.example.org/v1/..\\other#x", "https://m.example.org/v1"),
        ("https://m.example.org/v1/..;/other#x", "https://m.example.org/v1"),
        ("https://m.example.org.evil.net/v1#x", "https://m.example.org"),
        ("https://m.example.org@evil.net/v1#x", "https://m.example.org"),
        ("https://evil.net/https://m.example.org#x", "https://m.example.org"),
        ("http://localhost:8000/v1#x", "http://localhost:8001"),
        ("anthropic:model", "https://api.openai.com"),
        ("folder:exchange#x", "folder:exchange2"),
    ],
)
def test_what_only_looks_like_it_may_not(chat: str, entry: str):
    with pytest.raises(ConfigError, match=r"not on the list of zone\.endpoints"):
        said(chat, entry)


def test_a_restricted_run_sends_to_this_machine_only():
    for place in ("http://localhost:8000/v1", "http://127.0.0.1:1/v1", "http://[::1]:8000/v1"):
        assert "on this machine" in said(f"{place}#x", zone__restricted=True)
    for place in (
        "https://m.example.org/v1",
        "http://localhost.example.org/v1",
        "http://127.0.0.1.nip.example.org/v1",
        "http://10.0.0.5/v1",
        "http://[::]:8000/v1",
        "http://0.0.0.0:8000/v1",
    ):
        with pytest.raises(ConfigError, match="this machine's addresses only"):
            said(f"{place}#x", zone__restricted=True)
        told = said(f"{place}#x", place, zone__restricted=True)
        assert told.endswith("on the list of zone.endpoints.")
    with pytest.raises(ConfigError, match="folder:exchange"):
        said("folder:exchange#x", zone__restricted=True)


@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
def test_a_proxy_before_this_machine_is_not_this_machine(
    monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setenv(name, "http://proxy.example.org:3128")
    with pytest.raises(ConfigError, match="this machine's addresses only"):
        said("http://localhost:8000/v1#x", zone__restricted=True)
    monkeypatch.setenv("no_proxy", "localhost")
    assert "on this machine" in said("http://localhost:8000/v1#x", zone__restricted=True)


def test_a_fallback_and_a_plug_in_are_looked_at_too():
    first = "http://localhost:8000/v1#x"
    with pytest.raises(ConfigError, match="the fallback model"):
        said(first, "http://localhost:8000", models__fallback="openai:model")
    with pytest.raises(ConfigError, match="plug-in:somebodys"):
        said(first, "http://localhost:8000", privacy__names="somebodys")
    told = said(
        first, "http://localhost:8000", "plug-in:somebodys", "https://api.openai.com",
        privacy__names="somebodys", models__fallback="openai:model",
    )  # fmt: skip
    assert "http://localhost:8000/v1 (the chat model), and to https://api.openai.com/v1" in told
    assert said(first, "http://localhost:8000", privacy__names="cues")


def test_a_vendors_address_may_be_moved_by_the_environment():
    config = api.settings(None, {"models.chat": "openai:model"})
    found = destinations(config, {"OPENAI_BASE_URL": "https://gateway.example.org/openai/v1"})
    assert [own.place for own in found] == ["https://gateway.example.org/openai/v1"]


def test_without_a_list_it_says_that_there_is_none():
    told = said("https://m.example.org/v1#x")
    assert told.endswith("no list of zone.endpoints says where it may.")
    assert "https://m.example.org/v1 (the chat model)" in told


@pytest.mark.parametrize("entry", ["m.example.org", "https://", "ftp://m.example.org", "", "*"])
def test_an_entry_that_names_nothing_is_refused(entry: str):
    with pytest.raises(ConfigError, match="names nothing"):
        said("none", entry)


def test_an_address_that_is_none_is_told_without_its_password():
    with pytest.raises(ConfigError) as told:
        said("http://user:secret@host:port/v1#x")
    assert "secret" not in told.value.message


@pytest.mark.parametrize("spared", [".localhost", "localhost:8000", "ocalhost", "local*"])
def test_a_proxy_that_is_only_nearly_left_out_is_not_this_machine(
    monkeypatch: pytest.MonkeyPatch, spared: str
):
    """The client sends `localhost` through a proxy that is left out for `.localhost` alone."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.org:3128")
    monkeypatch.setenv("NO_PROXY", spared)
    with pytest.raises(ConfigError, match="this machine's addresses only"):
        said("http://localhost:8000/v1#x", zone__restricted=True)


def test_a_proxy_that_reads_along_is_not_on_the_list(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "http://proxy.example.org:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example.org:3128")
    listed = ("http://models.example.org/v1", "https://models.example.org/v1")
    with pytest.raises(ConfigError, match="would read what is sent there"):
        said(f"{listed[0]}#x", *listed)
    assert "on the list" in said(f"{listed[1]}#x", *listed)
    monkeypatch.setenv("no_proxy", "models.example.org")
    assert "on the list" in said(f"{listed[0]}#x", *listed)
