"""`anonymuse staff` and `anonymuse audit`, in process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymuse.cli import audit, staff
from anonymuse.errors import AbsentError, BrokenRunError, ConfigError, InputError, OutputError
from anonymuse.pipeline.key import rotate_key
from anonymuse.secure.passwords import Passwords

PASSWORD = "seven green kettles"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a key, and quick hashes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANONYMUSE_KEY_FILE", raising=False)
    quick = Passwords(memory=8, rounds=1)
    monkeypatch.setattr("anonymuse.secure.staff.Passwords", lambda: quick)
    (tmp_path / "anonymuse.key").write_text("ab" * 32)
    return tmp_path


def call(*arguments: str, typed: str = "") -> Result:
    group = staff.app if arguments[0] == "staff" else audit.app
    return CliRunner().invoke(group, list(arguments[1:]), input=typed, catch_exceptions=False)


def add(name: str = "olga", role: str = "operator") -> Result:
    return call("staff", "add", name, "--role", role, typed=PASSWORD + "\n")


def test_adding_listing_and_changing(project: Path) -> None:
    assert "olga may sign in as operator" in add().output
    made = json.loads(
        call("staff", "add", "ivan", "--role", "investigator", "--one-time", "--json").output
    )
    assert len(made["one_time"]) == 23
    call("staff", "add", "proxied", "--role", "viewer", "--no-password")
    call("staff", "role", "ivan", "approver")
    call("staff", "disable", "ivan")
    call("staff", "password", "olga", typed="nine yellow teapots\n")
    listed = call("staff", "list").output
    assert "ivan                     approver      disabled, has to change the password" in listed
    assert "through a reverse proxy only" in listed
    call("staff", "disable", "ivan", "--undo")
    told = json.loads(call("staff", "list", "--json").output)["staff"]
    assert [(one["name"], one["disabled"]) for one in told] == [
        ("ivan", False), ("olga", False), ("proxied", False),
    ]  # fmt: skip
    rows = json.loads(call("audit", "show", "--json").output)["rows"]
    assert [row["details"]["change"] for row in rows] == [
        "add", "add", "add", "role", "disable", "password", "enable",
    ]  # fmt: skip
    everything = b"".join(path.read_bytes() for path in (project / "anonymuse.zone").iterdir())
    for secret in (PASSWORD, "nine yellow teapots", made["one_time"]):
        assert secret.encode() not in everything


def test_wrong_uses_of_staff() -> None:
    add()
    for arguments, error, says in (
        (("add", "vera", "--role", "boss"), InputError, "no such role"),
        (("add", "V V", "--role", "viewer"), InputError, "name of staff"),
        (("add", "olga", "--role", "viewer"), InputError, "already"),
        (("role", "olga", "viewer"), InputError, "last operator"),
        (("disable", "olga"), InputError, "last operator"),
        (("role", "nobody", "viewer"), AbsentError, "nobody by that name"),
        (("add", "x1", "--role", "viewer", "--one-time", "--no-password"), ConfigError, "exclude"),
    ):
        with pytest.raises(error, match=says):
            call("staff", *arguments, typed=PASSWORD + "\n")
    with pytest.raises(InputError, match="12 to 256"):
        call("staff", "password", "olga", typed="short\n")
    with pytest.raises(InputError, match="12 to 256"):
        call("staff", "add", "vera", "--role", "viewer", typed="")


def test_no_key_and_no_zone(project: Path) -> None:
    with pytest.raises(ConfigError, match="no secure zone"):
        call("audit", "verify")
    (project / "anonymuse.key").unlink()
    with pytest.raises(ConfigError, match="There is no key"):
        add()


def test_verifying_with_and_without_an_anchor(project: Path) -> None:
    add()
    assert "The audit log is whole: 1 row," in call("audit", "verify").output
    assert "Wrote anchor.json" in call("audit", "anchor", "--out", "anchor.json").output
    with pytest.raises(OutputError, match="file exists"):
        call("audit", "anchor", "--out", "anchor.json")
    assert json.loads(call("audit", "anchor").output)["seq"] == 4
    written = call("audit", "anchor", "--out", "second.json", "--json").output
    assert json.loads(written) == {"file": "second.json"}
    assert call("audit", "verify", "--anchor", "anchor.json").exit_code == 0
    with pytest.raises(InputError, match="cannot be read"):
        call("audit", "verify", "--anchor", "nowhere.json")
    path = project / "anonymuse.zone" / "audit.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]))
    with pytest.raises(BrokenRunError, match="not as it was written") as broken:
        call("audit", "verify", "--anchor", "anchor.json")
    assert broken.value.exit_code == 1
    result = call("audit", "verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.output)["sound"] is False


def test_a_rotated_key_goes_on_with_the_log(project: Path) -> None:
    add()
    rotate_key(project / "anonymuse.key")
    add("vera", "viewer")
    assert "2 rows" in call("audit", "verify").output
    next(project.glob("anonymuse.key.retired-*")).unlink()
    with pytest.raises(BrokenRunError):
        call("audit", "verify")


def test_showing_rows() -> None:
    add()
    add("vera", "viewer")
    assert call("audit", "show", "--last", "1").output.count("\n") == 1
    assert call("audit", "show", "--action", "denied").output == ""
    assert "vera" in call("audit", "show", "--action", "manage staff").output
