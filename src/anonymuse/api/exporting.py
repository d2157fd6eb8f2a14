"""A released report for others: the explorer as one page or a folder, and the plain formats."""

from __future__ import annotations

import re
from pathlib import Path

from anonymuse.adapters.export.html import FILE as REPORT
from anonymuse.adapters.export.open import FORMATS as PLAIN
from anonymuse.adapters.export.open import check_format, targets_of, write_files
from anonymuse.adapters.export.open import export as export_plain
from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError, OutputError
from anonymuse.pipeline.run import EXPORT
from anonymuse.web import folder, one_file
from anonymuse.web.built import is_built
from anonymuse.web.contract import API

PAGE, SITE = "html", "site"
FORMATS = (PAGE, SITE, *(name for name in PLAIN if name != PAGE))

_DOCUMENT = re.compile(
    r"compare\.json|trees/[^/]+/(report|clusters|series|quadrants|facets/\d+)\.json"
)
"""what an earlier report may have left in a folder, and nothing else"""

EXPLORED = (PAGE, SITE)
"""formats that are the explorer"""

NO_EXPLORER = (
    "This page is the simple one: the explorer's interface is not built here. `make ui` builds it."
)


def export(
    report: Report, to: str, out: Path, *, simple: bool = False, other: Report | None = None
) -> list[Path]:
    """Write a report in a format, and return the files written.

    Args:
        report: what to write.
        to: one of :data:`FORMATS`.
        out: a folder; for the formats of one file, also the file itself.
        simple: a page without the explorer, readable without a program. It has no further trees
            in it: each gets a page of its own.
        other: a second report to compare with, in the explorer.

    Raises:
        ConfigError: there is no such format, or it has no such form.
        OutputError: the files cannot be written, or the interface is not built.
    """
    check_format(to, FORMATS)
    _refuse_ours(out)
    if simple and to != PAGE:
        raise ConfigError(f"--simple is a form of --to {PAGE}; {to} has no other form.")
    if other is not None and (simple or to not in EXPLORED):
        raise ConfigError(
            f"A second report can be compared in the explorer only: --to {PAGE} or --to {SITE}."
        )
    if to == SITE:
        return _site(folder.files(report, other), out)
    if to == PAGE and not simple:
        page = {REPORT: one_file.page(report, other)}
        return write_files(targets_of(page, to, out), to, out)
    return export_plain(report, to, out)


def _refuse_ours(out: Path) -> None:
    """Refuse a folder whose files are the report itself, or people's data."""
    for place in (out, *out.resolve().parents):
        people = place.name == "private" and (place / "manifest.json").is_file()
        if people or (place / "report.json").is_file():
            raise OutputError(
                f"An export does not go into {place}, which anonymuse keeps for itself. Name "
                f"another place with --out."
            )


def _site(files: dict[str, bytes], out: Path) -> list[Path]:
    """Write a folder, and forget what an earlier report left in it: it is shown to others."""
    paths = {out / name: data for name, data in files.items()}
    written = write_files(paths, SITE, out)
    home = out.resolve() / API  # a link may lead to somebody's own files
    for path in (out / API).rglob("*.json"):
        ours = _DOCUMENT.fullmatch(path.relative_to(out / API).as_posix())
        if ours and path not in paths and path.parent.resolve().is_relative_to(home):
            path.unlink()
    return written


def export_page(report: Report, out: Path) -> tuple[list[Path], str]:
    """Write the page that can be had: the explorer, or the simple one and the reason why."""
    simple = not is_built()
    return export(report, PAGE, out, simple=simple), NO_EXPLORER if simple else ""


def place_for(bundle: Path, to: str) -> Path:
    """Return the folder where an export goes that names none: beside the bundle, never in it."""
    place = bundle.resolve().parent / EXPORT
    return place / SITE if to == SITE else place


def told(to: str, paths: list[Path]) -> list[str]:
    """Return what a person should know of files that were written, a sentence a line."""
    size = sum(path.stat().st_size for path in paths)
    if to == SITE:
        return [f"Wrote {paths[0].parent} ({len(paths)} files, {in_words(size)})", folder.HOW]
    lines = [f"Wrote {path} ({in_words(path.stat().st_size)})" for path in paths]
    if to == PAGE and size > one_file.LARGE:
        lines.append(one_file.TOO_LARGE)
    return lines


def in_words(size: int) -> str:
    """Return a number of bytes for people: "412 kB"."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
