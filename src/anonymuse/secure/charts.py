"""Places of marks in the zone's drawings; the templates draw them as SVG without any script."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anonymuse.domain.restricted.evidence import REFUSED, Gap, GapRow, Rate, Signal
from anonymuse.domain.restricted.report import EvidenceCluster

WIDTH = 100.0
"""of bars and whiskers, in units of their view box"""


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar from an axis.

    Attributes:
        x: left end, 0 to :data:`WIDTH`.
        width: of the bar.
        against: points to the left, against the suspicion.
    """

    x: float
    width: float
    against: bool


@dataclass(frozen=True, slots=True)
class Whisker:
    """A share and its interval on a line from 0 to 100 %."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """One window of time: its bar, and what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str
    conversations: int
    accounts: int


@dataclass(frozen=True, slots=True)
class Dot:
    """A cluster in the quadrant; ``mark`` is its number in the table, 0 where it has none."""

    x: float
    y: float
    r: float
    mark: int
    missed: bool


SIDE = 320.0
_MARGIN = 34.0


def bars(signals: Sequence[Signal]) -> list[Bar]:
    """Return one bar per signal, all on one scale, from the axis in the middle."""
    most = max((abs(one.points) for one in signals), default=0.0) or 1.0
    made = []
    for one in signals:
        length = WIDTH / 2 * abs(one.points) / most
        against = one.points < 0
        made.append(Bar(WIDTH / 2 - length if against else WIDTH / 2, length, against))
    return made


def whisker(rate: Rate | None) -> Whisker | None:
    """Return where a share and its interval lie; None where nothing is known."""
    if rate is None or not rate.n:
        return None
    return Whisker(WIDTH * rate.share, WIDTH * rate.low, WIDTH * rate.high)


def columns(windows: Sequence[tuple[str, int, int]], height: float = 60.0) -> list[Column]:
    """Return columns of conversations by window, the tallest as high as the drawing."""
    if not windows:
        return []
    most = max(conversations for _, _, conversations in windows) or 1
    width = min(0.72 * WIDTH / len(windows), 9.0)
    step = (WIDTH - width) / max(1, len(windows) - 1)
    return [
        Column(
            step * number,
            height - height * conversations / most,
            width,
            height * conversations / most,
            label,
            conversations,
            accounts,
        )
        for number, (label, accounts, conversations) in enumerate(windows)
    ]


def quadrant(clusters: Iterable[EvidenceCluster], gap: Gap) -> list[Dot]:
    """Return base clusters by concern (to the right) and verdict (upwards), large ones first.

    Clusters that the gap's tables name carry the number that they have there.
    """
    missed, overdone = _places(gap.missed), _places(gap.overdone)
    found = []
    for one in clusters:
        verdict = one.refused if gap.verdict == REFUSED else one.flags.get(gap.verdict)
        if one.level or one.concern is None or verdict is None or not verdict.n:
            continue
        found.append(
            Dot(
                along(one.concern.share),
                SIDE - along(verdict.share),
                2.5 + 1.1 * math.sqrt(math.sqrt(one.accounts)),
                missed.get(one.id, 0) or overdone.get(one.id, 0),
                one.id in missed,
            )
        )
    return sorted(found, key=lambda dot: (dot.mark > 0, -dot.r))


def along(share: float) -> float:
    """Return where a share stands on an axis of the quadrant."""
    return _MARGIN + (SIDE - 2 * _MARGIN) * share


def _places(rows: Sequence[GapRow]) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        if row.notable:
            places.setdefault(row.cluster, number)
    return places
