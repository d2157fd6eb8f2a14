"""axe-core finds nothing to blame on any screen, light or dark, wide or narrow."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.browser.explorer import Explorer

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
BLAMED = """(options) => axe.run(document, { resultTypes: ["violations"], ...options })
  .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => id + ": " + node.html.slice(0, 160))))"""
HIDDEN = ("aria-hidden-focus", "page-has-heading-one", "region")
BESIDE_A_LIST = {"rules": {rule: {"enabled": False} for rule in HIDDEN}}
"""An open list hides the rest from screen readers; leaving it closes it and shows the rest."""
SIDEWAYS = "() => document.scrollingElement.scrollWidth - innerWidth"


@cache
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: `npm ci` in ui/ brings it.")
    return AXE.read_text(encoding="utf-8")


def blamed(explorer: Explorer, **options: Any) -> list[str]:
    if not explorer.run("typeof axe === 'object'"):
        explorer.run(axe())  # the page's own policy lets no script tag in
    return list(explorer.run(BLAMED, options))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_screen(visit, report, branch, theme, size) -> None:
    width, height = SIZES[size]
    explorer = visit(report, viewport={"width": width, "height": height}, color_scheme=theme)
    explorer.open("overview")
    # what is not about colours is the same in both themes
    options = {"runOnly": ["color-contrast"]} if theme == "dark" else {}
    found = {}
    for view in (
        "overview",
        "map",
        f"map?sel={branch.top.id}&color=language:Spanish&as=lift",
        "map?color=concern&t=2025-02..2025-04",
        f"map?with={branch.top.id},{branch.leaf.id}",
        "map?q=notes",
        "compare?a=language:Hindi&b=!rest",
        "quadrant",
        "notes",
        "how",
    ):
        explorer.show(view)
        found[view] = blamed(explorer, **options)
        if explorer.run(SIDEWAYS) > 0:
            found[view].append("scrolls sideways")
    assert {view: faults for view, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_opens_over_a_screen(visit, report, branch, theme, size) -> None:
    width, height = SIZES[size]
    explorer = visit(report, viewport={"width": width, "height": height}, color_scheme=theme)
    found = {}
    explorer.open("overview")
    explorer.press("?")
    explorer.page.get_by_role("dialog").wait_for()
    found["help"] = blamed(explorer)
    explorer.press("Escape")
    explorer.press("/")
    explorer.type("notes")
    explorer.page.get_by_role("option").first.wait_for()
    found["search"] = blamed(explorer)
    explorer.press("Escape", "Escape")
    explorer.show("map")
    explorer.page.get_by_role("button", name="What to colour by").click()
    explorer.page.get_by_role("option").first.wait_for()
    found["colours"] = blamed(explorer, **BESIDE_A_LIST)
    explorer.press("Escape")
    explorer.show(f"map?sel={branch.top.id}")
    if size == "narrow":
        explorer.page.get_by_role("tab", name="Topic").click()
    explorer.page.get_by_role("button", name="Bookmark", exact=True).click()
    explorer.go_to("Bookmarks")
    explorer.page.get_by_role("article").wait_for()
    found["bookmarks"] = blamed(explorer)
    explorer.show("overview")
    chart = explorer.main.get_by_role("figure").first
    chart.get_by_role("button", name="as a table").click()
    chart.get_by_role("button", name="download").click()
    explorer.page.get_by_role("menuitem").first.wait_for()
    found["table and menu"] = blamed(explorer)
    assert {view: faults for view, faults in found.items() if faults} == {}


def test_the_tour(visit, report) -> None:
    explorer = visit(report)
    explorer.page.goto(explorer.home)
    explorer.page.get_by_role("button", name="Take the tour").click()
    explorer.page.get_by_role("dialog").wait_for()
    assert blamed(explorer) == []
