"""`anonymuse edit`: a person's last word on what a run publishes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.cli.help import App

if TYPE_CHECKING:
    from anonymuse.api.editing import Editor

app = App(
    help=(
        "Rename, merge, hide or lock clusters of a run before it is passed on.\n\n"
        "Without a command it lists the clusters with their ids. Every edit is written down with "
        "who made it and why, goes through the same policy as everything else, and is applied by "
        "the next run in this folder, and by all later ones."
    ),
)

Why = Annotated[str, typer.Option("--why", help="The reason; stays on the private side.")]
Who = Annotated[
    str, typer.Option("--who", help="Who makes the edit; left out, your account's name.")
]
Role = Annotated[
    str, typer.Option("--as", metavar="ROLE", help="In which role; told in the receipt.")
]
Tree = Annotated[str, typer.Option("--tree", metavar="FACET", help="Edit the tree by this facet.")]
OneNode = Annotated[str, typer.Argument(metavar="NODE", help="Id of a cluster, or its whole name.")]
APPLY = "Run the same command as before again to apply it."


@app.callback(invoke_without_command=True)
def edit(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a finished run.")],
) -> None:
    """List what can be edited; the group's help says the rest."""
    context.obj = folder
    if context.invoked_subcommand is None:
        typer.echo("\n".join(_nodes(folder)))


def _nodes(folder: Path) -> Iterator[str]:
    from anonymuse import api

    report = api.open_report(folder)
    for facet, tree in {"": report, **report.further}.items():
        if facet:
            yield f"--tree {facet}:"
        for depth, node in tree.tree.walk():
            yield f"{node.id}  {'  ' * depth}{node.name}"


@app.command("rename")
def rename(
    context: typer.Context,
    node: OneNode,
    name: Annotated[str, typer.Argument(help="The new name: at most ten words, no digits.")],
    why: Why,
    description: Annotated[
        str, typer.Option("--description", help="Another description; left out, it stays.")
    ] = "",
    tree: Tree = "",
    who: Who = "",
    role: Role = "",
    as_json: AsJson = False,
) -> None:
    """Give a cluster a name of yours, if its words pass the policy."""
    editor = _editor(context, tree, who, role)
    _said(editor, editor.rename(node, name, why=why, description=description), as_json)


@app.command("merge")
def merge(
    context: typer.Context,
    nodes: Annotated[
        list[str], typer.Argument(metavar="NODE...", help="Ids or names, on the same level.")
    ],
    why: Why,
    tree: Tree = "",
    who: Who = "",
    role: Role = "",
    as_json: AsJson = False,
) -> None:
    """Make one cluster of several; names, counts and thresholds are made anew."""
    editor = _editor(context, tree, who, role)
    _said(editor, editor.merge(nodes, why=why), as_json)


@app.command("hide")
def hide(
    context: typer.Context,
    node: OneNode,
    why: Why,
    tree: Tree = "",
    who: Who = "",
    role: Role = "",
    as_json: AsJson = False,
) -> None:
    """Withhold a cluster with all below it; the report says that it did."""
    editor = _editor(context, tree, who, role)
    _said(editor, editor.hide(node, why=why), as_json)


@app.command("lock")
def lock(
    context: typer.Context,
    node: OneNode,
    why: Why,
    tree: Tree = "",
    who: Who = "",
    role: Role = "",
    as_json: AsJson = False,
) -> None:
    """Keep a cluster's name and description, whatever a later run would call it."""
    editor = _editor(context, tree, who, role)
    _said(editor, editor.lock(node, why=why), as_json)


@app.command("undo")
def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="N", help="Number of an edit, from `list`.")],
    why: Annotated[str, typer.Option("--why", help="The reason.")] = "taken back",
    who: Who = "",
    role: Role = "",
    as_json: AsJson = False,
) -> None:
    """Take an edit back; it stays in the journal."""
    editor = _editor(context, "", who, role)
    _said(editor, editor.undo(number, why=why), as_json)


@app.command("list")
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """List the edits of a folder, and what became of them."""
    from anonymuse import api

    found = api.edit(context.obj).all()
    if as_json:
        typer.echo(json.dumps({"edits": found}, ensure_ascii=False))
        return
    typer.echo("\n".join(_lines(found)) if found else "Nobody has edited this run.")


def _editor(context: typer.Context, tree: str, who: str, role: str) -> Editor:
    from anonymuse import api
    from anonymuse.api.editing import account

    who = who or account()
    if not who and sys.stdin.isatty():
        who = typer.prompt("Who makes this edit", err=True)
    return api.edit(context.obj, tree=tree, who=who, role=role)


def _said(editor: Editor, number: int, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"edit": number, "run": str(editor.out)}))
        return
    typer.echo(f"Edit {number} is written down. {APPLY}")


def _lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for row in found:
        yield f"{row['number']:>3}  {_told(row)}: {row['state']}"
        role = f" as {row['role']}" if row["role"] else ""
        yield f"     {row['time'][:10]}, {row['who']}{role}: {row['why']}"


def _told(row: Mapping[str, Any]) -> str:
    pairs = zip(row["nodes"], row["called"], strict=True)
    nodes = ", ".join(f"{node} “{name}”" for node, name in pairs)
    to = f" to “{row['name']}”" if row["kind"] == "rename" else ""
    tree = f" (by {row['tree']})" if row["tree"] else ""
    return f"{row['kind']} {nodes}{to}{tree}"
