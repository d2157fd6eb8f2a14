"""Photographs every screen of the explorer, wide and narrow, light and dark.

    python -m docs.make_screens                 of the demo with recorded facets, which it makes
    python -m docs.make_screens --bundle DIR    of a run or a release that is there already

Chromium takes the pictures, see `tests/browser/chromium.py`; they go to `docs/images/explorer`.
"""

from __future__ import annotations

import argparse
import base64
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from tests.browser import chromium
from tests.browser.explorer import Explorer
from tests.browser.serving import serving

from anonymuse.adapters.store.report_folder import find_bundle, load_report
from anonymuse.domain.released.report import Report
from anonymuse.web import built

IMAGES = Path(__file__).parent / "images" / "explorer"
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
THEMES = ("light", "dark")
LARGEST = 150_000
SMALLER = """async (png) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.82 });
  const reader = new FileReader();
  await new Promise((done) => { reader.onload = done; reader.readAsDataURL(blob); });
  return reader.result.split(",")[1];
}"""
GROUP = "language:Spanish"


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture to take.

    Attributes:
        name: of the file.
        view: what the address says.
        part: which part is looked at where the window is narrow.
        keys: pressed before the picture is taken.
    """

    name: str
    view: str
    part: str = ""
    keys: tuple[str, ...] = ()


def screens(report: Report) -> list[Screen]:
    """Return what is worth a picture."""
    top = max((own for own in report.clusters if own.parent is None), key=lambda own: own.units)
    below = max((own for own in report.clusters if own.parent == top.id), key=lambda own: own.units)
    return [
        Screen("overview", "overview"),
        Screen("map", "map"),
        Screen("topic", f"map?sel={top.id}", part="Topic"),
        Screen("tree", f"map?sel={below.id}&color=concern", part="Tree"),
        Screen("colour", f"map?color={GROUP}&as=lift"),
        Screen("compare", f"compare?a={GROUP}&b=!rest"),
        Screen("quadrant", "quadrant"),
        Screen("bookmarks", f"map?sel={top.id}", keys=("f", "b")),
        Screen("how", "how"),
        Screen("search", "map", keys=("/", "w", "r", "i")),
        Screen("help", "overview", keys=("?",)),
    ]


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bundle", type=Path, help="of a run or a release; else the demo is made")
    parser.add_argument("--out", type=Path, default=IMAGES)
    given = parser.parse_args()
    program = chromium.find()
    if program is None:
        sys.exit(chromium.MISSING)
    if not built.is_built():
        sys.exit(built.MISSING)
    with tempfile.TemporaryDirectory() as folder:
        bundle = given.bundle or _demo(Path(folder))
        report = load_report(find_bundle(bundle))
    given.out.mkdir(parents=True, exist_ok=True)
    with serving(report) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        darkroom = browser.new_page()
        darkroom.goto(address)
        sizes = [
            kept(given.out / name, shot, darkroom)
            for name, shot in _shots(browser, address, report)
        ]
        browser.close()
    print(f"Took {len(sizes)} pictures, {sum(sizes) / 1e6:.1f} MB, to {given.out}")
    if max(sizes) > LARGEST:
        sys.exit(f"One of them has {max(sizes):,} bytes, more than {LARGEST:,}.")


def _demo(folder: Path) -> Path:
    out = folder / "demo"
    command = [sys.executable, "-m", "anonymuse", "demo", "--recorded", "--out", str(out)]
    subprocess.run(command, check=True, cwd=folder)
    return out


def _shots(browser: Any, address: str, report: Report) -> Iterator[tuple[str, bytes]]:
    for size, (width, height) in SIZES.items():
        for theme in THEMES:
            for screen in screens(report):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    reduced_motion="reduce",
                )
                explorer = Explorer(context.new_page(), address).open(screen.view)
                if screen.part and size == "narrow":
                    explorer.page.get_by_role("tab", name=screen.part).click()
                explorer.press(*screen.keys)
                explorer.page.wait_for_timeout(700)  # charts, colours and names come to rest
                yield f"{screen.name}-{size}-{theme}.webp", explorer.page.screenshot()
                context.close()


def kept(path: Path, shot: bytes, darkroom: Any) -> int:
    """Write a picture as WebP, a third of the PNG; return its size."""
    small = darkroom.evaluate(SMALLER, base64.b64encode(shot).decode())
    return path.write_bytes(base64.b64decode(small))


if __name__ == "__main__":
    main()
