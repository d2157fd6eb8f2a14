"""`anonymuse assign`: new conversations into the clusters of an earlier report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson, Data, Flags, takes_settings
from anonymuse.cli.progress import drawing
from anonymuse.cli.run import show


@takes_settings()
def assign(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder of the new run; the same one resumes.")
    ],
    flags: Flags,
    to: Annotated[
        Path,
        typer.Option("--to", metavar="DIR", help="Folder of the run whose clusters are used."),
    ],
    data: Data = None,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")] = False,
) -> None:
    """Put new conversations into the clusters of an earlier report, without clustering anew.

    Clusters keep their ids, names and places in the tree, so that two months can be laid side by
    side (`anonymuse compare DIR OUT`). Conversations that fit into none are drift: they are
    clustered by themselves, and the receipt tells what share of people they are of.

    Settings, key and ledger are those of the earlier run; flags go over them. The new report passes
    the same gate as any other.
    """
    from anonymuse import api

    with drawing(quiet=quiet) as emit:
        outcome = api.assign(data or [], to, out, emit=emit, **flags)
    show(outcome, as_json=as_json)
    if not as_json:
        typer.echo(f"What has changed: anonymuse compare {to} {outcome.out}")
    raise typer.Exit(outcome.exit_code)
