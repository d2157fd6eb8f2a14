"""Machines, networks and browsers that are not as one would wish."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from anonymuse.api.exporting import export
from anonymuse.web.notes import NoteBook
from tests.browser.serving import serving

PIXELS = """async () => {
  const canvas = document.querySelector("[data-renderer] canvas");
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, copy.width, copy.height);
  const digest = await crypto.subtle.digest("SHA-256", data);
  const inked = data.some((value) => value > 0);
  return [inked, [...new Uint8Array(digest)].join(" ")];
}"""
LOSE = """() => {
  for (const canvas of document.querySelectorAll("main canvas"))
    canvas.getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
}"""


def test_the_same_report_gives_the_same_pixels(visit, report) -> None:
    seen = []
    for _ in range(2):
        explorer = visit(report).open("map", asked="&renderer=cpu")
        explorer.page.wait_for_timeout(400)  # colours fade in
        inked, digest = explorer.run(PIXELS)
        assert inked
        seen.append(digest)
    assert seen[0] == seen[1]
    explorer.show("map?color=language:Hindi")
    explorer.page.wait_for_timeout(400)
    assert explorer.run(PIXELS)[1] != seen[1]


def test_a_machine_without_webgl(launch, visit, report, branch) -> None:
    plain = launch("--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis")
    explorer = visit(report, own=plain).open("map")
    assert not explorer.run("document.createElement('canvas').getContext('webgl2')")
    assert explorer.page.locator("[data-renderer='cpu']").count() == 1
    explorer.labels.first.click()
    explorer.page.wait_for_function("() => location.hash.includes('sel=')")


def test_a_card_that_goes_away(visit, report) -> None:
    explorer = visit(report, excused=True).open("map", asked="&renderer=webgl")
    if explorer.page.locator("[data-renderer='webgl']").count() == 0:
        pytest.skip("This Chromium draws no WebGL2, not even in software.")
    explorer.run(LOSE)
    expect(explorer.page.locator("[data-renderer='cpu']")).to_be_visible()
    explorer.page.wait_for_timeout(300)
    assert explorer.run(PIXELS)[0]
    explorer.press("+")
    explorer.page.wait_for_function("() => location.hash.includes('at=')")


def test_a_slow_network(visit, report) -> None:
    explorer = visit(report)
    held = []
    explorer.page.route("**/clusters.json", lambda route: held.append(route))
    explorer.page.goto(f"{explorer.home}?tour=0", wait_until="commit")
    expect(explorer.page.get_by_role("progressbar")).to_be_visible()
    expect(explorer.page.get_by_text(re.compile("Loading [0-9,]+ kB"))).to_be_visible()
    held[0].continue_()
    expect(explorer.main).to_be_visible()


def test_a_server_that_is_gone_and_comes_back(visit, report) -> None:
    explorer = visit(report, excused=True)
    explorer.page.route("**/api/**", lambda route: route.abort())
    explorer.open()
    alert = explorer.page.get_by_role("alert")
    expect(alert).to_contain_text("cannot be opened")
    explorer.page.unroute("**/api/**")
    explorer.page.get_by_role("button", name="Try again").click()
    expect(explorer.main).to_be_visible()


def test_a_server_that_goes_while_somebody_looks(visit, report, branch) -> None:
    explorer = visit(report, excused=True).open("overview")
    explorer.page.route("**/api/**", lambda route: route.abort())
    explorer.show("map?sel=" + branch.top.id)
    expect(explorer.panel.get_by_role("heading", level=2)).to_have_text(branch.top.name)
    expect(explorer.page.get_by_role("button", name="Try again").first).to_be_visible()


def test_two_windows_keep_both_their_notes(visit, report, branch, tmp_path) -> None:
    kept = tmp_path / "notes.json"
    with serving(report, notes=NoteBook(kept, tell=lambda _: None)) as address:
        one, two = visit(report, at=address), visit(report, at=address)
        for window in (one, two):
            window.open(f"map?sel={branch.leaf.id}")
        one.press("f")
        one.panel.get_by_role("textbox", name="Note").fill("From the first window.")
        wait_for(lambda: "first window" in kept.read_text() if kept.exists() else False)
        two.show(f"map?sel={branch.top.id}")
        two.press("f")
        two.panel.get_by_role("textbox", name="Note").fill("From the second.")
        wait_for(lambda: "the second" in kept.read_text())
        told = {note["cluster"]: note["text"] for note in json.loads(kept.read_text())["notes"]}
        assert told == {
            branch.leaf.id: "From the first window.",
            branch.top.id: "From the second.",
        }
        two.go_to("Bookmarks")
        expect(two.page.get_by_role("article")).to_have_count(2)


def wait_for(true, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_browser_without_javascript(visit, report) -> None:
    explorer = visit(report, java_script_enabled=False)
    explorer.page.goto(explorer.home)
    assert explorer.page.locator("noscript").bounding_box()["height"] > 10
    assert "JavaScript, which is switched off here" in explorer.page.content()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_on_paper(visit, report, branch, theme) -> None:
    explorer = visit(report, color_scheme=theme)
    explorer.open(f"map?sel={branch.top.id}")
    explorer.page.emulate_media(media="print")
    assert explorer.run("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    expect(explorer.panel.get_by_role("heading", level=2)).to_be_visible()
    expect(explorer.page.get_by_role("navigation", name="Screens")).to_be_hidden()
    explorer.show("overview")
    paper = explorer.page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") >= 2
    assert b"/ToUnicode" in paper  # text, and not a picture of it


def test_motion_that_is_unwelcome(visit, report) -> None:
    explorer = visit(report, reduced_motion="reduce").open("map?t=2025-01..2025-02")
    explorer.page.get_by_role("button", name="Next month").click()
    explorer.waits_for("t", "2025-02..2025-03")
    explorer.page.wait_for_timeout(1_600)  # by itself it would have gone on by now
    assert explorer.asked("t") == "2025-02..2025-03"


def test_one_file_does_what_the_server_does(visit, report, branch, tmp_path) -> None:
    [path] = export(report, "html", tmp_path / "report.html")
    explorer = visit(report, at=path.as_uri())
    explorer.page.goto(f"{path.as_uri()}?tour=0#/map")
    explorer.page.wait_for_function("() => document.querySelector('[data-label]') !== null")
    explorer.row(branch.top.name).click()
    expect(explorer.panel.get_by_role("heading", level=2)).to_have_text(branch.top.name)
    chart = explorer.chart("Language")
    chart.get_by_role("button", name="download").click()
    name, csv = explorer.saved(explorer.page.get_by_role("menuitem", name="CSV").click)
    assert name.endswith(".csv")
    assert "Spanish" in csv.decode("utf-8-sig")
    chart.get_by_role("button", name="download").click()
    _, picture = explorer.saved(explorer.page.get_by_role("menuitem", name="PNG").click)
    assert picture.startswith(b"\x89PNG")
    _, picture = explorer.saved(
        explorer.page.get_by_role("button", name="Save the map as a picture").click
    )
    assert picture.startswith(b"\x89PNG")
    assert Path(path).stat().st_size < 3_000_000
