"""How fast calls may start: a bucket that refills evenly, and a rate found by trial."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

PERIOD: Final = 1.0
"""Seconds, at least, of which one judgement of a rate is made."""

LEAST: Final = 50
"""Outcomes, at least, of which one judgement is made: fewer are mostly chance."""

BACK_OFF: Final = 0.95
"""A rate that was too high becomes this share of what came through."""

TOLERATED: Final = 0.01
"""Share of rejected calls that is no reason to slow down."""

GROWTH: Final = 0.01
"""Share by which a rate grows in a quiet period, at least, and every four seconds of a long one."""

_PATIENCE: Final = 15
"""After so many quiet periods the limit must be far: the growth doubles every three, thrice."""

SEARCH: Final = 0.25
"""Growth after a storm, in which bursts and pauses hide the limit, until it is met again."""

_STORM: Final = 0.2
_TRIALS: Final = 3

SILENCE: Final = 5.0
"""Seconds without an outcome, after which a judgement starts anew: nobody was asking."""

_FEW: Final = 5
"""Fewer good calls than these are an outage, of which no rate can be told."""

_SLOWEST: Final = 0.2
_MOST_TOLERATED: Final = 0.1


class Bucket:
    """Amounts that may be taken at a rate; what is taken too early is waited for.

    It keeps the time at which it will be full again instead of a level (the generic cell rate
    algorithm of ATM networks), so that a change of the rate moves nobody's turn.

    Args:
        clock: monotonic seconds.
        burst: how many seconds' worth may be taken at once.
    """

    def __init__(self, clock: Callable[[], float], *, burst: float) -> None:
        self._clock = clock
        self._burst = burst
        self._next = clock()
        self.rate: float | None = None
        """amount a second, or None for no limit"""

    def take(self, amount: float) -> float:
        """Take an amount, and return the seconds to wait before using it."""
        if self.rate is None:
            return 0.0
        now = self._clock()
        at = max(self._next, now - self._burst)
        self._next = at + amount / self.rate
        return max(0.0, at - now)

    def give_back(self, amount: float) -> None:
        """Return what was taken too much; a negative amount takes more."""
        if self.rate is not None:
            self._next -= amount / self.rate

    def at_most(self, left: float) -> None:
        """Learn that no more than this is left."""
        if self.rate is not None:
            self._next = max(self._next, self._clock() - (left - 1.0) / self.rate)


class RateFinder:
    """Finds how many calls a second an endpoint takes, from the share of calls that it rejects.

    More rejections than tolerated: a little less than what came through, at once. None: a little
    more, and faster the longer it stays quiet. If a cut changed nothing, the rejections have
    another cause than our rate (some endpoints always reject a few calls, and below its limit an
    endpoint rejects none): the cut is undone, and their share is tolerated from then on and
    forgotten slowly.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.rate: float | None = None
        self._since = self._last = clock()
        self._good = self._bad = 0
        self._quiet = self._trials = 0
        self._searching = self._settling = False
        self._cut: tuple[float, float | None] | None = None
        self._background = 0.0

    def saw(self, *, good: bool) -> None:
        """Count the outcome of one call."""
        now = self._clock()
        if now - self._last > SILENCE:
            self._since, self._good, self._bad = now, 0, 0
        self._last = now
        if good:
            self._good += 1
        else:
            self._bad += 1
        if self._good + self._bad >= LEAST and now - self._since >= PERIOD:
            self._judge(now)

    def paused(self, seconds: float) -> None:
        """Learn of a pause: such a silence is ours, and part of what the endpoint makes us do."""
        self._last += seconds

    def _judge(self, now: float) -> None:
        calls, seconds = self._good + self._bad, now - self._since
        came_through = self._good / seconds
        share, outage = self._bad / calls, self._good < _FEW
        self._since, self._good, self._bad = now, 0, 0
        noise = 3.0 * math.sqrt(self._background * (1.0 - self._background) / calls)
        if share <= self._background + max(TOLERATED, noise):
            self._settling = False
            self._speed_up(came_through, seconds)
        elif self._settling or outage:
            self._settling = False  # calls from before the last cut
        elif self._cut is not None and self._in_vain(self._cut[0], share):
            self._background = min(share, _MOST_TOLERATED)
            self.rate, self._cut, self._trials = self._cut[1], None, 0
        else:
            self._slow_down(share, came_through)

    def _in_vain(self, before: float, share: float) -> bool:
        """Return whether the last cut, or three of them, did not make rejections fewer."""
        self._trials += share > 0.8 * before
        return share > 0.8 * before and (share <= _MOST_TOLERATED or self._trials >= _TRIALS)

    def _speed_up(self, came_through: float, seconds: float) -> None:
        self._cut, self._trials = None, 0
        self._quiet += 1
        self._background *= 0.97
        if self.rate is not None:
            doublings = min(3, max(0, self._quiet - _PATIENCE) // 3)
            steady = GROWTH * 2.0**doublings * max(1.0, seconds / 4.0)
            self.rate *= 1.0 + (SEARCH if self._searching else steady)
            if self.rate > 2.0 * max(came_through, 1.0):
                self.rate = None  # something else is the limit

    def _slow_down(self, share: float, came_through: float) -> None:
        self._quiet = 0
        self._searching = share > _STORM and not self._searching
        self._settling = True
        self._cut = share, self._cut[1] if self._cut else self.rate
        taken = came_through / (1.0 - self._background)
        fastest = taken if self.rate is None else min(taken, self.rate)
        self.rate = max(_SLOWEST, BACK_OFF * fastest)
