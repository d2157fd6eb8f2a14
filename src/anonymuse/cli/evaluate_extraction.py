"""`anonymuse eval extraction`: whether a chat model can answer the facet questions at all."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.domain.private.conversation import Conversation


def extraction(
    chat: Annotated[
        str, typer.Option("--chat", help="embedded, file:MODEL.gguf or URL#MODEL.")
    ] = "embedded",
    count: Annotated[int, typer.Option("--count", min=1, help="Conversations to ask about.")] = 60,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", min=1, help="Calls in flight; 1 or 2 on a CPU.")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Keeps answers here, so that it can go on.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for machines.")
    ] = False,
) -> None:
    """Ask a model about conversations of our corpus; no answer is empty, copied or off the form.

    Exit code 3 where an answer that was accepted breaks a rule, or one is missing.
    """
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.evals.corpus.population import load
    from anonymuse.evals.extraction import check_extraction
    from anonymuse.wiring.chat import open_asker

    rows = [row.conversation for row in load() if row.truth.planted is None]
    chosen: list[Conversation] = rows[:: max(1, len(rows) // count)][:count]

    async def ask() -> tuple[dict[str, object], list[str], bool]:
        async with open_asker(chat, cache, concurrency) as asker:
            found, _ = await check_extraction(chosen, asker, detector=open_detector())
        return asdict(found), found.lines(), found.passed

    found, lines, passed = asyncio.run(ask())
    typer.echo(json.dumps(found) if as_json else "\n".join(lines))
    if not passed:
        raise typer.Exit(3)
