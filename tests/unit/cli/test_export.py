"""`anonymuse export`, in process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from anonymuse.adapters.store.report_folder import save_report
from anonymuse.cli.export import export
from anonymuse.errors import ConfigError, InputError
from tests.sample_report import sample_report
from tests.web.visits import an_interface

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
        result = run(str(place), "--to", "html", "--simple")
        assert result.exit_code == 0
        assert "export/report.html (" in result.output
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
    assert said["bytes"] == sum(Path(name).stat().st_size for name in said["files"])
    assert len(said["content_hash"]) == 32


def test_the_explorer_is_one_file_or_a_folder(run_folder, tmp_path, monkeypatch):
    an_interface(tmp_path / "static", monkeypatch)
    assert run(str(run_folder), "--to", "html").exit_code == 0
    assert "anonymuse-data" in (run_folder / "export" / "report.html").read_text()
    result = run(str(run_folder), "--to", "site")
    assert "python -m http.server" in result.output
    assert (run_folder / "export" / "site" / "api" / "v1" / "index.json").is_file()


def test_two_reports_are_compared_in_one_page(run_folder, tmp_path, monkeypatch):
    an_interface(tmp_path / "static", monkeypatch)
    save_report(sample_report(), tmp_path / "other")
    for to, path in (("html", "report.html"), ("site", "site/api/v1/compare.json")):
        result = run(str(run_folder), "--to", to, "--compare", str(tmp_path / "other"))
        assert result.exit_code == 0, result.exception
        assert (run_folder / "export" / path).is_file()


def test_mistakes_are_the_errors_of_the_tree(run_folder, tmp_path):
    assert isinstance(run(str(run_folder), "--to", "pdf").exception, ConfigError)
    assert isinstance(run(str(tmp_path), "--to", "html").exception, InputError)
    assert isinstance(run(str(run_folder), "--to", "csv", "--simple").exception, ConfigError)
    missing = run(str(run_folder), "--to", "html", "--compare", str(tmp_path / "nowhere"))
    assert isinstance(missing.exception, InputError)
