"""`anonymuse receipt`: what a release rests on, in sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def receipt(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A run's folder, or its release folder.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the receipt as JSON, for machines.")
    ] = False,
) -> None:
    """Print the receipt of a release: unit, policy, what was withheld and why, how it was made.

    Everything in it may be passed on with the report.
    """
    from dataclasses import asdict

    from anonymuse.adapters.store.report_folder import load_report
    from anonymuse.domain.released.receipt_lines import receipt_lines

    report = load_report(folder)
    if as_json:
        told = {**asdict(report.receipt), "content_hash": report.content_hash}
        told["withheld"] = {own.reason: own.clusters for own in report.withheld}
        typer.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return
    typer.echo(f"Receipt of “{report.title}”")
    for title, said in receipt_lines(report):
        typer.echo(f"\n{title}")
        for sentence in said:
            typer.echo(f"  {sentence}")
