import json
import tomllib
from pathlib import Path

import pytest

from anonymuse.cli.init import PRESETS
from anonymuse.cli.main import run_command
from anonymuse.pipeline.config import RunConfig, make_config, read_toml


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_it_writes_the_defaults_with_comments() -> None:
    assert run_command(["init"]) == 0
    path = Path("anonymuse.toml")
    assert make_config(read_toml(path)) == RunConfig()
    assert "# starts every random choice" in path.read_text(encoding="utf-8")


def test_it_does_not_overwrite(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.toml").write_text("seed = 1\n")
    assert run_command(["init", "mine.toml"]) == 2
    assert "add --force" in capsys.readouterr().err
    assert make_config(read_toml(Path("mine.toml"))).seed == 1
    assert run_command(["init", "mine.toml", "--force"]) == 0
    assert make_config(read_toml(Path("mine.toml"))).seed == 0


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_configuration(preset: str) -> None:
    assert run_command(["init", "a.toml", "--preset", preset]) == 0
    config = make_config(read_toml(Path("a.toml")))
    config.policy()
    for setting, value in PRESETS[preset][1].items():
        (found,) = config.slice(setting).values()
        assert (list(found) if isinstance(found, tuple) else found) == value


def test_flags_and_a_file_are_written_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("base.toml").write_text('[facets.mood]\ntype = "boolean"\nquestion = "Glad?"\n')
    monkeypatch.setenv("ANONYMUSE_SEED", "9")
    line = "init a.toml --config base.toml --preset work --policy internal --facets core"
    assert run_command(line.split()) == 0
    config = make_config(read_toml(Path("a.toml")))
    assert (config.seed, config.privacy.policy, config.extract.mode) == (9, "internal", "llm")
    assert config.extract.facets == ("core",)
    assert config.facets["mood"].question == "Glad?"


def test_a_dash_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["init", "-", "--k", "30"]) == 0
    said = capsys.readouterr().out
    assert make_config(tomllib.loads(said)).cluster.k == 30
    assert list(Path().iterdir()) == []


def test_bad_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["init", "--preset", "saftey"]) == 2
    assert "Did you mean 'safety'" in capsys.readouterr().err
    assert run_command(["init", "no/such/folder/a.toml"]) == 2
    assert "no/such/folder" in capsys.readouterr().err
    assert list(Path().iterdir()) == []


def test_the_settings_in_force_are_printed_with_their_origin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("base.toml").write_text("[sample]\nsize = 5\n")
    monkeypatch.setenv("ANONYMUSE_SEED", "9")
    line = "run no-data.jsonl --out out --config base.toml --policy demo --print-config"
    assert run_command(line.split()) == 0
    said = capsys.readouterr().out
    assert "size = 5  # base.toml" in said
    assert "seed = 9  # ANONYMUSE_SEED" in said
    assert 'policy = "demo"  # --policy' in said
    assert make_config(tomllib.loads(said)).sample.size == 5
    assert run_command([*line.split(), "--json"]) == 0
    both = json.loads(capsys.readouterr().out)
    assert both["from"]["privacy.policy"] == "--policy"
    assert make_config(both["settings"]).seed == 9
    assert not Path("out").exists()
