"""`anonymuse privacybench`: the attacks that we run against ourselves."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from anonymuse.ports.chat import ChatModel


def privacybench(
    profile: Annotated[
        str, typer.Option("--profile", help="fast: a few trials; full: as many as we publish.")
    ] = "fast",
    attack: Annotated[
        list[str] | None,
        typer.Option(
            "--attack", metavar="NAME", help="Only this attack (canaries ...); may be repeated."
        ),
    ] = None,
    chat: Annotated[
        str | None,
        typer.Option("--chat", help="A real model (URL#MODEL ...) for attacks that can use one."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of every random choice.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File for the result; what it holds already is not run again."),
    ] = None,
    measured: Annotated[
        Path | None, typer.Option("--measured", help="File for what receipts quote of it.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the result as JSON, for machines.")
    ] = False,
) -> None:
    """Attack the pipeline, hardened and unhardened side by side, on made-up conversations.

    Exit code 3 where the hardened pipeline misses a target, or the unhardened one does not leak
    and so the test proves nothing. Needs no data; without --chat no model and no network.
    """
    from anonymuse.cli.progress import drawing
    from anonymuse.errors import ConfigError, LimitError
    from anonymuse.evals.privacybench import page, runner
    from anonymuse.evals.privacybench.attacks import ATTACKS
    from anonymuse.evals.privacybench.frame import PROFILES

    known = next((one for one in PROFILES if one == profile), None)
    if known is None:
        raise ConfigError(f"There is no profile {profile!r}. Profiles: {', '.join(PROFILES)}.")
    attacks = runner.chosen(ATTACKS, attack or [])
    model = None if chat is None else _opened(chat)

    async def attack_all() -> dict[str, Any]:
        try:
            return await runner.run_all(
                attacks, profile=known, seed=seed, emit=emit, chat=chat or "", real=model, kept=out
            )
        finally:
            if model is not None:
                await model.close()

    with drawing(quiet=quiet) as emit:
        result = asyncio.run(attack_all())
    words = ["anonymuse privacybench", f"--profile {profile}"]
    words += [f"--attack {name}" for name in attack or []]
    words += [f"--seed {seed}"] if seed else []
    result["command"] = " ".join(words)
    result["date"] = datetime.now(UTC).date().isoformat()
    if out is not None:
        runner.write(out, result)
    if measured is not None:
        runner.write(measured, runner.measured(result))
    findings = [f for f in runner.findings_of(result) if f.attack in {a.name for a in attacks}]
    typer.echo(json.dumps(result) if as_json else page.summary(findings))
    if known != "full" and not as_json:
        typer.echo(
            "\nA few trials: rates are judged by their estimates, not by the bounds that the "
            "targets speak of. --profile full judges bounds."
        )
    bad = runner.complaints(findings)
    if bad:
        raise LimitError(" ".join(bad))


def _opened(chat: str) -> ChatModel:
    """Open a real model.

    Raises:
        ModelUnavailableError: it is not here.
    """
    from anonymuse.errors import ModelUnavailableError
    from anonymuse.pipeline.config import make_config
    from anonymuse.pipeline.events import ignore
    from anonymuse.wiring.chat import chat_model

    model, why = chat_model(make_config({"models": {"chat": chat}}), ignore)
    if model is None:
        raise ModelUnavailableError(f"privacybench --chat needs a chat model: {why}")
    return model
