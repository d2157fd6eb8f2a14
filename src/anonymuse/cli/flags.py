"""Gives commands the flags that are settings; the table of them is `pipeline/flags.py`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from anonymuse.pipeline.flags import FLAGS, Flag

Flags = Mapping[str, Any]
"""settings that were given on the command line, by ``section.key``"""

Data = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="DATA...",
        help="Files, folders, patterns ('logs/*.jsonl.gz'), addresses (s3://...), or - for "
        "standard input.",
        show_default=False,
    ),
]

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="TOML file of settings; flags override it."),
]
FIRST = ("data", "file", "out", "config")
"""parameters of a command that come before the settings; its others come after them"""

OpenPage = Annotated[
    bool | None,
    typer.Option(
        "--open/--no-open",
        help="Open the browser; left out, where there is a screen.",
        show_default=False,
    ),
]
JustAddress = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print the address and nothing else.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
Date = Annotated[
    str | None, typer.Option("--date", help="Date to write into the result; else today.")
]


def takes_settings(
    *, only: tuple[str, ...] = ("",)
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of the table; it gets those that were typed as ``flags``.

    Args:
        only: beginnings of settings ("input."); by default all.
    """
    chosen = tuple(flag for flag in FLAGS if flag.setting.startswith(only))

    def dress(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def dressed(**given: Any) -> None:
            typed = {flag.setting: given.pop(flag.parameter, None) for flag in chosen}
            command(**given, flags={s: v for s, v in typed.items() if v is not None and v != []})

        own = inspect.signature(command, eval_str=True).parameters.values()
        first = [p for p in own if p.name in FIRST]
        last = [p for p in own if p not in first and p.name != "flags"]
        options = [_option(flag) for flag in chosen]
        parameters = [*first, *options, *last]
        bare = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
        del dressed.__wrapped__
        dressed.__signature__ = inspect.Signature(bare)  # type: ignore[attr-defined]
        dressed.__annotations__ = {p.name: p.annotation for p in bare}
        return dressed

    return dress


def _option(flag: Flag) -> inspect.Parameter:
    kind: Any = list[str] if flag.kind is tuple else flag.kind
    names = (flag.name, f"--no-{flag.name[2:]}") if kind is bool else (flag.name,)
    declared = "/".join(names)
    option = typer.Option(
        declared, help=flag.help, metavar=flag.metavar, rich_help_panel=flag.panel or None
    )
    return inspect.Parameter(
        flag.parameter,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, option],
    )
