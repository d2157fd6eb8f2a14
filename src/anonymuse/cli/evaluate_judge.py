"""`anonymuse eval judge`: a chat model as a judge, measured itself before it is believed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson, ConfigFile, Date, Flags, takes_settings
from anonymuse.cli.progress import drawing

TITLE = "A chat model as a judge"


@takes_settings(
    only=(
        "models.chat", "models.fallback", "models.timeout", "models.batch", "models.wait",
        "models.price", "budget.",
    )
)  # fmt: skip
def judge(
    flags: Flags,
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN",
            help="Folder of a run, or 'corpus' for the recorded facets of the shipped corpus; left "
            "out, only the judge itself is measured.",
            show_default=False,
        ),
    ] = None,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", metavar="NAME", help="faithful, name or parent; else all."),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=1, help="Things to judge for each question, at most.")
    ] = 100,
    facet: Annotated[
        str, typer.Option("--facet", metavar="NAME", help="Summary to judge: request or task.")
    ] = "request",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of every draw.")] = 0,
    cases: Annotated[
        int | None,
        typer.Option("--cases", min=2, help="Measure a slow judge on fewer cases than there are."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked and what it costs; stop.")
    ] = False,
    config: ConfigFile = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for result.json, page.html and page.md.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Keeps answers about shipped texts here.")
    ] = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Ask a chat model whether summaries are faithful, and whether names and parents fit.

    First the judge itself is measured, on items whose right grades are known; one that agrees too
    little is said to be of no use. Texts go to the model that --chat names, as in a run; only
    grades are kept. The same command goes on where it stopped.
    """
    from anonymuse import api
    from anonymuse.evals.judge.wired import (
        Wanted,
        foresee,
        in_words,
        judged,
        prepare,
        provenance_of,
        sections_of,
    )
    from anonymuse.evals.suite import page
    from anonymuse.evals.suite.run import as_json as spelled
    from anonymuse.evals.suite.run import as_result, write_pages
    from anonymuse.pipeline.events import Foreseen

    settings = api.settings(config, flags)
    ready = prepare(Wanted(run, tuple(question or ()), sample, facet, seed, cases, cache))
    ahead = foresee(ready, settings)
    if dry_run:
        told = {"model": ahead.model, **ahead.as_dict()["total"]}
        typer.echo(json.dumps(told) if as_json else f"{in_words(ahead)} Nothing was sent.")
        return
    with drawing(quiet=as_json) as emit:
        emit(Foreseen(f"Expected: {in_words(ahead)}"))
        found = asyncio.run(judged(ready, settings, emit))
    sections = sections_of(found, ready, settings)
    provenance = provenance_of(found, ready, settings, date or datetime.now(UTC).date().isoformat())
    written = [] if out is None else write_pages(out, TITLE, sections, provenance, ())
    if as_json:
        typer.echo(spelled(as_result(sections, provenance)), nl=False)
        return
    typer.echo(page.as_markdown(TITLE, sections, provenance))
    for path in written:
        typer.echo(f"Wrote {path}")
