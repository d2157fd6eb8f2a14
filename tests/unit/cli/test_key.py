"""`anonymuse key`, in process."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from anonymuse.adapters.store.ledger import LEDGER_NAME, FolderLedger
from anonymuse.cli.key import app
from anonymuse.domain.policy import DEMO
from anonymuse.errors import BrokenRunError, ConfigError
from anonymuse.pipeline.key import load_key, read_key
from anonymuse.ports.release_ledger import PublishedNumber, ReleaseLine

NUMBER = PublishedNumber(
    "units", "L0-0000", "", "", "", 9, np.arange(9, dtype=np.uint64), np.ones(9, np.int32)
)


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a key and one release."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANONYMUSE_KEY_FILE", raising=False)
    path = tmp_path / "anonymuse.key"
    line = ReleaseLine(
        id="ab" * 16, key=load_key(path).fingerprint, unit="user", grouping="task",
        policy=DEMO.as_dict(), window=("2026-01", "2026-01"), people=9, numbers=1,
    )  # fmt: skip
    with FolderLedger(tmp_path / LEDGER_NAME, "/runs/first").opened() as book:
        book.append(line, [NUMBER])
    return path


def call(*arguments: str, input: str | None = None) -> Result:  # noqa: A002
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False, input=input)


def test_show_tells_everything_but_the_key(key: Path) -> None:
    result = call("show")
    assert read_key(key).fingerprint in result.output
    assert "releases in the ledger: 1" in result.output
    assert "/runs/first" in result.output
    assert key.read_text().strip() not in result.output
    told = json.loads(call("show", "--json").output)
    assert (told["releases"], told["runs"], told["warning"]) == (1, ["/runs/first"], "")


def test_the_key_may_be_named(key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = key.rename(tmp_path / "other.key")
    with pytest.raises(ConfigError, match="There is no key"):
        call("show")
    assert call("show", "--key-file", str(moved)).exit_code == 0
    monkeypatch.setenv("ANONYMUSE_KEY_FILE", str(moved))
    assert call("show").exit_code == 0


def test_check_finds_what_is_wrong(key: Path, tmp_path: Path) -> None:
    assert "1 release, each with its file" in call("check").output
    key.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        call("check")
    key.chmod(0o600)
    private = tmp_path / "run" / "private"
    private.mkdir(parents=True)
    (private / "key.json").write_text(json.dumps({"fingerprint": "another"}))
    with pytest.raises(ConfigError, match="made with another key"):
        call("check", "run")
    with pytest.raises(ConfigError, match="no run"):
        call("check", "nowhere")
    (private / "key.json").write_text(json.dumps({"fingerprint": read_key(key).fingerprint}))
    assert "run was made with it" in call("check", "run").output
    next((tmp_path / LEDGER_NAME).glob("*.parquet")).unlink()
    with pytest.raises(BrokenRunError, match="missing or damaged"):
        call("check", "--json")


def test_rotate_asks_says_what_changes_and_keeps_the_old_one(key: Path) -> None:
    old = read_key(key)
    refused = CliRunner().invoke(app, ["rotate"], input="n\n")
    assert "The key stays as it is." in refused.output
    assert read_key(key).secret == old.secret
    result = call("rotate", input="y\n")
    assert "new noise" in result.output
    assert read_key(key).secret != old.secret
    assert f"retired-{old.fingerprint}" in call("show").output
    told = json.loads(call("rotate", "--json", "--yes").output)
    assert told["fingerprint"] == read_key(key).fingerprint


def test_machines_have_to_mean_it(key: Path) -> None:
    with pytest.raises(ConfigError, match="--yes"):
        call("rotate", "--json")


def test_the_ledger_is_listed(key: Path, tmp_path: Path) -> None:
    result = call("ledger")
    assert "demo, grouped by task, 2026-01: 9 users, 1 numbers" in result.output
    assert json.loads(call("ledger", "--json").output)["releases"][0]["people"] == 9
    assert "No release yet" in call("ledger", "--ledger", str(tmp_path / "none")).output
    assert not (tmp_path / "none").exists()
