"""Chromium for the tests that look at pages as people do; skipped and counted without it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from benchmarks.synthetic_report import synthetic_report

from anonymuse.domain.released.report import Report
from anonymuse.web import built
from tests.browser.analyst import Branch, a_branch
from tests.browser.chromium import FLAGS, MISSING, find
from tests.browser.explorer import Explorer
from tests.browser.serving import Address, serving

WIDE = {"width": 1280, "height": 800}

ALLOWED = "(Precondition Failed)"
"""Chromium logs the answer to a note that another window has overtaken; the page merges both."""


@dataclass
class Heard:
    """What a page asked for, and what it complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self, page: Any) -> None:
        """Note every request, every warning and every error from now on."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def elsewhere(self, home: str) -> list[str]:
        """Return the requests that left the explorer's own server."""
        own = (home, "data:", "blob:", "about:")
        return [address for address in self.requests if not address.startswith(own)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[..., Any]]:
    """Start browsers; they are closed with the file that uses them.

    A longer life would keep Playwright's event loop running in the tests of other files.
    """
    program = find()
    if program is None:
        pytest.skip(MISSING)
    if not built.is_built():
        pytest.skip(built.MISSING)
    from playwright.sync_api import sync_playwright

    with warnings.catch_warnings(), sync_playwright() as driver:
        opened = []

        def launched(*flags: str) -> Any:
            opened.append(driver.chromium.launch(executable_path=program, args=[*FLAGS, *flags]))
            return opened[-1]

        yield launched
        for one in opened:
            one.close()


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Any]) -> Any:
    """A browser for the tests of one file."""
    return launch()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page, with storage of its own."""
    context = browser.new_context(viewport=WIDE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def report() -> Report:
    """A report with everything that a report can have."""
    return synthetic_report(40, levels=3, conversations=60_000, facets=6, windows=6)


@pytest.fixture(scope="session")
def served() -> Iterator[Callable[[Report], Address]]:
    """Serve reports until the last test; the same report is served once."""
    running: dict[int, Any] = {}

    def serve(report: Report) -> Address:
        if id(report) not in running:
            opened = serving(report)
            running[id(report)] = (report, opened, opened.__enter__())
        address: Address = running[id(report)][2]
        return address

    yield serve
    for _, opened, _ in running.values():
        opened.__exit__(None, None, None)


@pytest.fixture
def visit(browser: Any, served: Callable[[Report], Address]) -> Iterator[Callable[..., Explorer]]:
    """Open the explorer of a report in a fresh page.

    What a page complains of or asks of anybody else fails the test, unless the test says why it
    has to (``excused``).
    """
    opened: list[tuple[Any, Heard, str, bool]] = []

    def visited(
        report: Report, *, excused: bool = False, own: Any = None, at: str = "", **settings: Any
    ) -> Explorer:
        settings = {"viewport": WIDE, "reduced_motion": "reduce", **settings}
        context = (own or browser).new_context(**settings)
        heard = Heard()
        page = context.new_page()
        heard.listen(page)
        home = at or served(report)
        opened.append((context, heard, home, excused))
        return Explorer(page, home)

    yield visited
    for context, _, _, _ in opened:
        context.close()
    for _, heard, home, excused in opened:
        assert heard.elsewhere(home) == []
        assert excused or [one for one in heard.complaints if ALLOWED not in one] == []


@pytest.fixture
def explorer(visit: Callable[..., Explorer], report: Report) -> Explorer:
    """The explorer of the full report, not opened yet."""
    return visit(report)


@pytest.fixture(scope="session")
def branch(report: Report) -> Branch:
    """A way down the tree of the full report."""
    return a_branch(report)
