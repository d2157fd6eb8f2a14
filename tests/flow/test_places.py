"""Data that is no file goes through a run, and resumes by its content."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from anonymuse import api
from tests.flow.world import a_town, config


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"models__chat": "none", "extract__mode": "local"}


def test_standard_input_resumes_by_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    data = a_town(tmp_path).read_bytes()

    def run() -> api.Outcome:
        monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(data)}))
        return api.run("-", tmp_path / "out", config(**settings))

    first, again = run(), run()
    assert "ingest" in first.ran
    assert again.ran == ()
    assert again.report.content_hash == first.report.content_hash
    assert not list((tmp_path / "out" / "private").glob("input-*"))


def test_a_query_is_an_input(tmp_path: Path, settings: dict[str, Any]) -> None:
    town = a_town(tmp_path)
    query = f"""select id, "user" as who_asked, messages from '{town}' where "user" not like '%7'"""
    changes = {**settings, "input__sql": query, "input__user_column": "who_asked"}
    first = api.run([], tmp_path / "out", config(**changes))
    assert 0 < first.report.conversations < 180
    assert api.run([], tmp_path / "out", config(**changes)).ran == ()
    for file in (tmp_path / "out" / "release").rglob("*"):
        assert not file.is_file() or b"who_asked" not in file.read_bytes()
