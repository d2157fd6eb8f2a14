"""`anonymuse compare`: what has changed from one report to another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from anonymuse.cli.flags import AsJson
from anonymuse.domain.released.sentences import interval, percent, unit_noun

if TYPE_CHECKING:
    from anonymuse.api import Comparison
    from anonymuse.insights.changes import Change, Kind
    from anonymuse.insights.moves import Kind as Move
    from anonymuse.insights.moves import Moves

_TITLES: dict[Kind, str] = {
    "grown": "Grown (share of {many}, after over before, 95 % interval)",
    "shrunk": "Shrunk",
    "new": "New: not published before",
    "gone": "Gone: published before, and no longer",
}


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="The earlier run or report.")],
    after: Annotated[
        Path | None,
        typer.Argument(
            metavar="B",
            help="The later one. Left out: the latest month or week of A against those before.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="FACET", help="Compare the trees by this facet.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say what grew, shrank, is new or gone from one report to a later one.

    Shares are compared, with intervals, after control over all clusters. Clusters are known by
    their ids where B was made with `assign`, by their conversations where both runs are there, and
    else by their names. With one report, its latest month or week is compared with those before.
    Everything printed may be passed on with the reports.
    """
    from anonymuse import api

    if after is None:
        moved = api.moved(before, by=by)
        text = (
            json.dumps(asdict(moved), ensure_ascii=False) if as_json else "\n".join(_inside(moved))
        )
        typer.echo(text)
        return
    found = api.compare(before, after, by=by)
    if as_json:
        typer.echo(json.dumps(found.summary(), ensure_ascii=False))
        return
    typer.echo("\n".join(_page(found, f"{before} → {after}")))


def _page(found: Comparison, places: str) -> Iterator[str]:
    many = unit_noun(found.after.receipt)
    titles = found.before.title, found.after.title
    yield f"{titles[0]}: {places}" if titles[0] == titles[1] else " → ".join(titles)
    for note in found.notes:
        yield f"Note: {note}"
    for kind, title in _TITLES.items():
        own = found.of(kind)
        if own:
            yield ""
            yield title.format(many=many)
            yield from (line for change in own for line in _lines(change))
    steady = found.of("steady")
    yield ""
    yield f"{len(steady)} clusters continue without a difference that stands out."
    for change in steady:
        if change.parts or change.sources:
            yield from _lines(change)


def _lines(change: Change) -> Iterator[str]:
    alone = change.after or change.before
    if change.ratio is not None and change.low is not None and change.high is not None:
        yield f"  {change.ratio:.2f} ({change.low:.2f} to {change.high:.2f})  {_named(change)}"
    elif alone is not None:
        yield f"  {percent(alone.share)}  {_named(change)}"
    if change.parts:
        yield f"      parts of it are now also in: {'; '.join(change.parts)}"
    if change.sources:
        yield f"      holds parts of what was: {'; '.join(change.sources)}"


def _named(change: Change) -> str:
    old = change.before.name if change.before is not None else change.name
    return change.name if old == change.name else f"{change.name} (was: {old})"


_MOVED: dict[Move, str] = {
    "growing": "Growing (share of people, latest over before, 95 % interval)",
    "shrinking": "Shrinking",
    "new": "New (share of people in the latest, 95 % interval)",
    "vanished": "Vanished (share of people before)",
}


def _inside(found: Moves) -> Iterator[str]:
    first, last = found.before[0], found.before[-1]
    yield f"{found.latest} against {first if first == last else f'{first} to {last}'}"
    for kind, title in _MOVED.items():
        own = found.of(kind)
        if own:
            yield ""
            yield title
        for move in own:
            if kind in ("growing", "shrinking"):
                yield f"  {move.ratio:.2f} ({move.low:.2f} to {move.high:.2f})  {move.cluster.name}"
            else:
                told = interval(move.share_low or 0.0, move.share_high or 0.0)
                yield f"  {percent(move.share or 0.0)} ({told})  {move.cluster.name}"
    yield ""
    steady, unknown = len(found.of("steady")), len(found.of("unknown"))
    yield f"{steady} clusters show no difference that stands out; too little shows of {unknown}."
