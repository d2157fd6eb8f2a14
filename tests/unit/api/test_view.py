"""A report in the hand: walked, searched, broken down, as tables and as a notebook's output."""

import builtins
import pickle
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from anonymuse.api.tree import tree_of
from anonymuse.api.view import ReportView
from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError, UserError
from tests.sample_report import LONG_NAME, RTL_NAME, SCRIPT_NAME, empty_report, sample_report


def view(report: Report | None = None) -> ReportView:
    return ReportView(report or sample_report(), Path("out"), Path("out/release"))


def test_it_is_one_line() -> None:
    said = repr(view())
    assert said.startswith("<ReportView 'What people ask the campus assistant': ")
    assert "policy public" in said
    assert "\n" not in said


def test_the_tree_is_nested_and_complete() -> None:
    report = view()
    tree = report.tree
    names = [node.name for _, node in tree.walk()]
    assert sorted(names) == sorted(cluster.name for cluster in report.clusters)
    assert [node.cluster.parent for node in tree] == [None] * len(tree)
    for _, node in tree.walk():
        assert all(child.cluster.parent == node.id for child in node)
        assert node.interval[0] <= node.share <= node.interval[1]
    shares = [node.share for node in tree]
    assert shares == sorted(shares, reverse=True)


def test_the_outline_says_name_share_interval_and_people() -> None:
    report = view()
    lines = str(report.tree).splitlines()
    assert len(lines) == len(report.clusters) + 1
    assert lines[0].split() == ["share", "95", "%", "interval", "conversations", "people"]
    first = next(iter(report.tree))
    assert lines[1].startswith(first.name)
    assert f"{100 * first.share:.1f} %" in lines[1]
    assert lines[1].endswith(f"{first.units:,}")
    assert len(report.tree.outline(depth=1).splitlines()) == len(report.tree) + 1
    assert max(map(len, report.tree.outline(width=70).splitlines())) <= 70
    assert LONG_NAME[:20] in str(report.tree)
    assert "…" in report.tree.outline(width=70)


def test_wide_letters_take_two_places() -> None:
    from rich.cells import cell_len

    report = sample_report()
    wide = replace(report.clusters[-1], name="料理の作り方を教えて" * 9)
    changed = replace(report, clusters=(*report.clusters[:-1], wide))
    widths = {cell_len(line) for line in str(tree_of(changed)).splitlines()}
    assert len(widths) == 1


def test_without_people_conversations_are_counted_once() -> None:
    assert "people" not in str(view(sample_report(unit="conversation")).tree)
    assert "organisations" in str(view(sample_report(unit="organisation")).tree)


def test_an_empty_report_is_no_special_case() -> None:
    report = view(empty_report())
    assert len(report.tree) == 0
    assert report.find("code") == []
    assert report.facets == ()
    assert len(report.to_pandas()) == 0
    assert "withheld" in report._repr_html_()
    with pytest.raises(ConfigError, match="counts no facet"):
        report.breakdown("language")


def test_words_are_found_in_names_before_descriptions() -> None:
    found = [node.name for node in view().find("PYTHON code")]
    assert found[0] == "Debug Python scripts and data pipelines"
    by_name = [node.name for node in view().find("translate")]
    assert "translate" in by_name[0].casefold()
    assert view().find("") == []
    assert view().find("zebra") == []


def test_a_breakdown_of_the_report_and_of_a_cluster() -> None:
    report = view()
    whole = report.breakdown("language")
    assert whole.cluster is None
    assert next(iter(whole)).value == "English"
    leaf = next(cluster for cluster in report.clusters if cluster.level == 0)
    node = next(node for _, node in report.tree.walk() if node.id == leaf.id)
    ways = [report.breakdown("language", one) for one in (leaf, node, leaf.id, leaf.name)]
    assert all(way == ways[0] for way in ways)
    assert {cell.cluster for cell in ways[0]} == {leaf.id}
    assert "not shown" in str(ways[0])
    assert " 0.0 %" not in str(ways[0])
    assert len(ways[0].to_pandas()) == len(ways[0])


def test_what_is_not_there_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'language'"):
        view().breakdown("langage")
    with pytest.raises(ConfigError, match="Did you mean 'Design and query databases'"):
        view().breakdown("language", "Design and query database")
    with pytest.raises(ConfigError, match=r"report\.find"):
        view().breakdown("language", "?")
    with pytest.raises(ConfigError, match="Did you mean 'cells'"):
        view().to_arrow("cels")  # type: ignore[arg-type]


def test_tables_are_those_of_the_export() -> None:
    report = view()
    clusters, cells = report.to_pandas(), report.to_pandas("cells")
    assert list(clusters.columns) == report.to_arrow().schema.names
    assert list(clusters["id"]) == [cluster.id for cluster in report.clusters]
    assert len(cells) == len(report.report.cells)
    suppressed = [cell.units is None for cell in report.report.cells]
    assert list(cells["units"].isna()) == suppressed
    assert str(cells["units"].dtype) == "Int64"


def test_without_pandas_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = builtins.__import__

    def without(name: str, *args: Any, **keywords: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *args, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UserError, match=r"pip install 'anonymuse\[notebook\]'"):
        view().to_pandas()


class Seen(HTMLParser):
    """Collects tags and text, and checks that tags close in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(source)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_notebook_shows_text_as_text_and_fetches_nothing() -> None:
    report = view()
    for source in (report._repr_html_(), report.breakdown("language")._repr_html_()):
        page = Seen(source)
        assert {tag for tag, _ in page.tags} <= {
            "div", "b", "span", "bdi", "details", "summary", "table", "caption", "tr", "th", "td"
        }  # fmt: skip
        assert not {name for _, attrs in page.tags for name in attrs} - {"style", "title", "dir"}
        assert "url(" not in source
        assert "color:#" not in source.replace(" ", "")
    page = Seen(report._repr_html_())
    assert SCRIPT_NAME in page.text
    assert RTL_NAME in page.text
    assert report.receipt.notes[0] in page.text


def test_a_large_report_stays_a_small_output() -> None:
    report = sample_report()
    leaf = next(c for c in report.clusters if c.level == 0)
    many = tuple(replace(leaf, id=f"X{i}") for i in range(5000))
    source = view(replace(report, clusters=(*report.clusters, *many)))._repr_html_()
    assert len(source) < 100_000
    assert "are not shown here" in source


def test_it_exports_beside_the_bundle(tmp_path: Path) -> None:
    report = ReportView(sample_report(), tmp_path, tmp_path / "release")
    assert report.export(simple=True) == [tmp_path / "export" / "report.html"]
    assert report.export("markdown", tmp_path / "m.md") == [tmp_path / "m.md"]
    with pytest.raises(ConfigError, match="Did you mean 'csv'"):
        report.export("cvs")


def test_it_survives_pickling() -> None:
    assert pickle.loads(pickle.dumps(view())) == view()
