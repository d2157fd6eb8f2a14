"""`anonymuse demo --write`; the demo itself is run as a whole elsewhere."""

import json
from pathlib import Path

import pytest

from anonymuse.cli.main import run_command


def test_it_writes_files_for_the_other_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "data"
    assert run_command(["demo", "--write", str(folder)]) == 0
    assert "'flagged'" in capsys.readouterr().out
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert found.keys() == {"conversations.jsonl", "facets.jsonl", "truth.jsonl"}
    rows = [json.loads(line) for line in found["conversations.jsonl"].splitlines()]
    facets = [json.loads(line) for line in found["facets.jsonl"].splitlines()]
    assert {row["id"] for row in rows} == {row["id"] for row in facets}
    truth = [json.loads(line) for line in found["truth.jsonl"].splitlines()]
    assert [row["id"] for row in rows] == [row["id"] for row in truth]
    assert {row["flagged"] for row in rows} == {True, False, None}
    assert run_command(["demo", "--write", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["conversations"] == len(rows)


def test_a_file_in_the_way_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    folder.write_text("", encoding="utf-8")
    assert run_command(["demo", "--write", str(folder)]) == 2
    assert "Cannot write to" in capsys.readouterr().err
