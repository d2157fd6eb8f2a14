"""The fifteen things an analyst does with a report, each as a person does it with a mouse."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.analyst import rows_of

AREAS = re.compile("traces?|transcripts?|messages of|show conversations|open conversation", re.I)


def test_01_sees_at_a_glance_what_the_report_holds(explorer, report) -> None:
    explorer.open()
    page = explorer.page
    expect(page.get_by_role("heading", level=1)).to_have_text(report.title)
    figures = explorer.main.locator("dl").first
    for text in (f"{report.conversations:,}", "Jan to Jun 2025", "2 to 5"):
        expect(figures.get_by_text(text)).to_be_visible()
    findings = page.get_by_role("region", name="What stands out").get_by_role("link")
    assert findings.count() >= 6
    findings.nth(2).click()
    assert explorer.screen == "map"
    expect(explorer.panel.get_by_role("heading", level=2)).to_be_visible()


def test_02_finds_finer_names_by_zooming_in(explorer) -> None:
    explorer.open("map")
    before = explorer.labels.count()
    assert 5 <= before <= 60
    coarse = set(explorer.labels.evaluate_all("all => all.map(one => one.textContent)"))
    plus = explorer.page.get_by_role("button", name="Zoom in")
    for _ in range(3):
        plus.click()
    explorer.page.wait_for_function("() => location.hash.includes('at=')")
    fine = set(explorer.labels.evaluate_all("all => all.map(one => one.textContent)"))
    assert fine - coarse
    explorer.page.get_by_role("button", name="Show all of the map").click()
    expect(explorer.labels).to_have_count(before)


def test_03_walks_the_hierarchy_with_tree_and_map_in_step(explorer, branch) -> None:
    explorer.open("map")
    top = explorer.row(branch.top.name)
    top.click()
    explorer.waits_for("sel", branch.top.id)
    label = explorer.labels.and_(
        explorer.page.get_by_role("button", name=branch.top.name, exact=True, pressed=True)
    )
    expect(label).to_be_visible()
    expect(top).to_have_attribute("aria-expanded", "true")
    explorer.panel.get_by_role("link", name=branch.middle.name).first.click()
    explorer.waits_for("sel", branch.middle.id)
    expect(explorer.row(branch.middle.name)).to_have_attribute("aria-selected", "true")
    crumbs = explorer.panel.get_by_role("navigation", name="Topics above this one")
    crumbs.get_by_role("link", name=branch.top.name).click()
    explorer.waits_for("sel", branch.top.id)
    explorer.page.go_back()
    explorer.waits_for("sel", branch.middle.id)


def test_04_reads_all_that_is_told_about_a_topic(explorer, branch) -> None:
    explorer.open(f"map?sel={branch.top.id}")
    panel = explorer.panel
    expect(panel.get_by_role("heading", level=2)).to_have_text(branch.top.name)
    expect(panel.get_by_text(branch.top.description)).to_be_visible()
    expect(panel.get_by_text(f"{branch.top.units:,}", exact=True).first).to_be_visible()
    for title in ("Language", "Refused", "Over time", "Beside it"):
        expect(explorer.chart(title)).to_be_visible()
    language = explorer.chart("Language")
    language.get_by_role("button", name="as a table").click()
    columns = language.get_by_role("columnheader").all_inner_texts()
    assert {"Times as often as elsewhere", "Stands out"} <= set(columns)
    expect(panel.get_by_text("95 % interval").first).to_be_visible()


def test_05_colours_the_map_by_a_value(explorer) -> None:
    explorer.open("map")
    page = explorer.page
    page.get_by_role("button", name="What to colour by").click()
    page.get_by_role("option", name="Language: Spanish").click()
    explorer.waits_for("color", "language:Spanish")
    expect(page.get_by_text(re.compile("whole report: [0-9.]+"))).to_be_visible()
    as_share = explorer.row_colours()
    page.get_by_role("radio", name="Against the rest").click()
    explorer.waits_for("as", "lift")
    expect(page.get_by_text("as usual", exact=True)).to_be_visible()
    assert explorer.row_colours() != as_share


def test_06_ranks_topics_and_takes_the_numbers_along(explorer, report) -> None:
    explorer.open("map")
    page = explorer.page
    page.get_by_role("button", name="Column").click()
    page.get_by_role("option", name="Growth").click()
    heading = explorer.tree.get_by_role("columnheader", name="Growth")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    grown = [float(text.split("×")[0]) for text in explorer.column_of_tops()]
    assert grown == sorted(grown, reverse=True)
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    grown = [float(text.split("×")[0]) for text in explorer.column_of_tops()]
    assert grown == sorted(grown)
    explorer.go_to("Overview")
    chart = explorer.chart("Share of each area")
    chart.get_by_role("button", name="download").click()
    name, csv = explorer.saved(page.get_by_role("menuitem", name="Numbers (CSV)").click)
    assert name.endswith(".csv")
    tops = {cluster.name: cluster for cluster in report.clusters if cluster.parent is None}
    told = {row[0]: row for row in rows_of(csv)[1:]}
    assert set(tops) <= set(told)
    assert all(str(own.conversations) in told[name] for name, own in tops.items())


def test_07_looks_at_a_span_of_time(explorer, branch) -> None:
    explorer.open(f"map?sel={branch.leaf.id}")
    last = explorer.page.get_by_role("slider", name="Last month")
    last.focus()
    explorer.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
    explorer.waits_for("t", "2025-01..2025-03")
    time = explorer.page.get_by_role("region", name="Time")
    expect(time.get_by_text("Jan 2025 to Mar 2025", exact=True)).to_be_visible()
    expect(explorer.panel.get_by_text(re.compile("^Jan 2025 to Mar 2025: "))).to_be_visible()
    explorer.page.get_by_role("button", name="Show all time").click()
    explorer.waits_for("t", None)


def test_08_searches(explorer, branch) -> None:
    explorer.open("map")
    field = explorer.page.get_by_role("combobox", name="Search topics")
    word = branch.leaf.name.split()[-1]
    field.fill(word)
    expect(explorer.page.get_by_role("option").first).to_be_visible()
    expect(explorer.tree.get_by_role("row").first).to_be_visible()
    found = explorer.page.get_by_text(re.compile(r"^\d+ found of \d+ topics"))
    expect(found).to_be_visible()
    field.fill(branch.leaf.name)
    explorer.page.get_by_role("option").filter(has_text=branch.leaf.name).first.click()
    explorer.waits_for("sel", branch.leaf.id)
    field.fill("qqqqqqqq")
    expect(explorer.page.get_by_text("No topic has these words").first).to_be_visible()


def test_09_compares_a_group_with_everybody_else(explorer) -> None:
    explorer.open("compare")
    page = explorer.page
    page.get_by_role("combobox", name="Compare").fill("Hindi")
    page.get_by_role("option", name=re.compile("Hindi")).first.click()
    expect(page.get_by_role("heading", name=re.compile("stands? out"))).to_be_visible()
    more = explorer.chart("More common: Hindi")
    first = more.get_by_role("listitem").first
    expect(first).to_contain_text("×")
    assert explorer.asked("a") == "language:Hindi"
    assert explorer.asked("b") == "!rest"
    first.get_by_role("link").first.click()
    assert explorer.screen == "map"
    assert (explorer.asked("color"), explorer.asked("as")) == ("language:Hindi", "lift")


def test_10_compares_two_months(explorer) -> None:
    explorer.open("compare?a=@2025-05&b=@2025-02")
    expect(explorer.page.get_by_role("heading", name=re.compile("Of [0-9,]+ "))).to_be_visible()
    titles = explorer.main.get_by_role("figure").get_by_role("heading").all_inner_texts()
    assert titles == ["More common: May 2025", "More common: Feb 2025"]
    for level in ("Areas", "Topics"):
        explorer.choose(level)
        expect(explorer.page.get_by_role("heading", name=re.compile(level.lower()))).to_be_visible()


def test_11_follows_a_value_of_a_topic_through_time(explorer, branch) -> None:
    explorer.open(f"map?sel={branch.top.id}")
    chart = explorer.chart("Over time")
    picture = chart.get_by_role("img")
    expect(picture).to_have_attribute("aria-label", re.compile("share by window: 6 of 6"))
    chart.get_by_role("button", name="as a table").click()
    cells = chart.get_by_role("row").nth(2).get_by_role("cell").all_inner_texts()
    assert any("%" in cell for cell in cells)
    chart.get_by_role("button", name="download").click()
    name, csv = explorer.saved(explorer.page.get_by_role("menuitem", name="Numbers (CSV)").click)
    assert "over-time" in name
    assert len(rows_of(csv)) == 1 + 6


def test_12_finds_where_a_classifier_may_err(explorer) -> None:
    explorer.open("quadrant")
    page = explorer.page
    expect(page.get_by_role("heading", name=re.compile("r = |goes? "))).to_be_visible()
    for corner in ("Possible false negatives", "Possible false positives"):
        part = page.get_by_role("heading", name=corner).locator("xpath=..")
        assert part.get_by_role("listitem").count() >= 1
    points = explorer.main.locator("svg [role=button]")
    assert points.count() >= 20
    points.last.click()  # the smallest lies on top
    assert explorer.asked("sel") is not None
    explorer.choose("Refused against concern")
    expect(page.get_by_role("heading", name="Possible over-refusal")).to_be_visible()


def test_13_gathers_several_topics(explorer, branch, report, visit) -> None:
    other = max(
        (c for c in report.clusters if c.parent is None and c.id != branch.top.id),
        key=lambda cluster: cluster.units,
    )
    base = {c.parent for c in report.clusters}
    below = {branch.top.id, other.id}
    for _ in range(branch.top.level):
        below |= {c.id for c in report.clusters if c.parent in below}
    both = sum(c.conversations for c in report.clusters if c.id in below - base)
    explorer.open("map")
    explorer.row(branch.top.name).click()
    explorer.row(other.name).click(modifiers=["ControlOrMeta"])
    explorer.waits_for("with", f"{branch.top.id},{other.id}")
    panel = explorer.panel
    expect(panel.get_by_role("heading", level=2)).to_have_text("2 topics gathered")
    expect(panel.get_by_text(f"{both:,}", exact=True)).to_be_visible()
    expect(explorer.row(other.name).get_by_role("img", name="gathered")).to_be_visible()
    language = explorer.chart("Language")
    shares = [_percent(bar) for bar in language.get_by_role("listitem").all_inner_texts()]
    assert len(shares) > 2
    assert shares == sorted(shares, reverse=True)
    expect(language.get_by_text(re.compile("whole report [0-9.]+")).first).to_be_visible()
    # what is gathered along with the topic above it changes no number
    explorer.show(f"map?with={branch.top.id},{other.id},{branch.leaf.id}")
    expect(panel.get_by_role("heading", level=2)).to_have_text("3 topics gathered")
    expect(panel.get_by_text(f"{both:,}", exact=True)).to_be_visible()
    address = explorer.page.url.partition("#/")[2]
    panel.get_by_role("button", name="Bookmark all").click()
    expect(panel.get_by_role("button", name="All bookmarked")).to_be_visible()
    panel.get_by_role("button", name=f"Leave out {branch.leaf.name}").click()
    explorer.waits_for("with", f"{branch.top.id},{other.id}")
    label = explorer.labels.and_(
        explorer.page.get_by_role("button", name=f"{other.name}, gathered")
    )
    label.click(modifiers=["Shift"])
    explorer.waits_for("with", branch.top.id)
    explorer.go_to("Bookmarks")
    expect(explorer.page.get_by_role("article")).to_have_count(3)
    somebody = visit(report).open(address)
    expect(somebody.panel.get_by_role("heading", level=2)).to_have_text("3 topics gathered")
    somebody.panel.get_by_role("button", name="Clear").click()
    somebody.waits_for("with", None)


def test_13_gathers_several_topics_by_keys(explorer, branch) -> None:
    explorer.open(f"map?sel={branch.leaf.id}")
    explorer.press("g", "u", "u", "]", "g")
    heading = explorer.panel.get_by_role("heading", level=2)
    expect(heading).to_have_text("2 topics gathered")
    explorer.tab_to(explorer.tree.locator("tr[tabindex='0']"))
    explorer.press("ArrowDown", "Control+Enter")
    expect(heading).to_have_text("3 topics gathered")
    explorer.tab_to(explorer.panel.get_by_role("button", name=f"Leave out {branch.leaf.name}"))
    explorer.press("Enter")
    expect(heading).to_have_text("2 topics gathered")
    explorer.press("Escape")
    explorer.waits_for("with", None)


def _percent(bar: str) -> float:
    """Return the share that a bar is labelled with; the first number after its name."""
    found = re.search(r"([0-9.]+)\s%", bar)
    assert found is not None, bar
    return float(found[1])


def test_14_writes_a_note_and_passes_the_view_on(explorer, branch, visit, report) -> None:
    explorer.open(f"map?sel={branch.leaf.id}&color=language:Hindi")
    explorer.panel.get_by_role("button", name="Bookmark").click()
    explorer.panel.get_by_role("textbox", name="Note").fill("Look at this again.")
    address = explorer.page.url.partition("#/")[2]
    explorer.go_to("Bookmarks")
    expect(explorer.page.get_by_text("Saved.")).to_be_visible()
    _, saved = explorer.saved(explorer.page.get_by_role("button", name="Save as JSON").click)
    [note] = json.loads(saved)["notes"]
    assert (note["cluster"], note["text"]) == (branch.leaf.id, "Look at this again.")
    name, _ = explorer.saved(explorer.page.get_by_role("button", name="Save as Markdown").click)
    assert name.endswith(".md")
    somebody = visit(report).open(address)
    expect(somebody.panel.get_by_role("heading", level=2)).to_have_text(branch.leaf.name)
    expect(somebody.page.get_by_role("combobox", name="Colour by")).to_have_value("Language: Hindi")
    assert somebody.asked("sel") == branch.leaf.id


@pytest.mark.parametrize("name", ["overview", "map?sel={}", "compare", "quadrant", "notes", "how"])
def test_15_never_meets_a_conversation(explorer, branch, name) -> None:
    explorer.open(name.format(branch.leaf.id))
    actions = explorer.page.locator("a, button, [role=menuitem], [role=tab]")
    offered = [text for text in actions.all_inner_texts() if AREAS.search(text)]
    assert offered == []
    asked = explorer.run("performance.getEntriesByType('resource').map(one => one.name)")
    known = ("index", "clusters", "report", "series", "quadrants", "notes", "compare")
    documents = [one for one in asked if "/api/" in one]
    assert documents
    for address in documents:
        assert re.search(rf"/({'|'.join(known)})\.json$|/facets/\d+\.json$", address)
