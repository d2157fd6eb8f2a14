import json
from pathlib import Path

import pytest

from anonymuse.api.plan_page import rounded
from anonymuse.cli import main as cli
from anonymuse.cli.spent import spent
from tests.flow.world import a_town

FLAGS = ["--policy", "demo", "--extract", "llm", "--quiet"]


def test_plan_prints_a_table_and_where_it_comes_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    data = a_town(tmp_path)
    flags = [*FLAGS, "--chat", "openai:gpt-4o-mini"]
    assert cli.run_command(["plan", str(data), *flags]) == 0
    out = capsys.readouterr().out
    assert "180 conversations would take part" in out
    assert "as of 20" in out
    assert "Nothing was sent anywhere." in out
    assert "bread" not in out
    assert cli.run_command(["plan", str(data), *flags, "--show-prompt", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["price"]["usd_per_million_in"] == 0.15
    assert "<conversation>" in said["prompt"]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--max-cost", "0"], "greater than 0"),
        (["--max-cost", "-1"], "greater than 0"),
        (["--max-cost", "nan"], "finite"),
        (["--price-in", "-1", "--price-out", "1"], "greater than or equal to 0"),
        (["--price-in", "1"], "models.price_out is missing"),
        (["--prices", "none.toml"], "Cannot read the prices in none.toml"),
        (["--chat", "http://localhost/v1#x", "--max-cost", "1"], "--max-cost needs a price"),
        (["--chat", "file:none.gguf"], "no model file"),
        (["--chat", "nonsense"], "There is no chat model"),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, flags: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
):
    data = a_town(tmp_path)
    chat = [] if "--chat" in flags else ["--chat", "openai:gpt-4o-mini"]
    assert cli.run_command(["plan", str(data), *FLAGS, *chat, *flags]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_counts_are_said_with_three_digits():
    assert [rounded(n) for n in (7, 999, 1_790.4, 62_345, 999_600, 1_718_000, 12_345_678)] == [
        "7", "999", "1,790", "62,300", "1.00 M", "1.72 M", "12.35 M",
    ]  # fmt: skip


def test_the_end_of_a_run_says_calls_tokens_cost_and_failures():
    row = {"calls": 12, "tokens_in": 1_234, "tokens_out": 56, "usd": 0.0123, "failures": {}}
    price = {"input": 0.1, "output": 0.5, "cached": 0.1, "batch": 1.0, "date": "2026-11-21",
             "source": ""}  # fmt: skip
    usage = {
        "calls": 2,
        "failures": {"refusal": 1},
        "folder": {
            "price": price,
            "total": row,
            "by purpose": {"extract": {**row, "failures": {"refusal": 3, "retryable": 2}}},
        },
    }
    whole, line, before, given_up = spent(usage)
    assert whole.startswith(
        "Model calls for this folder: 12 calls, 1,234 tokens in, 56 out, $0.012"
    )
    assert "as of 2026-11-21" in whole
    assert line.endswith("calls that failed: refusal 3, retryable 2")
    assert "in this run: 2 calls" in before
    assert given_up == "Questions without an answer in this run: refusal 1"
    assert spent({}) == []
    usage["folder"]["price"] = None  # type: ignore[index]
    assert "price unknown" in spent(usage)[0]
