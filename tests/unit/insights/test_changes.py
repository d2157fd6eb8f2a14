"""What has changed from one report to a later one, and what makes two reports incomparable."""

from dataclasses import replace

import pytest

from anonymuse.domain.released.links import Links
from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError
from anonymuse.insights.changes import cautions, changes
from tests.unit.insights.small import a_report

BEFORE = {"a": 300, "b": 300, "c": 300, "d": 300}
AFTER = {"a": 290, "b": 500, "c": 150, "e": 260}


def kinds(before: Report, after: Report, links: Links | None = None) -> dict[str, str]:
    return {own.name: own.kind for own in changes(before, after, links or Links())}


def told(report: Report, **receipt: object) -> Report:
    return replace(report, receipt=replace(report.receipt, **receipt))  # type: ignore[arg-type]


def test_grown_shrunk_new_gone_and_what_only_continues() -> None:
    before = a_report({**BEFORE, "f": 300})
    found = kinds(before, a_report({**AFTER, "f": 300}))
    assert found == {"b": "grown", "c": "shrunk", "e": "new", "d": "gone", "a": "steady",
                     "f": "steady"}  # fmt: skip


def test_the_ratio_is_of_shares_after_over_before_with_an_interval() -> None:
    (own,) = [c for c in changes(a_report(BEFORE), a_report(AFTER)) if c.name == "b"]
    assert own.before is not None
    assert own.after is not None
    assert own.ratio is not None
    assert own.ratio == pytest.approx(500 / 300, abs=0.01)
    assert own.low is not None
    assert own.high is not None
    assert own.low < own.ratio < own.high


def test_everything_has_grown_is_nothing_has() -> None:
    doubled = {name: 2 * size for name, size in BEFORE.items()}
    assert set(kinds(a_report(BEFORE), a_report(doubled)).values()) == {"steady"}


def test_links_come_before_names() -> None:
    found = changes(a_report({"a": 300, "b": 300}), a_report({"a": 300, "b": 300}),
                    Links(same=(("a", "b"), ("b", "a"))))  # fmt: skip
    assert {(c.before.id, c.after.id, c.by) for c in found if c.before and c.after} == {
        ("a", "b", "same conversations"),
        ("b", "a", "same conversations"),
    }


def test_ids_alone_decide_where_clusters_were_taken_over() -> None:
    before = replace(a_report({"a": 300, "b": 300}), content_hash="first")
    after = a_report({"a": 300, "x": 300}, names={"x": "b"})
    after = told(after, settings={**after.receipt.settings, "assigned to": "first"})
    assert kinds(before, after) == {"a": "steady", "b": "new"} or {
        (c.before.id if c.before else None, c.after.id if c.after else None)
        for c in changes(before, after)
    } == {("a", "a"), ("b", None), (None, "x")}
    assert {c.by for c in changes(before, after)} == {"same cluster", ""}


def test_a_divided_cluster_and_one_that_was_joined_say_so() -> None:
    links = Links(same=(("a", "a"),), divided=(("a", "a"), ("a", "n")), joined=(("b", "a"),))
    found = changes(a_report({"a": 300, "b": 300}), a_report({"a": 300, "n": 300}), links)
    by_before = {c.before.id: c for c in found if c.before}
    assert by_before["a"].parts == ("n",)
    assert by_before["a"].sources == ("b",)
    assert by_before["b"].kind == "gone"
    assert by_before["b"].parts == ("a",)


def test_links_of_what_is_not_published_are_ignored() -> None:
    links = Links(same=(("zz", "a"), ("a", "zz")))
    assert kinds(a_report({"a": 300}), a_report({"a": 300}), links) == {"a": "steady"}


def test_shares_of_different_units_are_refused() -> None:
    other = told(a_report(AFTER), unit="conversation")
    with pytest.raises(ConfigError, match="counts by"):
        changes(told(a_report(BEFORE), unit="user"), other)


def test_trees_by_different_facets_are_refused() -> None:
    with pytest.raises(ConfigError, match="tone"):
        changes(a_report(BEFORE), replace(a_report(AFTER), facet="tone"))


def test_what_a_reader_must_know_is_said() -> None:
    one = replace(told(a_report(BEFORE), window=("2026-01", "2026-02")), content_hash="x")
    assert any("same report" in own for own in cautions(one, one))
    other = told(
        a_report(BEFORE),
        window=("2026-02", "2026-03"),
        policy={**one.receipt.policy, "name": "another"},
        settings={**one.receipt.settings, "extraction": "llm"},
        withheld_share="2 % to 5 %",
    )
    said = " ".join(cautions(one, other))
    for part in ("policies differ", "grouped by", "Both cover", "withholds"):
        assert part in said
    assert cautions(told(one, window=None, withheld_share="0 %"), replace(
        told(one, window=None, withheld_share="0 %"), content_hash="y")) == []  # fmt: skip
