"""The file of rules, what a watch says, and what it posts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.notify import webhook
from anonymuse.adapters.store.report_folder import load_report, save_report
from anonymuse.api.watch_example import EXAMPLE
from anonymuse.api.watch_page import mail, page, payload
from anonymuse.api.watch_posts import SECRET, WEBHOOK, address_of, post_news, write_mail
from anonymuse.api.watch_rules import Notify, load_rules
from anonymuse.api.watching import watch
from anonymuse.errors import AnonymuseError, ConfigError, InputError, OutputError
from anonymuse.insights.rules import SHAPES, Rule
from tests.sample_report import RTL_NAME, SCRIPT_NAME, sample_report
from tests.unit.adapters.notify.test_webhook import a_hook

ROOT = Path(__file__).resolve().parents[3]
MANY = """
[[rule]]
name = "Large shares of English"
when = "share"
facet = "language"
value = "English"
over = 0.2

[[rule]]
name = "Hardly refused"
when = "refusal rate"
level = "report"
over = 0.9

[[rule]]
name = "Together"
when = "coordination"
over = 0.5
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    save_report(sample_report(), tmp_path / "run" / "release")
    return tmp_path / "run"


def rules(tmp_path: Path, text: str = MANY) -> Path:
    path = tmp_path / "watch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_a_file_of_rules_with_every_kind(tmp_path: Path) -> None:
    found = load_rules(rules(tmp_path, EXAMPLE))
    assert {own.when for own in found.rule} >= set(SHAPES) - {"gone cluster", "drift", "overdone"}
    assert (ROOT / "examples" / "watch.toml").read_text(encoding="utf-8") == EXAMPLE
    whole = EXAMPLE.replace("# webhook", "webhook").replace("# mail_", "mail_")
    assert load_rules(rules(tmp_path, whole)).notify.mail_to == "safety@example.org"


def test_every_key_and_condition_stands_in_the_docs() -> None:
    text = (ROOT / "docs" / "watch.md").read_text(encoding="utf-8")
    for name in (*SHAPES, *Rule.model_fields, *Notify.model_fields, WEBHOOK, SECRET):
        assert f"`{name}`" in text, name


def test_exit_codes(run: Path, tmp_path: Path) -> None:
    assert watch(run, rules(tmp_path)).exit_code == 5
    quiet = MANY.replace("over = 0.2", "over = 0.99")
    assert watch(run, rules(tmp_path, quiet)).exit_code == 0
    alone = "[[rule]]\nname = 'x'\nwhen = 'coordination'\nover = 0.5\n"
    assert watch(run, rules(tmp_path, alone)).exit_code == 2
    assert watch(str(run / "release"), str(rules(tmp_path))).exit_code == 5


def test_the_page_says_what_fired_what_was_quiet_and_what_could_not_be_judged(
    run: Path, tmp_path: Path
) -> None:
    found = watch(run, rules(tmp_path))
    text = page(found)
    assert text.startswith("1 rule fired, 1 quiet, 1 could not be judged.")
    assert "Large shares of English (share over 20 %)" in text
    assert " people " in text
    assert f"“{SCRIPT_NAME}”" in text
    assert f"\u2068{RTL_NAME}\u2069" in text
    assert "  Hardly refused (refusal rate over 90 %)" in text
    assert "Together: Only a restricted report has it" in text
    said = found.summary()
    assert said["quiet"] == ["Hardly refused"]
    assert [*said["not judged"]] == ["Together"]
    assert said["exit_code"] == 5
    assert said["report"]["digest"] == load_report(run).content_hash
    assert json.loads(json.dumps(said)) == said


def test_the_whole_report_has_no_cluster(run: Path, tmp_path: Path) -> None:
    text = MANY.replace("over = 0.9", "over = 0.001")
    found = watch(run, rules(tmp_path, text))
    alarm = found.summary()["alarms"][-1]
    assert (alarm["cluster"], alarm["name"], alarm["people"]) == (None, None, None)
    assert "whole report" in page(found)


def test_many_alarms_are_cut_on_the_page_alone(run: Path, tmp_path: Path) -> None:
    text = MANY.replace("over = 0.2", "over = 0.0001\nlevel = 'any'")
    found = watch(run, rules(tmp_path, text))
    assert len(found.alarms) > 20
    assert f"and {len(found.alarms) - 20} more" in page(found)
    assert len(found.summary()["alarms"]) == len(found.alarms)


def test_a_name_cannot_steer_a_terminal(run: Path, tmp_path: Path) -> None:
    report = sample_report()
    evil = tuple(
        replace(own, name=f"{own.id}\x1b[2J\r\n0 rules fired\x9b") for own in report.clusters
    )
    save_report(replace(report, clusters=evil), run / "release")
    text = page(watch(run, rules(tmp_path)))
    assert not set("\x1b\r\x9b") & set(text)
    assert not any(line.startswith("0 rules") for line in text.splitlines())


def test_a_mail_is_wrapped_text(run: Path, tmp_path: Path) -> None:
    found = watch(run, rules(tmp_path))
    subject, text = mail(found, details=True)
    assert subject == (
        "[anonymuse] 1 rule fired, 1 quiet, 1 could not be judged: "
        "What people ask the campus assistant"
    )
    assert max(map(len, text.splitlines())) <= 78
    assert SCRIPT_NAME[:20] in text
    subject, text = mail(found, details=False)
    assert text.splitlines()[-1] == "Fired: Large shares of English"
    assert "campus" not in subject


def test_a_mail_is_written_for_whoever_sends_it(run: Path, tmp_path: Path) -> None:
    found = watch(run, rules(tmp_path))
    notify = Notify(mail_from="w@example.org", mail_to="s@example.org")
    write_mail(found, notify, tmp_path / "alarm.eml", now=datetime(2026, 3, 2, tzinfo=UTC))
    read = message_from_bytes((tmp_path / "alarm.eml").read_bytes(), policy=SMTP)
    assert read["To"] == "s@example.org"
    assert "Large shares of English" in read.get_content()
    with pytest.raises(OutputError):
        write_mail(found, notify, tmp_path / "no" / "x.eml", now=datetime(2026, 3, 2, tzinfo=UTC))


def test_what_is_posted_and_what_is_kept_back(run: Path, tmp_path: Path) -> None:
    found = watch(run, rules(tmp_path))
    said = payload(found, found.alarms[:2], details=True)
    assert said["event"] == "anonymuse.watch"
    assert said["rules"] == ["Large shares of English"]
    assert len(said["alarms"]) == 2
    assert said["not judged"] == ["Together"]
    assert "name" not in said["text"].replace("names", "")
    least = payload(found, found.alarms, details=False)
    assert set(least) == {"event", "version", "text", "rules"}


def test_an_alarm_is_posted_once_about_a_report(run: Path, tmp_path: Path) -> None:
    found = watch(run, rules(tmp_path))
    with a_hook(200) as hook:
        environment = {WEBHOOK: hook.address, SECRET: "k"}
        first, forgot = post_news(found, Notify(), environment)
        again, _ = post_news(watch(run, rules(tmp_path)), Notify(), environment)
        more = rules(tmp_path, MANY.replace("over = 0.9", "over = 0.001"))
        third, _ = post_news(watch(run, more), Notify(), environment)
    assert first is not None
    assert first.arrived
    assert forgot == ""
    assert again is None
    assert third is not None
    assert [json.loads(body)["rules"] for body in hook.bodies] == [
        ["Large shares of English"],
        ["Hardly refused"],
    ]
    assert "anonymuse-signature" in hook.headers[0]
    load_report(run)  # what is kept lies beside the release, which is as it was
    assert {path.name for path in run.iterdir()} == {"release", "watched.json"}


def test_another_report_is_told_again(run: Path, tmp_path: Path) -> None:
    with a_hook(200) as hook:
        notify = Notify(webhook=hook.address)
        post_news(watch(run, rules(tmp_path)), notify, {})
        save_report(replace(sample_report(), title="The next one"), run / "release")
        post_news(watch(run, rules(tmp_path)), notify, {})
    assert len(hook.bodies) == 2


def test_what_did_not_arrive_is_posted_again(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "WAITS", ())
    found = watch(run, rules(tmp_path))
    with a_hook(500, 200) as hook:
        failed, _ = post_news(found, Notify(webhook=hook.address), {})
        assert failed is not None
        assert not failed.arrived
        assert not found.place.exists()
        second, _ = post_news(found, Notify(webhook=hook.address), {})
    assert second is not None
    assert second.arrived


@pytest.mark.parametrize("content", ["{", "[]", '{"posted": 3}', '{"posted": [3]}', "\xff"])
def test_a_damaged_memory_is_none(run: Path, tmp_path: Path, content: str) -> None:
    found = watch(run, rules(tmp_path))
    found.place.write_text(content, encoding="latin-1")
    with a_hook(200) as hook:
        delivery, _ = post_news(found, Notify(webhook=hook.address), {})
    assert delivery is not None
    assert len(json.loads(found.place.read_text(encoding="utf-8"))["posted"]) == len(found.alarms)


def test_a_bundle_alone_has_its_memory_beside_it(tmp_path: Path) -> None:
    save_report(sample_report(), tmp_path / "july")
    found = watch(tmp_path / "july", rules(tmp_path))
    assert found.place == tmp_path / "july.watched.json"


def test_where_nothing_can_be_kept_it_is_posted_and_said(run: Path, tmp_path: Path) -> None:
    found = replace(watch(run, rules(tmp_path)), place=tmp_path / "no" / "watched.json")
    with a_hook(200) as hook:
        delivery, forgot = post_news(found, Notify(webhook=hook.address), {})
    assert delivery is not None
    assert delivery.arrived
    assert "posted again" in forgot


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/s3cret",
        "ftp://127.0.0.1/s3cret",
        "https://me:s3cret@example.org/",
        "https:///s3cret",
        "https://[s3cret",
        "https://host:s3cret/",
        "s3cret",
        "http://localhost.s3cret.example.org/",
    ],
)
def test_an_address_that_nothing_is_posted_to(address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as environment:
        address_of(Notify(), {WEBHOOK: address})
    text = f"{MANY}\n[notify]\nwebhook = '{address}'\n"
    with pytest.raises(ConfigError) as file:
        load_rules(rules(tmp_path, text))
    for error in (environment, file):
        assert "webhook" in error.value.message.casefold()
        assert "s3cret" not in error.value.message


@pytest.mark.parametrize(
    "address", ["https://example.org/x?y", "http://127.0.0.1:8000/", "http://[::1]/"]
)
def test_an_address_that_is_fine(address: str) -> None:
    assert address_of(Notify(webhook=address), {}) == address
    assert "example" not in repr(Notify(webhook=address))
    with pytest.raises(ConfigError, match=WEBHOOK):
        address_of(Notify(), {})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no [[rule]]"),
        ("rule = 3", "rule"),
        ("[[rule]\n", "not valid TOML"),
        ("[[rule]]\nwhen = 'growth'\nover = 2", "rule 1: name is missing"),
        ("[[rule]]\nname = 'a'\nwhen = 'grwth'\nover = 2", "Did you mean 'growth'?"),
        ("[[rule]]\nname = 'a'\nwhen = 'growth'\novr = 2", "Did you mean 'over'?"),
        ("[[rule]]\nname = 'a'\nwhen = 'growth'", "rule 1 ('a'): \"growth\" needs a limit"),
        ("[[rule]]\nname = 'a'\nwhen = 'growth'\nover = 'much'", "rule 1 ('a'): over: "),
        ("[[rule]]\nname = ''\nwhen = 'growth'\nover = 2", "name: "),
        ("[rules]\nname = 'a'", "Did you mean 'rule'?"),
        (f"{MANY}\n[notify]\nwebhok = 'x'", "Did you mean 'webhook'?"),
        (f"{MANY}\n[notify]\ndetails = 'x'", "details: "),
        (f"{MANY}{MANY}", "two rules have the name"),
    ],
)
def test_bad_rules_are_one_sentence(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(AnonymuseError) as error:
        load_rules(rules(tmp_path, text))
    assert error.value.exit_code == 2
    assert why in error.value.message
    assert "\n" not in error.value.message


def test_files_that_are_not_there(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Cannot read the rules"):
        load_rules(tmp_path / "none.toml")
    with pytest.raises(InputError, match="There is no folder"):
        watch(tmp_path / "none", rules(tmp_path))
    with pytest.raises(InputError, match="There is no folder"):
        watch(run, rules(tmp_path), tmp_path / "none")


def test_an_earlier_report_that_cannot_be_compared_spoils_no_other_rule(
    run: Path, tmp_path: Path
) -> None:
    text = f"{MANY}\n[[rule]]\nname = 'New'\nwhen = 'new cluster'\nagainst = 'before'\nover = 1\n"
    save_report(sample_report(unit="organisation"), tmp_path / "old" / "release")
    found = watch(run, rules(tmp_path, text), tmp_path / "old")
    assert found.exit_code == 5
    assert "unit" in {own.rule.name: own.reason for own in found.unjudged}["New"]
    save_report(sample_report(), tmp_path / "old" / "release")
    found = watch(run, rules(tmp_path, text), tmp_path / "old")
    assert "New" in found.summary()["quiet"]


def test_values(run: Path, tmp_path: Path) -> None:
    found = watch(run, rules(tmp_path))
    assert repr(found) == f"<Watched: 3 rules, {len(found.alarms)} alarms>"
    values: dict[str, Any] = found.summary()["alarms"][0]
    assert values["low"] > values["limit"] == 0.2
