"""Which formats there are, and where their files go."""

from __future__ import annotations

from pathlib import Path

import pytest

from anonymuse.adapters.export.open import FORMATS, export
from anonymuse.errors import ConfigError, OutputError
from tests.sample_report import sample_report

FILES = {
    "html": ["report.html"],
    "markdown": ["report.md"],
    "csv": ["clusters.csv", "cells.csv", "receipt.json"],
    "parquet": ["clusters.parquet", "cells.parquet"],
}


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_writes_its_files_and_nothing_else(tmp_path, to):
    written = export(sample_report(), to, tmp_path / "out")
    assert [path.name for path in written] == FILES[to]
    assert sorted((tmp_path / "out").iterdir()) == sorted(written)


def test_a_format_of_one_file_takes_a_file_name(tmp_path):
    assert export(sample_report(), "html", tmp_path / "map.html") == [tmp_path / "map.html"]
    (tmp_path / "v1.0").mkdir()
    assert export(sample_report(), "html", tmp_path / "v1.0") == [tmp_path / "v1.0" / "report.html"]


def test_an_unknown_format_names_the_nearest(tmp_path):
    with pytest.raises(ConfigError, match="Did you mean 'markdown'"):
        export(sample_report(), "markdwon", tmp_path)


@pytest.mark.parametrize("to", FORMATS)
def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path, to):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        export(sample_report(), to, tmp_path / "file" / "out")


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(self: Path, target: Path) -> Path:
        assert self.is_file()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        export(sample_report(), "csv", tmp_path)
    assert list(tmp_path.iterdir()) == []
