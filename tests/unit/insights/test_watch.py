"""Rules judged on released reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from anonymuse.domain.released.cube import Facet
from anonymuse.domain.released.report import Report
from anonymuse.insights.changes import changes
from anonymuse.insights.rules import SHAPES, Rule
from anonymuse.insights.watch import Judged, judge
from anonymuse.insights.watch_released import NO_BEFORE, ReleasedBoard
from tests.sample_report import sample_report
from tests.unit.insights.small import a_report

SIZES = {"a": 200, "b": 200, "c": 600}
REFUSED = {
    "refused": {
        "yes": {None: 120, "a": 80, "b": 10, "c": 30},
        "no": {None: 880, "a": 120, "b": 190, "c": 570},
    }
}


def rule(when: str, **keys: Any) -> Rule:
    return Rule.model_validate({"name": when, "when": when, **keys})


def judged(own: Rule, report: Report, before: Report | None = None) -> Judged:
    told = NO_BEFORE if before is None else changes(before, report)
    (found,) = judge([own], ReleasedBoard(report, before, told))
    return found


def fired(own: Rule, report: Report, before: Report | None = None) -> list[str]:
    return [alarm.subject.id for alarm in judged(own, report, before).alarms]


def test_a_rate_fires_where_its_interval_over_all_clusters_lies_beyond_the_limit() -> None:
    report = a_report(SIZES, REFUSED)
    (alarm,) = judged(rule("refusal rate", over=0.2), report).alarms
    assert alarm.subject.id == "a"
    assert alarm.subject.people == 200
    assert alarm.number is not None
    assert alarm.number.mean == 0.4
    assert 0.3 < alarm.number.low < 0.333  # of three clusters together; 0.335 of one alone
    assert alarm.limit == 0.2
    assert fired(rule("refusal rate", over=0.35), report) == []
    assert fired(rule("refusal rate", over=0.35, certain=False), report) == ["a"]


def test_under_takes_the_upper_end_and_the_furthest_comes_first() -> None:
    report = a_report(SIZES, REFUSED)
    assert fired(rule("refusal rate", under=0.3), report) == ["c", "b"]
    assert fired(rule("refusal rate", under=0.1), report) == ["c"]
    assert fired(rule("refusal rate", under=0.06, certain=False), report) == ["b", "c"]


def test_a_rule_looks_only_where_it_is_told_to() -> None:
    report = a_report(
        SIZES,
        {"refused": {
            "yes": {None: 500, "a": 100, "b": 100, "c": 300, "t": 200},
            "no": {None: 500, "a": 100, "b": 100, "c": 300, "t": 200},
        }},
        parents={"a": "t", "b": "t"},
        names={"a": "Write code", "b": "Bake bread"},
    )  # fmt: skip
    over = {"over": 0.2}
    assert set(fired(rule("refusal rate", **over), report)) == {"a", "b", "c"}
    assert set(fired(rule("refusal rate", level="top", **over), report)) == {"t", "c"}
    assert set(fired(rule("refusal rate", level="any", **over), report)) == {"a", "b", "c", "t"}
    assert fired(rule("refusal rate", level="report", **over), report) == [""]
    assert fired(rule("refusal rate", cluster="CODE", **over), report) == ["a"]
    assert fired(rule("refusal rate", cluster="c", **over), report)[:1] == ["c"]
    assert fired(rule("refusal rate", at_least_people=500, **over), report) == ["c"]
    nothing = judged(rule("refusal rate", at_least_people=5000, **over), report)
    assert "Too little is shown" in nothing.reason


def test_what_is_too_few_to_show_fires_by_its_lower_end() -> None:
    report = a_report(
        {"a": 100, "b": 900},
        {"concern": {
            "1": {None: 880, "a": None, "b": 860},
            "4": {None: 100, "a": 60, "b": 40},
        }},
    )  # fmt: skip
    (alarm,) = judged(rule("concern", over=0.3), report).alarms
    assert alarm.subject.id == "a"


def test_a_share_of_any_value() -> None:
    counts = {"language": {"German": {None: 240, "a": 180, "b": 60, "c": None}}}
    report = a_report(SIZES, counts)
    own = rule("share", facet="language", value="German", over=0.5)
    (alarm,) = judged(own, report).alarms
    assert (alarm.subject.id, alarm.told) == ("a", "language: German")
    missing = judged(rule("share", facet="langage", value="x", over=0.5), report).reason
    assert "Did you mean 'language'?" in missing
    missing = judged(rule("share", facet="language", value="Germn", over=0.5), report).reason
    assert "Did you mean 'German'?" in missing


def test_a_flag_is_named_by_its_column_or_is_the_only_one() -> None:
    counts = {"yes": {None: 300, "a": 180, "b": 60, "c": 60},
              "no": {None: 700, "a": 20, "b": 140, "c": 540}}  # fmt: skip
    kind = Facet("flag_model_2", "Flagged: Model 2", "", "boolean")
    one = a_report(SIZES, {"flag_model_2": counts}, kinds=[kind])
    assert fired(rule("flag rate", over=0.5), one) == ["a"]
    assert fired(rule("flag rate", flag="Model 2", over=0.5), one) == ["a"]
    assert (
        "Did you mean 'Model 2'?" in judged(rule("flag rate", flag="model", over=0.5), one).reason
    )
    two = a_report(SIZES, {"flag_model_2": counts, "flag_x": counts}, kinds=[kind])
    assert "several flags" in judged(rule("flag rate", over=0.5), two).reason
    none = a_report(SIZES, REFUSED)
    assert "--flag COLUMN" in judged(rule("flag rate", over=0.5), none).reason


def test_growth_within_a_report_and_against_an_earlier_one() -> None:
    windows: dict[str, dict[Any, int | None]] = {
        "2026-01": {None: 1000, "a": 50, "b": 350, "c": 600},
        "2026-02": {None: 1000, "a": 200, "b": 200, "c": 600},
        "2026-03": {None: 10, "a": None, "b": None, "c": None},
    }
    report = a_report(SIZES, windows=windows)
    assert fired(rule("growth", over=2), report) == ["a"]
    assert fired(rule("growth", under=0.8), report) == ["b"]
    assert fired(rule("growth", over=4), report) == []
    assert fired(rule("growth", over=3.9, certain=False), report) == ["a"]
    small = a_report({"a": 40, "b": 260, "c": 700})
    assert "windows" in judged(rule("growth", over=2), small).reason
    assert fired(rule("growth", over=2, against="before"), report, small) == ["a"]
    assert "--before" in judged(rule("growth", over=2, against="before"), report).reason


def test_new_and_vanished_within_a_report() -> None:
    windows: dict[str, dict[Any, int | None]] = {
        "2026-01": {None: 400, "a": 200, "b": 200, "c": None},
        "2026-02": {None: 500, "a": 300, "b": None, "c": 200},
    }
    report = a_report({"a": 500, "b": 200, "c": 200}, windows=windows)
    assert fired(rule("new cluster", over=150), report) == ["c"]
    assert fired(rule("gone cluster", over=150), report) == ["b"]
    assert fired(rule("new cluster", over=200), report) == []
    assert "windows" in judged(rule("new cluster", over=1), sample_report()).reason


def test_new_and_gone_clusters_need_an_earlier_report() -> None:
    here = a_report({"a": 200, "n": 100}, names={"a": "Bake bread", "n": "Fly a kite"})
    there = a_report({"a": 200, "g": 300}, names={"a": "Bake bread", "g": "Mend a boat"})
    assert fired(rule("new cluster", against="before", over=50), here, there) == ["n"]
    assert fired(rule("gone cluster", against="before", over=50), here, there) == ["g"]
    assert fired(rule("new cluster", against="before", over=100), here, there) == []
    assert fired(rule("new cluster", against="before", over=50), here, here) == []
    assert judged(rule("new cluster", against="before", over=50), here, here).reason == ""
    assert "--before" in judged(rule("gone cluster", against="before", over=50), here).reason


def test_the_share_that_fits_nowhere_is_what_an_assigned_run_told() -> None:
    report = sample_report()
    drift = {"people": 40, "of": 400, "share": 0.1, "low": 0.07, "high": 0.13}
    quality = {"judged": True, "doubts": [], "drift": drift}
    report = replace(report, receipt=replace(report.receipt, quality=quality))
    assert fired(rule("drift", over=0.05), report) == [""]
    assert fired(rule("drift", over=0.08), report) == []
    assert "assign" in judged(rule("drift", over=0.08), sample_report()).reason


def test_noise_and_rounding_make_a_new_cluster_uncertain() -> None:
    there = a_report({"a": 200}, names={"a": "Bake bread"})
    names = {"a": "Bake bread", "n": "Fly a kite"}
    noisy = a_report({"a": 200, "n": 55}, names=names, sigma=5.0, rounding=5)
    assert fired(rule("new cluster", against="before", over=50), noisy, there) == []
    assert fired(rule("new cluster", against="before", over=40), noisy, there) == ["n"]


@pytest.mark.parametrize(
    ("band", "limit", "fires"),
    [("5 % to 10 %", 0.05, True), ("5 % to 10 %", 0.07, False), ("0 %", 0.0, False)],
)
def test_what_is_withheld_is_known_as_a_band(band: str, limit: float, fires: bool) -> None:
    report = sample_report()
    report = replace(report, receipt=replace(report.receipt, withheld_share=band))
    assert bool(fired(rule("withheld", over=limit), report)) is fires


def test_a_band_that_is_missing_is_no_alarm() -> None:
    report = sample_report()
    report = replace(report, receipt=replace(report.receipt, withheld_share=""))
    assert "does not say" in judged(rule("withheld", over=0.1), report).reason


def test_a_run_that_doubts_itself_fires_with_its_own_sentence() -> None:
    report = sample_report()
    own = rule("quality")

    def with_quality(**quality: Any) -> Report:
        return replace(report, receipt=replace(report.receipt, quality=quality))

    (alarm,) = judged(own, with_quality(judged=True, doubts=["languages"])).alarms
    assert "follow languages" in alarm.told
    assert alarm.number is None
    assert judged(own, with_quality(judged=True, doubts=[])).alarms == ()
    assert judged(own, with_quality(judged=True, doubts=[])).reason == ""
    assert "could not judge itself" in judged(own, with_quality(judged=False)).reason
    assert "could not judge itself" in judged(own, report).reason


@pytest.mark.parametrize("when", ["coordination", "missed", "overdone"])
def test_what_only_a_restricted_report_has_is_said(when: str) -> None:
    assert "restricted" in judged(rule(when, over=0.5), sample_report()).reason


def test_every_condition_is_judged_or_says_why_on_an_empty_report() -> None:
    keys: dict[str, dict[str, Any]] = {"share": {"facet": "x", "value": "y"}, "quality": {}}
    report = replace(sample_report(), clusters=(), cells=())
    for when, shape in SHAPES.items():
        limit = {} if shape.scale == "none" else {"over": 0.5}
        found = judged(rule(when, **limit, **keys.get(when, {})), report)
        assert found.reason or when == "withheld"
        assert not found.alarms


def test_where_nothing_happens_hardly_a_report_pages_anybody() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    own = rule("refusal rate", over=0.1)
    pages = 0
    for _ in range(40):
        sizes = {f"L0-{i:04}": 90 for i in range(40)}
        yes: dict[Any, int | None] = dict(
            zip(sizes, rng.binomial(90, 0.1, 40).tolist(), strict=True)
        )
        yes[None] = sum(n or 0 for n in yes.values())
        no = {where: (3600 if where is None else 90) - (n or 0) for where, n in yes.items()}
        pages += bool(fired(own, a_report(sizes, {"refused": {"yes": yes, "no": no}})))
    assert pages <= 3


def test_what_is_too_few_to_show_was_looked_at_too() -> None:
    # 60 clusters of 100 people, all at the limit of 6 %; 12 are shown, which chance alone makes.
    rng = np.random.Generator(np.random.Philox(4))
    own = rule("refusal rate", over=0.06)
    pages = shown = 0
    for _ in range(40):
        sizes = {f"L0-{i:04}": 100 for i in range(60)}
        drawn = dict(zip(sizes, rng.binomial(100, 0.06, 60).tolist(), strict=True))
        yes: dict[Any, int | None] = {where: n if n >= 12 else None for where, n in drawn.items()}
        no: dict[Any, int | None] = {where: n and 100 - n for where, n in yes.items()}
        yes[None], no[None] = 360, 5640
        found = judged(own, a_report(sizes, {"refused": {"yes": yes, "no": no}}))
        shown += sum(n is not None for n in list(yes.values())[:-1])
        pages += bool(found.alarms)
    assert 20 < shown < 120
    assert pages <= 2


def test_gone_clusters_are_counted_among_those_of_the_earlier_report() -> None:
    here = a_report({"a": 200}, names={"a": "Bake bread"})
    names = {"a": "Bake bread", "g": "Mend a boat"}
    few = a_report({"a": 200, "g": 55}, names=names, sigma=5.0, rounding=5)
    many = {f"L0-{i:04}": 200 for i in range(400)}
    among = a_report({"a": 200, "g": 55, **many}, names=names, sigma=5.0, rounding=5)
    own = rule("gone cluster", against="before", over=40, cluster="g")
    assert fired(own, here, few) == ["g"]
    assert fired(own, here, among) == ["g"]  # one cluster is looked at, however many there are
    own = rule("gone cluster", against="before", over=40)
    assert fired(own, here, few) == ["g"]
    assert "g" not in fired(own, here, among)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"when": "growth"}, "needs a limit"),
        ({"when": "growth", "over": 2, "under": 1}, "not both"),
        ({"when": "growth", "over": -1}, "is not a ratio"),
        ({"when": "growth", "over": 2, "level": "report"}, "level of"),
        ({"when": "refusal rate", "over": 20}, "0.2 is 20 %"),
        ({"when": "missed", "over": 20}, "0.2 is 20 %"),
        ({"when": "new cluster", "under": 3}, "takes over, not under"),
        ({"when": "new cluster", "over": -3}, "not a number of people"),
        ({"when": "share", "over": 0.2, "facet": "x"}, "needs value"),
        ({"when": "concern", "over": 0.2, "facet": "x"}, "facet says nothing"),
        ({"when": "growth", "over": 2, "flag": "x"}, "flag says nothing"),
        ({"when": "concern", "over": 0.2, "against": "before"}, "against says nothing"),
        ({"when": "concern", "over": 0.2, "level": "report", "cluster": "x"}, "cluster says"),
        ({"when": "withheld", "over": 0.2, "at_least_people": 3}, "at_least_people says"),
        ({"when": "quality", "over": 0.2}, "has no limit"),
        ({"when": "concern", "over": float("nan")}, "finite"),
    ],
)
def test_a_rule_that_would_say_nothing_is_refused(keys: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Rule.model_validate({"name": "x", **keys})
