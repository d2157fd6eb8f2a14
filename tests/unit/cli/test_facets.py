"""`anonymuse facets`: sets and files of facets, shown."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anonymuse.cli.main import app, run_command
from anonymuse.pipeline.facet_sets import PRESETS, preset


def said(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["facets", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_list_names_every_set_and_facet() -> None:
    told = json.loads(said("list", "--json"))
    assert list(told) == list(PRESETS)
    listed = said("list")
    for name in PRESETS:
        assert name in listed
        assert all(q.name in listed for q in preset(name).facets)


@pytest.mark.parametrize("name", PRESETS)
def test_a_set_is_shown_with_its_questions_and_values(name: str) -> None:
    shown = said("show", name)
    for question in preset(name).facets:
        assert question.question in shown
        assert all(value in shown for value in question.values)
    assert json.loads(said("show", name, "--json"))["name"] == name


def test_a_file_of_ones_own_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[facets.hurry]\ntype = "boolean"\nquestion = "Any hurry?"\n')
    assert "Any hurry?" in said("show", str(path))
    path.write_text('[facets.hurry]\ntype = "boolean"\n')
    assert run_command(["facets", "show", str(path)]) == 2
    assert "has no question" in capsys.readouterr().err


def test_a_name_of_the_core_set_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[facets.request]\ntype = "boolean"\nquestion = "Is it?"\n', encoding="utf-8")
    assert run_command(["facets", "show", str(own)]) == 2
    assert "already one of the core set" in capsys.readouterr().err


def test_a_set_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["facets", "show", "wrok"]) == 2
    assert "Did you mean 'work'" in capsys.readouterr().err
