import asyncio
import threading

import pytest

from anonymuse.adapters.chat.limiter import LONGEST_PAUSE, AdaptiveLimiter, shared_limiter


class Time:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.now = 0.0

    async def sleep(self, seconds):
        self.now += seconds
        await asyncio.sleep(0)

    def clock(self):
        return self.now


def limiter(most, time=None):
    time = time or Time()
    return AdaptiveLimiter(most, sleep=time.sleep, clock=time.clock)


async def go_through(gate, *, overloaded=False, **said):
    gate.release(await gate.acquire(), overloaded=overloaded, **said)


async def storm(gate, **said):
    """As many calls as may be in flight together, all of them rejected."""
    places = [await gate.acquire() for _ in range(gate.limit)]
    for place in places:
        gate.release(place, overloaded=True, **said)


def test_lets_no_more_through_than_the_limit(run_async):
    async def main():
        gate, most = limiter(3), 0

        async def work():
            nonlocal most
            place = await gate.acquire()
            most = max(most, gate.in_flight)
            await asyncio.sleep(0)
            gate.release(place)

        await asyncio.gather(*(work() for _ in range(50)))
        assert most == 3
        assert gate.in_flight == 0

    run_async(main())


def test_shrinks_in_a_storm_and_grows_back_slowly(run_async):
    async def main():
        gate = limiter(10)
        await storm(gate)
        assert gate.limit == 7
        for _ in range(6):
            await go_through(gate)
        assert gate.limit == 7
        await go_through(gate)
        assert gate.limit == 8
        for _ in range(100):
            await go_through(gate)
        assert gate.limit == 10

    run_async(main())


def test_a_single_rejection_stops_nobody(run_async):
    async def main():
        time = Time()
        gate = limiter(10, time)
        for number in range(60):
            await go_through(gate, overloaded=number % 20 == 19, retry_after=30.0)
        assert gate.limit == 10
        assert time.now == 0

    run_async(main())


def test_a_storm_makes_everybody_wait_as_long_as_was_asked(run_async):
    async def main():
        time = Time()
        gate = limiter(10, time)
        await storm(gate, retry_after=30.0)
        await go_through(gate)
        assert time.now >= 30

    run_async(main())


def test_a_wider_user_widens_it_for_all(run_async):
    gate = limiter(4)
    gate.widen(2)
    assert gate.most == 4
    gate.widen(9)
    assert gate.most == gate.limit == 9


def test_one_limiter_for_one_model_and_key():
    first = shared_limiter("vendor/m", "key", 4)
    assert shared_limiter("vendor/m", "key", 8) is first
    assert first.most == 8
    assert shared_limiter("vendor/m", "other key", 4) is not first
    assert shared_limiter("vendor/n", "key", 4) is not first
    assert "key" not in repr(vars(first))


def test_the_strictest_setting_counts(run_async):
    async def main():
        time = Time()
        gate = limiter(4, time)
        gate.restrict(600, None)
        gate.restrict(60, None)
        gate.restrict(6_000, None)
        for _ in range(10):
            await go_through(gate)
        assert 8 <= time.now <= 10

    run_async(main())


def test_waiters_of_several_threads_are_all_called():
    gate, done = AdaptiveLimiter(2), []

    async def work():
        for _ in range(50):
            place = await gate.acquire()
            await asyncio.sleep(0.0002)
            gate.release(place)
        done.append(1)

    async def main():
        await asyncio.gather(*(work() for _ in range(4)))

    threads = [threading.Thread(target=lambda: asyncio.run(main())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sum(done) == 12


def test_calls_that_flew_together_shrink_it_once(run_async):
    async def main():
        gate = limiter(10)
        places = [await gate.acquire() for _ in range(10)]
        for place in places:
            gate.release(place, overloaded=True)
        assert gate.limit == 7

    run_async(main())


def test_never_shrinks_to_nothing(run_async):
    async def main():
        gate = limiter(4)
        for _ in range(30):
            await storm(gate)
        assert gate.limit == 1
        await go_through(gate)

    run_async(main())


def test_a_pause_stops_everybody(run_async):
    async def main():
        time = Time()
        gate = limiter(4, time)
        gate.pause(30)
        gate.pause(5)  # a shorter one does not end it
        assert time.now == 0
        await asyncio.gather(*(go_through(gate) for _ in range(8)))
        assert time.now >= 30

    run_async(main())


def test_an_absurd_pause_is_cut(run_async):
    async def main():
        time = Time()
        gate = limiter(4, time)
        gate.pause(1e9)
        await go_through(gate)
        assert time.now == LONGEST_PAUSE

    run_async(main())


def test_a_sleep_that_moves_no_clock_is_no_endless_loop(run_async):
    async def main():
        async def sleep(_):
            return None

        gate = AdaptiveLimiter(2, sleep=sleep, clock=lambda: 0.0)
        gate.pause(30)
        await asyncio.wait_for(go_through(gate), 1)

    run_async(main())


@pytest.mark.parametrize("woken", [False, True])
def test_a_cancelled_waiter_passes_its_place_on(run_async, woken):
    async def main():
        gate = limiter(1)
        place = await gate.acquire()
        first = asyncio.create_task(gate.acquire())
        second = asyncio.create_task(gate.acquire())
        await asyncio.sleep(0)
        if woken:
            gate.release(place)
            first.cancel()
        else:
            first.cancel()
            gate.release(place)
        assert await asyncio.wait_for(second, 1) == 0
        assert gate.in_flight == 1

    run_async(main())


def test_a_cancel_during_a_pause_gives_the_place_back(run_async):
    async def main():
        async def sleep(_):
            await asyncio.sleep(60)

        gate = AdaptiveLimiter(1, sleep=sleep)
        gate.pause(60)
        waiting = asyncio.create_task(gate.acquire())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert gate.in_flight == 0

    run_async(main())
