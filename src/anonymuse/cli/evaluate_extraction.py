"""`anonymuse eval extraction`: whether a chat model can answer the facet questions at all."""

from __future__ import annotations

import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson, ConfigFile, Flags, takes_settings
from anonymuse.cli.measured import show_plan
from anonymuse.cli.progress import drawing
from anonymuse.domain.private.conversation import Conversation


@takes_settings(only=("models.chat", "models.timeout", "models.price", "budget."))
def extraction(
    flags: Flags,
    config: ConfigFile = None,
    count: Annotated[int, typer.Option("--count", min=1, help="Conversations to ask about.")] = 60,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Folder that keeps answers, to go on from.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked and what it costs; stop.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask a model about conversations of our corpus; no answer is empty, copied or off the form.

    Exit code 3 where an answer that was accepted breaks a rule, or one is missing.
    """
    from anonymuse import api
    from anonymuse.adapters.language.open import open_detector
    from anonymuse.domain.facets import CORE
    from anonymuse.evals.corpus.population import load
    from anonymuse.evals.extraction import check_extraction
    from anonymuse.evals.suite.asking import foresee_questions, opened_model
    from anonymuse.stages.scrub import make_transcript

    settings = api.settings(config, flags)
    rows = [row.conversation for row in load() if row.truth.planted is None]
    chosen: list[Conversation] = rows[:: max(1, len(rows) // count)][:count]
    ahead = foresee_questions([make_transcript(one) for one in chosen], CORE, settings)
    if dry_run:
        show_plan(ahead, as_json=as_json)
        return

    async def ask(folder: Path) -> tuple[dict[str, object], list[str], bool]:
        async with opened_model(settings, folder, ahead, emit) as (asker, _):
            found, _ = await check_extraction(chosen, asker, detector=open_detector())
        return asdict(found), found.lines(), found.passed

    with ExitStack() as stack:
        emit = stack.enter_context(drawing(quiet=as_json))
        folder = cache or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        found, lines, passed = asyncio.run(ask(folder))
    typer.echo(json.dumps(found) if as_json else "\n".join(lines))
    if not passed:
        raise typer.Exit(3)
