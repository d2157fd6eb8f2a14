from pathlib import Path

import pytest

from anonymuse.adapters.chat.books import agree
from anonymuse.adapters.chat.prices import _shipped, listed_name, price_of
from anonymuse.errors import ConfigError, InputError


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("anthropic:claude-haiku-5-5", "claude-haiku-5-5"),
        ("anthropic:claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("openai:gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("https://openrouter.ai/api/v1#anthropic/claude-haiku-4.5", "claude-haiku-4-5"),
        ("http://localhost:8000/v1#Qwen/Qwen3-8B", "qwen3-8b"),
        ("embedded", "embedded"),
    ],
)
def test_one_model_has_one_name_in_price_tables(spec: str, name: str):
    assert listed_name(spec) == name


def test_every_shipped_price_has_a_date_and_a_source_and_is_the_first_for_its_name():
    rows = _shipped()
    assert len(rows) >= 10
    for row in rows:
        assert row.date, row.model
        assert row.source, row.model
        assert price_of(f"openai:{row.model}") == row.price(), row.model


def test_prices_of_models_that_were_read():
    haiku = price_of("anthropic:claude-haiku-5-5")
    assert haiku is not None
    assert (haiku.input, haiku.output, haiku.cached, haiku.batch) == (0.10, 0.50, 0.01, 0.5)


def test_a_larger_relative_is_not_the_same_model():
    assert price_of("openai:gpt-5.5-giant") is None


@pytest.mark.parametrize("spec", ["embedded", "file:/models/a.gguf", "scripted", "gullible"])
def test_models_on_this_machine_are_free(spec: str):
    price = price_of(spec)
    assert price is not None
    assert price.free


def test_a_file_of_prices_lies_over_the_table(tmp_path: Path):
    mine = tmp_path / "prices.toml"
    mine.write_text('[[price]]\nmodel = "claude-*"\ninput = 7\noutput = 8\ndate = "2027-01-02"\n')
    price = price_of("anthropic:claude-haiku-5-5", table=mine)
    assert price is not None
    assert (price.input, price.output, price.cached, price.date) == (7, 8, 7, "2027-01-02")
    assert price_of("openai:gpt-4o-mini", table=mine) == price_of("openai:gpt-4o-mini")


def test_two_settings_lie_over_everything():
    price = price_of("http://localhost/v1#x", price_in=1.0, price_out=2.0)
    assert price is not None
    assert (price.input, price.output, price.source) == (1.0, 2.0, "the settings")


def test_half_a_price_is_refused():
    with pytest.raises(ConfigError, match=r"models\.price_out is missing"):
        price_of("http://localhost/v1#x", price_in=1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml [", "not valid TOML"),
        pytest.param("a = " + "[" * 20_000, "nested too deeply", id="nested"),
        ("", "holds no price"),
        ('[[price]]\nmodel = "a"\ninput = -1\noutput = 1\n', "price 1 input: .*greater than or"),
        ('[[price]]\nmodel = "a"\ninput = inf\noutput = 1\n', "price 1 input: .*finite"),
        ('[[price]]\nmodel = "a"\ninput = 1\n', "price 1 output: field required"),
        ('[[price]]\nmodel = "a"\ninput = 1\noutput = 1\ncost = 3\n', "price 1 cost: extra"),
        ('[[price]]\nmodel = "a"\ninput = 1\noutput = 1\ndate = "today"\n', "price 1 date"),
        ('[[price]]\nmodel = "a"\ninput = 1\noutput = 1\nbatch = 0\n', "price 1 batch"),
    ],
)
def test_a_broken_file_is_a_sentence_that_names_the_place(tmp_path: Path, text: str, said: str):
    mine = tmp_path / "prices.toml"
    mine.write_text(text)
    with pytest.raises(ConfigError, match=said):
        price_of("openai:x", table=mine)


def test_a_missing_or_binary_file_is_a_sentence(tmp_path: Path):
    with pytest.raises(InputError, match="Cannot read the prices"):
        price_of("openai:x", table=tmp_path / "none.toml")
    (tmp_path / "bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        price_of("openai:x", table=tmp_path / "bin")


def test_a_limit_without_a_price_says_how_to_give_one():
    with pytest.raises(ConfigError, match=r"'x-model'.*--price-in and --price-out.*--prices"):
        agree(["http://localhost/v1#x-model"], max_cost=5.0)
    with pytest.raises(ConfigError, match="'other'"):
        agree(["openai:gpt-4o-mini", "http://localhost/v1#other"], max_cost=5.0)
    assert agree(["embedded"], max_cost=5.0).limit == 5_000_000


def test_what_cannot_be_told_apart_is_counted_at_the_dearest_price():
    terms = agree(["openai:gpt-4o-mini", "anthropic:claude-opus-5"])
    assert terms.dearest == price_of("anthropic:claude-opus-5")
    assert agree([]).dearest is None
