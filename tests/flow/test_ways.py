"""The other ways through the pipeline: recorded facets, the paper's baseline, a model's tree."""

import json
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.domain.facets import REQUEST_PREFIX
from anonymuse.domain.released.tree import problems
from anonymuse.errors import ConfigError, InputError, ModelUnavailableError
from tests import town
from tests.flow.world import a_town, config, report

TASKS = {
    "cooking": "bake bread at home",
    "code": "fix Python code errors",
    "travel": "plan a train trip",
    "letters": "write a polite email",
    "maths": "explain an equation",
    "garden": "explain growing tomatoes",
}


def recorded(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Write the facets that somebody has: the truth of the town."""
    path = folder / "facets.jsonl"
    lines = [
        json.dumps(
            {
                "id": row["id"],
                "request": f"{REQUEST_PREFIX}{TASKS[row['topic']]}.",
                "task": TASKS[row["topic"]],
                "language": {"en": "English", "es": "Spanish", "de": "German"}[row["lang"]],
                "refused": "no",
                "concern": 1,
            }
        )
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_recorded_facets_name_the_known_topics(tmp_path: Path) -> None:
    rows = town.people()
    facets = recorded(tmp_path, rows)
    outcome = api.run(
        a_town(tmp_path, rows),
        tmp_path / "out",
        config(models__chat="none", extract__mode="local", extract__facets_file=str(facets)),
    )
    names = {c.name.casefold() for c in outcome.report.clusters if c.level == 0}
    for word in ("bread", "python", "train", "email", "equation", "tomatoes"):
        assert any(word in name for name in names), word
    languages = {c.value: c.units for c in outcome.report.cells if c.cluster is None}
    assert {"English", "Spanish", "German"} <= set(languages)


def test_rows_without_recorded_facets_are_counted(tmp_path: Path) -> None:
    rows = town.people()
    facets = recorded(tmp_path, rows[:100])
    outcome = api.run(
        a_town(tmp_path, rows), tmp_path / "out", config(extract__facets_file=str(facets))
    )
    assert outcome.stages["extract"]["without recorded facets"] == 80


def test_a_facets_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nope"):
        api.run(a_town(tmp_path), tmp_path / "out", config(extract__facets_file="nope.jsonl"))


@pytest.mark.parametrize("mode", ["local", "llm"])
def test_the_papers_baseline_runs(tmp_path: Path, mode: str) -> None:
    outcome = api.run(
        a_town(tmp_path), tmp_path / "out", config(cluster__method="paper", extract__mode=mode)
    )
    assert outcome.report.receipt.settings["cluster"]["method"] == "paper"


def test_a_model_may_build_the_tree(tmp_path: Path) -> None:
    rows = town.people(each=24)
    outcome = api.run(
        a_town(tmp_path, rows),
        tmp_path / "out",
        config(cluster__hierarchy="model", cluster__k=20),
    )
    assert problems(outcome.report.clusters) == []
    assert "propose_parents" in outcome.report.receipt.prompts


def test_a_tree_of_two_levels_adds_up(tmp_path: Path) -> None:
    outcome = api.run(
        a_town(tmp_path, town.people(each=24)), tmp_path / "out", config(cluster__k=20)
    )
    assert {c.level for c in outcome.report.clusters} == {0, 1}
    assert problems(outcome.report.clusters) == []


def test_asking_a_model_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="--extract llm needs a chat model"):
        api.run(a_town(tmp_path), tmp_path / "out", config(models__chat="none"))


def test_organisations_that_are_not_there(tmp_path: Path) -> None:
    rows = [{k: v for k, v in r.items() if k != "organisation"} for r in town.people()]
    with pytest.raises(ConfigError, match="--org-column"):
        api.run(a_town(tmp_path, rows), tmp_path / "out", config(privacy__unit="organisation"))


def test_released_numbers_hold_no_trace_of_members(tmp_path: Path) -> None:
    api.run(a_town(tmp_path), tmp_path / "out", config())
    text = json.dumps(report(tmp_path / "out"))
    rows = town.people()
    for row in rows[:20]:
        assert row["id"] not in text
        assert f'"{row["user"]}"' not in text
