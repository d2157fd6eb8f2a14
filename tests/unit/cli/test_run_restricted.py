import json
from pathlib import Path

import pytest

from anonymuse.cli.main import run_command
from tests import harbour

FLAGS = ["--restricted", "--chat", "none", "--embed", "hashing"]


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(harbour.write(tmp_path, harbour.rows()[:12])[0])


def test_it_tells_numbers_and_what_comes_next(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "safety"
    assert run_command(["run", data, "--out", str(out), *FLAGS, "-q"]) == 0
    said = capsys.readouterr().out
    assert "12 conversations of 12 users" in said
    assert "clusters; nothing withheld" in said
    assert "Compared with concern" not in said  # nobody graded it
    assert said.endswith(f"Look at it: anonymuse investigate {out}\n")
    assert run_command(["run", data, "--out", str(out), *FLAGS, "-q", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["restricted"] == str(out / "restricted")
    assert (told["conversations"], told["ran"], told["exit_code"]) == (12, [], 0)


def test_one_account_and_what_was_compared_are_said_rightly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row | {"user": "solo"} for row in harbour.rows()[:12]]
    data, facets = harbour.write(tmp_path, rows)
    more = ["--naming", "none", "--facets-from", str(facets), "-q"]
    assert run_command(["run", str(data), "--out", str(tmp_path / "safety"), *FLAGS, *more]) == 0
    said = capsys.readouterr().out
    assert "12 conversations of 1 user in" in said
    assert "Compared with concern: refused\n" in said


@pytest.mark.parametrize(
    "more", [["--policy", "public"], ["--policy", "demo"], ["--generalise"]], ids=" ".join
)
def test_what_may_be_published_is_no_question_here(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    out = tmp_path / "safety"
    assert run_command(["run", data, "--out", str(out), *FLAGS, *more]) == 2
    assert "drop --restricted" in capsys.readouterr().err
    assert not out.exists()


def test_it_is_no_policy(data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["run", data, "--out", str(tmp_path / "safety"), "--policy", "restricted"]
    assert run_command(command) == 2
    assert "--restricted" in capsys.readouterr().err


def test_the_settings_of_one_can_be_looked_at(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "safety"
    assert run_command(["run", data, "--out", str(out), *FLAGS, "--print-config"]) == 0
    assert "restricted = true" in capsys.readouterr().out
    assert not out.exists()
