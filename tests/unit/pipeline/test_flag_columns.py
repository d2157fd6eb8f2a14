import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from anonymuse.errors import ColumnError, ConfigError
from anonymuse.pipeline import files
from anonymuse.pipeline.config import RunConfig, make_config
from anonymuse.pipeline.events import Event, Note
from anonymuse.pipeline.facet_sets import facets_of
from anonymuse.pipeline.flag_columns import (
    check_flags,
    flag_facets,
    flag_of,
    with_sensitive_flags,
)

SECRET = "brimvauld"


def checked(folder: Path, values: list[Any], column: str = "flagged") -> list[str]:
    """Check one column over two shards; return what was told."""
    half = len(values) // 2
    shards = []
    for number, part in enumerate((values[:half], values[half:])):
        stored = [json.dumps({"flagged": value, "other": 1}) for value in part]
        shards.append(folder / f"part-{number}.parquet")
        files.write_table(shards[-1], pa.table({"metadata": pa.array(stored, pa.string())}))
    told: list[Event] = []
    check_flags(shards, flag_facets([column]), told.append)
    return [event.text for event in told if isinstance(event, Note)]


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True), (False, False), (None, None), ("", None), ("true", True), ("False", False),
        ("YES", True), (" no ", False), (0, False), (1, True), ("0", False), ("1", True),
        (0.5, True), (0.499, False), ("0.93", True), ("null", None), ("NaN", None), (1e-9, False),
        (float("nan"), None),
    ],
)  # fmt: skip
def test_values_are_read_as_people_and_csv_write_them(value: Any, flag: bool | None) -> None:
    assert flag_of({"flagged": value}, "flagged") is flag


def test_a_conversation_without_the_column_has_no_verdict() -> None:
    assert flag_of({}, "flagged") is None


@pytest.mark.parametrize(
    "values",
    [
        ["low", "high", SECRET], [0, 1, 2], [-1, 0, 1], ["true", "false", "unknown"], [0, 100],
        ["yes", "no", "0.7"], [True, False, 0.25], ["1.5"], ["inf"], [SECRET] * 4,
    ],
)  # fmt: skip
def test_what_is_no_verdict_is_counted_and_never_told(tmp_path: Path, values: list[Any]) -> None:
    with pytest.raises(ConfigError, match=r"'flagged'.*different values") as found:
        checked(tmp_path, values)
    assert f"has {len(set(values))} different" in str(found.value)
    assert SECRET not in str(found.value)


def test_thousands_of_values_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="1,000 or more different values"):
        checked(tmp_path, [f"text {number}" for number in range(3_000)])


def test_a_missing_column_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ColumnError, match=r"no column 'flaged' \(set by --flag\).*mean 'flagged'"):
        checked(tmp_path, [True, False], column="flaged")


def test_an_empty_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'flagged'.*is empty"):
        checked(tmp_path, [None, "", None])


def test_columns_that_tell_little_are_told_and_taken(tmp_path: Path) -> None:
    assert checked(tmp_path, [True, False, False]) == []
    (same,) = checked(tmp_path, [True, True])
    assert "Every verdict of the column 'flagged' is the same" in same
    (few,) = checked(tmp_path, [0.2, 0.9, *[None] * 30])
    assert "Only 2 of 32 conversations have a verdict" in few


def test_a_column_becomes_a_boolean_facet_of_its_name() -> None:
    (found,) = flag_facets(["Moderation Score", "Moderation Score"])
    assert (found.name, found.kind, found.rule) == (
        "flag_moderation_score", "boolean", "Moderation Score",
    )  # fmt: skip
    assert found.is_derived
    assert not found.is_answered
    assert found.heading == "Flagged: Moderation Score"


def test_a_name_without_letters_of_ours_gets_a_number() -> None:
    assert [q.name for q in flag_facets(["検出", "違反"])] == ["flag_1", "flag_2"]


def test_two_columns_cannot_be_one_facet() -> None:
    with pytest.raises(ConfigError, match="'is-bad' and 'is_bad'"):
        flag_facets(["is-bad", "is_bad"])


def test_flags_are_facets_of_the_run_and_sensitive() -> None:
    config = make_config({"input": {"flag_columns": ["flagged"]}})
    assert facets_of(config)[-1].name == "flag_flagged"
    assert with_sensitive_flags(config).tables.sensitive[-1] == "flag_flagged"
    assert with_sensitive_flags(RunConfig()) == RunConfig()
