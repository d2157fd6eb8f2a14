"""`anonymuse eval scrubbing`: what goes, by type and language, and what goes without need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.flags import AsJson, Date
from anonymuse.cli.result import as_text


def scrubbing(
    public: Annotated[
        Path | None,
        typer.Option("--public", help="Folder with the public sets, which are not shipped."),
    ] = None,
    entities: Annotated[
        str, typer.Option("--entities", help="Finds names: none, cues, or a plug-in.")
    ] = "cues",
    each: Annotated[
        int, typer.Option("--each", min=1, help="Made sentences of every type and language.")
    ] = 20,
    out: Annotated[Path | None, typer.Option("--out", help="File for the result as JSON.")] = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Score scrubbing on the corpus, on made sentences and, where they are, on public sets.

    Exit code 3 where a promised type's recall is below 0.98 on one of the sets.
    """
    from anonymuse._version import __version__
    from anonymuse.adapters.entities.open import open_entities
    from anonymuse.evals.scrubbing_page import tables
    from anonymuse.evals.scrubbing_run import score_all

    detector = open_entities(entities)
    words = ["anonymuse eval scrubbing", *(["--public FOLDER"] if public else [])]
    words += [f"--entities {entities}"] if entities != "cues" else []
    words += [f"--each {each}"] if each != 20 else []
    result: dict[str, Any] = {
        "evaluation": "scrubbing",
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": " ".join(words),
        "detector": detector.id if detector else "none",
        "versions": {"anonymuse": __version__},
        **score_all(public, detector=detector, each=each),
    }
    text = as_text(result, out)
    typer.echo(text if as_json else tables(result))
    low = list(_below(result))
    if low:
        typer.echo(f"Below 0.98: {', '.join(low)}.", err=True)
        raise typer.Exit(3)


def _below(result: dict[str, Any]) -> Iterator[str]:
    from anonymuse.evals.scrubbing import LEAST, PROMISED

    for one in result["sets"]:
        for kind in PROMISED:
            score = one["types"].get(kind)
            if score and score["recall"] < LEAST:
                yield f"{kind} on {one['name']} ({score['gone']} of {score['marked']})"
