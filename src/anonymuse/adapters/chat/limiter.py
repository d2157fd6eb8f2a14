"""When a call to a model may start: places, paces and pauses, shared by all who ask that model.

Places: slow increase, multiplicative decrease, as TCP does it (Chiu and Jain, 1989). Paces:
requests and tokens a minute where they are set or told, and a rate found by trial. Pauses: for
everybody, but only in a storm.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from anonymuse.adapters.chat.pace import Bucket, RateFinder
from anonymuse.adapters.chat.told_limits import ToldLimits
from anonymuse.adapters.chat.waiting_line import WaitingLine

Sleep = Callable[[float], Awaitable[object]]

SHRINK: Final = 0.7
"""The limit is multiplied by this in a storm."""

LONGEST_PAUSE: Final = 300.0
"""Seconds; an endpoint that asks for more is asked again after this."""

STORM: Final = 0.2
"""More rejections than this share of the last calls are a storm; fewer concern only their calls."""

_RECENT: Final = 50
"""Calls, of which a storm is told."""

_FIRST: Final = 20
"""Calls that have to be seen before, or as many as may be in flight."""


class AdaptiveLimiter:
    """One limit for one model, shared by everything that asks it.

    Args:
        most: calls in flight at the start, and at most.
        requests_per_minute: calls that may start in a minute; evenly spread.
        tokens_per_minute: tokens that may be sent and received in a minute, as estimated.
        sleep: waits for a number of seconds; replaced in tests.
        clock: monotonic seconds; replaced in tests.
    """

    def __init__(
        self,
        most: int,
        *,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
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
        self._waiting = WaitingLine()
        self._in_line = WaitingLine()
        self._turn_taken = False
        self._recent: deque[bool] = deque(maxlen=_RECENT)
        self._finder = RateFinder(clock)
        self._found = Bucket(clock, burst=0.1)
        self._requests = Bucket(clock, burst=1.0)
        self._tokens = Bucket(clock, burst=1.0)
        self._set: tuple[float | None, float | None] = (None, None)
        self.restrict(requests_per_minute, tokens_per_minute)

    @property
    def most(self) -> int:
        """How many calls may be in flight at the start, and at most."""
        return self._most

    @property
    def limit(self) -> int:
        """How many calls may be in flight now."""
        return int(self._limit)

    @property
    def in_flight(self) -> int:
        """How many calls are in flight."""
        return self._flying

    @property
    def counts_tokens(self) -> bool:
        """Whether `acquire` wants to know how many tokens a call will take."""
        return self._tokens.rate is not None

    def widen(self, most: int) -> None:
        """Let at least this many calls be in flight, for another who asks the same model."""
        if most > self._most:
            self._limit += most - self._most
            self._most = most

    def restrict(self, requests_per_minute: float | None, tokens_per_minute: float | None) -> None:
        """Keep to these limits too; the strictest that anybody set counts."""
        self._set = (
            _least(self._set[0], requests_per_minute),
            _least(self._set[1], tokens_per_minute),
        )
        self._requests.rate = _a_second(self._set[0])
        self._tokens.rate = _a_second(self._set[1])

    async def acquire(self, tokens: float = 0.0) -> int:
        """Wait for a place and for its turn; give the returned number back with `release`.

        Args:
            tokens: that the call will send and receive, as estimated.
        """
        while True:
            while self._flying >= self.limit:
                await self._waiting.wait(self._wake)
            # Taken before the pause, so that those who wait for it cannot all start at its end.
            self._flying += 1
            try:
                await self._wait_out_pause()
                if self._flying <= self.limit:
                    await self._wait_for_turn(tokens)
                    return self._epoch
            except BaseException:
                self._leave()
                raise
            self._leave()  # the limit shrank meanwhile

    def release(
        self,
        epoch: int,
        *,
        overloaded: bool = False,
        retry_after: float | None = None,
        tokens: float = 0.0,
    ) -> None:
        """End a call: a good one lets the limit grow, a storm of overloaded ones shrinks it.

        Args:
            epoch: what `acquire` returned. Calls that were in flight together shrink it only once.
            overloaded: the endpoint gave no answer for a reason that fewer calls may cure.
            retry_after: seconds that the endpoint asked for; in a storm, everybody waits them.
            tokens: by how many the estimate was too high.
        """
        self._recent.append(overloaded)
        self._finder.saw(good=not overloaded)
        self._found.rate = self._finder.rate
        if tokens:
            self._tokens.give_back(tokens)
        if not overloaded:
            self._grow()
        elif self._storm():
            if retry_after is not None:
                self.pause(retry_after)
            if epoch == self._epoch:
                self._epoch += 1
                self._good = 0
                self._limit = max(1.0, self._limit * SHRINK)
        self._leave()

    def leave(self) -> None:
        """Give a place back after a call that came to no end: nothing is learnt from it."""
        self._leave()

    def pause(self, seconds: float) -> None:
        """Start no call, of anybody, for this many seconds."""
        now = self._clock()
        until = now + min(seconds, LONGEST_PAUSE)
        longer = until - max(now, self._resume_at)
        if longer > 0.0:
            self._resume_at = until
            self._finder.paused(longer)

    def told(self, limits: ToldLimits) -> None:
        """Keep to what the provider says of its limits; what is set by the user is never raised."""
        if limits.requests is not None:
            self._requests.rate = _a_second(self._set[0], limits.requests)
            if limits.requests_left is not None:
                self._requests.at_most(limits.requests_left)
        if limits.tokens is not None:
            self._tokens.rate = _a_second(self._set[1], limits.tokens)
            if limits.tokens_left is not None:
                self._tokens.at_most(limits.tokens_left)

    def _grow(self) -> None:
        self._good += 1
        if self._good >= self.limit:
            self._good = 0
            step = max(1, self.limit // 8)  # from one to sixty-four in thirty rounds
            self._limit = min(float(self._most), float(self.limit + step))

    def _storm(self) -> bool:
        seen = len(self._recent)
        return seen >= min(_FIRST, self.limit) and sum(self._recent) > STORM * seen

    async def _wait_out_pause(self) -> None:
        waited_for = None
        # Sleeps once per pause, even where a test's sleep does not move the clock.
        while self._resume_at != waited_for and self._resume_at > self._clock():
            waited_for = self._resume_at
            await self._sleep(waited_for - self._clock())

    async def _wait_for_turn(self, tokens: float) -> None:
        buckets = ((self._found, 1.0), (self._requests, 1.0), (self._tokens, tokens))
        if all(bucket.rate is None for bucket, _ in buckets):
            return
        # One at a time, so that a changed rate counts for all the others at once.
        while self._turn_taken:
            await self._in_line.wait(self._next_turn)
        self._turn_taken = True
        try:
            wait = max(bucket.take(amount) for bucket, amount in buckets)
            if wait > 0.0:
                await self._sleep(wait)
        finally:
            self._turn_taken = False
            self._next_turn()

    def _next_turn(self) -> None:
        if not self._turn_taken:
            self._in_line.call(1)

    def _leave(self) -> None:
        self._flying -= 1
        self._wake()

    def _wake(self) -> None:
        self._waiting.call(self.limit - self._flying)


def _least(*limits: float | None) -> float | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _a_second(*limits: float | None) -> float | None:
    """Return the strictest of some limits of a minute, as a rate."""
    least = _least(*limits)
    return None if least is None else least / 60.0


def limiter_of(model: object) -> AdaptiveLimiter | None:
    """Return the limiter that a model brings: hosted ones do, also where they are metered."""
    found = getattr(model, "limiter", None)
    return found if isinstance(found, AdaptiveLimiter) else None


_SHARED: WeakValueDictionary[tuple[str, str], AdaptiveLimiter] = WeakValueDictionary()


def shared_limiter(model_id: str, key: str | None, most: int) -> AdaptiveLimiter:
    """Return the limiter of a model and a key: the same one for everybody in this process.

    Args:
        model_id: the provider's and the model's name.
        key: only a digest of it is kept.
        most: calls in flight; the widest that anybody asked for counts.
    """
    name = (model_id, hashlib.blake2b((key or "").encode(), digest_size=16).hexdigest())
    limiter = _SHARED.get(name)
    if limiter is None:
        limiter = _SHARED[name] = AdaptiveLimiter(most)
    limiter.widen(most)
    return limiter
