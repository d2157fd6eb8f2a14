import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from anonymuse.pipeline import files
from anonymuse.pipeline.columns import STANDARD, find_columns
from anonymuse.pipeline.conditions import compile_condition, evaluate


def shard(path: Path, *metadata: dict[str, Any]) -> Path:
    rows = len(metadata)
    table = pa.table(
        {
            "user": pa.array(["u", None] * rows, pa.string()).slice(0, rows),
            "organisation": pa.nulls(rows, pa.string()),
            "time": pa.array([datetime(2026, 3, 1, 12, tzinfo=UTC)] * rows),
            "turns": pa.array([2] * rows, pa.int32()),
            "characters": pa.array([10] * rows, pa.int64()),
            "source": ["logs.jsonl"] * rows,
            "format": ["messages"] * rows,
            "metadata": [json.dumps(one) for one in metadata],
        }
    )
    files.write_table(path, table)
    return path


def column(path: Path, name: str) -> list[Any]:
    columns = find_columns([path])
    values: list[Any] = columns.table(files.read_table(path), [name])[name].to_pylist()
    return values


def test_types_are_those_of_the_source(tmp_path: Path) -> None:
    path = shard(
        tmp_path / "part-0.parquet",
        {"i": 1, "f": 1, "b": True, "t": "x", "mixed": 3, "none": None},
        {"i": None, "f": 0.5, "t": "y", "mixed": "three", "b": False},
    )
    types = {name: str(kind) for name, kind in find_columns([path]).types.items()}
    assert types == {name: str(kind) for name, kind in STANDARD.items()} | {
        "i": "int64", "f": "double", "b": "bool", "t": "string", "mixed": "string",
        "none": "string",
    }  # fmt: skip
    assert column(path, "f") == [1.0, 0.5]
    assert column(path, "mixed") == ["3", "three"]
    assert column(path, "i") == [1, None]


def test_texts_that_are_all_written_as_numbers_are_numbers(tmp_path: Path) -> None:
    path = shard(
        tmp_path / "part-0.parquet",
        {"score": "3", "share": "0.5", "flag": "True", "zip": "01234", "big": "9" * 19, "e": ""},
        {"score": "", "share": "-2", "flag": "false", "zip": "12345", "big": "1", "e": ""},
    )
    assert column(path, "score") == [3, None]
    assert column(path, "share") == [0.5, -2.0]
    assert column(path, "flag") == [True, False]
    assert column(path, "zip") == ["01234", "12345"]
    assert column(path, "big") == ["9" * 19, "1"]
    assert column(path, "e") == ["", ""]


def test_a_column_has_one_type_in_all_shards(tmp_path: Path) -> None:
    first = shard(tmp_path / "part-0.parquet", {"score": "3"})
    second = shard(tmp_path / "part-1.parquet", {"score": "n/a"}, {"new": 1})
    columns = find_columns([first, second])
    assert columns.types["score"] == pa.string()
    tables = [columns.table(files.read_table(p), ["score", "new"]) for p in (first, second)]
    assert pa.concat_tables(tables).to_pydict() == {
        "score": ["3", "n/a", None],
        "new": [None, None, 1],
    }


def test_names_that_collide_get_a_prefix(tmp_path: Path) -> None:
    path = shard(
        tmp_path / "part-0.parquet",
        {"turns": "many", "Time": 5, "Model": "x", "model": "y", "metadata_turns": 1},
    )
    columns = find_columns([path])
    table = columns.table(files.read_table(path))
    row = table.to_pylist()[0]
    assert row["turns"] == 2
    assert row["metadata_Time"] == 5
    assert (row["Model"], row["metadata_model"]) == ("x", "y")
    assert {row["metadata_turns"], row["metadata_metadata_turns"]} == {"many", 1}


def test_standard_columns(tmp_path: Path) -> None:
    path = shard(tmp_path / "part-0.parquet", {}, {})
    rows = find_columns([path]).table(files.read_table(path)).to_pylist()
    assert [row["has_user"] for row in rows] == [True, False]
    assert rows[0]["has_organisation"] is False
    assert rows[0]["time"] == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert rows[0]["source"] == "logs.jsonl"


def test_a_condition_on_odd_names(tmp_path: Path) -> None:
    path = shard(tmp_path / "part-0.parquet", {"user's plan": "a", "größe": 3, "a.b": 1})
    columns = find_columns([path])
    text = '"user\'s plan" = \'a\' and größe > 2 and "a.b" = 1 and 1 = 1'
    table = columns.table(files.read_table(path))
    assert evaluate(compile_condition(text, setting="x"), table, want="boolean").to_pylist() == [
        True
    ]
