"""Which export formats there are, and how their files reach the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError, OutputError, did_you_mean

FORMATS = ("html", "markdown", "csv", "parquet")
SINGLE = frozenset({"html", "markdown"})
"""formats of one file; the others make a few"""


def export(report: Report, to: str, out: Path) -> list[Path]:
    """Write a report in a format, and return the files written.

    Args:
        report: what to write.
        to: one of :data:`FORMATS`.
        out: a folder; for the formats of one file, also the file itself. A tree by a further
            facet gets the same files again, in the folder `by-FACET`, or beside the file.

    Raises:
        ConfigError: there is no such format.
        OutputError: the files cannot be written.
    """
    render = _renderer(to)
    targets = targets_of(render(report), to, out, "")
    for own in report.further:
        targets |= targets_of(render(own), to, out, f"by-{own.facet}")
    return write_files(targets, to, out)


def check_format(to: str, formats: Sequence[str]) -> None:
    """Refuse a format that is none of these.

    Raises:
        ConfigError: there is no such format; names the nearest.
    """
    if to not in formats:
        raise ConfigError(
            f"There is no export format {to!r}. {did_you_mean(to, formats)}"
            f"Formats: {', '.join(formats)}."
        )


def write_files(targets: Mapping[Path, bytes], to: str, out: Path) -> list[Path]:
    """Write the files of an export, each whole or not at all, and return them.

    Raises:
        OutputError: they cannot be written.
    """
    try:
        for path, data in targets.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
    except OSError as error:
        raise OutputError(
            f"The {to} export cannot be written to {out}: {error.strerror or 'unknown reason'}. "
            "Free some space or choose another place with --out."
        ) from error
    return list(targets)


def targets_of(files: Mapping[str, bytes], to: str, out: Path, part: str = "") -> dict[Path, bytes]:
    """Return where the files of one tree go; ``part`` is empty for the main report."""
    if to in SINGLE and out.suffix and not out.is_dir():
        place = out.with_stem(f"{out.stem}-{part}") if part else out
        return {place: next(iter(files.values()))}
    return {out / part / name: data for name, data in files.items()}


def _renderer(to: str) -> Callable[[Report], dict[str, bytes]]:
    check_format(to, FORMATS)
    render: Callable[[Report], dict[str, bytes]] = import_module(
        f"anonymuse.adapters.export.{to}"
    ).render
    return render


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.writing")
    try:
        temporary.unlink(missing_ok=True)  # a folder from elsewhere may hold a link of that name
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
