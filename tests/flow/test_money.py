"""Money: a plan beside the ledger, a limit that is kept, a run that goes on with more."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import anonymuse as am
from anonymuse import api
from anonymuse.adapters.export.open import export
from anonymuse.errors import BudgetError, ConfigError, InputError
from anonymuse.pipeline.events import Event, Foreseen
from tests import town
from tests.fake_server import FakeServer
from tests.flow.world import a_town, bundle, config

PRICES = {"models__price_in": 0.10, "models__price_out": 0.50}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


def priced(server: FakeServer, **changes: Any) -> Any:
    chat = {"models__chat": f"{server.base_url}#fake", "models__chat_concurrency": 6}
    return config(**{**PRICES, **chat, **changes})


def a_village(folder: Path) -> Path:
    """A third of the town: enough to be grouped, named and counted."""
    return a_town(folder, town.people(each=4, users=36))


def ledger(out: Path) -> list[dict[str, Any]]:
    connection = sqlite3.connect(out / "private" / "ledger.sqlite")
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM calls")]
    connection.close()
    return rows


@pytest.mark.slow
def test_a_limit_stops_and_the_same_command_with_more_money_goes_on(
    tmp_path: Path, server: FakeServer
):
    data = a_town(tmp_path)
    whole = api.run(data, tmp_path / "whole", priced(server))
    calls, cost = server.counts.answered, whole.usage["folder"]["total"]["usd"]
    assert cost == pytest.approx(sum(row["micro_dollars"] for row in ledger(whole.out)) / 1e6)
    server.counts.__init__()  # type: ignore[misc]
    out = tmp_path / "stopped"
    for share in (0.5, 0.8):
        limit = share * cost
        with pytest.raises(BudgetError, match="nothing is asked twice") as stop:
            api.run(data, out, priced(server, budget__max_cost=limit))
        assert stop.value.exit_code == 3
        spent = json.loads((out / "private" / "usage.json").read_text())["folder"]["total"]
        assert 0 < spent["usd"] <= limit
        assert spent["calls"] == server.counts.answered
    api.run(data, out, priced(server, budget__max_cost=2 * cost))
    assert server.counts.answered == calls
    assert bundle(out) == bundle(whole.out)
    assert sum(not row["hit"] for row in ledger(out)) == calls


def test_money_spent_before_a_kill_counts(tmp_path: Path, server: FakeServer):
    data = a_village(tmp_path)
    whole = api.run(data, tmp_path / "out", priced(server))
    cost = whole.usage["folder"]["total"]["usd"]
    connection = sqlite3.connect(tmp_path / "out" / "private" / "ledger.sqlite")
    with connection:  # what a kill leaves: the answers are there, the last rows are not
        connection.execute("DELETE FROM calls WHERE rowid > 50")
    connection.close()
    again = api.run(data, tmp_path / "out", priced(server))
    assert again.usage["folder"]["total"]["usd"] == pytest.approx(cost)
    assert "lost" in again.usage["folder"]["by purpose"]


def test_the_expected_cost_is_said_before_the_first_call(tmp_path: Path, server: FakeServer):
    data = a_village(tmp_path)
    said: list[tuple[int, str]] = []

    def take(event: Event) -> None:
        if isinstance(event, Foreseen):
            said.append((server.counts.calls, event.text))

    api.run(data, tmp_path / "out", priced(server), emit=take)
    [(calls, text)] = said
    assert calls == 0
    assert re.match(r"Expected: \d+ calls, ", text)
    assert "$0.10 in, $0.50 out for a million tokens, as given" in text
    api.run(data, tmp_path / "free", config(), emit=take)
    assert len(said) == 1
    assert not list((tmp_path / "out" / "private").glob("forecast-*"))


def test_a_plan_sends_nothing_and_keeps_nothing(tmp_path: Path, server: FakeServer):
    data = a_village(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    plan = am.plan(data, priced(server))
    assert server.counts.calls == 0
    assert sorted(tmp_path.rglob("*")) == before
    said = plan.as_dict()
    assert [stage["purpose"] for stage in said["stages"]] == [
        "extract", "name", "vote", "audit",
    ]  # fmt: skip
    assert said["stages"][0]["calls"]["low"] == 72
    assert "finding facets" in str(plan)
    assert "Nothing was sent anywhere." in str(plan)


def test_the_plan_holds_for_the_calls_of_the_run(tmp_path: Path, server: FakeServer):
    data = a_village(tmp_path)
    few = priced(server, cluster__k=4)  # clusters in which enough people are left to vote
    plan = am.plan(data, few).estimate
    run = api.run(data, tmp_path / "out", few)
    actual = run.usage["folder"]["by purpose"]
    assert {stage.purpose for stage in plan.stages} == set(actual)
    for stage in plan.stages:
        assert stage.calls.holds(actual[stage.purpose]["calls"]), stage.purpose


def test_one_prompt_is_shown_on_request_and_it_is_scrubbed(tmp_path: Path, server: FakeServer):
    rows = [
        {
            "id": str(i),
            "user": f"u{i}",
            "messages": [
                {"role": "user", "content": f"please write to kim{i}@example.org about a lamp"},
                {"role": "assistant", "content": "Done."},
            ],
        }
        for i in range(40)
    ]
    data = a_town(tmp_path, rows)
    plan = am.plan(data, priced(server))
    assert "about a lamp" in plan.prompt()
    assert "[EMAIL]" in plan.prompt()
    assert "example.org" not in plan.prompt()
    assert "as it would be sent" in plan.prompt().splitlines()[0]
    assert "about a lamp" not in str(plan) + repr(plan)


def test_screening_and_its_effect_are_foreseen(tmp_path: Path, server: FakeServer):
    data = a_village(tmp_path)
    plan = am.plan(data, priced(server, narrow__screen="Is this about plants?"))
    lines = {stage.purpose: stage for stage in plan.estimate.stages}
    assert lines["screen"].calls.low == 72
    assert lines["extract"].calls.low == 0
    assert lines["extract"].calls.likely == pytest.approx(72, rel=0.05)
    assert "screening question" in " ".join(plan.estimate.notes)


def test_several_trees_are_named_each(tmp_path: Path, server: FakeServer):
    data = a_village(tmp_path)
    one = am.plan(data, priced(server)).estimate
    two = am.plan(data, priced(server, cluster__on=("task",))).estimate
    lines = {stage.purpose: stage for stage in one.stages}
    more = {stage.purpose: stage for stage in two.stages}
    assert more["name"].calls.likely == pytest.approx(2 * lines["name"].calls.likely)
    assert more["extract"] == lines["extract"]


def test_a_plan_without_a_model_costs_nothing(tmp_path: Path):
    plan = am.plan(a_town(tmp_path), config(models__chat="none", extract__mode="local"))
    assert plan.estimate.stages == ()
    assert "No model is asked anything" in str(plan)
    assert plan.prompt() == "No prompt of this run holds the text of a conversation."


def test_an_unknown_price_is_said_and_no_limit_can_be_kept(tmp_path: Path, server: FakeServer):
    data = a_village(tmp_path)
    unknown = {"models__price_in": None, "models__price_out": None}
    plan = am.plan(data, priced(server, **unknown))
    assert plan.estimate.cost() is None
    assert "Price unknown: tokens only." in str(plan)
    for door in (
        lambda chosen: am.plan(data, chosen),
        lambda chosen: am.run(data, tmp_path / "out", chosen),
    ):
        with pytest.raises(ConfigError, match=r"--max-cost needs a price"):
            door(priced(server, budget__max_cost=1.0, **unknown))
    run = am.run(data, tmp_path / "out", priced(server, **unknown))
    assert run.report.receipt.cost["usd"] is None


def test_what_a_run_would_stop_at_stops_a_plan_too(tmp_path: Path):
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    with pytest.raises(InputError):
        am.plan(empty, config())
    few = a_town(tmp_path, [{"messages": [{"role": "user", "content": "hi"}]}])
    with pytest.raises(InputError, match="too few"):
        am.plan(few, config())
    with pytest.raises(ConfigError, match="max_cost"):
        config(budget__max_cost=0)
    with pytest.raises(ConfigError, match="There is no chat model"):
        am.plan(a_town(tmp_path), config(models__chat="gpt"))


def test_the_receipt_says_the_cost_rounded_and_outside_of_the_content_hash(
    tmp_path: Path, server: FakeServer
):
    data = a_village(tmp_path)
    run = api.run(data, tmp_path / "out", priced(server))
    exact = run.usage["folder"]["total"]
    cost = run.report.receipt.cost
    assert cost["tokens in"] == round(exact["tokens_in"], -3) != exact["tokens_in"]
    assert cost["usd"] == pytest.approx(exact["usd"], rel=0.05)
    report = am.open_report(tmp_path / "out").report
    assert report.receipt.cost == dict(cost)
    assert "cost" not in json.loads((run.bundle / "report.json").read_text())["receipt"]
    for kind, name in (("html", "p.html"), ("markdown", "p.md")):
        [page] = export(report, kind, tmp_path / name)
        text = page.read_text()
        assert "Model calls cost" in text
        assert "tokens in" in text
        assert f"{exact['tokens_in']:,}" not in text
    (run.bundle / "cost.json").unlink()
    without = am.open_report(tmp_path / "out").report
    assert without.receipt.cost == {}
    assert without.content_hash == report.content_hash
