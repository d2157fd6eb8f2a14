"""`anonymuse watch`: conditions on a report, after a run."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from anonymuse.api.watch_rules import Notify
    from anonymuse.api.watching import Watched


def watch(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A run's folder, or its release folder."),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="TOML file of rules.")
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option("--before", metavar="DIR", help="An earlier report, for what is new or gone."),
    ] = None,
    post: Annotated[
        bool, typer.Option("--post", help="Post what is new to the webhook of the rules.")
    ] = False,
    mail: Annotated[
        Path | None, typer.Option("--mail", metavar="FILE", help="Write an e-mail to send.")
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print a commented file of rules, and stop.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which rules fire on a report: growth, refusals, something new, coordination.

    Exit code 5 where one fires; 2 where not one could be judged. What was posted once about a
    report is not posted again; ANONYMUSE_WEBHOOK_SECRET signs it.
    """
    if example:
        from anonymuse.api.watch_example import EXAMPLE

        typer.echo(EXAMPLE, nl=False)
        return
    if folder is None or rules is None:
        raise ConfigError(
            "Name a report and its rules: anonymuse watch DIR --rules FILE. "
            "`anonymuse watch --example` prints a file to start from."
        )
    from anonymuse.api.watch_posts import address_of
    from anonymuse.api.watch_rules import load_rules
    from anonymuse.api.watching import watch as judged

    wanted = load_rules(rules)
    if post:
        address_of(wanted.notify, os.environ)  # no alarm is lost for want of one
    show(judged(folder, wanted, before), wanted.notify, post=post, mail=mail, as_json=as_json)


def show(
    watched: Watched, notify: Notify, *, post: bool = False, mail: Path | None = None, as_json: bool
) -> None:
    """Print what was judged, tell who has to be told, and end with the exit code.

    What goes wrong in telling is said and hides no alarm.

    Raises:
        ConfigError: to post without an address.
        typer.Exit: with the code, where it is not 0.
    """
    from anonymuse.api.watch_page import page

    told = _posted(watched, notify) if post else ""
    if as_json:
        said = watched.summary() | ({"post": told} if post else {})
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        typer.echo(page(watched))
    if told:
        typer.echo(told, err=True)
    failed = "" if mail is None else _mailed(watched, notify, mail)
    if failed:
        typer.echo(failed, err=True)
    if code := watched.exit_code or (2 if failed else 0):
        raise typer.Exit(code)


def _mailed(watched: Watched, notify: Notify, mail: Path) -> str:
    """Write the e-mail, and return what went wrong."""
    from anonymuse.api.watch_posts import write_mail

    try:
        write_mail(watched, notify, mail, now=datetime.now(UTC))
    except OutputError as error:
        return error.message
    return ""


def _posted(watched: Watched, notify: Notify) -> str:
    """Post what is new, and return what became of it."""
    from anonymuse.api.watch_posts import SECRET, post_news

    delivery, forgot = post_news(watched, notify, os.environ)
    if delivery is None:
        return "Nothing new to post."
    unsigned = "" if os.environ.get(SECRET) else f"It was not signed: {SECRET} is not set."
    return " ".join(part for part in (delivery.told, unsigned, forgot) if part)
