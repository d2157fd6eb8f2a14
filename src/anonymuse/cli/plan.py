"""`anonymuse plan`: stages, calls, tokens and cost before anything is sent."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson, ConfigFile, Data, Flags, takes_settings
from anonymuse.cli.progress import drawing


@takes_settings()
def plan(
    flags: Flags,
    data: Data = None,
    config: ConfigFile = None,
    show_prompt: Annotated[
        bool,
        typer.Option(
            "--show-prompt",
            help="Print one prompt as it would be sent: a scrubbed conversation.",
        ),
    ] = False,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")] = False,
) -> None:
    """Say what a run would ask and cost, before anything is sent.

    Takes the flags of `run`. The data is read, narrowed and sampled in a private folder that is
    deleted afterwards; the prompts of a sample are counted. Nothing is sent anywhere.
    """
    from anonymuse import api

    settings = api.settings(config, flags)
    with drawing(quiet=quiet or as_json) as emit:
        found = api.plan(data or [], settings, emit=emit)
    if as_json:
        said = dict(found.as_dict())
        if show_prompt:
            said["prompt"] = found.prompt()
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(str(found))
    if show_prompt:
        typer.echo(f"\n{found.prompt()}")
