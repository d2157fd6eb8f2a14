"""`anonymuse export`: a released report in a format that other programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.adapters.export.open import FORMATS
from anonymuse.adapters.export.open import export as write_export
from anonymuse.adapters.store.report_folder import find_bundle, load_report


def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A run's folder, or its release folder.")
    ],
    to: Annotated[str, typer.Option("--to", help=f"Format: {', '.join(FORMATS)}.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where to write: a folder, or a file for html and markdown."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for machines.")
    ] = False,
) -> None:
    """Write a released report as a web page, Markdown, CSV or Parquet.

    Without --out the files go to the folder `export` beside the release folder.
    """
    bundle = find_bundle(folder)
    report = load_report(bundle)
    written = write_export(report, to, out or bundle.resolve().parent / "export")
    if as_json:
        result = {
            "format": to,
            "files": [str(path) for path in written],
            "content_hash": report.content_hash,
        }
        typer.echo(json.dumps(result))
        return
    for path in written:
        typer.echo(f"Wrote {path}")
