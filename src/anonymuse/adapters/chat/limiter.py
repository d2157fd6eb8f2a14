"""How many calls may be in flight: grows while all is well, shrinks when an endpoint is overloaded.

Additive increase, multiplicative decrease, as TCP does it (Chiu and Jain, 1989).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

Sleep = Callable[[float], Awaitable[object]]

SHRINK: Final = 0.7
"""The limit is multiplied by this at an overload."""

LONGEST_PAUSE: Final = 300.0
"""Seconds; an endpoint that asks for more is asked again after this."""


class AdaptiveLimiter:
    """One limit for one model, shared by everything that asks it.

    Args:
        most: calls in flight at the start, and at most.
        sleep: waits for a number of seconds; replaced in tests.
        clock: monotonic seconds; replaced in tests.
    """

    def __init__(
        self,
        most: int,
        *,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = max(1, most)
        self._limit = float(self._most)
        self._sleep = sleep
        self._clock = clock
        self._flying = 0
        self._good = 0
        self._epoch = 0
        self._resume_at = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """How many calls may be in flight now."""
        return int(self._limit)

    @property
    def in_flight(self) -> int:
        """How many calls are in flight."""
        return self._flying

    async def acquire(self) -> int:
        """Wait for a place; give the returned number back with `release`."""
        while True:
            while self._flying >= self.limit:
                await self._queue()
            # Taken before the pause, so that those who wait for it cannot all start at its end.
            self._flying += 1
            try:
                await self._wait_out_pause()
            except BaseException:
                self._leave()
                raise
            if self._flying <= self.limit:
                return self._epoch
            self._leave()  # the limit shrank meanwhile

    def release(self, epoch: int, *, overloaded: bool = False) -> None:
        """End a call: a good one lets the limit grow, an overloaded one shrinks it.

        Args:
            epoch: what `acquire` returned. Calls that were in flight together shrink it only once.
            overloaded: the endpoint gave no answer for a reason that fewer calls may cure.
        """
        if not overloaded:
            self._good += 1
            if self._good >= self.limit:
                self._good = 0
                self._limit = min(float(self._most), self.limit + 1.0)
        elif epoch == self._epoch:
            self._epoch += 1
            self._good = 0
            self._limit = max(1.0, self._limit * SHRINK)
        self._leave()

    def pause(self, seconds: float) -> None:
        """Start no call, of anybody, for this many seconds."""
        until = self._clock() + min(seconds, LONGEST_PAUSE)
        self._resume_at = max(self._resume_at, until)

    async def _wait_out_pause(self) -> None:
        waited_for = None
        # Sleeps once per pause, even where a test's sleep does not move the clock.
        while self._resume_at != waited_for and self._resume_at > self._clock():
            waited_for = self._resume_at
            await self._sleep(waited_for - self._clock())

    async def _queue(self) -> None:
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except BaseException:
            if place in self._waiting:
                self._waiting.remove(place)
            else:
                self._wake()  # we were called and cannot come: the next one can
            raise

    def _leave(self) -> None:
        self._flying -= 1
        self._wake()

    def _wake(self) -> None:
        free = self.limit - self._flying
        while free > 0 and self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                free -= 1
