"""Windows of a fixed calendar: months or ISO weeks, UTC, that never overlap.

A reader cannot choose where a window begins: two that differ by an hour would be two numbers whose
difference is an hour's people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np

from anonymuse.stats.tables.counting import Column
from anonymuse.stats.tables.sheet import SIZE

Kind = Literal["month", "week"]

MOST = 120
"""windows, the latest ones; what is older has none"""


def windows_of(times: Sequence[datetime | None], kind: Kind) -> Column:
    """Return the window of each row: "2026-03", or "2026-W09".

    Every window from the first to the last is there, also where nobody is.

    Args:
        times: of each row, None where it is not known; without a zone UTC.
        kind: month or week.
    """
    named = [None if time is None else _name(time, kind) for time in times]
    known = [time for time in times if time is not None]
    names = _between(min(map(_utc, known)), max(map(_utc, known)), kind)[-MOST:] if known else ()
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
