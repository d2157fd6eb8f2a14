import importlib.util

import pytest

from anonymuse.adapters.chat.gullible import GullibleChat
from anonymuse.adapters.chat.llama_cpp import LlamaCppChat
from anonymuse.adapters.chat.open import EMBEDDED_FILE, open_chat
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
    by_url = open_chat(f"file://{gguf}", shared_machine=True)
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
