"""`anonymuse explore`: a released report in the browser."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anonymuse.cli.flags import AsJson, JustAddress, OpenPage
from anonymuse.errors import ConfigError, InputError, OutputError

if TYPE_CHECKING:
    from anonymuse.domain.released.report import Report
    from anonymuse.web.notes import NoteBook

_MADE = "auto"  # a token that stands on no command line, which other accounts can read
_LARGE = 10_000_000  # bytes of a report that takes seconds to read


def explore(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A run's folder, or its release folder.")
    ],
    other: Annotated[
        Path | None,
        typer.Argument(metavar="OTHER", help="A second report, to compare the first with."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            metavar="N",
            help="Port; 0 is any free one. Left out: 8722, or the next free one.",
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option("--host", help="Address to listen on; one that others reach needs a token."),
    ] = "127.0.0.1",
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            help="What a visitor has to know: 16 letters and digits or more, or auto, which makes "
            "one; made where needed.",
        ),
    ] = None,
    open_page: OpenPage = None,
    as_json: AsJson = False,
    quiet: JustAddress = False,
) -> None:
    """Look at a released report in the browser: map, tree, comparison.

    Reads what was released and nothing else, and serves it to this machine only, until Ctrl-C.
    Bookmarks are kept in DIR/notes.json, beside the release.
    """
    from anonymuse.adapters.store.report_folder import find_bundle
    from anonymuse.web.notes import place_of
    from anonymuse.web.server import make_app
    from anonymuse.web.serving import address, is_loopback, listen, names_of, serve

    quiet = quiet or as_json
    token = _checked(token, needed=not is_loopback(host))
    report = _loaded(folder, quiet=quiet)
    second = None if other is None else _loaded(other, quiet=quiet)
    notes = _book(place_of(find_bundle(folder)))
    with listen(host, port) as sock:
        app = make_app(report, second, notes=notes, token=token, hosts=names_of(host))
        url = address(sock, host, token)
        if as_json:
            kept = str(notes.path) if notes else None
            said = {"address": url, "report": str(folder), "notes": kept}
            typer.echo(json.dumps(said, ensure_ascii=False))
        else:
            typer.echo(url if quiet else f"Look at it: {url}")
        if not quiet:
            _hints(sock.getsockname()[1], chosen=port is not None, notes=notes)
        if open_page if open_page is not None else has_screen():
            browse(url)
        with contextlib.suppress(KeyboardInterrupt):  # the way to end it, so no mistake
            serve(app, sock)
        if not quiet:
            tell("Ended.")


def _loaded(folder: Path, *, quiet: bool) -> Report:
    """Read a report, saying so where that takes seconds."""
    from anonymuse.adapters.store.report_folder import REPORT, find_bundle, load_report

    if folder.name == "private" and (folder / "manifest.json").is_file():
        raise InputError(
            f"{folder} holds people's data and is never shown. Name the folder above it: "
            f"anonymuse explore {folder.parent}"
        )
    bundle = find_bundle(folder)
    size = (bundle / REPORT).stat().st_size
    if size > _LARGE and not quiet:
        tell(f"Reading {size / 1e6:.0f} MB of {bundle}.")
    return load_report(bundle)


def _checked(token: str | None, *, needed: bool) -> str | None:
    from anonymuse.web.guard import SHORTEST_TOKEN

    if token == _MADE or (token is None and needed):
        return secrets.token_urlsafe(24)
    if token is None:
        return None
    if not re.fullmatch(rf"[A-Za-z0-9._~-]{{{SHORTEST_TOKEN},}}", token):
        raise ConfigError(
            f"A token is {SHORTEST_TOKEN} or more letters, digits and -_.~ without spaces. "
            f"`--token {_MADE}` makes one."
        )
    return token


def _book(place: Path) -> NoteBook | None:
    """Return where bookmarks are kept; None where only the browser can."""
    from anonymuse.web.notes import NoteBook, can_write

    book = NoteBook(place, tell=tell)
    if not can_write(place):
        return None
    try:
        book.read()  # what is wrong with it is said before somebody writes a bookmark
    except OutputError as error:
        tell(error.message)
        return None
    return book


def _hints(port: int, *, chosen: bool, notes: NoteBook | None) -> None:
    from anonymuse.web.built import MISSING, is_built
    from anonymuse.web.serving import PORT

    if port != PORT and not chosen:
        tell(f"Port {PORT} is in use; {port} is the next free one.")
    if notes is None:
        tell("Bookmarks stay in the browser: there is no place to write beside the report.")
    else:
        tell(f"Bookmarks are kept in {notes.path}.")
    if not is_built():
        tell(MISSING)
    tell("Ctrl-C ends it.")


def browse(url: str) -> None:
    """Open the browser, or say that none could be."""
    if not webbrowser.open(url):
        tell("No browser could be opened here: go to the address yourself.")


def has_screen() -> bool:
    """Whether a browser would appear before the person who typed this."""
    if not sys.stdout.isatty():
        return False
    if sys.platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def tell(sentence: str) -> None:
    """Say something that is no result."""
    typer.echo(sentence, err=True)
