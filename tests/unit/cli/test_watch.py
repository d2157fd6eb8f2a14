"""`anonymuse watch`, in process."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from anonymuse.adapters.notify import webhook
from anonymuse.adapters.store.report_folder import save_report
from anonymuse.cli.main import run_command
from tests.sample_report import sample_report
from tests.unit.adapters.notify.test_webhook import a_hook

RULES = """
[[rule]]
name = "Much English"
when = "share"
facet = "language"
value = "English"
over = 0.2
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    save_report(sample_report(), tmp_path / "july" / "release")
    (tmp_path / "watch.toml").write_text(RULES, encoding="utf-8")
    quiet = RULES.replace("0.2", "0.99")
    (tmp_path / "quiet.toml").write_text(quiet, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("here")
def test_it_ends_with_5_where_a_rule_fires_and_with_0_where_none_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_command(["watch", "july", "--rules", "watch.toml"]) == 5
    assert "Much English (share over 20 %)" in capsys.readouterr().out
    assert run_command(["watch", "july", "--rules", "quiet.toml"]) == 0
    assert "0 rules fired, 1 quiet." in capsys.readouterr().out


@pytest.mark.usefixtures("here")
def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["watch", "july", "--rules", "watch.toml", "--json"]) == 5
    said = json.loads(capsys.readouterr().out)
    assert said["exit_code"] == 5
    assert said["alarms"][0]["rule"] == "Much English"


@pytest.mark.usefixtures("here")
def test_an_example_to_start_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["watch", "--example"]) == 0
    Path("example.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert run_command(["watch", "july", "--rules", "example.toml"]) in (0, 5)


@pytest.mark.parametrize(
    "words", [["watch"], ["watch", "july"], ["watch", "--rules", "watch.toml"]]
)
@pytest.mark.usefixtures("here")
def test_what_is_missing_is_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(words) == 2
    assert "anonymuse watch DIR --rules FILE" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_a_post_that_fails_hides_no_alarm_and_tells_no_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "WAITS", ())
    with a_hook(500, 200) as hook:
        monkeypatch.setenv("ANONYMUSE_WEBHOOK", hook.address)
        for told in ("status 500", "took it", "Nothing new"):
            assert run_command(["watch", "july", "--rules", "watch.toml", "--post"]) == 5
            said = capsys.readouterr()
            assert told in said.err
            assert "s3cret" not in said.out + said.err
    assert len(hook.bodies) == 2


@pytest.mark.usefixtures("here")
def test_a_post_without_an_address_is_refused_before_anything_is_judged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_command(["watch", "july", "--rules", "watch.toml", "--post"]) == 2
    said = capsys.readouterr()
    assert "ANONYMUSE_WEBHOOK" in said.err
    assert said.out == ""


@pytest.mark.usefixtures("here")
def test_where_nothing_fires_nothing_is_posted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_hook(200) as hook:
        monkeypatch.setenv("ANONYMUSE_WEBHOOK", hook.address)
        assert run_command(["watch", "july", "--rules", "quiet.toml", "--post", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["post"] == "Nothing new to post."
    assert hook.bodies == []


@pytest.mark.usefixtures("here")
def test_a_mail_that_cannot_be_written_hides_no_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["watch", "july", "--rules", "watch.toml", "--mail", "no/x.eml"]) == 5
    assert "no" in capsys.readouterr().err
    assert run_command(["watch", "july", "--rules", "quiet.toml", "--mail", "no/x.eml"]) == 2
    assert run_command(["watch", "july", "--rules", "watch.toml", "--mail", "x.eml"]) == 5
    mail = message_from_bytes(Path("x.eml").read_bytes(), policy=SMTP)
    assert " ".join(mail["Subject"].split()).startswith("[anonymuse] 1 rule fired, 0 quiet: ")
