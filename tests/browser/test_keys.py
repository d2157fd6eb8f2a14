"""The same work without a mouse: what an analyst does, by keys alone."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_goes_from_the_overview_to_a_finding(explorer) -> None:
    explorer.open()
    finding = explorer.page.get_by_role("region", name="What stands out").get_by_role("link").first
    explorer.tab_to(finding)
    explorer.press("Enter")
    explorer.page.wait_for_function("() => location.hash.startsWith('#/map?sel=')")
    assert explorer.run("document.activeElement.id") == "main"


def test_skips_the_header(explorer) -> None:
    explorer.open()
    explorer.press("Tab", "Enter")
    assert explorer.run("document.activeElement.id") == "main"


def test_zooms_and_moves_the_map(explorer) -> None:
    explorer.open("map")
    explorer.press("+", "+")
    explorer.page.wait_for_function("() => location.hash.includes('at=')")
    x, _, zoom = (float(part) for part in explorer.asked("at").split(","))
    assert zoom > 2
    explorer.press("ArrowRight")
    explorer.page.wait_for_function("(at) => !location.hash.includes(at)", arg=f"at={x}")
    assert float(explorer.asked("at").split(",")[0]) > x
    explorer.press("0")
    explorer.waits_for("at", None)


def test_walks_the_tree(explorer, branch) -> None:
    explorer.open("map")
    explorer.tab_to(explorer.tree.locator("tr[tabindex='0']"))
    explorer.press("Home")
    explorer.type(branch.top.name)
    expect(explorer.row(branch.top.name)).to_be_focused()
    explorer.press("ArrowLeft")
    expect(explorer.row(branch.top.name)).to_have_attribute("aria-expanded", "false")
    explorer.press("ArrowRight", "ArrowRight")
    expect(explorer.row(branch.middle.name)).to_be_focused()
    explorer.press("Enter")
    explorer.waits_for("sel", branch.middle.id)
    explorer.press("ArrowRight", "ArrowRight")
    expect(explorer.row(branch.leaf.name)).to_be_focused()
    explorer.press(" ")
    explorer.waits_for("sel", branch.leaf.id)


def test_steps_between_topics_and_reads_them(explorer, branch) -> None:
    explorer.open(f"map?sel={branch.leaf.id}")
    explorer.press("u")
    explorer.waits_for("sel", branch.middle.id)
    heading = explorer.panel.get_by_role("heading", level=2)
    expect(heading).to_have_text(branch.middle.name)
    explorer.press("]")
    expect(heading).not_to_have_text(branch.middle.name)
    explorer.press("[")
    explorer.waits_for("sel", branch.middle.id)
    language = explorer.chart("Language")
    explorer.tab_to(language.get_by_role("button", name="as a table"))
    explorer.press(" ")
    expect(language.get_by_role("table")).to_be_visible()
    explorer.press("Escape")
    explorer.waits_for("sel", None)


def test_steps_between_names_on_the_map(explorer) -> None:
    explorer.open("map")
    names = explorer.page.get_by_role("region", name="Topics on the map")
    explorer.tab_to(names)
    first = explorer.run("document.activeElement.textContent")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        explorer.press(key)
        if explorer.run("document.activeElement.textContent") != first:
            break
    else:
        raise AssertionError("No arrow leads to another name.")
    explorer.press("Enter")
    explorer.page.wait_for_function("() => location.hash.includes('sel=')")


def test_colours_the_map(explorer) -> None:
    explorer.open("map")
    explorer.tab_to(explorer.page.get_by_role("combobox", name="Colour by"))
    explorer.type("Hindi")
    explorer.press("ArrowDown", "Enter")
    explorer.waits_for("color", "language:Hindi")
    explorer.tab_to(explorer.page.get_by_role("radiogroup", name="Show"))
    explorer.press("ArrowRight", " ")
    explorer.waits_for("as", "lift")


def test_sorts_the_tree(explorer) -> None:
    explorer.open("map")
    heading = explorer.tree.get_by_role("columnheader", name="Topic")
    explorer.tab_to(heading)
    explorer.press("Enter")
    expect(heading).to_have_attribute("aria-sort", re.compile("ascending|descending"))


def test_saves_numbers(explorer) -> None:
    explorer.open()
    chart = explorer.chart("Share of each area")
    explorer.tab_to(chart.get_by_role("button", name="download"))
    explorer.press("Enter")
    expect(explorer.page.get_by_role("menuitem", name="Numbers (CSV)")).to_be_focused()
    name, csv = explorer.saved(lambda: explorer.press("Enter"))
    assert name.endswith(".csv")
    assert b"," in csv


def test_looks_at_a_span_of_time(explorer) -> None:
    explorer.open("map")
    last = explorer.page.get_by_role("slider", name="Last month")
    explorer.tab_to(last)
    explorer.press("ArrowLeft")
    explorer.waits_for("t", "2025-01..2025-05")
    expect(last).to_have_attribute("aria-valuetext", "May 2025")
    explorer.press("Home")
    explorer.waits_for("t", "2025-01..2025-01")


def test_searches(explorer, branch) -> None:
    explorer.open()
    explorer.press("/")
    explorer.type(branch.leaf.name)
    expect(explorer.page.get_by_role("option").first).to_be_visible()
    explorer.press("ArrowDown", "Enter")
    explorer.waits_for("sel", branch.leaf.id)
    assert explorer.screen == "map"
    explorer.press("/")
    explorer.type("notes")
    explorer.press("Escape", "Escape")
    explorer.waits_for("q", None)


def test_compares_groups(explorer) -> None:
    explorer.open("overview")
    explorer.press("c")
    field = explorer.page.get_by_role("combobox", name="Compare")
    explorer.tab_to(field)
    explorer.press("Control+a")
    explorer.type("German")
    explorer.press("ArrowDown", "Enter")
    explorer.waits_for("a", "language:German")
    expect(explorer.chart("More common: German")).to_be_visible()


def test_walks_the_quadrant(explorer) -> None:
    explorer.open("overview")
    explorer.press("q")
    points = explorer.main.locator("svg [role=button]")
    explorer.tab_to(points.locator("xpath=.."))
    first = explorer.run("document.activeElement.getAttribute('aria-label')")
    explorer.press("ArrowLeft")
    explorer.press("ArrowDown")
    assert explorer.run("document.activeElement.getAttribute('aria-label')") != first
    explorer.press("Enter")
    explorer.page.wait_for_function("() => location.hash.includes('sel=')")


def test_bookmarks_a_topic_with_a_note(explorer, branch) -> None:
    explorer.open(f"map?sel={branch.leaf.id}")
    explorer.press("f")
    note = explorer.panel.get_by_role("textbox", name="Note")
    explorer.tab_to(note)
    explorer.type("By keys: f, b and Esc type, they do not act.")
    explorer.tab_to(explorer.panel.get_by_role("button", name="as a table").first)
    explorer.press("b")
    card = explorer.page.get_by_role("article")
    expect(card.get_by_role("textbox")).to_have_value(re.compile("^By keys: f, b and Esc"))
    explorer.tab_to(card.get_by_role("button", name="Remove"))
    explorer.press("Enter")
    expect(card).to_have_count(0)
    explorer.tab_to(explorer.page.get_by_role("button", name="Bring it back"))
    explorer.press("Enter")
    expect(card).to_have_count(1)


def test_reads_the_help_and_comes_back(explorer) -> None:
    explorer.open("map")
    explorer.press("?")
    sheet = explorer.page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    explorer.press("m", "c")
    assert explorer.screen == "map"
    explorer.press("Escape")
    expect(sheet).to_have_count(0)


def test_single_keys_can_be_switched_off(explorer) -> None:
    explorer.open("map")
    explorer.press("?")
    explorer.tab_to(explorer.page.get_by_role("switch"))
    explorer.press(" ", "Escape", "c")
    assert explorer.screen == "map"
    explorer.open("map")
    explorer.press("c")
    assert explorer.screen == "map"


def test_takes_the_tour(visit, report) -> None:
    explorer = visit(report)
    explorer.page.goto(explorer.home)
    explorer.tab_to(explorer.page.get_by_role("button", name="Take the tour"))
    explorer.press("Enter")
    tour = explorer.page.get_by_role("dialog")
    for step in range(1, 6):
        expect(tour.get_by_text(f"{step} of 5")).to_be_visible()
        expect(tour.get_by_role("button", name=re.compile("Next|Done"))).to_be_focused()
        explorer.press("Enter")
    expect(tour).to_have_count(0)
    explorer.page.reload()
    expect(explorer.page.get_by_role("heading", level=1)).to_be_visible()
    expect(explorer.page.get_by_role("button", name="Take the tour")).to_have_count(0)
