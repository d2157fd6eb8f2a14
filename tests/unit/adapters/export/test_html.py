"""The page: one file, no request, names as text, suppressed cells hatched and never 0."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from anonymuse.adapters.export import html, html_parts
from anonymuse.domain.policy import POLICIES
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report
from anonymuse.domain.released.tree import children_of
from tests.sample_report import FORMULA_NAME, RTL_NAME, SCRIPT_NAME, empty_report, sample_report

VOID = {"meta", "rect", "line", "input"}


class Page(HTMLParser):
    """Collects what a browser would see, and checks that tags close in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.said: list[str] = []
        self.inside: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)
        if self._open and self._open[-1] in {"style", "script"}:
            self.inside[self._open[-1]] = self.inside.get(self._open[-1], "") + data

    @property
    def text(self) -> str:
        return " ".join(self.said)


def source_of(report: Report) -> str:
    return html.render(report)["report.html"].decode()


@pytest.fixture(scope="module")
def source() -> str:
    return source_of(sample_report())


@pytest.fixture(scope="module")
def page(source) -> Page:
    return Page(source)


def test_the_same_report_gives_the_same_bytes():
    assert html.render(sample_report()) == html.render(sample_report())


def test_names_are_text(source, page):
    assert sum(tag == "script" for tag, _ in page.tags) == 1
    assert "<b>Descriptions</b>" not in source
    for name in (SCRIPT_NAME, FORMULA_NAME, RTL_NAME):
        assert name in page.said
    assert f"<bdi>{RTL_NAME}</bdi>" in source


@pytest.mark.parametrize(
    "mark", ["</style>", "</script>", '"><img src=x onerror=x>', "<!--", "\x00"]
)
def test_no_text_of_the_report_becomes_markup(mark):
    report = sample_report()
    nasty = tuple(replace(c, name=mark, description=mark, named_by=mark) for c in report.clusters)
    cells = tuple(replace(c, facet=mark, value=mark) for c in report.cells[:40])
    receipt = replace(
        report.receipt,
        unit=mark, unit_note=mark, mode=mark, withheld_share=mark, notes=(mark,),
        window=(mark, mark), policy={mark: mark, "name": mark}, models={mark: mark},
    )  # fmt: skip
    bad = Page(source_of(replace(report, title=mark, clusters=nasty, cells=cells, receipt=receipt)))
    names = {tag for tag, _ in bad.tags}
    assert "img" not in names
    assert not any(name.startswith("on") for _, attrs in bad.tags for name in attrs)
    assert sum(tag in {"script", "style"} for tag, _ in bad.tags) == 2


def test_nothing_is_fetched(source, page):
    assert not {"img", "link", "iframe", "object", "audio", "video"} & {t for t, _ in page.tags}
    for _, attrs in page.tags:
        assert "src" not in attrs
        assert "style" not in attrs
        assert attrs.get("href", "#").startswith("#")
    assert not re.search(r"https?://|@import|url\(", source)


def test_the_policy_admits_only_what_it_names_by_digest(page):
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.inside[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_every_link_has_its_target_and_ids_are_unique(page):
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids)) == len(sample_report().clusters)
    links = {attrs["href"].removeprefix("#") for tag, attrs in page.tags if tag == "a"}
    assert links == set(ids)


def test_policy_unit_and_withheld_stand_on_the_page():
    text = Page(source_of(sample_report(POLICIES["demo"], unit="conversation"))).text
    text = text.replace("\u00a0", " ")
    assert "Released under policy “demo”: illustration, synthetic or public data only." in text
    assert "The data names no users" in text
    assert "7 topics" in text
    assert "too few people (5), one person dominates (2); 2 % to 5 % of the conversations" in text
    assert "2026-08-03" in text


def test_what_stands_on_top_are_areas_and_with_one_level_topics():
    report = sample_report()
    deep = Page(source_of(report)).text
    assert "The main areas" in deep
    assert "in 4 areas" in deep
    leaves = tuple(replace(c, parent=None) for c in report.clusters if c.level == 0)
    flat = Page(source_of(replace(report, clusters=leaves)))
    assert "The main topics" in flat.text
    assert "areas" not in flat.text.replace(flat.inside["script"], "")


def test_a_suppressed_cell_is_hatched_and_has_no_number():
    report = sample_report()
    leaf = next(c for c in report.clusters if c.level == 0)
    cells = (Cell(leaf.id, "language", "Korean", None, None, None, None),)
    source = source_of(replace(report, cells=cells))
    part = source[source.index('<section class="facet">') :]
    part = part[: part.index("</section>")]
    assert "hatch" in part
    assert "not shown" in part
    assert "0.0" not in part
    assert "rect" not in part


def test_every_shown_share_has_its_interval_and_n(source):
    report = sample_report()
    for cluster in report.clusters:
        name = html_parts.words(cluster.name)
        row = source[source.index(f'<span class="nm">{name}') :]
        row = row[: row.index("</summary>")]
        assert f"{100 * cluster.share:.1f}" in row
        assert f"{100 * cluster.share_low:.1f}–{100 * cluster.share_high:.1f}" in row
        assert f"{cluster.conversations:,}" in row


def test_a_report_that_shows_nothing_says_so():
    assert "Every cluster was withheld" in Page(source_of(empty_report())).text


def flat_report(leaves: int) -> Report:
    clusters = [
        Cluster(f"L0-{i:04}", f"L1-{i % 20:04}", 0, f"Topic {i}", "", "model", 10, 10,
                1 / leaves, 0.0, 0.1, None)
        for i in range(leaves)
    ]  # fmt: skip
    for i in range(20):
        size = 10 * sum(c.parent == f"L1-{i:04}" for c in clusters[:leaves])
        clusters.append(
            Cluster(f"L1-{i:04}", None, 1, f"Group {i}", "", "model", size, size, 0.05, 0.0, 0.1,
                    None)
        )  # fmt: skip
    return replace(sample_report(), clusters=tuple(clusters), cells=(), conversations=10 * leaves)


def test_a_large_tree_draws_only_the_levels_that_fit_on_the_map():
    report = flat_report(400)
    shown = html_parts.cut(children_of(report.clusters))
    assert sum(len(group) for group in shown.values()) == 20
    page = Page(source_of(report))
    assert sum("tile" in attrs.get("class", "") for _, attrs in page.tags) == 20
    assert sum(tag == "li" and "id" in attrs for tag, attrs in page.tags) == 420


def test_a_flat_tree_too_wide_for_the_map_goes_without_one():
    report = sample_report()
    leaf = next(c for c in report.clusters if c.level == 0)
    many = tuple(replace(leaf, id=f"L0-{i:04}", parent=None) for i in range(130))
    page = Page(source_of(replace(report, clusters=many, cells=())))
    assert not any("tile" in attrs.get("class", "") for _, attrs in page.tags)
    assert "At a glance" not in page.text
