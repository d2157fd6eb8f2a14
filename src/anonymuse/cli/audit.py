"""`anonymuse audit`: the secure zone's log of every look and act, checked, anchored and shown."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.cli.help import App
from anonymuse.cli.key import KeyFile, key_path

app = App(
    help=(
        "Check, anchor and show the audit log of the secure zone beside the project's key.\n\n"
        "A chain tells every change inside of the log. That rows were cut off at its end is told "
        "for certain only by an anchor that was kept elsewhere."
    ),
)


@app.command("verify")
def verify(
    anchors: Annotated[
        list[Path] | None,
        typer.Option("--anchor", metavar="FILE", help="An anchor kept elsewhere; repeat it."),
    ] = None,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Check the whole log; ends with exit code 1 where somebody changed it."""
    from anonymuse.errors import BrokenRunError
    from anonymuse.secure import audit_check
    from anonymuse.secure.audit import read_keyring

    folder = _folder(key_file)
    given = [_anchor(path) for path in anchors or []]
    found = audit_check.verify(folder, read_keyring(key_path(key_file)), given)
    if as_json:
        typer.echo(json.dumps(asdict(found) | {"sound": found.sound}))
        raise typer.Exit(0 if found.sound else 1)
    for one in found.findings:
        typer.echo(f"{one.severity}: {one.told}")
    if not found.sound:
        broken = sum(one.severity == "broken" for one in found.findings)
        raise BrokenRunError(
            f"The audit log in {folder} is not as it was written ({broken} findings above). Keep "
            f"it as evidence; nothing more can be shown in the zone until it is moved away."
        )
    span = f", {found.first} to {found.last}" if found.rows else ""
    kept = "" if anchors else " Rows cut off together with audit.head would not show: --anchor."
    typer.echo(f"The audit log is whole: {_rows(found.rows)}{span}.{kept}")


@app.command("anchor")
def anchor(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it there; else to standard output."),
    ] = None,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the signed end of the log, to be kept where nobody of the zone can write.

    It is one line of JSON in any case.
    """
    from anonymuse.pipeline.files import writing_to
    from anonymuse.secure.audit import MACHINE, machine_actor, open_log

    _folder(key_file)
    log = open_log(key_path(key_file))
    log.append(actor=machine_actor(), role=MACHINE, action="anchored")
    told = log.anchor()
    if out is None:
        typer.echo(told.decode(), nl=False)
        return
    with writing_to(out), out.open("xb") as stream:  # an anchor is never overwritten
        stream.write(told)
    if as_json:
        typer.echo(json.dumps({"file": str(out)}))
        return
    typer.echo(f"Wrote {out}: keep it elsewhere, for `anonymuse audit verify --anchor`.")


@app.command("show")
def show(
    last: Annotated[int, typer.Option("--last", min=1, help="How many rows.")] = 20,
    action: Annotated[str, typer.Option("--action", help="Only rows of this action.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Only rows of this person.")] = "",
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the newest rows, oldest of them first. They hold ids and numbers, never text.

    Lines that are not signed by us are left out; `verify` tells of them.
    """
    from anonymuse.secure.audit import read_keyring
    from anonymuse.secure.audit_check import read_rows

    wanted = [
        row
        for row in read_rows(_folder(key_file), read_keyring(key_path(key_file)))
        if (not action or row.action == action) and (not actor or row.actor == actor)
    ][-last:]
    if as_json:
        typer.echo(json.dumps({"rows": [asdict(row) for row in wanted]}))
        return
    for row in wanted:
        details = ", ".join(f"{name} {value}" for name, value in sorted(row.details.items()))
        told = " ".join(filter(None, (row.action, row.object, row.purpose)))
        typer.echo(
            f"{row.seq:>6}  {row.time}  {row.actor} ({row.role})  {told}  {details}".rstrip()
        )


def _folder(key_file: Path | None) -> Path:
    from anonymuse.errors import ConfigError
    from anonymuse.secure.rules import zone_folder

    folder = zone_folder(key_path(key_file))
    if not folder.exists():
        raise ConfigError(
            f"There is no secure zone in {folder}: `anonymuse staff add` makes one beside the "
            f"project's key; name the key with --key-file."
        )
    return folder


def _anchor(path: Path) -> bytes:
    from anonymuse.errors import InputError

    try:
        with path.open("rb") as stream:
            return stream.read(10_000)
    except OSError:
        raise InputError(f"The anchor {path} cannot be read.") from None


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
