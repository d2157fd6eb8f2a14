"""`anonymuse run`: from a file of conversations to a released report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.flags import AsJson, ConfigFile, Data, Flags, takes_settings
from anonymuse.cli.progress import drawing
from anonymuse.pipeline.config import RunConfig


@takes_settings()
def run(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder of the run; the same one resumes.")
    ],
    flags: Flags,
    data: Data = None,
    config: ConfigFile = None,
    print_config: Annotated[
        bool,
        typer.Option("--print-config", help="Print the settings in force as TOML, and stop."),
    ] = False,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")] = False,
) -> None:
    """Make a report from conversations.

    The same command on the same folder goes on where it stopped. What may be looked at lies in
    OUT/release; OUT/private holds people's data and stays where it is.

    Settings may also stand in a file (`anonymuse init` writes one) or in the environment
    (ANONYMUSE_PRIVACY_POLICY is `policy` of the section `privacy`); flags go over both. The key of
    a chat model's endpoint is read from ANONYMUSE_API_KEY.
    """
    from anonymuse import api

    settings, origins = api.layered(config, flags, typed=True)
    if print_config:
        show_settings(settings, origins, as_json=as_json)
        return
    with drawing(quiet=quiet) as emit:
        outcome = api.run(data or [], out, settings, emit=emit)
    show(outcome, as_json=as_json)
    raise typer.Exit(outcome.exit_code)


def show_settings(settings: RunConfig, origins: Mapping[str, str], *, as_json: bool) -> None:
    """Print the settings in force, each with where it came from if it is no default."""
    from anonymuse.pipeline.toml import to_bare_toml

    settings = settings.shown()
    if as_json:
        said = {"settings": settings.model_dump(mode="json"), "from": dict(origins)}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(to_bare_toml(settings, origins), nl=False)


def show(outcome: Any, *, as_json: bool) -> None:
    """Print what a run made: the tree in short, what was withheld, where the report is."""
    from anonymuse.cli.outline import outline, taken
    from anonymuse.cli.spent import spent

    if as_json:
        typer.echo(json.dumps(outcome.summary(), ensure_ascii=False))
        return
    typer.echo(outline(outcome.report))
    typer.echo(f"\n{taken(outcome.stages)}")
    for line in spent(outcome.usage):
        typer.echo(line)
    typer.echo(f"Report: {outcome.bundle}")
    typer.echo(f"Look at it: anonymuse explore {outcome.out}")
    typer.echo(f"As one file: anonymuse export {outcome.out} --to html")
