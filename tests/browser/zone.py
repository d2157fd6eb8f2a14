"""The secure zone in a real browser: five people, each with a window of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from anonymuse.secure.app import make_zone_app
from anonymuse.secure.zone import Zone
from tests.browser.serving import serving_app


@contextlib.contextmanager
def serving_zone(zone: Zone, run: str) -> Iterator[str]:
    """Serve a zone; yield its address without a slash at the end."""
    with serving_app(make_zone_app(zone, run=run)) as address:
        yield address.rstrip("/")


class Window:
    """One person's browser window."""

    def __init__(self, page: Any, home: str) -> None:
        self.page, self.home = page, home

    def enter(self, name: str, password: str) -> Window:
        """Sign in."""
        self.open("/sign-in")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.press("Sign in")
        return self

    def open(self, path: str) -> Window:
        """Go to a page."""
        self.page.goto(self.home + path)
        return self

    def press(self, name: str) -> Window:
        """Press a button, and wait for what comes."""
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()
        return self

    def follow(self, name: str) -> Window:
        """Follow a link."""
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        return self

    def fill(self, label: str, words: str) -> Window:
        """Fill a field."""
        self.page.get_by_label(label, exact=True).fill(words)
        return self

    @property
    def text(self) -> str:
        """What can be read."""
        return str(self.page.locator("body").inner_text())
