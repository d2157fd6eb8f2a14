"""`anonymuse doctor`: what is in a file, before anything is done with it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from anonymuse.cli.flags import Flags, takes_settings
from anonymuse.errors import InputError, ModelUnavailableError
from anonymuse.ports.language import LanguageDetector


@takes_settings(only=("input.",))
def doctor(
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA...", help="Files or folders of conversations.")
    ],
    flags: Flags,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object for machines.")
    ] = False,
) -> None:
    """Say what is in the data: format, records dropped and why, lengths, languages, users, times.

    Nothing is sent anywhere and nothing is written. No conversation and no identifier is shown.
    """
    from rich.console import Console

    from anonymuse import api, wiring
    from anonymuse.adapters.read.sniff import open_readers
    from anonymuse.cli.doctor_page import draw, plain
    from anonymuse.pipeline.doctor import examine

    config = api.settings(None, flags).input
    readers = [
        reader
        for path in data
        for reader in open_readers(path, format=config.format, columns=wiring.columns(config))
    ]
    detector = _detector()
    seen = examine(readers, detector=detector)
    if as_json:
        typer.echo(json.dumps(asdict(seen), ensure_ascii=False, default=_as_text))
    else:
        console = Console(soft_wrap=False)
        if console.is_terminal:
            draw(seen, console)
        else:
            typer.echo(plain(seen))
        if detector is None:
            typer.echo("\nLanguages are not shown: the language detector is not installed.")
    if not seen.kept:
        raise InputError(
            "No record could become a conversation; the reasons are above. If another column holds "
            "what was said, name it: --messages-column, --text-column or --role-column."
        )


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _detector() -> LanguageDetector | None:
    """Return the detector, or None where its package is missing: the rest is worth showing."""
    try:
        from anonymuse.adapters.language.open import open_detector

        return open_detector()
    except (ImportError, ModelUnavailableError):
        return None
