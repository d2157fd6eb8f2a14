"""How fast the explorer is without a graphics card, and how large: budgets, held or missed.

    python -m benchmarks.explorer                 a table; exit status 1 where a budget is missed
    python -m benchmarks.explorer --json FILE     keeps the numbers

Drives the machine's Chromium, which draws in software, over invented reports. Times begin where a
person's wait does: at the opening of the page, at the press that asks for other colours.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from benchmarks.synthetic_report import synthetic_report
from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser import chromium

from anonymuse.domain.released.report import Report
from anonymuse.web import built, documents, one_file
from anonymuse.web.contract import API
from anonymuse.web.server import make_app

SIZE = {"width": 1280, "height": 800}
SECONDS = 3.0
"""of dragging the map about"""
DRAWN = "() => performance.getEntriesByName('anonymuse:first-draw')[0]"
SWITCHED = "() => performance.getEntriesByName('anonymuse:overlay').length"


@dataclass(frozen=True, slots=True)
class Budget:
    """What was measured, and what it may be at most (or at least)."""

    what: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def held(self) -> bool:
        """Whether it is within its bounds; true where it has none."""
        over = self.most is not None and self.value > self.most
        return not over and not (self.least is not None and self.value < self.least)


DRAGGED = """({x, y, seconds}) => new Promise((done) => {
  const host = document.querySelector("[data-renderer]");
  const before = Number(host.dataset.frames), start = performance.now();
  let step = 0;
  const move = (now) => {
    if (now - start > 1000 * seconds)
      return done((1000 * (Number(host.dataset.frames) - before)) / (now - start));
    step += 1;
    const clientX = x + 3 * (step % 80 < 40 ? step % 40 : 40 - (step % 40));
    const at = { clientX, clientY: y + step % 60, bubbles: true };
    const mouse = { pointerId: 1, pointerType: "mouse", buttons: 1 };
    host.dispatchEvent(new PointerEvent("pointermove", { ...mouse, ...at }));
    requestAnimationFrame(move);
  };
  requestAnimationFrame(move);
})"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", type=Path, help="where to keep the numbers")
    parser.add_argument("--only", help="run the parts whose name begins so")
    given = parser.parse_args()
    program = chromium.find()
    if program is None:
        sys.exit(chromium.MISSING)
    if not built.is_built():
        sys.exit(built.MISSING)
    load = round(os.getloadavg()[0], 1)
    found: list[Budget] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        for name, part in PARTS.items():
            if name.startswith(given.only or ""):
                found += part(browser)
        version = browser.version
        browser.close()
    print(*(_line(budget) for budget in found), sep="\n")
    if given.json:
        _keep(given.json, found, version, load)
    sys.exit(0 if all(budget.held for budget in found) else 1)


def _script(_: Browser) -> list[Budget]:
    packed = gzip.compress((built.STATIC / built.SCRIPT).read_bytes(), 9, mtime=0)
    return [Budget("explorer.js, gzipped", round(len(packed) / 1000, 1), "KB", most=250)]


def _dots(browser: Browser) -> list[Budget]:
    """200,000 dots of 1,200 clusters on the CPU."""
    with _served(_report(1_200, 200_000)) as address, _page(browser) as page:
        opened, drawn = _opened(page, f"{address}?renderer=cpu#/map")
        frames = _dragged(page)
        dots = "200,000 dots, no graphics card"
        return [
            Budget(f"{dots}: first draw", drawn, "s", most=0.3),
            Budget(f"{dots}: page opened to first draw", opened, "s", most=2),
            Budget(f"{dots}: while dragging", frames, "frames/s", least=30),
        ]


def _million(browser: Browser) -> list[Budget]:
    """As many dots as conversations, beyond what reports are drawn with."""
    usual = documents.DOTS
    documents.DOTS = 1_000_000
    try:
        with _served(_report(1_200, 1_000_000)) as address, _page(browser) as page:
            opened, _ = _opened(page, f"{address}?renderer=cpu#/map")
            frames = _dragged(page)
    finally:
        documents.DOTS = usual
    dots = "1,000,000 dots, no graphics card"
    return [
        Budget(f"{dots}: page opened to first draw", opened, "s", most=2),
        Budget(f"{dots}: while dragging", frames, "frames/s"),
    ]


def _clusters(browser: Browser) -> list[Budget]:
    """10,000 base clusters: opened, and coloured by another value."""
    with _served(_report(10_000, 1_000_000, levels=4)) as address, _page(browser) as page:
        opened, _ = _opened(page, f"{address}?renderer=cpu#/map")
        _switched(page, "#/map?color=language:Spanish")  # loads the facet
        times = [
            _switched(page, f"#/map?color=language:{value}")
            for value in ("Hindi", "Arabic", "German", "Hindi", "Spanish", "Portuguese", "Arabic")
        ]
        many = "10,000 base clusters"
        return [
            Budget(f"{many}: page opened to first draw", opened, "s", most=3),
            Budget(f"{many}: other colours", round(statistics.median(times)), "ms", most=100),
        ]


def _file(browser: Browser) -> list[Budget]:
    """The page in one file, from the disk."""
    with tempfile.TemporaryDirectory() as folder, _page(browser) as page:
        path = Path(folder) / "report.html"
        path.write_bytes(one_file.page(_report(1_200, 200_000)))
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: message.type == "error" and said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        opened, _ = _opened(page, f"{path.as_uri()}?renderer=cpu#/map")
        own = [url for url in asked if not url.startswith(("data:", "blob:"))]
        size = round(path.stat().st_size / 1e6, 2)
        return [
            Budget("one file, 200,000 dots, 1,200 clusters", size, "MB", most=3),
            Budget("one file: requests", len(own), "", most=1),
            Budget("one file: errors on the console", len(said), "", most=0),
            Budget("one file: opened to first draw", opened, "s", most=2),
        ]


PARTS: dict[str, Callable[[Browser], list[Budget]]] = {
    "script": _script,
    "dots": _dots,
    "million": _million,
    "clusters": _clusters,
    "file": _file,
}


def _report(clusters: int, conversations: int, levels: int = 3) -> Report:
    return synthetic_report(clusters, levels=levels, conversations=conversations)


@contextmanager
def _served(report: Report) -> Iterator[str]:
    """Serve a report to this machine; its documents are made before anybody waits for them."""
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(make_app(report), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [own]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        address = f"http://127.0.0.1:{own.getsockname()[1]}/"
        for name in ("index", "trees/main/report", "trees/main/clusters", "trees/main/series"):
            urllib.request.urlopen(f"{address}{API}/{name}.json").read()
        yield address
        server.should_exit = True
        thread.join()


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=SIZE)
    yield context.new_page()
    context.close()


def _opened(page: Page, address: str) -> tuple[float, float]:
    """Open the map; return the seconds until the first draw, and those of that draw alone."""
    page.goto(address)
    page.wait_for_function(DRAWN, timeout=60_000)
    drawn = page.evaluate(f"({DRAWN})().toJSON()")
    end = drawn["startTime"] + drawn["duration"]
    return round(end / 1e3, 2), round(drawn["duration"] / 1e3, 3)


def _dragged(page: Page) -> float:
    """Drag the map about, a step for each frame that the page is given; return frames per second.

    The steps are made in the page: sent from here, they would measure how fast they arrive.
    """
    page.wait_for_timeout(500)
    _close_what_floats(page)
    box = page.locator("[data-renderer]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5
    page.mouse.move(x, y)
    page.mouse.down()
    drawn = page.evaluate(DRAGGED, {"x": x, "y": y, "seconds": SECONDS})
    page.mouse.up()
    return round(float(drawn), 1)


def _close_what_floats(page: Page) -> None:
    """Close the tour, if it greets a first visit."""
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)


def _switched(page: Page, address: str) -> float:
    """Ask for other colours; return the milliseconds until they are drawn."""
    before = page.evaluate(SWITCHED)
    page.evaluate("to => { window.began = performance.now(); location.hash = to; }", address)
    page.wait_for_function(f"({SWITCHED})() > {before}", timeout=30_000)
    page.wait_for_timeout(200)
    last = "performance.getEntriesByName('anonymuse:overlay')"
    took = f"(() => {{ const e = {last}[{before}]; return e.startTime + e.duration - began; }})()"
    return float(page.evaluate(took))


def _line(budget: Budget) -> str:
    bound = f"at most {budget.most:g}" if budget.most is not None else ""
    bound = f"at least {budget.least:g}" if budget.least is not None else bound
    held = "" if not bound else "held" if budget.held else "MISSED"
    return f"{budget.what:55} {budget.value:>9g} {budget.unit:9} {bound:13} {held}".rstrip()


def _keep(path: Path, found: list[Budget], version: str, load: float) -> None:
    kept: dict[str, Any] = {
        "command": "python -m benchmarks.explorer",
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "processors": os.cpu_count(),
            "system": platform.system(),
            "load": load,
            "browser": f"Chromium {version}, software rendering",
        },
        "measured": [asdict(budget) | {"held": budget.held} for budget in found],
    }
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
