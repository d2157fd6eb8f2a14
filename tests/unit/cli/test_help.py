"""`--help` teaches: every flag under a heading, examples that work, readable at 80 columns."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docs.make_pages import help_of
from typer.main import get_command

from anonymuse.api.running import IN_DOUBT
from anonymuse.api.watching import FIRED
from anonymuse.cli import main as cli
from anonymuse.cli.help import EXAMPLES, EXIT_CODES
from anonymuse.errors import AnonymuseError, LimitError, UserError, WaitingError
from anonymuse.pipeline.flags import FLAGS
from tests import town


def every_command(command: Any = None, name: str = "") -> Iterator[tuple[str, Any]]:
    command = command or get_command(cli.app)
    yield name, command
    for child, inner in getattr(command, "commands", {}).items():
        yield from every_command(inner, f"{name} {child}".strip())


COMMANDS = dict(every_command())


def said_by(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.run_command(arguments) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: name or "anonymuse")
def test_help_is_short_lines_with_examples(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = said_by(help_of(name), capsys)
    assert max(map(len, text.splitlines())) <= 80
    assert "\nExamples:\n" in text
    assert "\x1b" not in text
    assert not re.search(r"<\w+>", text), "a Python type instead of a word"


def test_every_command_has_an_example_and_no_other() -> None:
    assert set(EXAMPLES) == set(COMMANDS)


@pytest.mark.parametrize("line", sorted({line for lines in EXAMPLES.values() for line in lines}))
def test_every_example_parses(line: str) -> None:
    program, *words = shlex.split(line)
    assert program == "anonymuse"
    name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
    COMMANDS[name].make_context(name, words[len(name.split()) :])


def test_the_flags_of_a_run_stand_under_headings(capsys: pytest.CaptureFixture[str]) -> None:
    text = said_by(["run", "--help"], capsys)
    sections = re.split(r"^(\w[\w ]+):$", text, flags=re.MULTILINE)
    body = dict(zip(sections[1::2], sections[2::2], strict=True))
    for flag in FLAGS:
        assert re.search(rf"^ +{flag.name}\b", body[flag.panel or "Options"], re.MULTILINE)
    assert list(body)[:2] == ["Arguments", "Options"]
    assert list(body)[-3:] == ["Output", "Examples", "Exit codes"]
    assert max(len(rows.splitlines()) for rows in body.values()) <= 30


def test_exit_codes_are_those_of_the_errors(capsys: pytest.CaptureFixture[str]) -> None:
    codes = {error.exit_code for error in (AnonymuseError, UserError, LimitError, WaitingError)}
    assert codes | {0, FIRED, IN_DOUBT, cli.INTERRUPTED} == set(EXIT_CODES)
    text = said_by(["--help"], capsys)
    assert all(f"  {code} " in text for code in EXIT_CODES)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("run x --polcy demo", "Did you mean '--policy'? Help: `anonymuse run --help`."),
        ("modls list", "No such command 'modls'. Did you mean 'models'?"),
        ("models ftch", "Did you mean 'fetch'? Help: `anonymuse models --help`."),
        ("export", "Missing argument 'DIR'. Help: `anonymuse export --help`."),
        ("run x --out y --preset z", "No such option: --preset."),
    ],
)
def test_a_mistake_names_the_nearest_and_the_help(
    line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run_command(line.split()) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("group", [[], ["models"], ["facets"]])
def test_a_group_alone_shows_its_help(group: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run_command(group) == 2
    assert "\nCommands:\n" in capsys.readouterr().out


def without_json(name: str) -> bool:
    command = COMMANDS[name]
    return not hasattr(command, "commands") and not any(
        "--json" in getattr(parameter, "opts", ()) for parameter in command.params
    )


def test_every_command_takes_json() -> None:
    assert [name for name in COMMANDS if without_json(name)] == []


JSON = {
    "doctor": "doctor town.jsonl",
    "init": "init new.toml",
    "init -": "init -",
    "plan": "plan town.jsonl",
    "run": "run town.jsonl --out out --quiet",
    "run --print-config": "run town.jsonl --out out --print-config",
    "export": "export out --to csv",
    "facets list": "facets list",
    "facets show": "facets show work",
    "models list": "models list --dir none",
    "models verify": "models verify --dir none",
    "eval extraction": "eval extraction --chat scripted --count 3",
    "privacybench": "privacybench --attack integrity --quiet",
}


@pytest.mark.slow
def test_json_is_one_object_on_standard_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for setting, value in (("MODELS_CHAT", "none"), ("MODELS_EMBED", "hashing")):
        monkeypatch.setenv(f"ANONYMUSE_{setting}", value)
    monkeypatch.setenv("ANONYMUSE_PRIVACY_POLICY", "demo")
    town.write(tmp_path / "town.jsonl", town.people())
    for what, line in JSON.items():
        code = cli.run_command([*line.split(), "--json"])
        said = json.loads(capsys.readouterr().out)
        assert isinstance(said, dict), what
        assert code == 0 or {"error", "exit_code"} <= set(said), what
    assert json.loads((tmp_path / "out" / "release" / "report.json").read_text())
