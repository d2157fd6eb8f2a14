"""Rules judged on restricted reports: numbers and ids, never a name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anonymuse.api.erasing import erase
from anonymuse.api.layers import settings
from anonymuse.api.restricted import run_restricted
from anonymuse.api.watch_page import mail, page, payload
from anonymuse.api.watch_restricted import RestrictedBoard
from anonymuse.api.watch_rules import Rules
from anonymuse.api.watching import Watched, watch
from anonymuse.domain.restricted.evidence import Coordination, Rate
from anonymuse.domain.restricted.report import RestrictedReport
from anonymuse.errors import ConfigError, InputError
from anonymuse.insights.rules import SHAPES, Rule
from anonymuse.insights.watch import Judged, judge
from anonymuse.secure.audit import LOG
from tests import harbour, restricted_sample
from tests.restricted_sample import cluster

SAMPLE = restricted_sample.report()


def rule(when: str, **keys: Any) -> Rule:
    return Rule.model_validate({"name": when, "when": when, **keys})


def judged(
    own: Rule, report: RestrictedReport = SAMPLE, before: RestrictedReport | None = None
) -> Judged:
    (found,) = judge([own], RestrictedBoard(report, restricted_sample.members(), before))
    return found


def fired(own: Rule, *reports: RestrictedReport) -> list[tuple[str, str]]:
    return [(alarm.subject.id, alarm.language) for alarm in judged(own, *reports).alarms]


def with_clusters(*clusters: Any) -> RestrictedReport:
    return replace(SAMPLE, clusters=clusters)


def test_coordination_is_a_score_without_an_interval() -> None:
    assert fired(rule("coordination", over=0.7)) == [("L0-0000", "")]
    assert fired(rule("coordination", over=0.8)) == []
    few = with_clusters(cluster("L0-0000", None, 0))
    assert "too few accounts" in judged(rule("coordination", over=0.7), few).reason


def test_the_surest_campaign_comes_first() -> None:
    scores = {"L0-0000": 0.8, "L0-0001": 0.99, "L0-0002": 0.9}
    report = with_clusters(
        *(cluster(own, None, 0, coordination=Coordination(s, ())) for own, s in scores.items())
    )
    found = fired(rule("coordination", over=0.5), report)
    assert found == [("L0-0001", ""), ("L0-0002", ""), ("L0-0000", "")]


def test_a_gap_fires_where_it_stands_out() -> None:
    assert fired(rule("missed", over=0.05)) == [("L0-0001", "Spanish")]
    assert fired(rule("missed", over=0.2)) == []
    assert fired(rule("missed", over=0.2, certain=False)) == [("L0-0001", "Spanish")]
    assert fired(rule("missed", over=0.05, language="Spanish")) == [("L0-0001", "Spanish")]
    assert fired(rule("missed", over=0.05, language="Greek")) == []
    assert fired(rule("overdone", over=0.05)) == []
    assert fired(rule("missed", over=0.05, flag="refused")) == []
    reason = judged(rule("missed", over=0.05, flag="flaged")).reason
    assert "Did you mean 'flagged'?" in reason
    none = replace(SAMPLE, gaps=())
    assert "no flag" in judged(rule("missed", over=0.05), none).reason


def test_rates_are_of_conversations_clustered_by_account() -> None:
    sure = Rate(95, 100, 0.9, 0.98)
    report = with_clusters(
        cluster("L0-0000", None, 0, concern=sure, refused=sure, flags={"flagged": sure}),
        cluster("L0-0001", None, 0, concern=Rate(0, 0, 0.0, 1.0)),
    )
    for when in ("concern", "refusal rate", "flag rate"):
        (alarm,) = judged(rule(when, over=0.8), report).alarms
        assert alarm.subject.id == "L0-0000"
        assert alarm.number is not None
        assert alarm.number.mean == 0.95
    assert fired(rule("concern", over=0.8, level="report", certain=False), report) == [("", "")]
    assert fired(rule("concern", over=0.8, level="report"), report) == []  # of one conversation
    nobody = RestrictedBoard(with_clusters(cluster("L0-0000", None, 0)), ())
    (found,) = judge([rule("concern", over=0.5)], nobody)
    assert "Nobody said" in found.reason


def windows(*accounts: int) -> tuple[tuple[str, int, int], ...]:
    return tuple((f"2026-W{n:02}", own, own) for n, own in enumerate(accounts) if own)


def test_growth_from_exact_numbers_also_out_of_nothing() -> None:
    report = with_clusters(
        cluster("L0-0000", None, 0, windows=windows(5, 5, 60, 1)),
        cluster("L0-0001", None, 0, windows=windows(0, 0, 30, 1)),
        cluster("L0-0002", None, 0, windows=windows(400, 400, 400, 4)),
        cluster("L0-0003", None, 0, windows=windows(0, 0, 2, 1)),
    )
    assert {own for own, _ in fired(rule("growth", over=2), report)} == {"L0-0000", "L0-0001"}
    assert fired(rule("new cluster", over=1), report) == [("L0-0001", ""), ("L0-0003", "")]
    gone = with_clusters(
        cluster("L0-0000", None, 0, windows=windows(5, 5, 0, 2)),
        cluster("L0-0001", None, 0, windows=windows(50, 50, 100, 20)),
    )
    assert fired(rule("gone cluster", over=1), gone) == [("L0-0000", "")]
    one = with_clusters(cluster("L0-0000", None, 0, windows=windows(5)))
    assert "windows" in judged(rule("growth", over=2), one).reason


def test_new_and_gone_by_names_that_stay_inside() -> None:
    here = with_clusters(cluster("L0-0000", None, 0), cluster("L0-0001", None, 0))
    other = replace(cluster("L0-0007", None, 0), name="Quite another matter")
    there = with_clusters(cluster("L0-0000", None, 0), other)
    assert fired(rule("new cluster", against="before", over=1), here, there) == [("L0-0001", "")]
    assert fired(rule("gone cluster", against="before", over=1), here, there) == [("L0-0007", "")]
    assert "--before" in judged(rule("new cluster", against="before", over=1), here).reason
    unlike = replace(there, unit="organisation")
    assert (
        "another unit" in judged(rule("new cluster", against="before", over=1), here, unlike).reason
    )


def test_what_only_a_released_report_has_is_said() -> None:
    assert "released" in judged(rule("withheld", over=0.1)).reason
    assert "released" in judged(rule("share", over=0.1, facet="x", value="y")).reason


def test_a_run_that_doubts_itself_fires() -> None:
    assert judged(rule("quality"), replace(SAMPLE, doubts=())).alarms == ()
    (alarm,) = judged(rule("quality"), replace(SAMPLE, doubts=("One lump.",))).alarms
    assert alarm.told == "One lump."


def every_rule() -> Rules:
    keys: dict[str, dict[str, Any]] = {"share": {"facet": "language", "value": "English"}}
    return Rules.model_validate(
        {"rule": [
            {"name": f"rule {when}", "when": when, "certain": False, **keys.get(when, {}),
             **({} if shape.scale == "none" else {"over": 0.0})}
            for when, shape in SHAPES.items()
        ]}
    )  # fmt: skip


def watched(report: RestrictedReport, before: RestrictedReport | None = None) -> Watched:
    board = RestrictedBoard(report, restricted_sample.members(), before)
    judgements = judge(every_rule().rule, board)
    return Watched(board.title, board.digest, board.many, judgements, Path("watched.json"))


def test_no_name_no_title_and_no_account_leaves() -> None:
    before = replace(SAMPLE, clusters=(replace(cluster("L0-0009", None, 0), name="Elsewhere"),))
    found = watched(SAMPLE, before)
    assert len(found.alarms) > 5
    said = [
        page(found), repr(found), json.dumps(found.summary()), *mail(found, details=True),
        json.dumps(payload(found, found.alarms, details=True)),
    ]  # fmt: skip
    for word in ("Name of", "Elsewhere", SAMPLE.title, "anna", "ben", "acme", "A note"):
        assert not any(word in own for own in said), word
    assert "L0-0000" in said[0]


def test_another_report_has_another_digest() -> None:
    assert watched(SAMPLE).digest == watched(SAMPLE).digest
    assert watched(SAMPLE).digest != watched(replace(SAMPLE, accounts=5)).digest
    assert watched(SAMPLE, SAMPLE).digest != watched(SAMPLE).digest


@pytest.mark.slow
def test_a_sealed_run_is_opened_in_the_zone_and_its_log_keeps_it(tmp_path: Path) -> None:
    data, facets = harbour.write(tmp_path)
    config = settings(
        None, {**harbour.SETTINGS, "extract.facets_file": str(facets), "cluster.k": 10}
    )
    run_restricted(data, tmp_path / "run", config)
    rules = Rules.model_validate(
        {"rule": [
            {"name": "grave", "when": "concern", "over": 0.4},
            {"name": "new", "when": "new cluster", "against": "before", "over": 0},
        ]}
    )  # fmt: skip
    found = watch(tmp_path / "run", rules, tmp_path / "run")
    assert found.exit_code == 5
    assert {alarm.rule for alarm in found.alarms} == {"grave"}
    assert found.place == tmp_path / "run" / "watched.json"
    lines = (tmp_path / "anonymuse.zone" / LOG).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["action"] for line in lines[-2:]] == ["watch", "watch"]
    erase(tmp_path / "run", harbour.HEAVY)
    with pytest.raises(InputError, match="somebody was erased since, repeat its command"):
        watch(tmp_path / "run", rules)


@pytest.mark.slow
def test_no_other_log_is_written_to_than_that_of_the_runs_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches from a folder with a key of their own leaves their line all the same."""
    data, facets = harbour.write(tmp_path)
    (tmp_path / "anonymuse.key").rename(tmp_path / "project.key")
    monkeypatch.chdir(tmp_path)
    config = settings(
        None,
        {**harbour.SETTINGS, "extract.facets_file": str(facets), "cluster.k": 10,
         "privacy.key_file": "project.key"},
    )  # fmt: skip
    run_restricted(data, tmp_path / "run", config)
    own = tmp_path / "elsewhere"
    own.mkdir()
    (own / "project.key").write_text("6b" * 32)
    monkeypatch.chdir(own)
    watch(tmp_path / "run", every_rule())
    assert not (own / "anonymuse.zone").exists()
    lines = (tmp_path / "anonymuse.zone" / LOG).read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["action"] == "watch"


@pytest.mark.parametrize("restricted", [True, False])
def test_a_released_report_is_not_compared_with_a_restricted_one(
    restricted: bool, tmp_path: Path
) -> None:
    for name, kind in (("a", restricted), ("b", not restricted)):
        (tmp_path / name / "private").mkdir(parents=True)
        (tmp_path / name / "private" / "key.json").write_text(json.dumps({"restricted": kind}))
    with pytest.raises(ConfigError, match="not of one kind"):
        watch(tmp_path / "a", every_rule(), tmp_path / "b")
