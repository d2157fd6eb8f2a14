"""`anonymuse key`: the project's secret key, its rotation, and the releases made with it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.cli.help import App

if TYPE_CHECKING:
    from anonymuse.ports.release_ledger import ReleaseLine

app = App(help="Show, check and rotate the project's secret key, and list what it released.")

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="The key; else ANONYMUSE_KEY_FILE, else anonymuse.key here.",
    ),
]
Ledger = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="DIR", help="The ledger; else that beside the key."),
]

_CHANGES = (
    "From now on pseudonyms, samples and noise are others.",
    "Runs made with the old key cannot be resumed, edited or compared: give each a new --out.",
    "The key ring beside it is wrapped by the new key. Keep retired keys: by them people who were "
    "erased are known, and encrypted runs erased from.",
    "The ledger cannot compare new releases with old ones. Releasing the same conversations again "
    "draws new noise: whoever has both releases can average part of it out. Rotate after a leak, "
    "or when the data are others; not before a re-release.",
)


@app.command("show")
def show(key_file: KeyFile = None, ledger: Ledger = None, as_json: AsJson = False) -> None:
    """Say which key this is, when it was made and what was released with it; never the key."""
    from anonymuse.pipeline.key import made_at, read_key, retired_keys, too_open

    path = key_path(key_file)
    fingerprint = read_key(path).fingerprint
    lines = [line for line in _lines(path, ledger) if line.key == fingerprint]
    told: dict[str, Any] = {
        "file": str(path),
        "fingerprint": fingerprint,
        "made": f"{made_at(path):%Y-%m-%d %H:%M} UTC",
        "releases": len(lines),
        "runs": sorted({line.run for line in lines}),
        "retired": [str(old) for old in retired_keys(path)],
        "warning": too_open(path),
    }
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"Key {path}\n  fingerprint {fingerprint}, made {told['made']}")
    typer.echo(f"  releases in the ledger: {len(lines)}")
    for run in told["runs"]:
        typer.echo(f"  released from {run}")
    for old in told["retired"]:
        typer.echo(f"  retired: {old}")
    if told["warning"]:
        typer.echo(told["warning"])


@app.command("check")
def check(
    runs: Annotated[
        list[Path] | None, typer.Argument(metavar="RUN...", help="Run folders made with it.")
    ] = None,
    key_file: KeyFile = None,
    ledger: Ledger = None,
    as_json: AsJson = False,
) -> None:
    """Check the key, its rights, its ledger, its key ring, and that runs were made with it."""
    from anonymuse.errors import ConfigError
    from anonymuse.pipeline.key import read_key, too_open
    from anonymuse.pipeline.run import PRIVATE, refuse_another_key
    from anonymuse.wiring.vault import check_ring

    path = key_path(key_file)
    key = read_key(path)
    if told := too_open(path):
        raise ConfigError(told)
    lines = _lines(path, ledger, whole=True)
    for run in runs or []:
        if not (run / PRIVATE).is_dir():
            raise ConfigError(f"There is no run in {run}: name the folder of `run --out`.")
        refuse_another_key(run / PRIVATE, key)
    ring = check_ring(path)
    said = {"fingerprint": key.fingerprint, "releases": len(lines), "runs": len(runs or [])}
    said |= {} if ring is None else {"ring": {"keys": ring[1], "erased": ring[2]}}
    if as_json:
        typer.echo(json.dumps(said))
        return
    typer.echo(f"The key {path} is sound and its owner's alone (fingerprint {key.fingerprint}).")
    held = "1 release" if len(lines) == 1 else f"{len(lines)} releases"
    typer.echo(f"The ledger holds {held}, each with its file.")
    if ring is not None:
        typer.echo(f"The key ring {ring[0]} is sound: {ring[1]:,} keys, {ring[2]:,} erased.")
    for run in runs or []:
        typer.echo(f"{run} was made with it.")


@app.command("rotate")
def rotate(
    key_file: KeyFile = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a new key; the old one stays beside it as retired, for reading old lines of the ledger.

    Do not delete a retired key as long as its runs are kept, and give it to nobody.
    """
    from anonymuse.errors import ConfigError
    from anonymuse.pipeline.key import read_key, rotate_key
    from anonymuse.wiring.vault import wrap_anew

    path = key_path(key_file)
    read_key(path)
    if as_json and not yes:
        raise ConfigError("`key rotate --json` asks nothing, so it needs --yes.")
    if not as_json:
        for change in _CHANGES:
            typer.echo(f"- {change}")
    if not yes and not typer.confirm(f"Replace the key {path}?"):
        typer.echo("The key stays as it is.")
        return
    new, aside = rotate_key(path)
    wrap_anew(path)
    if as_json:
        said = {"file": str(path), "fingerprint": new.fingerprint, "retired": str(aside)}
        typer.echo(json.dumps({**said, "changes": _CHANGES}, ensure_ascii=False))
        return
    typer.echo(f"{path} is a new key (fingerprint {new.fingerprint}); the old one is {aside}.")


@app.command("ledger")
def releases(key_file: KeyFile = None, ledger: Ledger = None, as_json: AsJson = False) -> None:
    """List the releases that the ledger knows, first to last. Its numbers are exact: private."""
    from dataclasses import asdict

    path = key_path(key_file)
    lines = _lines(path, ledger)
    if as_json:
        told = [asdict(line) for line in lines]
        typer.echo(json.dumps({"releases": told}, ensure_ascii=False))
        return
    if not lines:
        typer.echo(f"No release yet in {_folder(path, ledger)}.")
    for line in lines:
        months = " to ".join(dict.fromkeys(line.window)) if line.window else "months not known"
        by = f", grouped by {line.grouping}" if line.grouping else ""
        typer.echo(
            f"{line.made}  {line.id[:12]}  {line.policy['name']}{by}, {months}: "
            f"{line.people:,} {line.unit}s, {line.numbers:,} numbers, key {line.key}"
        )
        typer.echo(f"{'':<22}{line.run}")


def key_path(key_file: Path | None) -> Path:
    """Return the file of the key: the one that is named, or the usual one."""
    from anonymuse.pipeline.key import KEY_NAME

    return key_file or Path(os.environ.get("ANONYMUSE_KEY_FILE") or KEY_NAME)


def _folder(path: Path, ledger: Path | None) -> Path:
    from anonymuse.adapters.store.ledger import LEDGER_NAME

    return ledger or path.resolve().parent / LEDGER_NAME


def _lines(path: Path, ledger: Path | None, *, whole: bool = False) -> Sequence[ReleaseLine]:
    from anonymuse.adapters.store.ledger import FolderLedger

    book = FolderLedger(_folder(path, ledger))
    lines = book.lines()
    if whole and lines:
        with book.opened() as held:
            for line in lines:
                held.numbers(line)
    return lines
