import asyncio
import json
import os
from contextlib import aclosing

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.attempts import Backoff, ask_again
from anonymuse.adapters.chat.cache import ResponseCache, request_key
from anonymuse.adapters.chat.scripted import Answer, ScriptedChat, minimal_answer
from anonymuse.errors import BreakerError, ModelUnavailableError, OutputError
from anonymuse.ports.chat import Asker, ChatFailure, ChatReply, as_questions

from .requests import many, request

OVERLOAD = ChatFailure("retryable", "overloaded")


class Model:
    """Answers through a coroutine function, so that a test can hold calls back."""

    id = "model"

    def __init__(self, answer, concurrency=4):
        self._answer = answer
        self.concurrency = concurrency
        self.calls = 0
        self.flying = 0
        self.most = 0

    async def answer(self, asked):
        self.calls += 1
        self.flying += 1
        self.most = max(self.most, self.flying)
        try:
            return await self._answer(asked)
        finally:
            self.flying -= 1

    async def close(self):
        return None


async def no_sleep(_):
    await asyncio.sleep(0)


def asker(model, cache=None, **settings):
    return ModelAsker(model, cache, **{"sleep": no_sleep, **settings})


async def collect(asking, requests, check=json.loads):
    return {index: value async for index, value in asking.ask(as_questions(requests, check))}


@pytest.fixture
def cache(tmp_path):
    with ResponseCache(tmp_path / "answers.sqlite") as opened:
        yield opened


def test_every_question_gets_its_own_answer_in_any_order(run_async):
    async def slow_when_even(asked):
        number = int(asked.messages[-1].content.split()[-1])
        for _ in range(20 if number % 2 == 0 else 0):
            await asyncio.sleep(0)
        return ChatReply(str(number), 1, 1)

    order = []

    async def main():
        asking: Asker = asker(Model(slow_when_even))
        async for index, value in asking.ask(as_questions(many(40), int)):
            order.append(index)
            assert index == value
        assert asking.usage.calls == 40

    run_async(main())
    assert sorted(order) == list(range(40))
    assert order != list(range(40))


def test_reads_lazily_and_stays_bounded(run_async):
    read = 0

    def source():
        nonlocal read
        for asked in many(500):
            read += 1
            yield asked

    async def answer(_):
        await asyncio.sleep(0)
        return ChatReply("{}", 1, 1)

    async def main():
        model, given = Model(answer, concurrency=3), 0
        async for _ in asker(model).ask(as_questions(source(), json.loads)):
            given += 1
            assert read - given <= 2 * 3
        assert given == 500
        assert model.most == 3

    run_async(main())


def test_memory_does_not_grow_with_the_number_of_questions(run_async):
    import tracemalloc

    async def peak(count):
        async def answer(_):
            return ChatReply("{}", 1, 1)

        asking = asker(Model(answer, concurrency=16))
        tracemalloc.start()
        async for _ in asking.ask(as_questions(many(count), json.loads)):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    run_async(peak(50))
    small, large = run_async(peak(200)), run_async(peak(1_500))
    assert large < small + 100_000


def test_overload_is_asked_again_with_growing_waits(run_async):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    script: list[Answer] = [OVERLOAD, OVERLOAD, "{}"]

    async def main():
        asking = asker(ScriptedChat(script), sleep=sleep, backoff=Backoff(1.0, 30.0))
        assert await collect(asking, many(1)) == {0: {}}
        assert (asking.usage.calls, asking.usage.retries) == (3, 2)
        assert asking.usage.failures is None

    run_async(main())
    assert len(slept) == 2
    assert 0.5 <= slept[0] <= 1.0 <= slept[1] <= 2.0


def test_backoff_is_bounded_and_the_same_every_time():
    backoff = Backoff(1.0, 8.0)
    assert backoff.seconds(3, "k") == backoff.seconds(3, "k") != backoff.seconds(3, "l")
    assert all(backoff.seconds(n, "k") <= 8.0 for n in range(1, 40))


def test_overload_without_end_is_a_failure_of_that_row(run_async):
    async def main():
        asking = asker(ScriptedChat(lambda _: OVERLOAD), max_attempts=3)
        assert await collect(asking, many(2)) == {0: OVERLOAD, 1: OVERLOAD}
        assert asking.usage.calls == 6
        assert asking.usage.failures == {"retryable": 2}

    run_async(main())


def test_a_named_wait_pauses_everybody_and_costs_no_try(run_async):
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        await asyncio.sleep(0)

    busy = iter([True] * 6)

    def answer(_):
        return ChatFailure("retryable", "busy", 2.0) if next(busy, False) else "{}"

    async def main():
        asking = asker(ScriptedChat(answer, concurrency=1), sleep=sleep, max_attempts=2)
        assert await collect(asking, many(2)) == {0: {}, 1: {}}
        assert asking.usage.calls == 8

    run_async(main())
    assert len(slept) >= 6
    assert all(1.5 < seconds <= 2.0 for seconds in slept)


def test_a_wait_named_for_ever_ends_as_a_failure(run_async):
    async def main():
        busy = ChatFailure("retryable", "busy", 1.0)
        asking = asker(ScriptedChat(lambda _: busy), max_attempts=2)
        assert await collect(asking, many(1)) == {0: busy}
        assert asking.usage.calls == 12  # five patient waits a try, then two tries

    run_async(main())


def test_an_invalid_answer_is_a_new_attempt_with_a_reminder(run_async):
    async def main():
        model = ScriptedChat(["junk", '{"a": 1}'])
        asking = asker(model)
        assert await collect(asking, many(1)) == {0: {"a": 1}}
        first, second = model.requests
        assert (first.attempt, second.attempt) == (0, 1)
        assert (first.temperature, second.temperature) == (0.2, 0.2)
        assert first.messages[-1] == second.messages[-1]
        assert second.messages[0].content.startswith(first.messages[0].content)
        assert '"refused"' in second.messages[0].content

    run_async(main())


def test_the_reminder_is_added_once_and_only_for_a_schema():
    once = ask_again(request())
    twice = ask_again(once)
    assert twice.messages == once.messages
    assert twice.attempt == 2
    assert ask_again(request(schema=None)).messages == request().messages
    bare = request(messages=request().messages[1:])
    assert [m.role for m in ask_again(bare).messages] == ["system", "user"]


def test_junk_to_the_end_is_counted_as_invalid_and_holds_no_text(run_async):
    async def main():
        asking = asker(ScriptedChat(lambda _: "secret junk"))
        answers = await collect(asking, many(1))
        assert answers[0].kind == "invalid"
        assert "secret" not in repr(answers[0])
        assert asking.usage.failures == {"invalid": 1}
        assert asking.usage.calls == 4
        assert asking.ledger["extract"].failures == {"invalid": 1}

    run_async(main())


def test_a_check_decides_what_is_valid_and_its_bugs_are_not_hidden(run_async):
    def check(text):
        if json.loads(text)["grade"] < 3:
            raise ValueError("too low")
        return text

    async def main():
        asking = asker(ScriptedChat(['{"grade": 1}', '{"grade": 4}']))
        assert await collect(asking, many(1), check) == {0: '{"grade": 4}'}
        with pytest.raises(KeyError):
            await collect(asker(ScriptedChat(["{}"])), many(1), check)

    run_async(main())


@pytest.mark.parametrize("kind", ["refusal", "context", "filter"])
def test_terminal_failures_are_asked_once_in_a_lifetime(run_async, cache, kind):
    async def main():
        failure = ChatFailure(kind, "why")
        for calls in (1, 0):
            asking = asker(ScriptedChat(lambda _: failure), cache)
            assert await collect(asking, many(1)) == {0: failure}
            assert asking.usage.calls == calls
            assert asking.usage.failures == {kind: 1}

    run_async(main())


def test_a_fatal_answer_stops_the_run_and_keeps_what_is_there(run_async, cache):
    served = 0

    def answer(asked):
        nonlocal served
        served += 1
        return ChatFailure("fatal", "the endpoint rejected the key") if served > 5 else "{}"

    async def main():
        asking = asker(ScriptedChat(answer, concurrency=1), cache)
        with pytest.raises(ModelUnavailableError, match="rejected the key"):
            await collect(asking, many(100))
        assert cache.size == 5
        assert served == 6

    run_async(main())


def test_the_breaker_stops_a_hopeless_run(run_async):
    refusal = ChatFailure("refusal", "no")

    async def main():
        asking = asker(ScriptedChat(lambda _: refusal, concurrency=1), breaker_min=20)
        with pytest.raises(BreakerError, match="refusal 20"):
            await collect(asking, many(1000))
        assert asking.usage.calls == 20

    run_async(main())


def test_the_breaker_lets_a_run_with_some_failures_go_on(run_async):
    def answer(asked):
        number = int(asked.messages[-1].content.split()[-1])
        return ChatFailure("refusal", "no") if number % 2 else "{}"

    async def main():
        answers = await collect(asker(ScriptedChat(answer, concurrency=1)), many(200))
        assert sum(isinstance(a, ChatFailure) for a in answers.values()) == 100

    run_async(main())


def test_the_same_question_in_flight_is_asked_once(run_async):
    async def main():
        gate = asyncio.Event()

        async def answer(_):
            await gate.wait()
            return ChatReply('{"a": 1}', 5, 5)

        model = Model(answer, concurrency=4)
        asking = asker(model)
        asking_all = asyncio.create_task(collect(asking, [request("same")] * 6))
        await asyncio.sleep(0.01)
        gate.set()
        assert await asking_all == {n: {"a": 1} for n in range(6)}
        assert (model.calls, asking.usage.cached) == (1, 5)
        assert asking.usage.tokens_in == 5

    run_async(main())


def test_a_twin_takes_over_when_the_first_asker_is_cancelled(run_async):
    async def main():
        gate = asyncio.Event()

        async def answer(_):
            await gate.wait()
            return ChatReply("{}", 1, 1)

        model = Model(answer)
        asking = asker(model)
        first = asyncio.create_task(collect(asking, [request("same")]))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(collect(asking, [request("same")]))
        await asyncio.sleep(0.01)
        assert model.calls == 1
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        gate.set()
        assert await asyncio.wait_for(second, 1) == {0: {}}
        assert model.calls == 2

    run_async(main())


def test_a_second_run_asks_nothing(run_async, cache):
    async def main():
        first = asker(ScriptedChat(), cache)
        fresh = await collect(first, many(30))
        second = asker(ScriptedChat(), cache)
        assert await collect(second, many(30)) == fresh
        assert (first.usage.calls, second.usage.calls, second.usage.cached) == (30, 0, 30)

    run_async(main())


def test_an_answer_is_stored_before_it_is_used(run_async, cache):
    async def main():
        model = ScriptedChat()

        def check(text):
            assert cache.get(request_key(model.id, request())) is not None
            return text

        await collect(asker(model, cache), [request()], check)

    run_async(main())


def test_a_full_disk_stops_the_run_before_much_more_is_paid(run_async, cache):
    cache.put("k", ChatReply("{}", 1, 1))
    pages = cache._connection.execute("PRAGMA page_count").fetchone()[0]
    cache._connection.execute(f"PRAGMA max_page_count = {pages}")

    async def main():
        model = ScriptedChat(lambda _: os.urandom(50_000).hex(), concurrency=1)
        with pytest.raises(OutputError):
            await collect(asker(model, cache), many(100), str)
        assert len(model.requests) <= 2

    run_async(main())


def test_invalid_attempts_are_remembered_too(run_async, cache):
    async def main():
        for calls in (2, 0):
            model = ScriptedChat(lambda asked: "junk" if asked.attempt == 0 else "{}")
            asking = asker(model, cache)
            assert await collect(asking, many(1)) == {0: {}}
            assert asking.usage.calls == calls

    run_async(main())


@pytest.mark.parametrize("way", ["cancel", "break"])
def test_leaving_early_cancels_calls_and_keeps_stored_answers(run_async, cache, way):
    async def main():
        started = asyncio.Event()

        async def answer(asked):
            if asked.messages[-1].content.endswith((" 0", " 1")):
                return ChatReply("{}", 1, 1)
            started.set()
            await asyncio.sleep(60)
            raise AssertionError

        model = Model(answer, concurrency=4)
        asking = asker(model, cache)

        async def use():
            async with aclosing(asking.ask(as_questions(many(100), json.loads))) as answers:
                seen = 0
                async for _ in answers:
                    seen += 1
                    if way == "break" and seen == 2:
                        await started.wait()
                        break

        task = asyncio.create_task(use())
        await started.wait()
        if way == "cancel":
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            await task
        assert cache.size == 2
        assert model.flying == 0
        assert asking._flying == {}
        assert asking._limiter.in_flight == 0

    run_async(main())


def test_one_asker_serves_several_loops_and_lines(run_async):
    asking = asker(ScriptedChat())
    run_async(collect(asking, many(3)))
    run_async(collect(asking, (request(f"{n}", purpose="name") for n in range(2))))
    assert asking.usage.calls == 5
    assert {line: use.calls for line, use in asking.ledger.items()} == {"extract": 3, "name": 2}


def test_one_question_fails_alone(run_async):
    def answer(asked):
        return OVERLOAD if "7" in asked.messages[-1].content else minimal_answer(asked)

    async def main():
        answers = await collect(asker(ScriptedChat(answer)), many(10))
        assert [n for n, a in answers.items() if isinstance(a, ChatFailure)] == [7]

    run_async(main())
