"""The secure zone in a real browser: the whole way of an investigation, and axe on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anonymuse.secure.zone import Zone
from tests.browser.conftest import Heard
from tests.browser.test_axe import BLAMED, SIDEWAYS, SIZES, axe
from tests.browser.zone import Window, serving_zone
from tests.secure.a_zone import (
    LEAF,
    PASSWORD,
    TOP,
    Browser,
    a_zone,
    agreed,
    asked,
    pseudonym,
    row_id,
)

Enter = Callable[..., Window]


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Zone]:
    with a_zone(tmp_path) as opened:
        yield opened


@pytest.fixture
def enter(browser: Any, zone: Zone) -> Iterator[Enter]:
    """Sign people in, each in a window of their own; what a page complains of fails the test."""
    heard, contexts = Heard(), []
    with serving_zone(zone, "sample") as home:

        def entered(name: str, **settings: Any) -> Window:
            contexts.append(browser.new_context(**settings))
            page = contexts[-1].new_page()
            heard.listen(page)
            return Window(page, home).enter(name, PASSWORD)

        yield entered
        for one in contexts:
            one.close()
    assert heard.elsewhere(home) == []
    assert heard.complaints == []


def test_an_investigation(enter: Enter) -> None:
    ivan = enter("ivan")
    assert "Clusters that look coordinated" in ivan.text
    ivan.follow("Queue").follow("Reviews")
    assert "What makes the coordination score" in ivan.text
    ivan.follow("Ask for a trace")
    ivan.page.get_by_label("Purpose").select_option("abuse")
    ivan.fill("In your words", "to see whether these accounts act together")
    ivan.fill("Ticket", "T-1").press("Ask")
    assert "waiting" in ivan.text
    request = ivan.page.url.rpartition("/")[2]

    paula = enter("paula")
    assert "Requests to decide" in paula.text
    paula.follow("Cluster L0-0001").fill("Note", "agreed for the ticket").press("Agree")
    assert "approved" in paula.text

    ivan.open(f"/requests/{request}").follow("See its conversations").follow("c0003")
    assert "079" not in ivan.text
    assert "What is known without reading it" in ivan.text
    ivan.press("Read it, redacted")
    assert "[PHONE]" in ivan.text
    assert "19 more under this request" in ivan.text
    ivan.fill("Reason", "the number is the evidence").press("Lift the redaction")
    assert "079 555 01 23" in ivan.text
    assert f"request {request}" in ivan.text  # the watermark

    ivan.follow("A verdict on the cluster")
    ivan.page.get_by_label("Abuse").check()
    ivan.fill("Note", "five accounts, one template").press("Record the verdict")
    assert "five accounts, one template" in ivan.text
    with ivan.page.expect_download() as waited:
        ivan.page.get_by_role("button", name="Take the case as a file").click()
    assert waited.value.suggested_filename.endswith(".zip")

    paula.follow("Log")
    assert "holds" in paula.text
    seen = [one.inner_text() for one in paula.page.locator("tbody th").all()]
    for action in ("ask", "decide", "read trace", "lift", "judge cluster", "export case"):
        assert action in seen
    ivan.press("Sign out")
    ivan.open("/overview")
    assert ivan.page.url.endswith("/sign-in?next=/overview")


def test_nothing_runs(enter: Enter, zone: Zone) -> None:
    ivan = enter("ivan")
    raised: list[str] = []

    def dismiss(dialog: Any) -> None:
        raised.append(dialog.message)
        dialog.dismiss()

    ivan.page.on("dialog", dismiss)
    for path in ("/overview", "/clusters", f"/clusters/{LEAF}", "/gaps/1"):
        ivan.open(path)
        assert ivan.page.locator("script, img, iframe, object").count() == 0
    assert raised == []


def test_the_keyboard_reaches_the_content(enter: Enter) -> None:
    ivan = enter("ivan")
    ivan.page.keyboard.press("Tab")
    assert ivan.page.evaluate("document.activeElement.textContent") == "Go to the content"
    ivan.page.keyboard.press("Enter")
    assert ivan.page.evaluate("document.activeElement.id") == "main"


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_on_every_page(enter: Enter, zone: Zone, theme: str, size: str) -> None:
    width, height = SIZES[size]
    request = agreed(Browser(zone).enter("paula"), asked(Browser(zone).enter("ivan")))
    waiting = asked(Browser(zone).enter("ivan"))
    at = f"/requests/{request}/conversations/{row_id(1)}"
    pages = {
        "ivan": (
            "/overview", "/clusters", f"/clusters/{LEAF}", f"/clusters/{TOP}",
            f"/accounts/{pseudonym(1)}", "/gaps", "/gaps/1", "/gaps/2", "/queue", "/requests",
            "/requests/new", f"/requests/{request}", f"/requests/{request}/conversations",
            "/password", at,
        ),
        "paula": (f"/requests/{waiting}", "/log"),
        "otto": ("/staff",),
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for name, paths in pages.items():
        settings = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
        window = enter(name, **settings)
        for path in paths:
            if path == "/nothing":
                continue  # the browser complains of every 404; its page is the error page below
            window.open(path)
            found[path] = _blamed(window)
    ivan = enter("ivan", viewport={"width": width, "height": height}, color_scheme=theme)
    found["trace"] = _blamed(ivan.open(at).press("Read it, redacted"))
    found["signed out"] = _blamed(ivan.press("Sign out"))
    found["sign in"] = _blamed(ivan.open("/sign-in"))
    assert {path: faults for path, faults in found.items() if faults} == {}


def _blamed(window: Window) -> list[str]:
    """Return what axe blames; details are opened, so that it sees everything."""
    window.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    window.page.evaluate(axe())
    faults = list(window.page.evaluate(BLAMED, {}))
    if window.page.evaluate(SIDEWAYS) > 0:
        faults.append("scrolls sideways")
    return faults
