"""Windows of a fixed calendar: months or ISO weeks, UTC, that never overlap.

A reader cannot choose where a window begins: two that differ by an hour would be two numbers whose
difference is an hour's people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

from anonymuse.stats.tables.counting import Column
from anonymuse.stats.tables.sheet import SIZE

Kind = Literal["month", "week"]

MOST = 120
"""windows, the latest ones; what is older has none"""

COVERED = 1 / 3
"""of a window's days: one at the edge that the data cover for less counts with its neighbour"""
FEWEST = 2
"""windows that are left in any case: one alone tells nothing of time"""


@dataclass(frozen=True, slots=True)
class Edge:
    """A window at the edge that was joined to its neighbour.

    Attributes:
        window: its name.
        into: the name that its people count under.
    """

    window: str
    into: str


def windows_of(
    times: Sequence[datetime | None], kind: Kind, *, until: datetime | None = None
) -> Column:
    """Return the window of each row: "2026-03", or "2026-W09".

    Every window from the first to the last is there, also where nobody is.

    Args:
        times: of each row, None where it is not known; without a zone UTC.
        kind: month or week.
        until: where there are more than :data:`MOST` windows, later ones are left out: else one
            odd date would take all others away.
    """
    named = [None if time is None else _name(time, kind) for time in times]
    known = [time for time in times if time is not None]
    first, last = (min(map(_utc, known)), max(map(_utc, known))) if known else (None, None)
    names = _between(first, last, kind) if first and last else []
    if until is not None and first and len(names) > MOST:
        names = _between(first, max(first, until), kind)
    names = names[-MOST:]
    code = {name: place for place, name in enumerate(names)}
    codes = np.fromiter((code.get(n or "", -1) for n in named), np.int64, count=len(named))
    return Column(SIZE, tuple(names), codes)


def _utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _name(time: datetime, kind: Kind) -> str:
    if kind == "month":
        return f"{_utc(time):%Y-%m}"
    year, week, _ = _utc(time).isocalendar()
    return f"{year:04d}-W{week:02d}"


def _between(first: datetime, last: datetime, kind: Kind) -> list[str]:
    """Return the names of all windows from one time to another."""
    step = timedelta(days=7 if kind == "week" else 28)
    found: dict[str, None] = {}
    time = max(first, last - step * (MOST + 20))
    while time < last:
        found[_name(time, kind)] = None
        time += step
    found[_name(last, kind)] = None
    return list(found)


def covered(
    times: Sequence[datetime | None], units: npt.NDArray[np.integer], *, people: int
) -> tuple[datetime, datetime] | None:
    """Return from when to when the data go; None for fewer people than asked for.

    Args:
        times: of each row.
        units: code of each row's privacy unit, shape (rows,).
        people: so many have been seen at the begin, and are yet to be seen at the end.
    """
    first: dict[int, datetime] = {}
    last: dict[int, datetime] = {}
    for time, unit in zip(times, units.tolist(), strict=True):
        if time is not None:
            own = _utc(time)
            first[unit] = min(own, first.get(unit, own))
            last[unit] = max(own, last.get(unit, own))
    if len(first) < people:
        return None
    return sorted(first.values())[people - 1], sorted(last.values())[-people]


def join_edges(
    windows: Column,
    times: Sequence[datetime | None],
    units: npt.NDArray[np.integer],
    kind: Kind,
    *,
    people: int,
) -> tuple[Column, tuple[Edge, ...]]:
    """Join windows at the edges that the data hardly cover to their neighbours.

    A last month of three days holds few people: it would be hidden, and the month before with it,
    as nobody may subtract one from the whole. Which windows are joined follows from the days that
    the data cover, not from how many people a window holds: the data begin where so many
    ``people`` have been seen for the first time, and end where so many are yet to be seen for the
    last time. No single person moves that.

    Args:
        windows: of :func:`windows_of`.
        times: of each row.
        units: code of each row's privacy unit, shape (rows,).
        kind: month or week.
        people: distinct units, at least 1.

    Returns:
        The windows, and which were joined, first to last; those that hold stray dates alone are
        not told of, as a single person's date could be read from them.
    """
    span = covered(times, units, people=people)
    if span is None or len(windows.values) <= FEWEST:
        return windows, ()
    begin, end = span
    bounds = [_bounds(name, kind) for name in windows.values]
    kept = [
        place
        for place, (low, high) in enumerate(bounds)
        if (min(high, end) - max(low, begin)) / (high - low) >= COVERED
    ]
    if len(kept) < FEWEST:
        return windows, ()
    first, last = kept[0], kept[-1]
    codes = np.where(windows.codes < 0, -1, np.clip(windows.codes, first, last) - first)
    told = [name for name, (low, high) in zip(windows.values, bounds, strict=True)
            if low <= end and begin < high]  # fmt: skip
    edges = [Edge(name, windows.values[first]) for name in windows.values[:first]]
    edges += [Edge(name, windows.values[last]) for name in windows.values[last + 1 :]]
    edges = [edge for edge in edges if edge.window in told]
    return replace(windows, values=windows.values[first : last + 1], codes=codes), tuple(edges)


def _bounds(name: str, kind: Kind) -> tuple[datetime, datetime]:
    """Return where a window begins and ends."""
    if kind == "week":
        year, week = (int(part) for part in name.split("-W"))
        start = datetime.fromisocalendar(year, week, 1).replace(tzinfo=UTC)
        return start, start + timedelta(days=7)
    start = datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC)
    return start, (start + timedelta(days=32)).replace(day=1)
