"""Narrow: which conversations are looked at all, before anything is drawn or sent.

Filters go one after another, and each is told how many it left out of those that the ones before
it had left in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from anonymuse.errors import ConfigError

Mask = npt.NDArray[np.bool_]

NO_TIME = "without a time"
OUTSIDE = "outside the time window"
UNMET = "not meeting the condition"
UNMATCHED = "without the pattern"
"""what conversations are called that a filter leaves out"""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open interval of time, ``since <= time < until``; None leaves a side open."""

    since: datetime | None
    until: datetime | None

    def holds(self, time: datetime) -> bool:
        """Say whether a moment, with its zone, lies inside."""
        return not (self.since and time < self.since) and not (self.until and time >= self.until)


def read_window(since: str | None, until: str | None) -> Window | None:
    """Return the window of two settings, None where both are left out.

    Args:
        since: a date or a date and time in ISO 8601; without a zone it is UTC.
        until: likewise; a date means its first moment, so the day itself is not in the window.

    Raises:
        ConfigError: one cannot be read, or the window is empty.
    """
    if since is None and until is None:
        return None
    window = Window(_moment(since, "--since"), _moment(until, "--until"))
    if window.since and window.until and window.since >= window.until:
        raise ConfigError(
            f"--until ({until}) is not later than --since ({since}). The window holds what is from "
            "--since on and before --until: for one day, give that day and the next."
        )
    return window


def _moment(text: str | None, setting: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        # A time without a zone is UTC; near the year 1 or 9999 another zone is out of range.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConfigError(
            f"{setting} is {text[:40]!r}, which is no date or time. Write 2026-03-01 or "
            "2026-03-01T09:30+01:00 (without a zone it is UTC)."
        ) from None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is left.

    Attributes:
        kept: mask over the rows.
        left_out: how many rows each filter left out of those before it, by its name, in order.
        why: the filter that left out each row; empty for a row that is kept.
    """

    kept: Mask
    left_out: Mapping[str, int]
    why: Sequence[str]


def narrow(rows: int, filters: Sequence[tuple[str, Mask]]) -> Narrowed:
    """Apply filters one after another.

    Args:
        rows: how many there are.
        filters: what a filter leaves out is called, and the mask of what it keeps, shape (rows,);
            several may have one name.
    """
    kept = np.ones(rows, dtype=np.bool_)
    left_out: dict[str, int] = {}
    why = np.full(rows, "", dtype=np.object_)
    for name, mask in filters:
        left_out[name] = left_out.get(name, 0) + int((kept & ~mask).sum())
        why[kept & ~mask] = name
        kept &= mask
    return Narrowed(kept, left_out, why.tolist())
