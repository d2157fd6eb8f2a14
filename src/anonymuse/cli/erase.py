"""`anonymuse erase`: destroys a person's key, and what of them lies in runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anonymuse.cli.flags import AsJson

if TYPE_CHECKING:
    from anonymuse.wiring.erasing import Erasure

KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="FILE", help="The project's key; else the runs' own."),
]


def erase(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Folders of `run --out`: all of them.")
    ],
    user: Annotated[
        str, typer.Option("--user", metavar="ID", help="Who, as the source of the data has it.")
    ],
    key_file: KeyFile = None,
    key_ring: Annotated[
        Path | None,
        typer.Option("--key-ring", metavar="FILE", help="The key ring; else the runs' own."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person: their key, their conversations, the answers of models about them.

    In an encrypted run nothing of theirs can be read afterwards, in no copy of the run's folder
    either. What many people's data went into goes too, and the next run makes it anew without them,
    also where the source still holds them. Releases stay as they are: they hold no one person.

    Whoever keeps copies of the key ring can undo this. It is written to the audit log.
    """
    from anonymuse import api
    from anonymuse.errors import ConfigError

    if as_json and not yes:
        raise ConfigError("`erase --json` asks nothing, so it needs --yes.")
    if not yes and not typer.confirm("Destroy this person's key and data? Nobody can undo it."):
        typer.echo("Nothing was destroyed.")
        return
    done = api.erase(runs, user, key_file=key_file, key_ring=key_ring)
    if as_json:
        typer.echo(json.dumps(_plain(done)))
        return
    for line in _lines(done):
        typer.echo(line)


def _plain(done: Erasure) -> dict[str, Any]:
    told = asdict(done)
    runs = told.pop("runs")
    encrypted = told.pop("encrypted")
    return told | {"runs": {n: own | {"encrypted": n in encrypted} for n, own in runs.items()}}


def _lines(done: Erasure) -> list[str]:
    what = "their key was destroyed" if done.key else "there was no key of theirs"
    if done.before:
        what = f"erased before, on {done.before}; what was left is gone now"
    lines = [f"Erased {done.pseudonym} at {done.time}: {what}."]
    for name, own in done.runs.items():
        lines.append(
            f"{name}: {own.conversations:,} conversations and {own.answers:,} answers of models "
            f"deleted; {len(own.stages)} stages are made anew by the next run."
        )
        if own.restricted:
            lines.append(f"{name}: the restricted report was deleted; run again to have it anew.")
        if own.out:
            lines.append(
                f"{name}: {own.out:,} questions are at a provider in batches, with text of "
                f"conversations; delete those batches there."
            )
        if name not in done.encrypted:
            lines.append(f"{name} is not encrypted: copies of it, as in backups, hold them still.")
    lines.append(f"Key ring: {done.ring} (SHA-256 {done.digest}). Copies of it undo this.")
    lines.append("Releases stay as they are. The source of the data was not touched.")
    return lines
