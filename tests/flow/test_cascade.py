"""Whole runs that ask a model about some people, and predict facets of the others."""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from anonymuse import api
from anonymuse.adapters.chat import scripted
from anonymuse.adapters.export.open import FORMATS, export
from anonymuse.adapters.store.report_folder import load_report
from anonymuse.domain.released.report import Report
from anonymuse.errors import UserError
from anonymuse.pipeline.config import RunConfig, make_config
from anonymuse.pipeline.steps import cascade
from anonymuse.ports.chat import ChatRequest
from tests.flow.world import a_town, bundle, config

PEOPLE = 240
ASKED = 80
GARDEN = ("tomato", "basil", "bean", "pepper")
OFFICE = ("invoice", "contract", "budget", "ledger")
TOOLS: dict[str, Any] = {
    "tools": {"type": "several_of", "question": "Which?", "values": ["search", "code"]},
    "hurry": {"type": "boolean", "question": "Any hurry?"},
}
TRUTH = 0.5
"""share of those who are refused: everybody in the office"""


def answers(request: ChatRequest) -> str:
    """Refuse whatever is about the office."""
    said = scripted.fill_schema(request.schema, request.messages[-1].content)
    if request.purpose != "extract":
        return said
    office = any(word in request.messages[-1].content for word in OFFICE)
    own = {
        "refused": "yes" if office else "no",
        "concern": 3 if office else 1,
        "tools": ["code"] if office else ["search", "code"],
        "hurry": office,
        "request": "water the plants",
    }
    return json.dumps({name: own.get(name, value) for name, value in json.loads(said).items()})


def people() -> list[dict[str, Any]]:
    """Return people of two kinds, every tenth with a second conversation."""
    rows = []
    for number in range(PEOPLE + PEOPLE // 10):
        user, words = number % PEOPLE, (GARDEN, OFFICE)[number % 2]
        text = " ".join([*words, *words[: number % 3], f"nr{number}"])
        rows.append(
            {
                "id": f"c{number:03}",
                "user": f"u{user}",
                "timestamp": f"2026-0{1 + number % 3}-02T00:00:00Z",
                "messages": [
                    {"role": "user", "content": text},
                    {"role": "assistant", "content": "Certainly."},
                ],
            }
        )
    return rows


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascade, "LEAST_ASKED", ASKED)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[ChatRequest]:
    """Return what the scripted model is asked, from now on."""
    seen: list[ChatRequest] = []

    def answer(request: ChatRequest) -> str:
        seen.append(request)
        return answers(request)

    monkeypatch.setattr(scripted, "minimal_answer", answer)
    return seen


def run(folder: Path, name: str = "out", **changes: Any) -> Report:
    out = folder / name
    api.run([str(a_town(folder, people()))], out, settings(**changes))
    return load_report(out)


def settings(*, facets: dict[str, Any] = TOOLS, **changes: Any) -> RunConfig:
    own = {"extract__mode": "cascade", "cluster__k": 4, **changes}
    return make_config(config(**own).model_dump() | {"facets": facets})


def shares(report: Report, facet: str) -> dict[str, float | None]:
    return {c.value: c.share for c in report.overall if c.facet == facet and c.cluster is None}


def purposes(asked: list[ChatRequest]) -> Counter[str]:
    return Counter(request.purpose for request in asked)


def test_only_the_drawn_are_asked_and_shares_are_right(
    tmp_path: Path, asked: list[ChatRequest]
) -> None:
    report = run(tmp_path)
    drawn = purposes(asked)["extract"]
    assert ASKED <= drawn <= ASKED * 1.4
    assert report.estimated == {"concern", "refused", "tools", "hurry"}
    for facet, value in (("refused", "yes"), ("concern", "3"), ("hurry", "yes")):
        cell = next(
            c for c in report.overall
            if (c.cluster, c.facet, c.value) == (None, facet, value)
        )  # fmt: skip
        assert cell.share_low is not None
        assert cell.share_high is not None
        assert cell.share_low <= TRUTH <= cell.share_high
        assert cell.share_high - cell.share_low < 0.4
    assert shares(report, "tools")["code"] == pytest.approx(1.0, abs=0.05)


def test_predictions_stand_where_nobody_was_asked(tmp_path: Path, asked: list[ChatRequest]) -> None:
    run(tmp_path)
    folder = next((tmp_path / "out" / "private" / "predict").iterdir())
    found = pq.read_table(folder / "facet-refused.parquet")["value"].to_pylist()
    answered = pq.read_table(folder / "asked-refused.parquet")["value"].to_pylist()
    assert None not in found
    assert len(answered) - answered.count(None) == purposes(asked)["extract"]
    assert sum(own == "yes" for own in found) == pytest.approx(len(found) / 2, abs=6)


def test_everything_says_that_it_is_an_estimate(tmp_path: Path, asked: list[ChatRequest]) -> None:
    report = run(tmp_path)
    titles = {facet.name: facet.title for facet in report.facets}
    assert titles["refused"].endswith("(estimate)")
    assert titles["hurry"].endswith("(estimate)")
    assert not titles["turns"].endswith("(estimate)")
    assert any(note.startswith("Estimates:") for note in report.receipt.notes)
    assert not [c for c in report.cells if c.window and c.facet in report.estimated]
    for kind in FORMATS:
        told = b"".join(path.read_bytes() for path in export(report, kind, tmp_path / kind))
        assert b"(estimate)" in told or kind == "parquet"


@pytest.mark.slow
def test_a_run_that_goes_on_asks_nobody_again(tmp_path: Path, asked: list[ChatRequest]) -> None:
    run(tmp_path)
    before = bundle(tmp_path / "out")
    asked.clear()
    run(tmp_path)
    assert not asked
    run(tmp_path, seed=0, title="Another")
    assert not purposes(asked)["extract"]
    assert bundle(tmp_path / "out").keys() == before.keys()


@pytest.mark.slow
def test_the_same_key_makes_the_same_report(tmp_path: Path, asked: list[ChatRequest]) -> None:
    run(tmp_path / "one")
    run(tmp_path / "two")
    assert bundle(tmp_path / "one" / "out") == bundle(tmp_path / "two" / "out")


@pytest.mark.slow
def test_asking_more_asks_only_the_others(tmp_path: Path, asked: list[ChatRequest]) -> None:
    run(tmp_path)
    first = purposes(asked)["extract"]
    run(tmp_path, extract__ask=0.5)
    assert purposes(asked)["extract"] > first
    texts = [r.messages[-1].content for r in asked if r.purpose == "extract"]
    assert len(set(texts)) == len(texts)


@pytest.mark.slow
def test_where_a_call_failed_nobody_is_taken_to_lack_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(request: ChatRequest) -> str:
        fails = request.purpose == "extract" and len(request.messages[-1].content) % 3 == 0
        return "no answer" if fails else answers(request)

    monkeypatch.setattr(cascade, "LEAST_ASKED", 200)
    monkeypatch.setattr(scripted, "minimal_answer", sometimes)
    report = run(tmp_path)
    failed = report.receipt.failures["extract"]["invalid"]
    assert failed > 20
    found = shares(report, "concern")
    assert all(share == pytest.approx(TRUTH, abs=0.1) for share in found.values())


def test_too_few_asked_in_a_cluster_are_told_nothing(
    tmp_path: Path, asked: list[ChatRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cascade, "LEAST_ASKED", 60)
    report = run(tmp_path, cluster__k=12)
    leaves = {c.id for c in report.clusters if c.level == 0}
    cells = [c for c in report.overall if c.facet == "refused" and c.cluster in leaves]
    assert cells
    assert all(c.units is None and c.share is None for c in cells)
    assert shares(report, "refused")["yes"] is not None


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a text of the user's": (
        {"facets": {"tone": {"type": "text", "question": "Which tone?"}}}, "tone"
    ),
    "open values": (
        {"facets": {"themes": {"type": "several_of", "question": "Which?"}}}, "themes"
    ),
    "a tree of its own": ({"cluster__on": ["task"]}, "task"),
    "a restricted report": ({"zone__restricted": True}, "restricted"),
    "a share to ask, and everybody asked": (
        {"extract__mode": "llm", "extract__ask": 0.3}, "reads everybody"
    ),
    "a rule over predictions": (
        {"facets": {"bad": {"type": "boolean", "sql": "refused = 'yes'"}}}, "refused"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_predicted_is_refused(
    tmp_path: Path, asked: list[ChatRequest], what: str
) -> None:
    changes, named = REFUSED[what]
    with pytest.raises(UserError, match=named):
        run(tmp_path, **changes)
    assert not asked


@pytest.mark.slow
def test_a_forecast_counts_the_drawn(tmp_path: Path, asked: list[ChatRequest]) -> None:
    outlook = api.plan([str(a_town(tmp_path, people()))], settings())
    line = next(s for s in outlook.estimate.stages if s.purpose == "extract")
    assert not asked
    run(tmp_path)
    assert line.calls.low <= purposes(asked)["extract"] <= line.calls.high
    told = re.search(r"asked of about (\d+) of the 264 texts", outlook.estimate.notes[0])
    assert told is not None
    assert line.calls.low <= int(told[1]) <= line.calls.high
    assert f"10 % of all people, and {ASKED} at least" in outlook.estimate.notes[0]


@pytest.mark.slow
def test_an_estimate_of_nearly_the_same_people_is_not_told_again(
    tmp_path: Path, asked: list[ChatRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cascade, "LEAST_ASKED", PEOPLE + 1)
    first = run(tmp_path)
    rows = people()
    joined = {**rows[1], "id": "late", "user": "late"}
    monkeypatch.setattr(sys.modules[__name__], "people", lambda: [*rows, joined])
    second = run(tmp_path, "again")
    before, after = shares(first, "refused"), shares(second, "refused")
    assert None not in before.values()
    assert after.get("yes") is None  # the one who joined is refused
    again = run(tmp_path, "same", title="Another")  # nobody joined: the very same numbers
    assert shares(again, "refused") == after


@pytest.mark.slow
def test_of_new_conversations_some_are_asked_too(tmp_path: Path, asked: list[ChatRequest]) -> None:
    run(tmp_path, "june")
    before = purposes(asked)["extract"]
    new = [
        {**row, "id": f"z{row['id']}", "user": f"v{row['user']}", "messages": [
            {"role": "user", "content": f"{row['messages'][0]['content']} please"},
            row["messages"][1],
        ]}
        for row in people()
    ]  # fmt: skip
    (tmp_path / "new").mkdir()
    data = [str(a_town(tmp_path / "new", new))]
    api.assign(data, tmp_path / "june", tmp_path / "july")
    report = load_report(tmp_path / "july")
    assert ASKED <= purposes(asked)["extract"] - before <= ASKED * 1.4
    assert report.estimated == {"concern", "refused", "tools", "hurry"}
    assert shares(report, "refused")["yes"] == pytest.approx(TRUTH, abs=0.1)
    calls = len(asked)
    assert api.assign(data, tmp_path / "june", tmp_path / "july").ran == ()
    assert len(asked) == calls
