"""The explorer as a person meets it: by what it is called on screen, and by its keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from playwright.sync_api import expect

expect.set_options(timeout=15_000)  # a busy machine is slow, and no test waits for nothing

READY = "() => document.querySelector('main#main, [role=alert]') !== null"
ASIDE = "[role=tab][aria-selected=true]:is([data-key=topic], [data-key=tree])"
"""another part than the map, where a narrow window shows one at a time"""
SETTLED = f"() => document.querySelector('[data-label], {ASIDE}') !== null"
DRAWN = """(screen) => new Promise((done) => requestAnimationFrame(() => setTimeout(() => {
  const main = document.querySelector('main#main');
  const current = document.querySelector("nav [aria-current='page']");
  const there = current?.getAttribute('href')?.startsWith(`#/${screen}`);
  const map = screen !== 'map' || document.querySelector('[data-label]');
  done(Boolean(there && map && !/Loading/.test(main.textContent)));
}, 50)))"""
FOCUSED = "(e) => e === document.activeElement || e.contains(document.activeElement)"
STOPS = 120
"""of the Tab key on the way to something; more is a page that nobody walks through"""


class Explorer:
    """One page of the explorer.

    Args:
        page: of Playwright.
        home: the server's address.
    """

    def __init__(self, page: Any, home: str) -> None:
        self.page = page
        self.home = home

    def open(self, view: str = "overview", *, asked: str = "") -> Explorer:
        """Open an address, such as ``map?sel=L0-0003``, and wait until it is drawn."""
        # A new address of the same page would only be a step within it.
        self.page.goto("about:blank")
        self.page.goto(f"{self.home}?tour=0{asked}#/{view}")
        self.page.wait_for_function(READY)
        if view.startswith("map"):
            self.page.wait_for_function(SETTLED)
        return self

    def show(self, view: str) -> None:
        """Step to an address within the page that is open, as a link does."""
        self.page.evaluate("(view) => { location.hash = `#/${view}` }", view)
        self.page.wait_for_function(DRAWN, arg=view.partition("?")[0])

    # What the address says.

    @property
    def screen(self) -> str:
        """Name of the screen in the address."""
        return self._hash().partition("?")[0]

    def asked(self, key: str) -> str | None:
        """What the address says about one thing."""
        return parse_qs(self._hash().partition("?")[2]).get(key, [None])[0]

    def waits_for(self, key: str, value: str | None) -> None:
        """Wait until the address says so."""
        self.page.wait_for_function(
            "([key, value]) => new URLSearchParams(location.hash.split('?')[1]).get(key) === value",
            arg=[key, value],
        )

    def _hash(self) -> str:
        return unquote(self.page.evaluate("location.hash")).removeprefix("#/")

    # Parts of the screen.

    @property
    def tree(self) -> Any:
        """The tree of topics."""
        return self.page.get_by_role("treegrid", name="Topics")

    @property
    def panel(self) -> Any:
        """What is told about the chosen topic."""
        return self.page.get_by_role("region", name="Chosen topic")

    @property
    def labels(self) -> Any:
        """The names on the map."""
        return self.page.locator("[data-label]:visible")

    @property
    def main(self) -> Any:
        """The screen without its header."""
        return self.page.locator("main#main")

    def row(self, name: str) -> Any:
        """The first row of the tree that has this name."""
        return (
            self.tree.get_by_role("row").filter(has=self.page.get_by_text(name, exact=True)).first
        )

    def chart(self, title: str) -> Any:
        """A chart by its title."""
        return self.page.get_by_role("figure").filter(
            has=self.page.get_by_role("heading", name=re.compile(rf"^{re.escape(title)}( |$)"))
        )

    # Doing things.

    def go_to(self, screen: str) -> None:
        """Choose a screen in the header."""
        self.page.get_by_role("navigation", name="Screens").get_by_role(
            "link", name=screen, exact=True
        ).click()

    def choose(self, option: str) -> None:
        """Choose one of a few that stand side by side."""
        self.main.locator("label").filter(has_text=option).click()

    def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text."""
        self.page.keyboard.type(text)

    def tab_to(self, target: Any) -> None:
        """Walk with the Tab key until the focus is on ``target`` or inside it."""
        for _ in range(STOPS):
            self.page.keyboard.press("Tab")
            if target.count() and target.first.evaluate(FOCUSED):
                return
        raise AssertionError(f"The Tab key does not lead to {target} within {STOPS} steps.")

    def saved(self, act: Any) -> tuple[str, bytes]:
        """Return name and bytes of the file that ``act`` saves."""
        with self.page.expect_download() as waiting:
            act()
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()

    def run(self, script: str, given: Any = None) -> Any:
        """Run a function in the page."""
        return self.page.evaluate(script, given)

    def row_colours(self) -> list[str]:
        """The colours of the tree's swatches, from above."""
        circles = self.tree.locator("tr th svg circle")
        return list(circles.evaluate_all("all => all.map(one => one.getAttribute('fill'))"))

    def column_of_tops(self) -> list[str]:
        """The values of the topics at the top of the tree, from above."""
        tops = self.tree.locator("tr[aria-level='1'] td").all_inner_texts()
        return [text.strip() for text in tops]
