import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from anonymuse.cli import evaluate
from anonymuse.errors import UserError

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


def command(data: Path, *more: str) -> list[str]:
    return [str(data), "--embed", "hashing", "--seeds", "3", "--date", "2026-01-02", *more]


@pytest.mark.slow
def test_own_file_gives_a_page_and_machine_readable_numbers(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    only = ("--only", "reconstruction", "--only", "stability", "--chat", "none")
    said = CliRunner().invoke(evaluate.app, command(data, *only, "--out", str(out)))
    assert said.exit_code == 0, said.output
    assert "| purity, k = 15 |" in said.stdout
    assert {path.name for path in out.iterdir()} == {"result.json", "page.html", "page.md"}
    result = json.loads((out / "result.json").read_text())
    assert result["command"] == (
        "anonymuse eval known.jsonl --chat none --embed hashing "
        "--only reconstruction --only stability --seeds 3"
    )
    figures = {f["key"]: f for part in result["sections"] for f in part["figures"]}
    assert figures["purity.base"]["ours"]["value"] > 0.9
    assert figures["stability.sample.top"]["ours"]["value"] > 0.1
    written = "".join(path.read_text() for path in out.iterdir())
    assert str(tmp_path) not in written  # no path of this machine in a published result
    assert "onion" not in written + said.output
    assert not list(tmp_path.rglob("*.npy"))  # vectors of a user's file are not kept unasked

    again = CliRunner().invoke(
        evaluate.app,
        command(data, *only, "--baseline", str(out / "result.json"), "--json", "-", "--cache",
                str(tmp_path / "kept")),
    )  # fmt: skip
    assert again.exit_code == 0, again.output
    told = json.loads(again.stdout)
    same = [part["figures"] for part in told["sections"]]
    assert same == [part["figures"] for part in result["sections"]]
    assert list((tmp_path / "kept").glob("*.npy"))


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("models.chat", "https://bob:s3cret@host.example/v1#small", "small"),
        ("models.fallback", "file:/srv/bob/small.gguf", "small.gguf"),
        ("input.sql", "SELECT * FROM '/srv/bob/talks.parquet'", "QUERY"),
        ("extract.facets_file", "/srv/bob/facets.jsonl", "facets.jsonl"),
        ("models.embed", "hashing", "hashing"),
        ("cluster.k", "20", "20"),
    ],
)
def test_no_secret_and_no_place_is_in_a_result(setting: str, value: str, told: str) -> None:
    flags = {setting: value}
    wanted = SimpleNamespace(
        file=None, public_set=None, truth="category", truth2=None, by=None, recorded=False
    )
    said = evaluate._typed(wanted, flags, None, 3, ())
    assert said.split()[3] == told
    assert not {"bob", "s3cret", "host.example"} & set(re.findall(r"[\w.]+", said))


def test_a_command_that_is_told_can_be_typed_again() -> None:
    flags = {"input.flag_columns": ["a", "b"], "models.batch": True, "models.wait": False}
    wanted = SimpleNamespace(
        file=None, public_set=None, truth="category", truth2=None, by=None, recorded=False
    )
    said = evaluate._typed(wanted, flags, None, 3, ())
    assert said == "anonymuse eval --flag a --flag b --batch --no-wait --seeds 3"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "/proc/nowhere"], "cannot be written"),
        (["--only", "stabilty"], "Did you mean 'stability'"),
        (["--set", "clinc"], "Did you mean 'clinc150'"),
        (["--set", "clinc150"], "not shipped"),
        (["mine.jsonl", "--recorded"], "--facets-from"),
        (["mine.jsonl", "--extract", "llm"], "--cache"),
        (["--extract", "cascade"], "eval cascade"),
        (["--baseline", "missing.json"], "no stored evaluation"),
        (["--taxonomy", "missing.toml"], "Cannot read the taxonomy missing.toml"),
        (["mine.jsonl"], "mine.jsonl"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(evaluate.app, arguments)
    assert isinstance(done.exception, UserError)
    assert says in str(done.exception)


def test_a_column_that_is_not_there_is_named(data: Path) -> None:
    done = CliRunner().invoke(evaluate.app, command(data, "--truth", "categori"))
    assert isinstance(done.exception, UserError)
    assert "Did you mean 'category'" in str(done.exception)


def test_commands_beside_the_default_keep_their_names() -> None:
    done = CliRunner().invoke(evaluate.app, ["extraction", "--help"])
    assert done.exit_code == 0
    assert "--chat-concurrency" in done.stdout
    assert "measure" in CliRunner().invoke(evaluate.app, ["--help"]).stdout
