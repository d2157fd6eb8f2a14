"""`anonymuse eval naming`: what hardened naming costs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson, Date
from anonymuse.cli.result import as_text


def naming(
    policies: Annotated[
        list[str] | None,
        typer.Option("--policy", metavar="NAME", help="public, internal or demo; may be repeated."),
    ] = None,
    embed: Annotated[
        str, typer.Option("--embed", help="Embeds conversations, and judges the names.")
    ] = "use",
    embed_facets: Annotated[
        str, typer.Option("--embed-facets", help="Takes part in naming; not the judge.")
    ] = "mpnet",
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=20, help="Clusterings.")] = 3,
    out: Annotated[Path | None, typer.Option("--out", help="File for the result as JSON.")] = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Hold line-ups of names on the shipped corpus: with the vote and without.

    Where a model drafts, a summariser without a language model stands in for it: it takes the most
    central line for the name.
    """
    from anonymuse._version import __version__
    from anonymuse.adapters.models.store import evaluation_folder
    from anonymuse.cli.progress import drawing
    from anonymuse.domain.policy import POLICIES
    from anonymuse.errors import ConfigError, did_you_mean
    from anonymuse.evals.naming import naming_cost
    from anonymuse.evals.naming_page import as_markdown, as_result
    from anonymuse.evals.naming_scene import gather_material
    from anonymuse.wiring.models import embedder

    chosen = policies or ["demo", "internal"]
    for name in chosen:
        if name not in POLICIES:
            raise ConfigError(
                f"There is no policy {name!r}. {did_you_mean(name, POLICIES)}"
                f"Policies: {', '.join(POLICIES)}."
            )
    if embed == embed_facets:
        raise ConfigError(
            "--embed judges the names and --embed-facets takes part in naming: name two models."
        )
    with drawing(quiet=as_json) as emit:
        material = gather_material(
            judge=embedder(embed, emit),
            namer=embedder(embed_facets, emit),
            cache=evaluation_folder(),
        )
        ways = {
            name: asyncio.run(naming_cost(material, POLICIES[name], seeds=seeds)) for name in chosen
        }
    words = ["anonymuse eval naming", *(f"--policy {name}" for name in policies or [])]
    words += [f"--embed {embed}"] if embed != "use" else []
    words += [f"--embed-facets {embed_facets}"] if embed_facets != "mpnet" else []
    words += [f"--seeds {seeds}"] if seeds != 3 else []
    result = as_result(
        ways,
        {
            "date": date or datetime.now(UTC).date().isoformat(),
            "command": " ".join(words),
            "models": {"judge": material.judge.id, "namer": material.namer.id},
            "versions": {"anonymuse": __version__},
            "conversations": len(material.units),
        },
    )
    text = as_text(result, out)
    typer.echo(text if as_json else as_markdown(ways))
