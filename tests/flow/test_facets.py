"""Whole runs with facets of the user's own: counted, computed, grouped by, and refused."""

import json
import re
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from anonymuse import api
from anonymuse.adapters.chat import scripted
from anonymuse.adapters.export.open import FORMATS, export
from anonymuse.adapters.store.report_folder import load_report
from anonymuse.domain.released.report import Report
from anonymuse.domain.released.tree import problems
from anonymuse.errors import ColumnError, ConfigError, InputError, NothingReleasedError
from anonymuse.pipeline.config import RunConfig, make_config
from anonymuse.pipeline.facet_functions import FacetRecord
from anonymuse.ports.chat import ChatRequest
from anonymuse.stages.release import release
from tests import town
from tests.flow.test_ways import recorded
from tests.flow.world import a_town, bundle, config
from tests.privacy.test_canaries import WORDS, leaks, planted

TONES = ("warm and friendly words", "short and sober words", "angry and loud words")
THEMES = ("clarity", "patience", "honesty")
PLANTED = "zyxquon brimvauld"

OWN: dict[str, Any] = {
    "tone": {"type": "text", "question": "In which tone?", "clustered": True, "title": "Tone"},
    "mood": {"type": "one_of", "question": "Which mood?", "values": ["good", "bad"]},
    "hurry": {"type": "boolean", "question": "Any hurry?"},
    "level": {"type": "integer", "low": 1, "high": 3, "question": "How hard?"},
    "tools": {"type": "several_of", "question": "Which?", "values": ["search", "code", "none of"]},
    "themes": {"type": "several_of", "question": "Which themes?", "title": "Themes of it"},
    "office": {"type": "boolean", "sql": "hour(time) between 9 and 17"},
    "angry": {"type": "boolean", "sql": "tone like 'angry%' and mood is not null"},
    "place": {"type": "one_of", "sql": "country"},
    "size": {"type": "one_of", "values": ["small", "large"], "function": "town_facets:size"},
}


def places(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"country": ("norway", "chile")[n % 2]} for n, row in enumerate(rows)]


def answers(request: ChatRequest) -> str:
    """Answer as the shipped script does, and our own facets by a number in the question's text."""
    said = scripted.fill_schema(request.schema, str(hash_of(request)))
    if request.purpose != "extract":
        return said
    number = hash_of(request)
    own = {
        "tone": TONES[number % 3],
        "tools": ["code", "search"] if number % 2 else ["code"],
        "themes": [THEMES[number % 3], PLANTED] if is_planted(request) else [THEMES[number % 3]],
    }
    found = json.loads(said)
    return json.dumps({name: own.get(name, value) for name, value in found.items()})


def hash_of(request: ChatRequest) -> int:
    return sum(map(ord, request.messages[-1].content)) + request.attempt


def is_planted(request: ChatRequest) -> bool:
    return "canary" in request.messages[-1].content


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("town_facets")

    def size(record: FacetRecord) -> str:
        assert record.metadata["country"] in ("norway", "chile")
        assert record.answers["language"] is not None
        return "large" if len(record.transcript.user_text) > 60 else "small"

    module.size = size  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "town_facets", module)
    monkeypatch.setattr(scripted, "minimal_answer", answers)


def run(folder: Path, own: dict[str, Any], rows: Any = None, **changes: Any) -> api.Outcome:
    data = a_town(folder, places(town.people()) if rows is None else rows)
    return api.run(data, folder / "out", with_facets(own, **changes))


def with_facets(own: dict[str, Any], **changes: Any) -> RunConfig:
    return make_config(config(**changes).model_dump() | {"facets": own})


def shown(report: Report) -> dict[str, dict[str, int | None]]:
    found: dict[str, dict[str, int | None]] = {}
    for cell in report.cells:
        if cell.cluster is None:
            found.setdefault(cell.facet, {})[cell.value] = cell.units
    return found


@pytest.mark.slow
def test_every_type_is_counted_and_a_text_is_not(tmp_path: Path) -> None:
    outcome = run(tmp_path, OWN)
    told = shown(outcome.report)
    assert set(told["mood"]) == {"good", "bad"}
    assert set(told["hurry"]) == {"no", "yes"}
    assert set(told["level"]) <= {"1", "2", "3"}
    assert set(told["themes"]) == set(THEMES)
    assert set(told["place"]) == {"norway", "chile"}
    assert set(told["size"]) == {"small", "large"}
    assert set(told["office"]) == {"no", "yes"}
    assert set(told["angry"]) == {"no", "yes"}
    assert "tone" not in told
    assert {"request", "task"} & set(told) == set()
    facets = {facet.name: facet for facet in outcome.report.facets}
    assert facets["themes"].title == "Themes of it"
    assert facets["tools"].kind == "several_of"


def test_several_values_do_not_add_up_to_the_whole(tmp_path: Path) -> None:
    report = run(tmp_path, {"tools": OWN["tools"]}).report
    shares = {c.value: c.share for c in report.cells if c.facet == "tools" and c.cluster is None}
    assert "none of" not in shares
    # Everybody has one: whoever lacks it is nobody, and that is no secret.
    assert shares["code"] == 1.0


def test_metadata_is_no_vocabulary_where_nobody_knows_whose_it_is(tmp_path: Path) -> None:
    # Three conversations with one login may be one person's.
    own = {"place": OWN["place"], "office": OWN["office"]}
    report = run(tmp_path, own, privacy__unit="conversation").report
    assert "office" in shown(report)
    assert "place" not in shown(report)
    assert "norway" not in json.dumps(report.as_dict())
    assert any("place" in note and "values" in note for note in report.receipt.notes)


def test_a_text_facet_gets_a_tree_of_its_own(tmp_path: Path) -> None:
    outcome = run(tmp_path, {"tone": OWN["tone"], "mood": OWN["mood"]})
    [own] = outcome.report.further
    assert (own.facet, own.title) == ("tone", f"{outcome.report.title}: Tone")
    assert problems(own.clusters) == []
    assert own.receipt.settings["grouped by the facet"] == "tone"
    assert {c.facet for c in own.cells} >= {"mood", "language"}
    assert sum(c.conversations for c in own.clusters if c.level == 0) == own.conversations
    assert load_report(tmp_path / "out").further == (own,)
    assert own.content_hash
    assert outcome.summary()["further"] == {"tone": len(own.clusters)}
    for fmt in ("html", "markdown", "csv", "parquet"):
        files = export(outcome.report, fmt, tmp_path / fmt)
        assert {p.parent.name for p in files} == {fmt, "by-tone"}
    assert "Tone" in (tmp_path / "html" / "by-tone" / "report.html").read_text()
    pages = export(outcome.report, "html", tmp_path / "page.html")
    assert [p.name for p in pages] == ["page.html", "page-by-tone.html"]


def test_the_request_alone_may_group_too(tmp_path: Path) -> None:
    outcome = run(tmp_path, {}, cluster__on=["request", "task"])
    assert [own.facet for own in outcome.report.further] == ["request", "task"]


def test_a_tree_that_is_withheld_whole_leaves_the_main_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def strict(*given: Any, facet: str, **more: Any) -> Report:
        if facet:
            raise NothingReleasedError("nothing")
        return release(*given, facet=facet, **more)

    monkeypatch.setattr("anonymuse.pipeline.steps.publish.release", strict)
    report = run(tmp_path, {"tone": OWN["tone"]}).report
    assert report.further == ()
    assert report.clusters
    assert "Grouped by Tone: every cluster was withheld." in report.receipt.notes


def stored(folder: Path, name: str) -> list[Any]:
    """Return what the private side holds of a facet."""
    [path] = (folder / "out" / "private").rglob(f"facet-{name}.parquet")
    answers: list[Any] = pq.read_table(path)["value"].to_pylist()
    return answers


def test_a_value_of_one_person_never_leaves(tmp_path: Path) -> None:
    rows = places(town.people())
    for row in rows[:40]:
        row["messages"][0]["content"] += " canary"
        row["user"] = "one and the same"
    outcome = run(tmp_path, {"themes": OWN["themes"]}, rows)
    assert set(shown(outcome.report)["themes"]) == set(THEMES)
    assert any(PLANTED in (said or "") for said in stored(tmp_path, "themes"))
    for fmt in ("html", "markdown", "csv", "parquet"):
        export(outcome.report, fmt, tmp_path / "export" / fmt)
    exported = [p.read_bytes() for p in (tmp_path / "export").rglob("*") if p.is_file()]
    for data in [*bundle(tmp_path / "out").values(), *exported]:
        assert b"zyxquon" not in data
        assert b"brimvauld" not in data


def test_without_a_model_they_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mood, tone.*--extract llm"):
        run(tmp_path, {"mood": OWN["mood"], "tone": OWN["tone"]}, extract__mode="local")
    with pytest.raises(ConfigError, match="task"):
        run(tmp_path, {}, extract__mode="local", cluster__on=["task"])


def test_rules_need_no_model(tmp_path: Path) -> None:
    own = {name: OWN[name] for name in ("office", "place", "size")}
    report = run(tmp_path, own, extract__mode="local", models__chat="none").report
    assert {"office", "place", "size"} <= set(shown(report))


def test_recorded_answers_are_taken_and_checked(tmp_path: Path) -> None:
    rows = places(town.people())
    path = recorded(tmp_path, rows)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for number, line in enumerate(lines):
        line |= {"mood": ("BAD", "good")[number % 2], "tone": TONES[number % 3]}
        line["tools"] = [("code", "none of")[number % 2]]
    lines[0]["tools"] = ["hammer"]
    path.write_text("\n".join(map(json.dumps, lines)))
    own = {name: OWN[name] for name in ("mood", "tools", "tone")}
    changes = {"extract__facets_file": str(path), "models__chat": "none", "extract__mode": "local"}
    outcome = run(tmp_path, own, rows, **changes)
    told = shown(outcome.report)
    assert set(told["mood"]) == {"good", "bad"}
    assert set(told["tools"]) == {"code", "none of"}
    assert [tree.facet for tree in outcome.report.further] == ["tone"]
    with pytest.raises(InputError, match="answers nothing for hurry"):
        run(tmp_path, own | {"hurry": OWN["hurry"]}, rows, **changes)


@pytest.mark.parametrize(
    ("own", "kind", "says"),
    [
        ({"country": OWN["mood"]}, ConfigError, "name of a column"),
        ({"own": {"type": "boolean", "sql": "countri = 'a'"}}, ColumnError, "'country'"),
        ({"own": {"type": "boolean", "sql": "country"}}, ConfigError, "true or false"),
        ({"own": {"type": "boolean", "function": "town_facets:none"}}, ConfigError, "none"),
    ],
)
def test_what_does_not_fit_the_data_is_said_before_anybody_is_asked(
    tmp_path: Path, own: dict[str, Any], kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=says):
        run(tmp_path, own)
    assert not (tmp_path / "out" / "private" / "extract").exists()


def _fails(record: FacetRecord) -> str:
    raise RuntimeError(record.transcript.user_text)


def _leaves(record: FacetRecord) -> str:
    raise SystemExit(record.transcript.user_text)


def _sometimes(record: FacetRecord) -> str:
    if record.metadata["country"] == "chile":
        raise RuntimeError(record.transcript.user_text)
    return "small"


def _wrong(record: FacetRecord) -> int:
    return 3


@pytest.mark.parametrize(
    ("function", "says"),
    [(_fails, "fails on every"), (_leaves, "SystemExit"), (_wrong, "none of the answers")],
)
def test_a_function_that_never_works(
    tmp_path: Path, function: Callable[[FacetRecord], Any], says: str
) -> None:
    sys.modules["town_facets"].size = function  # type: ignore[attr-defined]
    with pytest.raises(ConfigError, match=says) as caught:
        run(tmp_path, {"size": OWN["size"]}, extract__mode="local")
    assert "flour" not in caught.value.message


def test_a_function_that_fails_on_some_is_counted(tmp_path: Path) -> None:
    sys.modules["town_facets"].size = _sometimes  # type: ignore[attr-defined]
    outcome = run(tmp_path, {"size": OWN["size"]}, extract__mode="local")
    assert outcome.stages["compute"]["size: failed with RuntimeError"] == 90
    assert outcome.stages["compute"]["size: without an answer"] == 90


class TestChangeOneThing:
    """Exactly what depends on it runs again."""

    @pytest.fixture
    def again(self, tmp_path: Path) -> Callable[[dict[str, Any]], tuple[set[str], int]]:
        own = {name: OWN[name] for name in ("mood", "office", "size")}
        run(tmp_path, own)

        def changed(changes: dict[str, Any]) -> tuple[set[str], int]:
            found = {name: value | changes.get(name, {}) for name, value in own.items()}
            found |= {name: value for name, value in changes.items() if name not in own}
            outcome = api.run(tmp_path / "town.jsonl", tmp_path / "out", with_facets(found))
            return set(outcome.ran), outcome.usage.get("calls", 0)

        return changed

    def test_nothing(self, again: Any) -> None:
        assert again({}) == (set(), 0)

    def test_a_title(self, again: Any) -> None:
        assert again({"mood": {"title": "How it feels"}}) == ({"release"}, 0)

    def test_a_rule(self, again: Any) -> None:
        ran, calls = again({"office": {"sql": "hour(time) between 8 and 20"}})
        assert ran == {"facets", "compute", "tabulate", "release"}
        assert calls == 0

    def test_the_code_of_a_function(self, again: Any) -> None:
        sys.modules["town_facets"].size = _sometimes  # type: ignore[attr-defined]
        ran, calls = again({})
        assert ran == {"compute", "tabulate", "release"}
        assert calls == 0

    def test_one_facet_more_is_another_form_and_asks_everybody_again(self, again: Any) -> None:
        ran, calls = again({"hurry": OWN["hurry"]})
        assert ran & {"ingest", "sample", "scrub"} == set()
        assert {"extract", "compute", "release"} <= ran
        assert calls >= 180

    def test_a_tree_more_leaves_the_main_tree_alone(self, again: Any, tmp_path: Path) -> None:
        own = {name: OWN[name] for name in ("mood", "office", "size")}
        outcome = api.run(
            tmp_path / "town.jsonl", tmp_path / "out", with_facets(own, cluster__on=["task"])
        )
        scoped = {name for name in outcome.ran if name.endswith("@task")}
        assert set(outcome.ran) - scoped == {"release"}
        assert "extract" not in outcome.usage["by purpose"]


def careless(request: ChatRequest) -> str:
    """Answer every question, names too, with a canary that is read."""
    found = json.loads(answers(request)) if request.schema else {}
    read = re.search(f"({'|'.join(WORDS)})[0-9]+", request.messages[-1].content)
    canary = read[0] if read else "nobody"
    if request.schema is None:
        return f"Write letters for {canary}"
    for name, value in found.items():
        if isinstance(value, str) and name not in ("refused", "mood"):
            found[name] = f"{value} for {canary}"
        elif name in ("themes", "names"):
            found[name] = [*value, canary]
    return json.dumps(found)


@pytest.mark.slow
def test_no_canary_leaves_through_a_facet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripted, "minimal_answer", careless)
    own = {name: OWN[name] for name in ("tone", "tools", "themes", "mood")}
    outcome = run(tmp_path, own, planted())
    assert any("Ottokringel" in (said or "") for said in stored(tmp_path, "tone"))
    assert any("Ottokringel" in (said or "") for said in stored(tmp_path, "themes"))
    assert outcome.report.further
    exported = [p for fmt in FORMATS for p in export(outcome.report, fmt, tmp_path / fmt)]
    texts = [*bundle(tmp_path / "out").values(), *(path.read_bytes() for path in exported)]
    texts.append(json.dumps(outcome.summary()).encode())
    texts.append((tmp_path / "out" / "private" / "manifest.json").read_bytes())
    for data in texts:
        assert leaks(data) == []
