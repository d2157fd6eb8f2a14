"""`anonymuse testset`: from released topics to a specification of new test prompts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson


def specify_prompts(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A run's folder, or its release folder.")
    ],
    cluster: Annotated[
        list[str], typer.Option("--cluster", metavar="ID", help="A topic's id; may be repeated.")
    ],
    prompts: Annotated[
        int, typer.Option("--prompts", metavar="N", help="Conversations to write about each.")
    ] = 30,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="File to write: .md or .json; left out, it is printed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Specify new test conversations about topics of a released report.

    The specification says what to write: topic, languages, lengths, difficulty, what to vary and
    what never to do. It is made from released numbers and names alone, so no text of a user can be
    in it; what the report withholds is unknown in it, too.
    """
    from anonymuse.adapters.store.report_folder import find_bundle, load_report
    from anonymuse.api.prompt_brief import prompt_brief, write_brief

    found = prompt_brief(load_report(find_bundle(folder)), cluster, prompts=prompts)
    if out is not None:
        write_brief(found, out)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False))
    elif out is None:
        typer.echo(found.as_markdown(), nl=False)
    else:
        typer.echo(f"Wrote {out}")
