import importlib.util

import pytest

from anonymuse.adapters.chat.anthropic_messages import AnthropicChat
from anonymuse.adapters.chat.gullible import GullibleChat
from anonymuse.adapters.chat.limiter import limiter_of
from anonymuse.adapters.chat.llama_cpp import LlamaCppChat
from anonymuse.adapters.chat.open import EMBEDDED_FILE, ChatLimits, model_name, open_chat
from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.errors import ConfigError, ModelUnavailableError

from .requests import request


@pytest.fixture
def gguf(tmp_path):
    path = tmp_path / EMBEDDED_FILE
    path.write_bytes(b"GGUF, but not really")
    return path


def test_opens_fakes():
    assert isinstance(open_chat("scripted"), ScriptedChat)
    assert isinstance(open_chat("gullible", concurrency=3), GullibleChat)
    assert open_chat("gullible", concurrency=3).concurrency == 3


def test_opens_a_url():
    chat = open_chat("https://api.example/v1#org/model-1", api_key="k", concurrency=5)
    assert isinstance(chat, OpenAICompatibleChat)
    assert (chat.id, chat.concurrency) == ("openai-compatible/api.example/v1/org/model-1", 5)


def test_opens_files_without_loading_them(gguf):
    by_path = open_chat(f"file:{gguf}")
    by_url = open_chat(f"file://{gguf}")
    by_folder = open_chat("embedded", models=gguf.parent)
    by_file = open_chat("embedded", models=gguf)
    for chat in (by_path, by_url, by_folder, by_file):
        assert isinstance(chat, LlamaCppChat)
        assert chat.id == by_path.id
        assert chat.concurrency == 2
    known = open_chat("embedded", models=gguf, model_digest="ab" * 32, concurrency=1)
    assert known.id == f"llama.cpp/{EMBEDDED_FILE}@abababababababab/4096"


def test_other_bytes_are_another_model(gguf):
    before = open_chat(f"file:{gguf}").id
    gguf.write_bytes(b"GGUF, other weights")
    assert open_chat(f"file:{gguf}").id != before


def test_takes_the_only_file_in_the_folder(tmp_path):
    (tmp_path / "qwen").mkdir()
    (tmp_path / "qwen" / "weights.gguf").write_bytes(b"GGUF")
    assert "weights.gguf" in open_chat("embedded", models=tmp_path).id


@pytest.mark.parametrize("spec", ["embedded", "file:/nowhere/model.gguf"])
def test_a_missing_file_says_what_to_do(spec, tmp_path):
    with pytest.raises(ModelUnavailableError, match="anonymuse models fetch"):
        open_chat(spec, models=tmp_path)


def test_a_file_that_is_no_model_says_so_at_the_first_question(gguf, run_async):
    if importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("the engine is not installed: pip install 'anonymuse[local]'")
    with pytest.raises(ModelUnavailableError, match="cannot be loaded"):
        run_async(open_chat(f"file:{gguf}").answer(request()))


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("none", "needs one"),
        ("embeded", "Did you mean 'embedded'"),
        ("gpt", "Known: none, embedded"),
        ("http://localhost:8000/v1", "localhost needs a name after '#'"),
        ("http://#model", "needs a name"),
        ("embedded", "needs the folder"),
    ],
)
def test_a_wrong_name_is_explained(spec, says):
    with pytest.raises(ConfigError, match=says):
        open_chat(spec)


def test_a_password_in_a_url_is_not_repeated():
    with pytest.raises(ConfigError) as caught:
        open_chat("http://me:secret@host/v1")
    assert "secret" not in str(caught.value)


KEYS = {"ANTHROPIC_API_KEY": "claude", "OPENAI_API_KEY": "gpt"}


def test_opens_the_named_vendors():
    claude = open_chat("anthropic:claude-haiku-5-5", environment=KEYS)
    assert isinstance(claude, AnthropicChat)
    assert (claude.id, claude.concurrency) == ("anthropic/claude-haiku-5-5", 16)
    gpt = open_chat("openai:gpt-6-luna", environment=KEYS, limits=ChatLimits(concurrency=4))
    assert isinstance(gpt, OpenAICompatibleChat)
    assert (gpt.id, gpt.concurrency) == ("openai/gpt-6-luna", 4)
    tuned = open_chat("openai:ft:gpt-4.1:me::1", environment=KEYS)
    assert tuned.id == "openai/ft:gpt-4.1:me::1"


def test_another_base_url_is_another_model():
    elsewhere = KEYS | {
        "ANTHROPIC_BASE_URL": "http://me:secret@127.0.0.1:81",
        "OPENAI_BASE_URL": "http://127.0.0.1:82/v1/",
    }
    assert open_chat("anthropic:m", environment=elsewhere).id == "anthropic/127.0.0.1:81/m"
    assert open_chat("openai:m", environment=elsewhere).id == "openai/127.0.0.1:82/v1/m"
    by_url = open_chat("http://localhost:8000/v1#m", environment=elsewhere)
    assert by_url.id == "openai-compatible/localhost:8000/v1/m"


@pytest.mark.parametrize("spec", ["anthropic:m", "openai:m"])
def test_a_vendor_without_its_key_names_the_variable(spec):
    variable = f"{spec.partition(':')[0].upper()}_API_KEY"
    with pytest.raises(ModelUnavailableError, match=variable):
        open_chat(spec, environment={"ANONYMUSE_API_KEY": "ours"})


@pytest.mark.parametrize("spec", ["anthropic:", "openai:"])
def test_a_vendor_without_a_model_is_explained(spec):
    with pytest.raises(ConfigError, match="needs a name after the colon"):
        open_chat(spec, environment=KEYS)


def test_limits_are_those_of_the_model_and_key():
    limits = ChatLimits(requests_per_minute=600)
    one = open_chat("openai:limited", environment=KEYS, limits=limits)
    two = open_chat("openai:limited", environment=KEYS)
    assert limiter_of(one) is limiter_of(two)
    other = open_chat("openai:limited", environment={"OPENAI_API_KEY": "another"})
    assert limiter_of(one) is not limiter_of(other)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("anthropic:claude-haiku-5-5", "claude-haiku-5-5"),
        ("openai:ft:gpt-4.1:me::1", "ft:gpt-4.1:me::1"),
        ("http://host/v1#org/model", "org/model"),
        ("file:/a/b/model.gguf", "model.gguf"),
        ("scripted", "scripted"),
    ],
)
def test_a_models_name_has_no_host_and_no_folder(spec, name):
    assert model_name(spec) == name


@pytest.mark.parametrize("host", ["[::1", "host:99999", "host:eight"])
def test_a_broken_address_is_a_sentence_without_its_password(host):
    with pytest.raises(ConfigError, match="is not one") as caught:
        open_chat(f"http://me:pass@{host}/v1#m")
    assert "pass" not in str(caught.value)
