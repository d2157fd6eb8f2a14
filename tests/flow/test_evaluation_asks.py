"""An evaluation with a chat model costs what it says, stops where it shall, and pays once."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anonymuse.cli.main import run_command
from tests import town
from tests.fake_batches import FakeBatches
from tests.fake_server import FakeServer

PRICES = ["--price-in", "0.10", "--price-out", "0.50"]
ROWS = 72


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    rows = [{**row, "category": row["topic"], "refused": "no"}
            for row in town.people(each=4, users=36)]  # fmt: skip
    return town.write(tmp_path / "labelled.jsonl", rows)


def command(labelled: Path, chat: str, *more: str) -> list[str]:
    cache = str(labelled.parent / "cache")
    return [
        "eval", str(labelled), "--extract", "llm", "--chat", chat, "--cache", cache,
        "--embed", "hashing", "--embed-facets", "hashing", "--only", "answers", *more,
    ]  # fmt: skip


def result(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def cost(found: dict[str, Any]) -> dict[str, float]:
    (table,) = found["sections"][-1]["tables"]
    return {what: total for what, total, _ in table["rows"]}


def test_the_cost_is_foreseen_then_counted_and_nothing_is_paid_twice(
    labelled: Path, server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    chat, out = f"{server.base_url}#fake", labelled.parent / "out"
    asked = command(labelled, chat, *PRICES, "--json", "-")
    assert run_command([*asked, "--dry-run"]) == 0
    ahead = json.loads(capsys.readouterr().out)
    assert server.counts.calls == 0
    assert not (labelled.parent / "cache").exists()
    (line,) = ahead["stages"]
    assert line["calls"]["low"] == ROWS

    assert run_command([*command(labelled, chat, *PRICES), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert re.search(r"Expected: \d+ calls, .*\$0\.10 in, \$0\.50 out for a million", said.err)
    assert f"goes to {server.base_url} (the chat model)" in said.err
    found = result(out / "result.json")
    spent = cost(found)
    assert spent["calls to a chat model"] == server.counts.answered
    assert spent["US dollars"] == pytest.approx(
        (0.10 * spent["tokens in"] + 0.50 * spent["tokens out"]) / 1e6
    )
    assert found["models"]["chat"] == "fake"
    assert "127.0.0.1" not in (out / "result.json").read_text()
    for end in ("low", "high"):
        assert (ahead["total"]["calls"][end] <= server.counts.answered) == (end == "low")

    assert run_command(asked) == 0
    again = json.loads(capsys.readouterr().out)
    assert cost(again)["calls to a chat model"] == cost(again)["US dollars"] == 0
    assert again["sections"][0] == found["sections"][0]


def test_a_limit_stops_with_3_and_more_money_goes_on(
    labelled: Path, server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    chat = f"{server.base_url}#fake"
    few = ["--chat-concurrency", "1"]
    assert run_command(command(labelled, chat, *PRICES, *few, "--max-cost", "0.0038")) == 3
    said = capsys.readouterr().err
    assert "Stopped at the limit of $0.0038" in said
    assert "Every answer is kept" in said
    stopped = server.counts.answered
    assert 0 < stopped < ROWS
    assert run_command(command(labelled, chat, *PRICES, *few, "--max-cost", "1")) == 0
    assert server.counts.repeats == 0
    assert "spent in this folder so far: $0.00" in capsys.readouterr().err


def test_a_limit_without_a_price_is_refused_before_anything_is_sent(
    labelled: Path, server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    chat = f"{server.base_url}#fake"
    for more in ([], ["--dry-run"]):
        assert run_command(command(labelled, chat, "--max-cost", "1", *more)) == 2
        assert "--max-cost needs a price" in capsys.readouterr().err
    assert server.counts.calls == 0


def test_the_fallback_answers_what_the_first_model_refuses(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuses(_number: int, body: Any) -> str | None:
        return "refusal" if "Python" in json.dumps(body) else None

    with FakeServer(faults=refuses) as first, FakeServer() as second:
        chat = f"{first.base_url}#first"
        asked = command(labelled, chat, *PRICES, "--json", "-")
        assert run_command([*asked, "--fallback", f"{second.base_url}#second"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert second.counts.answered > 0
        assert cost(found)["calls to a chat model"] == first.counts.calls + second.counts.calls
        assert "US dollars" not in cost(found)  # the second model's price is not known
        assert found["models"]["chat"] == "first, else second"
        assert not [n for n in found["sections"][-1]["notes"] if "no usable answer" in n]


def test_batches_are_waited_for_with_4_and_cost_their_price(
    labelled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    (labelled.parent / "few.toml").write_text("[models]\nbatch_min = 10\n")
    with FakeBatches(polls=2) as provider:
        monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url)
        asked = command(
            labelled, "openai:fake", *PRICES, "--batch", "--no-wait",
            "--config", str(labelled.parent / "few.toml"),
        )  # fmt: skip
        assert run_command([*asked, "--dry-run"]) == 0
        assert "At the price of batches." in capsys.readouterr().out
        assert run_command(asked) == 4
        assert "Waiting for" in capsys.readouterr().err
        while (code := run_command(asked)) == 4:
            pass
        assert code == 0
        assert len(provider.batches) == 1
    assert "--batch --no-wait" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--chat", "gpt"], "There is no chat model 'gpt'"),
        (["--chat", "none"], "This needs a chat model"),
        (["--chat", "scripted", "--fallback", "scripted"], "other than the first one"),
        (["--chat", "scripted", "--batch"], "needs a hosted model"),
        (["--chat", "scripted", "--cache", "labelled.jsonl"], "another folder with --cache"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    labelled: Path,
    more: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(labelled.parent)
    assert run_command(command(labelled, "scripted", *more)) == 2
    assert says in capsys.readouterr().err


def test_a_list_of_places_where_text_may_go_holds(
    labelled: Path, server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = labelled.parent / "zone.toml"
    listed.write_text('[zone]\nendpoints = ["https://models.example.org/v1"]\n')
    asked = command(labelled, f"{server.base_url}#fake", "--config", str(listed))
    assert run_command(asked) == 2
    assert "not on the list of zone.endpoints" in capsys.readouterr().err
    assert server.counts.calls == 0


def test_no_model_is_asked_where_answers_are_there(
    labelled: Path, server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    facets = labelled.parent / "facets.jsonl"
    rows = [json.loads(line) for line in labelled.read_text().splitlines()]
    facets.write_text(
        "".join(
            json.dumps({"id": row["id"], "request": "bake some bread", "refused": "no"}) + "\n"
            for row in rows
        )
    )
    asked = command(labelled, f"{server.base_url}#fake", "--facets-from", str(facets))
    assert run_command(asked) == 0
    assert server.counts.calls == 0
    assert "No chat model is asked" in capsys.readouterr().err
    assert run_command([*asked, "--dry-run"]) == 0
    assert "No model is asked anything" in capsys.readouterr().out


def test_a_model_that_answers_nothing_is_told(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with FakeServer(faults=lambda *_: "refusal") as server:
        asked = command(labelled, f"{server.base_url}#fake", "--sample", "6")
        assert run_command(asked) == 2
    assert "gave no answer that can be used (refusal 6)" in capsys.readouterr().err


def test_the_form_is_tried_for_a_price_that_is_known_and_bounded(
    tmp_path: Path, server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["eval", "extraction", "--count", "5", "--chat", f"{server.base_url}#fake", *PRICES]
    assert run_command([*asked, "--dry-run"]) == 0
    assert re.search(r"finding facets +5 ", capsys.readouterr().out)
    kept = ["--cache", str(tmp_path / "kept"), "--chat-concurrency", "1"]
    assert run_command([*asked, *kept, "--max-cost", "0.0001"]) == 3
    assert server.counts.calls == 0
    assert run_command([*asked, *kept]) == 0
    assert re.search(r"Expected: 5 calls, .*\$0\.10 in", capsys.readouterr().err)
    once = server.counts.answered
    assert run_command([*asked, *kept]) == 0
    assert server.counts.answered == once
