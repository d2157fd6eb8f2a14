"""Photographs an investigation in the secure zone, wide and narrow, light and dark.

    python -m docs.make_zone_screens              of the shipped corpus, which takes minutes
    python -m docs.make_zone_screens --run DIR    of a restricted run that is there already

People, request and verdict are invented; the zone lies in a temporary folder. Chromium takes the
pictures, see `tests/browser/chromium.py`; they go to `docs/images/zone`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from docs.make_screens import LARGEST, SIZES, THEMES, kept
from playwright.sync_api import sync_playwright
from tests.browser import chromium
from tests.browser.zone import Window, serving_zone

from anonymuse.evals.corpus.population import write_facets, write_jsonl
from anonymuse.pipeline.key import ProjectKey
from anonymuse.ports.restricted_store import RestrictedStore
from anonymuse.secure.staff import Staff
from anonymuse.secure.zone import Zone
from anonymuse.wiring.restricted import open_restricted

IMAGES = Path(__file__).parent / "images" / "zone"
PASSWORD = "seven grey geese at dawn"
PEOPLE = {"ivan": "investigator", "paula": "approver", "otto": "operator"}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--run", type=Path, help="a restricted run; else one is made")
    parser.add_argument("--out", type=Path, default=IMAGES)
    given = parser.parse_args()
    program = chromium.find()
    if program is None:
        sys.exit(chromium.MISSING)
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as driver:
        run = given.run or _made(Path(made))
        browser = driver.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        darkroom = browser.new_page()
        with open_restricted(run) as store:
            sizes = [
                kept(given.out / name, shot, darkroom)
                for size in SIZES
                for theme in THEMES
                for name, shot in _shots(store, browser, size, theme)
            ]
        browser.close()
    print(f"Took {len(sizes)} pictures, {sum(sizes) / 1e6:.1f} MB, to {given.out}")
    if max(sizes) > LARGEST:
        sys.exit(f"One of them has {max(sizes):,} bytes, more than {LARGEST:,}.")


def _made(folder: Path) -> Path:
    """Run the shipped corpus, restricted, with its recorded facets and its classifier's flag."""
    data, facets = folder / "conversations.jsonl", folder / "facets.jsonl"
    write_jsonl(data, flagged=True)
    write_facets(facets)
    command = [
        sys.executable, "-m", "anonymuse", "run", str(data), "--out", str(folder / "run"),
        "--restricted", "--flag", "flagged", "--facets-from", str(facets), "--chat", "none",
    ]  # fmt: skip
    subprocess.run(command, check=True, cwd=folder)
    return folder / "run"


def _shots(
    store: RestrictedStore, browser: Any, size: str, theme: str
) -> Iterator[tuple[str, bytes]]:
    """Go through one investigation, and yield each screen of it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(_staffed(store, Path(folder))) as zone,
        serving_zone(zone, "the shipped corpus") as home,
    ):
        for name, window in _steps(store, browser, home, size, theme):
            yield f"{name}-{size}-{theme}.webp", window.page.screenshot()


def _steps(
    store: RestrictedStore, browser: Any, home: str, size: str, theme: str
) -> Iterator[tuple[str, Window]]:
    report = store.report()
    found = [one for one in report.clusters if one.coordination]
    top = max(found, key=lambda one: one.coordination.score if one.coordination else 0)
    account = top.top_accounts[0].account

    def window(name: str) -> Window:
        width, height = SIZES[size]
        settings = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
        return Window(browser.new_context(**settings).new_page(), home).enter(name, PASSWORD)

    ivan = window("ivan")
    yield "overview", ivan
    yield "clusters", ivan.open("/clusters")
    yield "cluster", ivan.open(f"/clusters/{top.id}")
    yield "account", ivan.open(f"/accounts/{account}")
    yield "gap", ivan.open("/gaps/1")
    yield "queue", ivan.open("/queue")
    ivan.open(f"/requests/new?kind=cluster&target={top.id}")
    ivan.page.get_by_label("Purpose").select_option("abuse")
    ivan.fill("In your words", "The accounts seem to write from one template: is it one hand?")
    yield "ask", ivan.fill("Ticket", "SAFETY-118")
    request = ivan.press("Ask").page.url.rpartition("/")[2]
    paula = window("paula").open(f"/requests/{request}")
    yield "approve", paula.fill("Note", "Ticket checked.")
    paula.press("Agree")
    yield "conversations", ivan.open(f"/requests/{request}/conversations")
    ivan.page.locator("tbody th a").first.click()
    yield "summary", ivan
    yield "trace", ivan.press("Read it, redacted")
    ivan.open(f"/clusters/{top.id}#verdict")
    ivan.page.get_by_label("Abuse").check()
    yield "verdict", ivan.fill("Note", "One template, one evening, new accounts.")
    ivan.press("Record the verdict")
    yield "log", paula.open("/log")
    yield "staff", window("otto").open("/staff")


def _staffed(store: RestrictedStore, folder: Path) -> Zone:
    staff = Staff(folder / "zone")
    for name, role in PEOPLE.items():
        staff.add(name, role, PASSWORD, created=1.75e9, must_change=False)
    staff.database.close()
    return Zone(store, run="shipped-corpus", folder=folder / "zone", key=ProjectKey(b"k" * 32))


if __name__ == "__main__":
    main()
