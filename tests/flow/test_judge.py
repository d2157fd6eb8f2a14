"""A judge of a finished run: only grades leave, nothing is asked twice, and it is believed late."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from anonymuse import api
from anonymuse.adapters.chat.scripted import Answer, ScriptedChat
from anonymuse.cli import evaluate
from anonymuse.errors import BudgetError, ConfigError, InputError, ModelUnavailableError
from anonymuse.evals.judge.material import LINES_OF_TEXTS, corpus_material
from anonymuse.evals.judge.run import Verdicts
from anonymuse.evals.judge.section import NOT_KNOWN
from anonymuse.evals.judge.wired import (
    OWN_WORDS,
    Prepared,
    Wanted,
    foresee,
    in_words,
    judged,
    prepare,
    provenance_of,
    sections_of,
)
from anonymuse.evals.suite.page import as_html, as_markdown
from anonymuse.evals.suite.run import as_result
from anonymuse.pipeline.config import RunConfig
from anonymuse.pipeline.events import ignore
from anonymuse.ports.chat import ChatRequest
from anonymuse.wiring import asking
from tests import town
from tests.flow.world import a_town, config
from tests.unit.evals.judge import judges

SECRET = "explain how Zyxwvina bakes bread"
PRIVATE_WORDS = ("Zyxwvina", "oven", "tomatoes", "Python")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    rows = town.people(each=16, users=120)
    facets = folder / "facets.jsonl"
    facets.write_text("\n".join(json.dumps(recorded(row)) for row in rows))
    changes = {"models__chat": "none", "extract__mode": "local", "cluster__k": 18}
    api.run(
        a_town(folder, rows), folder / "out", config(**changes, extract__facets_file=str(facets))
    )
    return folder / "out"


def recorded(row: dict[str, Any]) -> dict[str, Any]:
    said = str(row["messages"][0]["content"])
    return {
        "id": row["id"],
        "request": SECRET if row["id"].endswith("7") else said,
        "task": said,
        "language": "English",
        "refused": "no",
        "concern": 1,
    }


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished.parent, tmp_path / "copy")) / "out"


class Model:
    """A made-up judge in place of the model that a configuration names."""

    def __init__(self) -> None:
        self.calls = 0
        self.judge: judges.Judge = judges.lenient

    def answer(self, request: ChatRequest) -> Answer:
        self.calls += 1
        return self.judge(request)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    found = Model()
    opened = lambda *_given, **_named: (ScriptedChat(found.answer), "")  # noqa: E731
    monkeypatch.setattr(asking, "chat_model", opened)
    return found


def on_known_items(request: ChatRequest) -> Answer:
    """Be right where the right grade is known, and lenient about everything else."""
    try:
        return judges.right(request)
    except KeyError:
        return judges.grade(request, "yes")


def held(ready: Prepared, settings: RunConfig) -> Verdicts:
    return asyncio.run(judged(ready, settings, ignore))


def page(found: Verdicts, ready: Prepared, settings: RunConfig) -> str:
    sections = sections_of(found, ready, settings)
    told = provenance_of(found, ready, settings, "2026-01-02")
    result = json.dumps(as_result(sections, told), allow_nan=False)
    return "\n".join([as_markdown("t", sections, told), as_html("t", sections, told), result])


def wanted(run: Path, tmp_path: Path, **more: Any) -> Prepared:
    return prepare(Wanted(str(run), cases=6, cache=tmp_path / "cache", **more))


def test_a_run_has_summaries_names_and_parents_to_judge(run: Path, tmp_path: Path) -> None:
    ready = wanted(run, tmp_path, sample=20)
    assert {one.kind for one in ready.material} == {"faithful", "name", "parent"}
    by_kind = {one.kind: one.items for one in ready.material}
    assert len(by_kind["faithful"]) == 20
    assert all(1 <= len(item.evidence) <= 10 for item in by_kind["name"])
    assert all(len(item.evidence) >= 2 for item in by_kind["parent"])
    again = wanted(run, tmp_path, sample=20)
    assert [one.items for one in again.material] == [one.items for one in ready.material]
    assert "tomato" not in repr(ready)


def test_a_usable_judge_is_believed_and_corrected(run: Path, tmp_path: Path, model: Model) -> None:
    model.judge = on_known_items
    ready, settings = wanted(run, tmp_path), config()
    found = held(ready, settings)
    for kind, said in found.judged.items():
        assert found.agreements[kind].usable
        assert said.shares["yes"].mean == 1.0
        assert said.right is not None
        assert said.right.mean == 1.0
        assert said.right.low < said.shares["yes"].low  # the judge's own doubt comes on top
    assert NOT_KNOWN in page(found, ready, settings)


def test_an_unusable_judge_is_said_to_be_one(run: Path, tmp_path: Path, model: Model) -> None:
    ready, settings = wanted(run, tmp_path), config()
    found = held(ready, settings)
    assert all(one.right is None for one in found.judged.values())
    text = page(found, ready, settings)
    assert "Not usable" in text
    assert "0.00, below 0.6" in text
    assert "corrected by the judge's known errors" not in text


def test_nothing_of_a_conversation_leaves_with_a_judge_that_repeats_it(
    run: Path, tmp_path: Path, model: Model
) -> None:
    model.judge = lambda request: json.dumps(
        {"grade": judges.words_of(request)[0], "why": judges.texts_of(request)[0]}
    )
    ready, settings = wanted(run, tmp_path), config()
    text = page(held(ready, settings), ready, settings)
    assert not [word for word in PRIVATE_WORDS if word in text]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert b"Zyxwvina" not in kept  # what is about a run is stored in the run's private folder
    assert (run / "private" / "judge" / asking.CACHE).exists()


def test_what_was_answered_is_never_asked_again(run: Path, tmp_path: Path, model: Model) -> None:
    ready, settings = wanted(run, tmp_path, sample=12), config()
    first = held(ready, settings)
    asked = model.calls
    second = held(wanted(run, tmp_path, sample=12), settings)
    assert model.calls == asked > 0
    assert second.judged == first.judged
    assert second.spent["judging"]["calls"] == 0
    assert second.spent["judging"]["cached"] == first.spent["judging"]["calls"]


def test_a_prediction_is_right_about_the_calls(run: Path, tmp_path: Path, model: Model) -> None:
    ready, settings = wanted(run, tmp_path, sample=12), config()
    ahead = foresee(ready, settings)
    held(ready, settings)
    assert ahead.total.calls.holds(model.calls)
    assert ahead.total.calls.low == model.calls
    elsewhere = foresee(ready, config(models__chat="http://127.0.0.1:9/v1#mine"))
    assert "price unknown" in in_words(elsewhere)


def test_a_limit_on_money_stops_and_keeps_what_was_answered(
    run: Path, tmp_path: Path, model: Model
) -> None:
    ready = wanted(run, tmp_path, questions=("parent",))
    prices = {"models__price_in": 10.0, "models__price_out": 10.0}
    with pytest.raises(BudgetError):
        held(ready, config(**prices, budget__max_cost=0.1))
    asked = model.calls
    assert asked > 0
    found = held(ready, config(**prices, budget__max_cost=5.0))
    assert found.spent["calibration"]["cached"] == asked


def test_a_run_without_facets_is_judged_by_what_people_wrote(
    finished: Path, tmp_path: Path
) -> None:
    settings = config(models__chat="none", extract__mode="local", cluster__k=8)
    api.run(finished.parent / "town.jsonl", tmp_path / "out", settings)
    found = {one.kind: one for one in wanted(tmp_path / "out", tmp_path).material}
    assert "faithful" not in found
    assert found["name"].notes == (LINES_OF_TEXTS.format(n=10),)


def test_a_judge_of_its_own_words_says_so(run: Path, tmp_path: Path, model: Model) -> None:
    ready, settings = wanted(run, tmp_path, sample=3), config(models__chat="none")
    found = held(ready, config())
    assert OWN_WORDS in page(found, ready, settings)
    assert OWN_WORDS not in page(found, ready, config())


def test_recorded_facets_of_the_corpus_are_judged_beside_their_conversations() -> None:
    (found,) = corpus_material(sample=15, facet="task", seed=3)
    assert len(found.items) == 15
    assert len({item.unit for item in found.items}) > 5
    assert corpus_material(sample=15, facet="task", seed=3)[0].items == found.items
    assert corpus_material(sample=15, facet="task", seed=4)[0].items != found.items


@pytest.mark.parametrize(
    ("words", "error", "told"),
    [
        (["--question", "parents"], ConfigError, "parent"),
        (["--facet", "tasks"], ConfigError, "task"),
        (["corpus", "--question", "name"], ConfigError, "nothing to judge"),
        (["nowhere"], InputError, "No run has ended"),
        (["--chat", "none"], ModelUnavailableError, "--chat"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    words: list[str], error: type[Exception], told: str, tmp_path: Path
) -> None:
    result = CliRunner().invoke(evaluate.app, ["judge", *words, "--cache", str(tmp_path)])
    assert isinstance(result.exception, error)
    assert told in str(result.exception)


def test_the_command_predicts_and_then_writes_its_page(run: Path, tmp_path: Path) -> None:
    words = ["judge", str(run), "--chat", "scripted", "--question", "parent"]
    words += ["--cache", str(tmp_path / "cache")]
    ahead = CliRunner().invoke(evaluate.app, [*words, "--dry-run"])
    assert "Nothing was sent." in ahead.stdout
    assert not (tmp_path / "cache").exists()
    done = CliRunner().invoke(
        evaluate.app, [*words, "--out", str(tmp_path / "page"), "--date", "2026-01-02", "--json"]
    )
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert result == json.loads((tmp_path / "page" / "result.json").read_text())
    assert result["command"].startswith("anonymuse eval judge RUN --chat scripted")
    assert str(tmp_path) not in done.stdout
    assert (tmp_path / "page" / "page.html").exists()
