"""`anonymuse retention`: drops what has reached its age."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anonymuse.cli.erase import KeyFile
from anonymuse.cli.flags import AsJson

if TYPE_CHECKING:
    from anonymuse.wiring.retaining import Kept


def retention(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of `run --out`.")],
    raw_days: Annotated[
        int | None,
        typer.Option("--raw-days", min=0, help="In place of each run's zone.raw_days."),
    ] = None,
    derived_days: Annotated[
        int | None,
        typer.Option("--derived-days", min=0, help="In place of each run's zone.derived_days."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and leave it.")
    ] = False,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Drop conversations, facets, vectors and stored answers that are too old.

    After the conversations of a run are gone, nothing that needs them can be made again; what was
    made of them stays until it has reached its own age. Run it daily. It is written to the audit
    log.
    """
    from anonymuse import api

    found = api.retention(
        runs, raw_days=raw_days, derived_days=derived_days, dry_run=dry_run, key_file=key_file
    )
    if as_json:
        told = {name: asdict(kept) for name, kept in found.items()}
        typer.echo(json.dumps({"dry_run": dry_run, "runs": told}))
        return
    for name, kept in found.items():
        typer.echo(f"{name}: {_sentence(kept, dry_run=dry_run)}")


def _sentence(kept: Kept, *, dry_run: bool) -> str:
    ages = f"{kept.raw_days} days for conversations, {kept.derived_days} for the rest"
    if not kept.anything:
        return f"nothing is too old ({ages})."
    said = (
        f"{kept.raw:,} files of conversations, {kept.stages:,} results of stages and "
        f"{kept.answers:,} answers of models"
    )
    if kept.restricted:
        said += ", and the restricted report,"
    return f"{said} {'would go' if dry_run else 'are gone'} ({ages})."
