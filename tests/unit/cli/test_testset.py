import json
from pathlib import Path

import pytest

from anonymuse.adapters.store.report_folder import save_report
from anonymuse.cli.main import run_command
from tests.sample_report import sample_report


@pytest.fixture
def released(tmp_path: Path) -> Path:
    save_report(sample_report(), tmp_path / "run" / "release")
    return tmp_path / "run"


def test_it_prints_writes_and_gives_json(
    released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["testset", str(released), "--cluster", "L0-0000", "--prompts", "9"]) == 0
    assert "9 conversations about 1 topic" in capsys.readouterr().out
    out = tmp_path / "p.md"
    words = ["testset", str(released), "--cluster", "L0-0000", "--out", str(out)]
    assert run_command(words) == 0
    assert "Wrote" in capsys.readouterr().out
    assert out.read_text(encoding="utf-8").startswith("# Test conversations")
    assert run_command(["testset", str(released), "--cluster", "L0-0000", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["topics"][0]["cluster"] == "L0-0000"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--cluster", "L9-1"], "no cluster 'L9-1'"),
        (["--cluster", "L0-0000", "--prompts", "0"], "--prompts"),
        ([], "--cluster"),
    ],
)
def test_wrong_usage_is_one_sentence(
    released: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert run_command(["testset", str(released), *words]) == 2
    assert told in capsys.readouterr().err
