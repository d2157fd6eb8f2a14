"""`anonymuse export`, in process."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from anonymuse.adapters.store.report_folder import save_report
from anonymuse.cli.export import export
from anonymuse.errors import ConfigError, InputError
from tests.sample_report import sample_report

app = typer.Typer()
app.command("export")(export)


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def run_folder(tmp_path):
    save_report(sample_report(), tmp_path / "run" / "release")
    return tmp_path / "run"


def test_the_files_go_beside_the_release_folder(run_folder):
    for place in (run_folder, run_folder / "release"):
        result = run(str(place), "--to", "html")
        assert result.exit_code == 0
        assert result.output.strip().endswith("export/report.html")
        assert (run_folder / "export" / "report.html").is_file()
    assert sorted(p.name for p in (run_folder / "release").iterdir()) == [
        "README.md",
        "report.json",
    ]


def test_out_and_json(run_folder, tmp_path):
    result = run(str(run_folder), "--to", "csv", "--out", str(tmp_path / "tables"), "--json")
    said = json.loads(result.output)
    assert said["format"] == "csv"
    assert said["files"][0] == str(tmp_path / "tables" / "clusters.csv")
    assert len(said["content_hash"]) == 32


def test_mistakes_are_the_errors_of_the_tree(run_folder, tmp_path):
    assert isinstance(run(str(run_folder), "--to", "pdf").exception, ConfigError)
    assert isinstance(run(str(tmp_path), "--to", "html").exception, InputError)
