"""`anonymuse staff`: who may sign in to the secure zone, and in which role."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.cli.help import App
from anonymuse.cli.key import KeyFile, key_path

if TYPE_CHECKING:
    from anonymuse.secure.office import Office

app = App(
    help=(
        "Say who may sign in to the secure zone, each in exactly one role.\n\n"
        "viewer sees counts, analyst sees accounts, investigator asks for conversations, approver "
        "decides on that, operator manages staff. The zone lies beside the project's key; every "
        "change is written to its audit log."
    ),
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Lower case: a-z, 0-9, . _ @ -")]
Role = Annotated[
    str,
    typer.Option(
        "--role",
        metavar="ROLE",
        help="viewer, analyst, investigator, approver or operator.",
    ),
]
OneTime = Annotated[
    bool, typer.Option("--one-time", help="Make a password that has to be changed; print it.")
]


@app.command("add")
def add(
    name: Name,
    role: Role,
    one_time: OneTime = False,
    no_password: Annotated[
        bool,
        typer.Option("--no-password", help="Only for who comes through a trusted reverse proxy."),
    ] = False,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Add somebody. The password is asked for, or read as one line of standard input."""
    from anonymuse.errors import ConfigError
    from anonymuse.secure.passwords import one_time_password
    from anonymuse.secure.roles import role_named
    from anonymuse.secure.staff import staff_name

    if one_time and no_password:
        raise ConfigError("--one-time and --no-password exclude each other.")
    name, role = staff_name(name), role_named(role)
    office = _office(key_file)
    made = one_time_password() if one_time else None
    password = None if no_password else made or _asked(name)
    office.add(name, role, password, must_change=one_time)
    _told(f"{name} may sign in as {role}.", name, made, as_json)


@app.command("list")
def list_(key_file: KeyFile = None, as_json: AsJson = False) -> None:
    """List everybody, with role and state."""
    everybody = _office(key_file).all()
    if as_json:
        typer.echo(json.dumps({"staff": [asdict(one) for one in everybody]}))
        return
    if not everybody:
        typer.echo("Nobody yet: `anonymuse staff add NAME --role operator`.")
    for one in everybody:
        states = [
            "disabled" if one.disabled else "",
            "has to change the password" if one.must_change else "",
            "" if one.password else "through a reverse proxy only",
        ]
        told = ", ".join(filter(None, states))
        typer.echo(f"{one.name:<24} {one.role:<13} {told}".rstrip())


@app.command("role")
def role(
    name: Name,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="In place of the one they have.")],
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Give somebody another role instead of theirs; their sessions end."""
    _office(key_file).set_role(name, role)
    _told(f"{name} is {role} now.", name, None, as_json)


@app.command("disable")
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let them in again.")] = False,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Shut somebody out; their sessions end. Their name stays, for the log."""
    _office(key_file).set_disabled(name, not undo)
    _told(f"{name} may sign in again." if undo else f"{name} is shut out.", name, None, as_json)


@app.command("password")
def password(
    name: Name, one_time: OneTime = False, key_file: KeyFile = None, as_json: AsJson = False
) -> None:
    """Set somebody's password: asked for, or one line of standard input; their sessions end."""
    from anonymuse.secure.passwords import one_time_password

    office = _office(key_file)
    made = one_time_password() if one_time else None
    office.set_password(name, made or _asked(name), must_change=one_time)
    _told(f"{name} has a new password.", name, made, as_json)


def _office(key_file: KeyFile) -> Office:
    from anonymuse.secure.office import Office

    return Office(key_path(key_file))


def _asked(name: str) -> str:
    """Return a password from the terminal or from standard input; never from an argument."""
    if sys.stdin.isatty():
        prompt = f"Password for {name} (at least 12 characters)"
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _told(sentence: str, name: str, made: str | None, as_json: bool) -> None:
    if as_json:
        told = {"name": name, "told": sentence} | ({} if made is None else {"one_time": made})
        typer.echo(json.dumps(told))
        return
    typer.echo(sentence)
    if made is not None:
        typer.echo(f"One-time password, shown once, to be changed at the first sign-in: {made}")
