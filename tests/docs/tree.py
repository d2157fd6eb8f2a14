"""The files of the repository, without what is built, fetched or cached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_BUILT = {"site", "dist", "build", "__pycache__", "demo-run", "node_modules", "static"}
_KEPT = {".ci", ".gitignore"}
_TEXT = {
    ".md", ".py", ".toml", ".txt", ".sh", ".css", ".js", ".json", ".in", ".cfg", ".ts", ".tsx", ""
}  # fmt: skip


def text_files() -> list[Path]:
    """Return the text files that belong to the repository, in a fixed order."""
    return sorted(_walk(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _BUILT or (path.name.startswith(".") and path.name not in _KEPT):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix in _TEXT and not path.is_symlink():
            yield path
