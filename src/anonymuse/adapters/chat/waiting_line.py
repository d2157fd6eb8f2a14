"""A line of tasks that wait for their turn: first come, first served."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable


class WaitingLine:
    """Tasks that wait to be called; they may live in the loops of several threads."""

    def __init__(self) -> None:
        self._places: deque[asyncio.Future[None]] = deque()

    async def wait(self, pass_on: Callable[[], None] | None = None) -> None:
        """Wait until called.

        Args:
            pass_on: called where this task was called and cannot come: the next one can.
        """
        place = asyncio.get_running_loop().create_future()
        self._places.append(place)
        try:
            await place
        except BaseException:
            if place in self._places:
                self._places.remove(place)
            elif pass_on is not None:
                pass_on()
            raise

    def call_all(self) -> None:
        """Call all who wait."""
        self.call(len(self._places))

    def call(self, count: int) -> None:
        """Call so many of those who wait."""
        while count > 0 and self._places:
            place = self._places.popleft()
            if not place.done():
                _tell(place)
                count -= 1


def _tell(place: asyncio.Future[None]) -> None:
    """Tell a waiter to come, who may live in another thread's loop."""
    loop = place.get_loop()
    try:
        here = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if loop is here:
        place.set_result(None)
    elif not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if place.done() else place.set_result(None))
