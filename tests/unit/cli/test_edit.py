"""`anonymuse edit`, in process, on one small run."""

import getpass
import json
import shutil
from pathlib import Path

import pytest

import anonymuse as am
from anonymuse import api
from anonymuse.cli.main import run_command
from tests.flow.world import a_town, config


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    settings = config(models__chat="none", extract__mode="local")
    api.run(a_town(folder), folder / "out", settings)
    return folder


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "copy")) / "out"


def test_without_a_command_it_lists_what_can_be_edited(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["edit", str(out)]) == 0
    said = capsys.readouterr().out
    for cluster in am.open_report(out).clusters:
        assert f"{cluster.id}  {cluster.name}" in said


def test_every_command_writes_an_edit_down(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, three = am.open_report(out).clusters[:3]
    word = one.name.split(",")[0]
    who = ["--why", "because", "--who", "mo"]
    for number, command in enumerate(
        [
            ["rename", one.id, word, "--description", f"{word}."],
            ["lock", two.name],
            ["merge", one.id, two.id, "--as", "editor"],
            ["hide", three.id],
            ["undo", "4"],
        ],
        start=1,
    ):
        assert run_command(["edit", str(out), *command, *who]) == 0
        said = capsys.readouterr().out
        assert said == (
            f"Edit {number} is written down. Run the same command as before again to apply it.\n"
        )
    assert run_command(["edit", str(out), "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"  1  rename {one.id} “{one.name}” to “{word}”: with the next run"
    assert lines[1].endswith(", mo: because")
    assert lines[5].endswith(", mo as editor: because")
    assert lines[6].endswith(": taken back")
    assert run_command(["edit", str(out), "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["edits"]
    assert [row["kind"] for row in rows] == ["rename", "lock", "merge", "hide"]
    assert "members" not in json.dumps(rows)


def test_mistakes_are_one_sentence(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    node = am.open_report(out).clusters[0].id
    assert run_command(["edit", str(out), "hide", node]) == 2
    assert "--why" in capsys.readouterr().err
    assert run_command(["edit", str(out), "hide", "L7-0000", "--why", "w", "--json"]) == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["exit_code"] == 2
    assert said.err.count("\n") == 1
    assert run_command(["edit", str(out), "list"]) == 0
    assert capsys.readouterr().out == "Nobody has edited this run.\n"


def test_who_edits_is_the_account_or_has_to_be_said(
    out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    node = am.open_report(out).clusters[0].id
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    assert run_command(["edit", str(out), "lock", node, "--why", "w"]) == 0

    def nobody() -> str:
        raise OSError

    monkeypatch.setattr(getpass, "getuser", nobody)
    capsys.readouterr()
    assert run_command(["edit", str(out), "hide", node, "--why", "w"]) == 2
    assert "--who" in capsys.readouterr().err
    assert [row["who"] for row in am.edit(out).all()] == ["ada"]
