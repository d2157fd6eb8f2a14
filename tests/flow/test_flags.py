"""Whole runs with a classifier's column: counted behind the gate, set against concern, refused."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from anonymuse.adapters.store.report_folder import load_report
from anonymuse.api.restricted import run_restricted
from anonymuse.errors import ColumnError, ConfigError
from anonymuse.insights.measures import measures
from anonymuse.insights.quadrants import quadrants
from anonymuse.insights.sheet import Sheets
from anonymuse.wiring.restricted import open_restricted
from tests import town
from tests.flow.world import a_town, config


def rows(topics: Mapping[str, float], column: str = "flagged") -> list[dict[str, Any]]:
    """Return the town; of each topic that share is flagged."""
    found = town.people()
    for number, row in enumerate(found):
        share = topics.get(topic_of(number), 0.0)
        row[column] = (number % 10) / 10 < share
    return found


def topic_of(number: int) -> str:
    return list(town.TOPICS)[number // 30]


def facets(folder: Path, concern: Mapping[str, int]) -> Path:
    """Write answers of a model that grades the topics."""
    path = folder / "facets.jsonl"
    lines = [
        {
            "id": row["id"],
            "request": f"The user's overall request for the assistant is to do {topic_of(n)}.",
            "task": f"work on {topic_of(n)}",
            "concern": concern.get(topic_of(n), 1),
            "refused": "no",
        }
        for n, row in enumerate(town.people())
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def run(folder: Path, data: list[dict[str, Any]], **changes: Any) -> api.Outcome:
    made = a_town(folder, data)
    settings = {"input__flag_columns": ["flagged"], "naming__mode": "none", **changes}
    return api.run(made, folder / "run", config(**settings))


def test_flags_stand_against_concern_in_the_public_report(tmp_path: Path) -> None:
    data = rows({"garden": 1.0})
    answers = facets(tmp_path, {"letters": 5})
    run(tmp_path, data, extract__mode="local", extract__facets_file=str(answers), cluster__k=6)
    report = load_report(tmp_path / "run" / "release")
    asked = {facet.name: facet for facet in report.facets}
    assert asked["flag_flagged"].title == "Flagged: flagged"
    sheets = Sheets.of(report)
    first = quadrants(sheets.tree, measures(report, sheets))[0]
    missed, overdone = first.corners
    assert (missed.title, overdone.title) == (
        "Possible false negatives",
        "Possible false positives",
    )
    told = [[sheets.tree.clusters[row].name for row in corner.clusters] for corner in first.corners]
    assert any("letters" in name.lower() for name in told[0])
    assert any("garden" in name.lower() for name in told[1])


def test_without_concern_flags_stand_alone_and_the_run_says_so(tmp_path: Path) -> None:
    outcome = run(tmp_path, rows({"garden": 0.8}), extract__mode="local")
    assert any("Nobody graded concern" in note for note in outcome.report.receipt.notes)
    assert outcome.breakdown("flag_flagged")


def test_nothing_is_said_of_concern_without_a_flag(tmp_path: Path) -> None:
    outcome = run(tmp_path, rows({}), extract__mode="local", input__flag_columns=[])
    assert not any("concern" in note for note in outcome.report.receipt.notes)


def test_a_nested_column_is_reached_by_its_path(tmp_path: Path) -> None:
    data = rows({"garden": 0.8})
    for row in data:
        row["moderation"] = {"flagged": row.pop("flagged")}
    run(tmp_path, data, extract__mode="local", input__flag_columns=["moderation.flagged"])
    report = load_report(tmp_path / "run" / "release")
    assert "flag_moderation_flagged" in {facet.name for facet in report.facets}


def test_a_restricted_run_tells_what_is_missed_and_overdone(tmp_path: Path) -> None:
    made = a_town(tmp_path, rows({"garden": 0.9, "letters": 0.1}))
    settings = config(
        input__flag_columns=["flagged"], extract__mode="local", cluster__k=6, models__chat="none",
        extract__facets_file=str(facets(tmp_path, {"letters": 5})), zone__restricted=True,
    )  # fmt: skip
    run_restricted(made, tmp_path / "run", settings)
    with open_restricted(tmp_path / "run") as store:
        found = store.report()
    flag, refused = found.gaps
    assert (flag.verdict, refused.verdict) == ("flagged", "refused")
    by_id = {cluster.id: cluster for cluster in found.clusters}
    assert by_id[flag.missed[0].cluster].concern.share == 1.0  # type: ignore[union-attr]
    assert by_id[flag.overdone[0].cluster].flags["flagged"].share > 0.5
    assert flag.missed[0].notable
    assert list(flag.by_language) == ["", "English", "German", "Spanish"]


@pytest.mark.parametrize("wanted", ["flaged", "moderation.flagged"])
def test_a_missing_column_stops_the_run(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(ColumnError, match="--flag"):
        run(tmp_path, rows({}), extract__mode="local", input__flag_columns=[wanted])


def test_three_values_stop_the_run_before_a_model_is_asked(tmp_path: Path) -> None:
    data = [
        row | {"flagged": ("low", "high", "brimvauld")[n % 3]} for n, row in enumerate(rows({}))
    ]
    with pytest.raises(ConfigError, match="3 different values") as found:
        run(tmp_path, data)
    assert "brimvauld" not in str(found.value)
    assert not list((tmp_path / "run" / "private").glob("extract/*"))
