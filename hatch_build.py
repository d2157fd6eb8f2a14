"""Puts the explorer's interface into the wheel: its users need no Node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/anonymuse/web/static")
SOURCES = ("src", "index.html", "package-lock.json", "vite.config.ts")


class Interface(BuildHookInterface[Any]):
    """Builds the interface where it is missing or older than its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Run before every build; an editable install takes what `make ui` makes, or nothing."""
        root = Path(self.root)
        if version == "editable" or is_current(root):
            return
        if shutil.which("npm") is None:
            raise SystemExit(
                f"anonymuse cannot be built: the explorer's interface in {STATIC} is missing or "
                "older than ui/, and building it needs Node 20.19 or newer with npm, which is not "
                "here. Install it, or install anonymuse from a wheel."
            )
        subprocess.run(["sh", "ui/build.sh"], cwd=root, check=True)


def is_current(root: Path) -> bool:
    """Tell whether the built interface is there, and no source of it is newer.

    A source distribution brings it along; the times of its files are those of their unpacking.
    """
    page = root / STATIC / "index.html"
    if not page.is_file():
        return False
    if (root / "PKG-INFO").is_file():
        return True
    built = page.stat().st_mtime
    sources = (path for name in SOURCES for path in _files(root / "ui" / name))
    return all(path.stat().st_mtime <= built for path in sources)


def _files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else [place]
