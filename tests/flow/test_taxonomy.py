"""Whole runs with a taxonomy: counted like any facet, as safe as any, and run again alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.adapters.export.open import export
from anonymuse.domain.released.report import Report
from anonymuse.domain.taxonomy import DETAIL, NOWHERE, TAXONOMY
from anonymuse.errors import InputError
from tests import town
from tests.flow.world import a_town, bundle, config

SECRET = "quorvexil"
"""stands in a description and an example, which are not published"""
TOPICS = f"""
title = "Known topics"
[[categories]]
name = "House and food"
description = "bread flour oven, tomatoes water plant, {SECRET}"
examples = ["bake bread with flour in a small oven {SECRET}"]
subcategories = [
  {{ name = "Baking", description = "bread flour oven" }},
  {{ name = "Plants", description = "tomatoes plant water" }},
]
[[categories]]
name = "Programs"
description = "Python function fails with an error, fix the code"
[[categories]]
name = "Journeys"
description = "weekend trip by train with cheap hotels"
"""


def topics(folder: Path, text: str = TOPICS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "topics.toml"
    path.write_text(text, encoding="utf-8")
    return path


def run(folder: Path, path: Path, **changes: Any) -> Any:
    data = a_town(folder)
    return api.run(data, folder / "out", config(taxonomy__file=str(path), **changes))


def told(report: Report, facet: str) -> dict[str, int | None]:
    return {c.value: c.units for c in report.cells if c.facet == facet and c.cluster is None}


def test_categories_are_counted_and_descriptions_stay_at_home(tmp_path: Path) -> None:
    outcome = run(tmp_path, topics(tmp_path))
    report = outcome.report
    assert "classify" in outcome.ran
    assert told(report, TAXONOMY).keys() <= {"House and food", "Programs", "Journeys", NOWHERE}
    assert len(told(report, TAXONOMY)) >= 3
    assert {"Baking", "Plants"} & told(report, DETAIL).keys()
    headings = {facet.name: facet.title for facet in report.facets}
    assert headings[TAXONOMY] == "Known topics"
    assert headings[DETAIL] == "Known topics, in detail"
    assert {c.cluster for c in report.cells if c.facet == TAXONOMY} > {None}
    assert "3 categories, 2 subcategories" in report.receipt.settings["taxonomy"]
    for name, data in bundle(tmp_path / "out").items():
        assert SECRET not in data.decode("utf-8", "replace"), name
        assert str(tmp_path) not in data.decode("utf-8", "replace"), name
    for fmt in ("html", "markdown", "csv", "parquet"):
        for path in export(report, fmt, tmp_path / fmt):
            assert SECRET.encode() not in path.read_bytes()
    assert "Programs" in (tmp_path / "markdown" / "report.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_another_description_sorts_again_and_asks_nobody(tmp_path: Path) -> None:
    path = topics(tmp_path)
    run(tmp_path, path)
    assert run(tmp_path, path).ran == ()
    topics(tmp_path, TOPICS.replace("cheap hotels", "cheap hotels and beds"))
    again = set(run(tmp_path, path).ran)
    assert "classify" in again
    assert again <= {"classify", "tabulate", "release", "project"}
    renamed = TOPICS.replace('"Journeys"', '"Trips"')
    topics(tmp_path, renamed)
    outcome = run(tmp_path, path)
    assert set(outcome.ran) <= {"classify", "tabulate", "release", "project"}
    assert "Journeys" not in told(outcome.report, TAXONOMY)
    outcome = api.run(tmp_path / "town.jsonl", tmp_path / "out", config())
    assert told(outcome.report, TAXONOMY) == {}


@pytest.mark.slow
def test_a_renamed_category_repeats_its_numbers(tmp_path: Path) -> None:
    """New noise for every new name would average out. Spelled otherwise, it sorts as before."""
    path = topics(tmp_path)
    first = run(tmp_path, path, privacy__policy="internal").report
    topics(tmp_path, TOPICS.replace('"Journeys"', '"JOURNEYS"'))
    again = run(tmp_path, path, privacy__policy="internal").report

    def numbers(report: Report) -> dict[tuple[str | None, str, str], int | None]:
        return {
            (c.cluster, c.window, c.value.casefold()): c.units
            for c in report.cells
            if c.facet == TAXONOMY
        }

    before, now = numbers(first), numbers(again)
    shown = {place: units for place, units in now.items() if units is not None}
    assert {cluster for cluster, _, _ in shown} > {None}
    assert (None, "", "journeys") in shown
    assert shown.items() <= before.items()


def test_a_model_may_sort_in_the_same_call(tmp_path: Path) -> None:
    outcome = run(tmp_path, topics(tmp_path), taxonomy__by="model")
    assert "classify" not in outcome.ran
    assert told(outcome.report, TAXONOMY)
    assert outcome.report.receipt.settings["taxonomy"].endswith("sorted by model")


def test_recorded_facets_are_sorted_by_what_they_say(tmp_path: Path) -> None:
    said = {
        "travel": "plan a weekend trip by train with cheap hotels",
        "code": "fix the code of a Python function that fails with an error",
        "cooking": "bake bread with flour in an oven",
        "garden": "plant tomatoes and water them",
    }
    rows = [row for row in town.people() if row["topic"] in said]
    a_town(tmp_path, rows)
    facets = tmp_path / "facets.jsonl"
    lines = [{"id": r["id"], **dict.fromkeys(("request", "task"), said[r["topic"]])}
             for r in rows]  # fmt: skip
    facets.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    settings = config(
        taxonomy__file=str(topics(tmp_path)),
        extract__facets_file=str(facets),
        extract__mode="local",
    )
    outcome = api.run(tmp_path / "town.jsonl", tmp_path / "out", settings)
    assert set(told(outcome.report, TAXONOMY)) == {"House and food", "Programs", "Journeys"}
    assert set(told(outcome.report, DETAIL)) == {"Baking", "Plants"}


def test_a_column_of_that_name_is_no_trouble(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    rows = [json.loads(line) | {"taxonomy": "x"} for line in data.read_text().splitlines()]
    data.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    settings = config(taxonomy__file=str(topics(tmp_path)))
    outcome = api.run(data, tmp_path / "out", settings)
    assert told(outcome.report, TAXONOMY)


def test_the_plan_says_it_and_a_missing_file_stops_at_once(tmp_path: Path) -> None:
    data = a_town(tmp_path)
    found = api.plan(data, config(taxonomy__file=str(topics(tmp_path))))
    assert "Taxonomy: 3 categories, 2 subcategories, sorted by vectors." in str(found)
    with pytest.raises(InputError, match="Cannot read the taxonomy"):
        run(tmp_path, tmp_path / "none.toml")
