"""`anonymuse run`: from a file of conversations to a released report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.flags import Flags, takes_settings
from anonymuse.cli.progress import drawing


@takes_settings()
def run(
    data: Annotated[list[Path], typer.Argument(help="Files or folders of conversations.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder of the run; the same one resumes.")
    ],
    flags: Flags,
    config: Annotated[
        Path | None, typer.Option(help="TOML file of settings; flags override it.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for machines.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")] = False,
) -> None:
    """Make a report from conversations.

    The same command on the same folder goes on where it stopped. What may be looked at lies in
    OUT/release; OUT/private holds people's data and stays where it is.

    The endpoint's key, if it needs one, is read from ANONYMUSE_API_KEY.
    """
    from anonymuse import api

    settings = api.settings(config, flags)
    with drawing(quiet=quiet) as emit:
        outcome = api.run(data, out, settings, emit=emit)
    show(outcome, as_json=as_json)


def show(outcome: Any, *, as_json: bool) -> None:
    """Print what a run made: the tree in short, what was withheld, where the report is."""
    from anonymuse.cli.outline import outline, taken

    if as_json:
        typer.echo(json.dumps(outcome.summary(), ensure_ascii=False))
        return
    typer.echo(outline(outcome.report))
    typer.echo(f"\n{taken(outcome.stages)}")
    typer.echo(f"Report: {outcome.bundle}")
    typer.echo(f"A page to look at: anonymuse export {outcome.out} --to html")
