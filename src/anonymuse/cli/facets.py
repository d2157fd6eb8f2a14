"""`anonymuse facets`: what can be asked of every conversation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.cli.help import App

if TYPE_CHECKING:
    from anonymuse.domain.facets import FacetQuestion
    from anonymuse.pipeline.facet_sets import FacetSet

app = App(help="List the sets of facets, and show their questions and values.")


@app.command("list")
def list_sets(
    as_json: AsJson = False,
) -> None:
    """List the sets that come with anonymuse: add one to a run with --facets NAME."""
    from anonymuse.pipeline.facet_sets import PRESETS, preset

    sets = [preset(name) for name in PRESETS]
    if as_json:
        typer.echo(json.dumps({own.name: [q.name for q in own.facets] for own in sets}))
        return
    for own in sets:
        typer.echo(f"{own.name:<11}{own.about}")
        typer.echo(f"{'':<11}facets: {', '.join(q.name for q in own.facets)}")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Name of a set, or a TOML file of your own.")],
    as_json: AsJson = False,
) -> None:
    """Show the questions and values of a set, or check a file of your own."""
    from anonymuse.pipeline.facet_sets import PRESETS, facet_file, preset

    is_file = name not in PRESETS and (name.endswith(".toml") or Path(name).is_file())
    own = facet_file(Path(name)) if is_file else preset(name)
    if as_json:
        typer.echo(json.dumps(asdict(own), ensure_ascii=False))
        return
    typer.echo("\n".join(_page(own)))


def _page(own: FacetSet) -> Iterator[str]:
    if own.about:
        yield own.about
    for question in own.facets:
        yield ""
        yield from _facet(question)
    if own.sources:
        yield ""
        yield from (f"After: {source}" for source in own.sources)


def _facet(question: FacetQuestion) -> Iterator[str]:
    from anonymuse.prompts.schema import wanted

    yield f"{question.name} ({question.heading})"
    if question.question:
        yield f"  Asked: {question.question}"
    elif question.rule:
        yield f"  Computed by {question.source}: {' '.join(question.rule.split())}"
    else:
        yield "  Computed from the conversation."
    if question.source != "computed":
        yield f"  Answer: {wanted(question)}"
    if question.clustered:
        yield "  Conversations are grouped by it too."
