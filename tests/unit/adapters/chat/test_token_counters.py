from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.chat import llama_cpp
from anonymuse.adapters.chat.token_counters import FileCounter, TableCounter
from anonymuse.adapters.models.catalogue import find_model
from anonymuse.adapters.models.store import ModelStore, models_folder
from anonymuse.errors import ModelUnavailableError
from anonymuse.lexicon.token_table import expected_tokens
from anonymuse.ports.chat import Message

PROMPT = [Message("system", "You count things for people."), Message("user", "How many lamps?")]
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}}


def test_every_message_and_the_template_count():
    counter = TableCounter("http://localhost/v1#some-model")
    said = sum(expected_tokens(message.content) for message in PROMPT)
    assert said < counter.prompt(PROMPT, None) < said + 20
    assert counter.prompt(PROMPT, SCHEMA) == counter.prompt(PROMPT, None)


def test_families_make_more_or_fewer_tokens_of_the_same_text():
    text = "the same text for everybody"
    specs = (
        "openai:gpt-5.4",
        "x#qwen3-8b",
        "anthropic:claude-haiku-4-5",
        "anthropic:claude-opus-5",
    )
    counts = [TableCounter(spec).text(text) for spec in specs]
    assert counts == sorted(counts)
    assert len(set(counts)) == len(specs)


def test_what_is_known_less_well_has_a_wider_error():
    assert TableCounter("x#qwen3").error < TableCounter("x#who-knows").error
    assert "unknown tokeniser" in TableCounter("x#who-knows").how


def test_a_schema_counts_where_the_provider_puts_it_into_the_prompt():
    counter = TableCounter("anthropic:claude-haiku-5-5")
    assert counter.prompt(PROMPT, SCHEMA) > counter.prompt(PROMPT, None) + 10


def test_a_missing_file_or_engine_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    class Engine:
        CommonParams = Server = None

    monkeypatch.setattr(llama_cpp, "_engine", lambda: Engine)
    with pytest.raises(ModelUnavailableError, match="no model file"):
        FileCounter(tmp_path / "none.gguf")


def test_the_engine_is_asked_on_loopback_with_its_key(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[str, Any]] = []

    def ask(self: FileCounter, path: str, body: Any) -> Any:
        asked.append((path, body))
        return {"prompt": "<a>b"} if path == "/apply-template" else {"tokens": [1, 2, 3]}

    monkeypatch.setattr(llama_cpp, "start_tokeniser", lambda _: object())
    monkeypatch.setattr(FileCounter, "_ask", ask)
    counter = FileCounter(Path("a.gguf"))
    assert counter.prompt(PROMPT, SCHEMA) == 3
    assert [path for path, _ in asked] == ["/apply-template", "/tokenize"]
    assert asked[1][1] == {"content": "<a>b", "parse_special": True}
    assert (counter.error, counter.how) == (0.0, "tokens by the model's own tokeniser (a.gguf)")
    counter.close()


@pytest.mark.model
@pytest.mark.slow
def test_the_real_tokeniser_and_the_table_agree():
    store, model = ModelStore(models_folder()), find_model("qwen2.5-coder-1.5b")
    if not store.has(model):
        pytest.skip("the embedded chat model is not here")
    counter = FileCounter(store.model_folder(model) / model.files[0].path)
    try:
        exact = counter.prompt(PROMPT, None)
        assert exact == 23
        assert TableCounter("x#qwen2.5").prompt(PROMPT, None) == pytest.approx(exact, rel=0.25)
    finally:
        counter.close()
