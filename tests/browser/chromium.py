"""Where Chromium is; `python -m tests.browser.chromium` fails where it is not."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
"""A container has no user namespaces; the rest keeps Chromium from asking anybody anything."""

MISSING = (
    "The tests in a browser need Chromium, which is not here: install it (on Debian, `apt-get "
    "install chromium`), or name its program in CHROMIUM."
)


def find() -> Path | None:
    """Return Chromium's program, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if shutil.which(named) else None
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


if __name__ == "__main__":
    if find() is None:
        sys.exit(MISSING)
