"""How the limiter finds what an endpoint takes, in virtual time."""

import asyncio
import random

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.limiter import AdaptiveLimiter
from anonymuse.adapters.chat.told_limits import ToldLimits
from anonymuse.ports.chat import ChatFailure, ChatReply, as_questions

from .requests import many
from .virtual_time import clock, run_virtually


class Endpoint:
    """Takes so many calls a second, so many at once; rejects the rest, and a share at random."""

    id = "endpoint"

    def __init__(
        self,
        *,
        per_second=None,
        most=None,
        random_share=0.0,
        retry_after=None,
        latency=0.05,
        outage=(0.0, 0.0),
        concurrency=64,
    ):
        self.concurrency = concurrency
        self._per_second = per_second
        self._most = most
        self._share = random_share
        self._retry_after = retry_after
        self._latency = latency
        self._outage = outage
        self._draw = random.Random(7)
        self._left, self._at = 1.0, 0.0
        self._flying = 0
        self.calls: list[tuple[float, bool]] = []

    def _takes(self):
        now = clock()
        if self._outage[0] <= now < self._outage[1]:
            return False
        if self._per_second is not None:
            self._left = min(self._per_second / 4, self._left + (now - self._at) * self._per_second)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
        if self._most is not None and self._flying > self._most:
            return False
        return self._draw.random() >= self._share

    async def answer(self, _):
        self._flying += 1
        try:
            taken = self._takes()
            self.calls.append((clock(), taken))
            await asyncio.sleep(self._latency if taken else 0.005)
        finally:
            self._flying -= 1
        if taken:
            return ChatReply("{}", 10, 1)
        return ChatFailure("retryable", "busy", self._retry_after)

    async def close(self):
        return None

    def between(self, start, end):
        """Return good calls a second and the share of rejected ones between two times."""
        seen = [taken for at, taken in self.calls if start <= at < end]
        return sum(seen) / (end - start), 1 - sum(seen) / max(1, len(seen))


async def drive(endpoint, questions, *, told=None, **limits):
    gate = AdaptiveLimiter(endpoint.concurrency, clock=clock, **limits)
    if told is not None:
        gate.told(told)
    asking = ModelAsker(endpoint, limiter=gate)
    lost = 0
    async for _, answer in asking.ask(as_questions(many(questions), str)):
        lost += isinstance(answer, ChatFailure)
    return lost, clock()


@pytest.mark.parametrize("retry_after", [None, 0.1, 1.0])
def test_finds_a_hidden_limit_of_fifty_calls_a_second(retry_after):
    endpoint = Endpoint(per_second=50, retry_after=retry_after)
    lost, end = run_virtually(drive(endpoint, 4_000))
    assert lost == 0
    rate, rejected = endpoint.between(30, end - 2)
    assert rate >= 0.9 * 50
    assert rejected < 0.02


@pytest.mark.parametrize(("per_second", "questions"), [(8, 1_000), (200, 6_000)])
def test_finds_other_limits_too(per_second, questions):
    endpoint = Endpoint(per_second=per_second)
    lost, end = run_virtually(drive(endpoint, questions))
    rate, rejected = endpoint.between(end / 3, end - 2)
    assert lost <= 3
    assert rate >= 0.9 * per_second
    assert rejected < 0.02


def test_rejections_at_random_do_not_slow_it_down():
    endpoint = Endpoint(random_share=0.04, retry_after=0.05)
    lost, end = run_virtually(drive(endpoint, 10_000))
    assert lost == 0
    rate, _ = endpoint.between(3, end - 1)
    assert rate >= 0.9 * 64 / 0.05 * 0.96


def test_a_slow_client_is_not_slowed_down_further_by_chance():
    """Few calls, some of them rejected at random: chance must not look like a limit."""
    endpoint = Endpoint(random_share=0.04, latency=1.0, concurrency=16)
    _, end = run_virtually(drive(endpoint, 3_000))
    rate, _ = endpoint.between(20, end - 5)
    assert rate >= 0.85 * 16 * 0.96


def test_finds_how_many_calls_an_endpoint_takes_at_once():
    endpoint = Endpoint(most=8, retry_after=0.05)
    lost, end = run_virtually(drive(endpoint, 8_000))
    assert lost == 0
    rate, rejected = endpoint.between(10, end - 2)
    assert rate >= 0.75 * 8 / 0.05
    assert rejected < 0.1


def test_comes_back_after_an_outage():
    endpoint = Endpoint(outage=(10.0, 12.0), latency=0.5)
    lost, end = run_virtually(drive(endpoint, 4_000))
    assert lost <= 100
    rate, _ = endpoint.between(20, end - 3)
    assert rate >= 0.8 * 64 / 0.5


def test_keeps_to_what_was_set():
    endpoint = Endpoint()
    _, end = run_virtually(drive(endpoint, 400, requests_per_minute=600))
    assert 400 / end == pytest.approx(10, rel=0.05)


def test_keeps_to_the_tokens_that_were_set():
    endpoint = Endpoint()  # counts 11 tokens a call
    _, end = run_virtually(drive(endpoint, 1_000, tokens_per_minute=6_600))
    assert 1_000 / end == pytest.approx(10, rel=0.1)


def test_keeps_to_what_it_was_told_and_never_beyond_what_was_set():
    told = ToldLimits(requests=1_200)
    _, end = run_virtually(drive(Endpoint(), 400, told=told))
    assert 400 / end == pytest.approx(20, rel=0.06)
    _, end = run_virtually(drive(Endpoint(), 400, told=told, requests_per_minute=600))
    assert 400 / end == pytest.approx(10, rel=0.06)


def test_goes_slowly_when_told_that_little_is_left():
    told = ToldLimits(requests=600, requests_left=0)
    _, end = run_virtually(drive(Endpoint(), 100, told=told))
    assert 100 / end <= 10
