"""`anonymuse doctor`: what is in a file, before anything is done with it."""

from __future__ import annotations

import json
from datetime import datetime

import typer

from anonymuse.cli.flags import AsJson, ConfigFile, Data, Flags, takes_settings
from anonymuse.errors import InputError


@takes_settings(only=("input.",))
def doctor(
    flags: Flags,
    data: Data = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what is in the data, before anything is done with it.

    Format, records dropped and why, lengths, languages, users, times. Nothing is sent anywhere and
    nothing is written. No conversation and no identifier is shown.
    """
    from rich.console import Console

    from anonymuse import api
    from anonymuse.api.diagnosis_page import nothing_kept
    from anonymuse.cli.doctor_page import draw

    found = api.doctor(data, config, flags)
    seen = found.diagnosis
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, default=_as_text))
    elif (console := Console(soft_wrap=False)).is_terminal and found.detected:
        draw(seen, console)
    else:
        typer.echo(str(found))
    if not seen.kept:
        raise InputError(nothing_kept(seen))


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
