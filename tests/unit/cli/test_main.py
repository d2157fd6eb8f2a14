"""Errors become one sentence and an exit code."""

import json
import pickle
from pathlib import Path

import pytest
import typer

from anonymuse.cli import main as cli
from anonymuse.errors import BreakerError, NothingReleasedError, WaitingError
from tests import town


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rum"], "Did you mean 'run'"),
        (["run", "--nope"], "No such option"),
        (["run"], "Missing option"),
        (["run", "no-such-file", "--out", "x"], "no file or folder"),
        (["export", "no-such-folder", "--to", "html"], "There is no folder"),
    ],
)
def test_wrong_usage_gets_a_sentence_and_two(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run_command(arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("error", "code"),
    [(NothingReleasedError("x"), 3), (WaitingError("x"), 4), (BreakerError("x"), 2)],
)
def test_every_error_has_its_code(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise pickle.loads(pickle.dumps(error))

    monkeypatch.setattr(cli, "app", fail)
    assert cli.run_command([]) == code


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), typer.Abort(), None])
def test_ctrl_c_says_that_nothing_is_lost(
    stop: BaseException | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> int:
        if stop is None:
            return 130  # what typer returns for an interrupt inside a command
        raise stop

    monkeypatch.setattr(cli, "app", fail)
    assert cli.run_command([]) == 130
    assert "the same command goes on" in capsys.readouterr().err


def test_with_json_an_error_is_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run_command(["run", "no-such-file", "--out", "x", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["exit_code"] == 2


def test_a_run_ends_with_the_tree_and_where_the_report_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = town.write(tmp_path / "town.jsonl", town.people())
    arguments = ["run", str(data), "--out", str(tmp_path / "out"), "--policy", "demo", "--embed"]
    assert cli.run_command([*arguments, "hashing", "--chat", "none", "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "Read 180 records; 180 conversations of 60 units took part." in said
    assert str(tmp_path / "out" / "release") in said
    assert cli.run_command([*arguments, "hashing", "--chat", "none", "--quiet", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["policy"] == "demo"
    assert summary["ran"] == []
