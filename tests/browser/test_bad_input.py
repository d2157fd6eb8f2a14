"""Reports that are hard to draw: names, sizes, depths and parts that are not there."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from benchmarks.synthetic_report import synthetic_report
from playwright.sync_api import expect

from tests.sample_report import empty_report, sample_report

SCREENS = ("overview", "map", "compare", "quadrant", "notes", "how")
SIDEWAYS = "() => document.scrollingElement.scrollWidth - innerWidth"
EVIL = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "javascript:window.ran=1",
    "</script><svg onload=window.ran=1>",
    "${window.ran=1}{{window.ran=1}}",
)


def walk(explorer, *, first: str = "overview") -> None:
    """Look at every screen; none scrolls sideways, none gives up."""
    explorer.open(first)
    for screen in SCREENS:
        explorer.show(screen)
        assert explorer.run(SIDEWAYS) <= 0, f"{screen} scrolls sideways"
        assert explorer.page.get_by_text("could not be shown").count() == 0


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("names", ["long", "rtl", "hostile"])
def test_names_that_are_hard_to_draw(visit, names, width) -> None:
    report = synthetic_report(12, levels=2, conversations=9_000, facets=3, windows=3, names=names)
    explorer = visit(report, viewport={"width": width, "height": 844})
    walk(explorer)
    below = next(own for own in report.clusters if own.parent)
    explorer.show(f"map?sel={below.id}")
    if width == 1280:  # narrow windows show one part at a time
        wider = explorer.panel.evaluate("(panel) => panel.scrollWidth - panel.clientWidth")
        assert wider <= 0, "the names above are wider than the panel"
    assert explorer.run("window.ran") is None


def test_names_that_are_programs_run_nowhere(visit) -> None:
    whole = synthetic_report(6, levels=2, conversations=6_000, facets=2, windows=3)
    clusters = tuple(
        replace(own, name=f"{EVIL[n % 5]} {n}", description=EVIL[(n + 1) % 5] * 3)
        for n, own in enumerate(whole.clusters)
    )
    facets = tuple(replace(own, question=EVIL[0]) for own in whole.facets)
    report = replace(whole, title=EVIL[1], clusters=clusters, facets=facets)
    explorer = visit(report)
    walk(explorer)
    explorer.show(f"map?sel={clusters[0].id}")
    explorer.press("f")
    chart = explorer.chart("Language")
    chart.get_by_role("button", name="as a table").click()
    explorer.page.get_by_role("combobox", name="Search topics").fill("script")
    explorer.page.get_by_role("option").first.wait_for()
    explorer.open("map?sel=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E&color=%3Cimg%3E:x&q=%3Cb%3E")
    assert explorer.run("window.ran") is None
    assert explorer.page.locator("img, main script").count() == 0


def test_one_topic(visit) -> None:
    report = synthetic_report(1, levels=1, conversations=200, facets=2, windows=3)
    explorer = visit(report)
    walk(explorer)
    explorer.show(f"map?sel={report.clusters[0].id}")
    expect(explorer.panel.get_by_role("heading", level=2)).to_have_text(report.clusters[0].name)
    explorer.press("]", "[", "u", ".")


def test_no_topics(visit) -> None:
    explorer = visit(empty_report())
    explorer.open("overview")
    expect(explorer.page.get_by_role("heading", level=1)).to_be_visible()
    for screen in SCREENS:
        explorer.run("(screen) => { location.hash = `#/${screen}` }", screen)
        explorer.page.wait_for_timeout(100)
        assert explorer.page.get_by_text("could not be shown").count() == 0
    explorer.run("location.hash = '#/map'")
    expect(explorer.page.get_by_text("This report holds no topics.")).to_be_visible()


@pytest.mark.slow
def test_ten_thousand_topics(visit) -> None:
    report = synthetic_report(10_000, levels=4, conversations=1_000_000, facets=2, windows=3)
    explorer = visit(report)
    explorer.open("map")
    assert explorer.tree.get_by_role("row").count() < 100  # only those in sight are built
    assert explorer.labels.count() < 100
    explorer.open(f"map?sel={report.clusters[5_000].id}")
    expect(explorer.row(report.clusters[5_000].name)).to_be_visible()
    explorer.page.get_by_role("combobox", name="Search topics").fill("stories")
    expect(explorer.page.get_by_text("Show all").first).to_be_visible()
    walk(explorer)


def test_eight_levels(visit) -> None:
    report = synthetic_report(400, levels=8, conversations=90_000, facets=1, windows=3)
    explorer = visit(report, viewport={"width": 390, "height": 844})
    walk(explorer)
    leaf = next(own for own in report.clusters if own.level == 0)
    explorer.show(f"map?sel={leaf.id}")
    explorer.page.get_by_role("tab", name="Topic").click()
    crumbs = explorer.page.get_by_role("navigation", name="Topics above this one")
    assert crumbs.get_by_role("link").count() >= 6
    assert explorer.run(SIDEWAYS) <= 0


def test_neither_time_nor_facets(visit) -> None:
    report = synthetic_report(20, levels=2, conversations=9_000, facets=0, windows=0)
    explorer = visit(report)
    walk(explorer)
    explorer.show("map")
    assert explorer.page.get_by_role("region", name="Time").count() == 0
    explorer.show("compare")
    expect(explorer.page.get_by_text("holds no two groups to compare")).to_be_visible()
    explorer.show("quadrant")
    expect(explorer.page.get_by_role("heading", name="How to get it")).to_be_visible()


def test_a_report_without_users(visit) -> None:
    explorer = visit(sample_report(unit="conversation"))
    walk(explorer)
    explorer.show("overview")
    notice = explorer.page.get_by_role("region", name="Read this first")
    notice.get_by_role("button", name="more").click()
    expect(notice.get_by_text("The data names no users")).to_be_visible()


@pytest.mark.parametrize("missing", ["series.json", "quadrants.json"])
def test_a_report_without_a_part_that_need_not_be_there(visit, report, missing) -> None:
    explorer = visit(report, excused=True)
    explorer.page.route(f"**/{missing}", lambda route: route.fulfill(status=404, body=""))
    walk(explorer)


def test_an_answer_that_breaks_off(visit, report) -> None:
    explorer = visit(report, excused=True)
    explorer.page.route(
        "**/clusters.json",
        lambda route: route.fulfill(body='{"clusters": [', content_type="application/json"),
    )
    explorer.open()
    expect(explorer.page.get_by_role("alert")).to_contain_text("cannot be opened")
    explorer.page.unroute("**/clusters.json")
    explorer.page.get_by_role("button", name="Try again").click()
    expect(explorer.main).to_be_visible()


def test_an_index_that_is_none(visit, report) -> None:
    explorer = visit(report, excused=True)
    explorer.page.route("**/index.json", lambda route: route.fulfill(json={"trees": "many"}))
    explorer.open()
    expect(explorer.page.get_by_role("alert")).to_contain_text("not a report")


def test_a_facet_that_cannot_be_read_leaves_the_rest(visit, report, branch) -> None:
    explorer = visit(report, excused=True)
    explorer.page.route("**/facets/0.json", lambda route: route.fulfill(status=500, body=""))
    explorer.open(f"map?sel={branch.top.id}&color=language:Hindi")
    expect(explorer.chart("Refused")).to_be_visible()
    explorer.page.unroute("**/facets/0.json")
    explorer.page.get_by_role("button", name="Try again").first.click()
    expect(explorer.chart("Language")).to_be_visible()


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("map?sel=L9-9999", "L9-9999"),
        ("map?color=language:Klingon", "Klingon"),
        ("map?color=wisdom", "wisdom"),
        ("map?t=1999-01..1999-02", "1999-01"),
        ("compare?a=language:Klingon&b=!rest", "comparison"),
        ("map?tree=by-mood", "by-mood"),
    ],
)
def test_an_address_of_another_report(explorer, view, said) -> None:
    explorer.open(view)
    expect(explorer.page.get_by_role("status").filter(has_text=said)).to_be_visible()
    assert said not in explorer.run("decodeURIComponent(location.hash)")


@pytest.mark.parametrize(
    "view", ["map?at=,,", "map?at=1,2,1e999", "map?t=..", "compare?a=%E0%A4&b=@", "nowhere", "%%%"]
)
def test_an_address_that_is_nonsense(explorer, view) -> None:
    explorer.open(view)
    expect(explorer.page.get_by_role("navigation", name="Screens")).to_be_visible()


def test_bookmarks_from_elsewhere(explorer, tmp_path) -> None:
    explorer.open("notes")
    texts = {"a.json": ("{", "is not JSON"), "b.json": ("[]", "holds no bookmarks")}
    texts["c.json"] = (json.dumps({"notes": 3}), "holds no bookmarks")
    for name, (text, said) in texts.items():
        path = tmp_path / name
        path.write_text(text)
        with explorer.page.expect_file_chooser() as chooser:
            explorer.page.get_by_role("button", name="Read from a file").click()
        chooser.value.set_files(path)
        expect(explorer.page.get_by_role("status").filter(has_text=said)).to_be_visible()
        assert explorer.page.get_by_role("article").count() == 0
