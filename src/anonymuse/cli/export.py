"""`anonymuse export`: a released report in a format that other programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.adapters.store.report_folder import find_bundle, load_report
from anonymuse.api import exporting


def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A run's folder, or its release folder.")
    ],
    to: Annotated[str, typer.Option("--to", help=f"Format: {', '.join(exporting.FORMATS)}.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where to write: a folder, or a file for html and markdown."),
    ] = None,
    simple: Annotated[
        bool,
        typer.Option("--simple", help="With html: a plain page that needs no JavaScript."),
    ] = False,
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare", metavar="DIR", help="With html and site: a second report to compare with."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for machines.")
    ] = False,
) -> None:
    """Write a released report as a web page, a folder for a web server, Markdown, CSV or Parquet.

    `html` is the explorer and the report in one file, which opens from a disk and sends nothing;
    `site` is the same as a folder for any web server, for large reports. Without --out the files
    go to the folder `export` beside the release folder.
    """
    bundle = find_bundle(folder)
    report = load_report(bundle)
    other = None if compare is None else load_report(find_bundle(compare))
    place = out or exporting.place_for(bundle, to)
    written = exporting.export(report, to, place, simple=simple, other=other)
    if as_json:
        result = {
            "format": to,
            "files": [str(path) for path in written],
            "bytes": sum(path.stat().st_size for path in written),
            "content_hash": report.content_hash,
        }
        typer.echo(json.dumps(result))
        return
    for line in exporting.told(to, written):
        typer.echo(line)
