"""`anonymuse eval coverage`: whether 95 % intervals hold the truth in 95 of 100 populations."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.cli.flags import AsJson, Date
from anonymuse.cli.result import as_text


def coverage(
    draws: Annotated[
        int, typer.Option("--draws", min=10, max=5000, help="Populations drawn of each setting.")
    ] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the drawing.")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help="File for the result as JSON.")] = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Draw people from known populations and count how often intervals hold the truth."""
    from anonymuse._version import __version__
    from anonymuse.evals.coverage.run import simulate, tables

    result: dict[str, Any] = {
        "evaluation": "coverage",
        "date": date or datetime.now(UTC).date().isoformat(),
        "command": f"anonymuse eval coverage --draws {draws} --seed {seed}",
        "versions": {"anonymuse": __version__},
        **simulate(draws, seed),
    }
    text = as_text(result, out)
    typer.echo(text if as_json else tables(result))
