"""Change one thing: exactly the stages that depend on it run again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.domain import facets
from anonymuse.pipeline import facet_sets
from anonymuse.prompts import library
from tests import town
from tests.flow.world import a_town, config

ALL = (
    "ingest", "sample", "scrub", "extract", "embed", "cluster", "hierarchy", "threshold",
    "duplicates", "support", "describe", "audit", "parents", "tabulate", "release",
    "project",
)  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    outcome = api.run(a_town(folder), folder / "out", config())
    assert outcome.ran == ALL
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished run, so that changes do not meet each other."""
    return Path(shutil.copytree(finished, tmp_path / "copy"))


def again(folder: Path, **changes: Any) -> tuple[set[str], dict[str, Any]]:
    outcome = api.run(folder / "town.jsonl", folder / "out", config(**changes))
    return set(outcome.ran), dict(outcome.usage)


def change_prompt(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Change one word of a prompt."""
    prompt = library.load(name)
    changed = library.Prompt(name, f"Please. {prompt.system}", prompt.user)

    def load(wanted: str) -> library.Prompt:
        return changed if wanted == name else library_load(wanted)

    library_load = library.load
    for module in list(__import__("sys").modules.values()):
        if getattr(module, "__name__", "").startswith("anonymuse") and (
            getattr(module, "load", None) is library_load
        ):
            monkeypatch.setattr(module, "load", load)


def test_nothing_changed(folder: Path) -> None:
    ran, usage = again(folder)
    assert ran == set()
    assert usage["calls"] == 0


def test_a_word_of_the_naming_prompt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_prompt(monkeypatch, "name_contrast")
    ran, _ = again(folder)
    assert ran <= {"describe", "audit", "parents", "tabulate", "release", "project"}
    assert {"describe", "release"} <= ran


def test_a_word_of_the_audit_prompt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_prompt(monkeypatch, "audit")
    ran, _ = again(folder)
    assert ran <= {"audit", "parents", "tabulate", "release", "project"}
    assert {"audit", "parents", "release"} <= ran


def test_a_word_of_the_extraction_prompt(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_prompt(monkeypatch, "extract")
    ran, _ = again(folder)
    assert ran & {"ingest", "sample", "scrub"} == set()
    assert {"extract", "embed", "cluster", "release"} <= ran


def test_one_facet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A computed facet less: nothing is embedded or grouped again."""
    fewer = tuple(q for q in facets.CORE if q.name != "turns")
    monkeypatch.setattr(facet_sets, "CORE", fewer)
    ran, usage = again(folder)
    assert ran == {"extract", "tabulate", "release"}
    assert usage["calls"] == 0


def test_the_seed(folder: Path) -> None:
    ran, usage = again(folder, seed=1)
    assert ran & {"ingest", "scrub", "extract", "embed"} == set()
    assert {"sample", "cluster"} <= ran
    assert "extract" not in usage["by purpose"]


def test_the_title(folder: Path) -> None:
    assert again(folder, title="Another title")[0] == {"release"}


def test_the_policy(folder: Path) -> None:
    ran, _ = again(folder, privacy__min_units=6)
    assert ran & {"ingest", "scrub", "extract", "embed"} == set()
    assert {"cluster", "threshold", "release"} <= ran


def test_a_condition_that_leaves_nothing_out(folder: Path) -> None:
    """Later stages read the same rows: only the receipt is written anew."""
    ran, usage = again(folder, narrow__where="turns = 2")
    assert ran == {"narrow", "sample", "release"}
    assert usage["calls"] == 0
    assert again(folder, narrow__where="turns = 2")[0] == set()
    assert again(folder, narrow__where="turns < 3")[0] == {"narrow"}


@pytest.mark.parametrize("setting", ["where", "grep", "since"])
def test_narrowing(folder: Path, setting: str) -> None:
    """Nothing is read again, and no model is asked again about what is left."""
    value = {"where": "characters % 3 > 0", "grep": "[aeiou]b", "since": "2026-03-06"}[setting]
    ran, usage = again(folder, **{f"narrow__{setting}": value})
    assert "ingest" not in ran
    assert {"narrow", "sample", "scrub", "extract", "cluster", "release"} <= ran
    assert usage["by purpose"]["extract"]["calls"] == 0


def test_the_strategy(folder: Path) -> None:
    """Every conversation of the town ends with its only completion: the texts are the same."""
    ran, usage = again(folder, sample__strategy="completions")
    assert ran == {"sample", "release"}
    assert usage["calls"] == 0


def test_the_screening_question(folder: Path) -> None:
    ran, usage = again(folder, narrow__screen="Is it about bread?")
    assert ran & {"ingest", "sample", "scrub"} == set()
    assert {"screen", "extract", "cluster", "release"} <= ran
    assert usage["by purpose"]["screen"]["calls"] == 180
    assert usage["by purpose"]["extract"]["calls"] == 0
    assert again(folder, narrow__screen="Is it about bread?")[0] == set()
    assert "screen" in again(folder, narrow__screen="Is it about trains?")[0]


def test_another_model(folder: Path) -> None:
    ran, usage = again(folder, models__chat="gullible", extract__mode="local")
    assert ran & {"ingest", "sample", "scrub"} == set()
    assert usage["calls"] > 0


NAMED_AGAIN = {"audit", "parents", "tabulate", "release", "project"}
MADE_OF_CLUSTERS = set(ALL[ALL.index("hierarchy") :])


@pytest.mark.parametrize(
    ("kind", "first", "at_most"),
    [
        ("lock", {"rename", "audit", "release"}, NAMED_AGAIN | {"rename"}),
        ("hide", {"hide", "threshold", "release"}, MADE_OF_CLUSTERS - {"hierarchy"} | {"hide"}),
        ("merge", {"merge", "hierarchy", "threshold"}, MADE_OF_CLUSTERS | {"merge"}),
    ],
)
def test_a_persons_edit(folder: Path, kind: str, first: set[str], at_most: set[str]) -> None:
    """Nothing that people wrote is read, asked about or grouped again; undone, nothing at all."""
    editor = api.edit(folder / "out")
    one, two = [c for c in api.open_report(folder / "out").clusters if c.level == 0][:2]
    if kind == "merge":
        editor.merge([one, two], why="w")
    else:
        getattr(editor, kind)(one, why="w")
    ran, usage = again(folder)
    assert first <= ran <= at_most
    assert usage["by purpose"].get("extract", {"calls": 0})["calls"] == 0
    assert again(folder)[0] == set()
    editor.undo(1)
    assert again(folder)[0] == set()


def _edit(rows: list[dict[str, Any]]) -> None:
    rows[3]["messages"][0]["content"] += " please and quickly"


def _add(rows: list[dict[str, Any]]) -> None:
    rows.append(json.loads(json.dumps(rows[0])) | {"id": "new", "user": "new"})
    rows[-1]["messages"][0]["content"] += " and also with seeds"


@pytest.mark.parametrize("change", [_edit, _add], ids=["edited", "added"])
def test_one_conversation(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Every stage sees other data; the model is asked about that one conversation only."""
    rows = town.people()
    change(rows)
    town.write(folder / "town.jsonl", rows)
    outcome = api.run(folder / "town.jsonl", folder / "out", config())
    assert {"ingest", "scrub", "extract", "cluster"} <= set(outcome.ran)
    assert outcome.usage["by purpose"]["extract"]["calls"] == 1
