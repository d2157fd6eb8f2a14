"""`anonymuse run`: from a file of conversations to a released report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from anonymuse.cli.flags import AsJson, ConfigFile, Data, Flags, takes_settings
from anonymuse.cli.progress import drawing
from anonymuse.pipeline.config import RunConfig

if TYPE_CHECKING:
    from anonymuse.api.watch_rules import Rules
    from anonymuse.api.watching import Watched


@takes_settings()
def run(
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder of the run; the same one resumes.")
    ],
    flags: Flags,
    data: Data = None,
    config: ConfigFile = None,
    print_config: Annotated[
        bool,
        typer.Option("--print-config", help="Print the settings in force as TOML, and stop."),
    ] = False,
    watch: Annotated[
        Path | None,
        typer.Option(
            "--watch", metavar="FILE", help="Rules to judge afterwards, as `anonymuse watch` does."
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Draw no progress.")] = False,
) -> None:
    """Make a report from conversations.

    The same command on the same folder goes on where it stopped. What may be looked at lies in
    OUT/release; OUT/private holds people's data and stays where it is. With --restricted there is
    no release: OUT/restricted holds a sealed report for safety staff (`anonymuse investigate`).

    Settings may also stand in a file (`anonymuse init` writes one) or in the environment
    (ANONYMUSE_PRIVACY_POLICY is `policy` of the section `privacy`); flags go over both. The key of
    a chat model's endpoint is read from ANONYMUSE_API_KEY.
    """
    from anonymuse import api
    from anonymuse.api.restricted import refuse_thresholds

    settings, origins = api.layered(config, flags, typed=True)
    if print_config:
        show_settings(settings, origins, as_json=as_json)
        return
    rules = _rules(watch)
    if settings.zone.restricted:
        refuse_thresholds(flags)
        raise typer.Exit(
            _run_restricted(data or [], out, settings, rules, as_json=as_json, quiet=quiet)
        )
    with drawing(quiet=quiet) as emit:
        outcome = api.run(data or [], out, settings, emit=emit)
    watched = _judged(out, rules)
    show(outcome, watched, as_json=as_json)
    raise typer.Exit(_code(watched) or outcome.exit_code)


def _rules(path: Path | None) -> Rules | None:
    """Read the rules of a watch before the run: what is wrong with them is said at once."""
    from anonymuse.api.watch_rules import load_rules

    return None if path is None else load_rules(path)


def _judged(out: Path, rules: Rules | None) -> Watched | None:
    from anonymuse.api.watching import watch

    return None if rules is None else watch(out, rules)


def _code(watched: Watched | None) -> int:
    """Return 5 where a rule fired: that goes over the run's own exit code."""
    return watched.exit_code if watched is not None and watched.alarms else 0


def _run_restricted(
    data: list[str],
    out: Path,
    settings: RunConfig,
    rules: Rules | None,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Make a report for the secure zone, print no word of it, and return the exit code."""
    from anonymuse.api.restricted import run_restricted
    from anonymuse.cli.outline_restricted import outline_restricted
    from anonymuse.cli.spent import spent

    with drawing(quiet=quiet) as emit:
        outcome = run_restricted(data, out, settings, emit=emit)
    watched = _judged(out, rules)
    if as_json:
        _show_json(outcome.summary(), watched)
        return _code(watched) or outcome.exit_code
    typer.echo(outline_restricted(outcome))
    for line in spent(outcome.usage):
        typer.echo(line)
    typer.echo(f"Restricted report: {outcome.bundle}")
    typer.echo(f"Look at it: anonymuse investigate {outcome.out}")
    _show_watched(watched)
    return _code(watched) or outcome.exit_code


def _show_json(summary: Mapping[str, Any], watched: Watched | None) -> None:
    more = {} if watched is None else {"watch": watched.summary()}
    typer.echo(json.dumps({**summary, **more}, ensure_ascii=False))


def _show_watched(watched: Watched | None) -> None:
    from anonymuse.api.watch_page import page

    if watched is not None:
        typer.echo(f"\n{page(watched)}")


def show_settings(settings: RunConfig, origins: Mapping[str, str], *, as_json: bool) -> None:
    """Print the settings in force, each with where it came from if it is no default."""
    from anonymuse.pipeline.toml import to_bare_toml

    settings = settings.shown()
    if as_json:
        said = {"settings": settings.model_dump(mode="json"), "from": dict(origins)}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(to_bare_toml(settings, origins), nl=False)


def show(outcome: Any, watched: Watched | None = None, *, as_json: bool) -> None:
    """Print what a run made: the tree in short, what was withheld, where the report is."""
    from anonymuse.cli.outline import outline, taken
    from anonymuse.cli.spent import spent

    if as_json:
        _show_json(outcome.summary(), watched)
        return
    typer.echo(outline(outcome.report))
    typer.echo(f"\n{taken(outcome.stages)}")
    for line in spent(outcome.usage):
        typer.echo(line)
    typer.echo(f"Report: {outcome.bundle}")
    typer.echo(f"Look at it: anonymuse explore {outcome.out}")
    typer.echo(f"As one file: anonymuse export {outcome.out} --to html")
    _show_watched(watched)
