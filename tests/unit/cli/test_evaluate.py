import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anonymuse.cli import evaluate

WORDS = {
    "cooking": "soup oven bake onion dough spice recipe kitchen",
    "code": "python loop error stack compile function variable debug",
    "travel": "train hotel ticket airport luggage visa island harbour",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = []
    for i in range(90):
        category = sorted(WORDS)[i % 3]
        words = WORDS[category].split()
        said = " ".join(words[(i + j) % 8] for j in range(0, 8, 2))
        turns = [{"role": "user", "content": said}, {"role": "assistant", "content": "Yes."}]
        lines.append(json.dumps({"id": str(i), "category": category, "messages": turns}))
    path = tmp_path / "known.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.slow
def test_own_file_gives_a_page_and_machine_readable_numbers(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["reconstruct", "--data", str(data), "--embed", "hashing", "--seeds", "2"]
    page = CliRunner().invoke(evaluate.app, [*arguments, "--date", "2026-01-02"])
    assert page.exit_code == 0, page.output
    assert "| purity, k = 15 |" in page.stdout
    machine = CliRunner().invoke(
        evaluate.app, [*arguments, "--date", "2026-01-02", "--out", str(out), "--json"]
    )
    result = json.loads(machine.stdout)
    assert result == json.loads((out / "result.json").read_text())
    assert result["command"] == (
        "anonymuse eval reconstruct --data known.jsonl --facets local --embed hashing --seeds 2"
    )
    assert result["scores"][0]["ours"]["mean"] > 0.9
    assert str(tmp_path) not in machine.stdout  # no path of this machine in a published result
    assert "onion" not in page.output + machine.output
    assert not list(tmp_path.rglob("*.npy"))  # vectors of a user's file are not kept unasked


def test_vectors_of_an_own_file_are_kept_where_asked(data: Path, tmp_path: Path) -> None:
    arguments = ["reconstruct", "--data", str(data), "--embed", "hashing", "--seeds", "2"]
    done = CliRunner().invoke(evaluate.app, [*arguments, "--cache", str(tmp_path / "kept")])
    assert done.exit_code == 0, done.output
    assert list((tmp_path / "kept").glob("*.npy"))
