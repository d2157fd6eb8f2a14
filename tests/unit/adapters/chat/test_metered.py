import asyncio
from pathlib import Path

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.books import Books, Terms
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.dialect import THINKING_ROOM
from anonymuse.adapters.chat.ledger import Ledger
from anonymuse.adapters.chat.metered import Budget, MeteredModel, most_tokens
from anonymuse.adapters.chat.openai_compatible import OpenAICompatibleChat
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.domain.money import LOCAL, Price
from anonymuse.errors import BudgetError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest, Message, as_questions
from tests.fake_server import FakeServer

PRICE = Price(1.0, 2.0, 0.1)


def request(text: str = "hello", max_tokens: int = 20) -> ChatRequest:
    return ChatRequest((Message("user", text),), "extract", max_tokens=max_tokens)


class Slow(ScriptedChat):
    """Answers after a turn of the loop, and remembers how many calls were in flight."""

    def __init__(self, reply: ChatReply | ChatFailure, concurrency: int = 4) -> None:
        super().__init__(lambda _: reply, concurrency=concurrency)
        self.flying = self.most = self.done = 0

    async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
        self.flying += 1
        self.most = max(self.most, self.flying)
        await asyncio.sleep(0.001)
        self.flying -= 1
        self.done += 1
        return await super().answer(request)


def test_the_id_and_the_limiter_are_the_models_own(tmp_path: Path):
    ledger = Ledger(tmp_path / "l")
    model = ScriptedChat(id="some model", concurrency=3)
    metered = MeteredModel(model, ledger, Budget(ledger), PRICE)
    assert (metered.id, metered.concurrency, metered.limiter) == ("some model", 3, None)
    ledger.close()


async def _all(metered: MeteredModel, n: int) -> list[BaseException | ChatReply | ChatFailure]:
    return await asyncio.gather(
        *(metered.answer(request(f"question {i}")) for i in range(n)), return_exceptions=True
    )


def test_every_call_is_a_row_with_its_price(tmp_path: Path):
    ledger = Ledger(tmp_path / "l")
    reply = ChatReply("x", 1_000, 10, tokens_cached=400)
    metered = MeteredModel(Slow(reply), ledger, Budget(ledger), PRICE)
    asyncio.run(_all(metered, 3))
    line = ledger.lines()["extract"]
    assert (line.calls, line.tokens_in, line.tokens_out, line.tokens_cached) == (3, 3000, 30, 1200)
    assert line.micro_dollars == pytest.approx(3 * (600 + 40 + 20))
    ledger.close()


def test_a_refusal_that_is_billed_is_counted(tmp_path: Path):
    ledger = Ledger(tmp_path / "l")
    refusal = ChatFailure("refusal", "the model refused", tokens_in=500, tokens_out=4)
    asyncio.run(_all(MeteredModel(Slow(refusal), ledger, Budget(ledger), PRICE), 2))
    assert ledger.spent == pytest.approx(2 * 508)
    assert ledger.lines()["extract"].failures == {"refusal": 2}
    ledger.close()


@pytest.mark.parametrize("limit", [0.0, 3_000.0, 12_000.0, 14_321.0, 20_000.0, 60_000.0])
def test_the_limit_is_never_passed_and_used_as_far_as_is_safe(tmp_path: Path, limit: float):
    ledger = Ledger(tmp_path / "l")
    model = Slow(ChatReply("x", 300, 20), concurrency=64)
    metered = MeteredModel(model, ledger, Budget(ledger, limit), PRICE)
    outcomes = asyncio.run(_all(metered, 100))
    stopped = [o for o in outcomes if isinstance(o, BudgetError)]
    assert ledger.spent <= limit
    assert model.done == 100 - len(stopped)
    most = PRICE.cost(most_tokens(request("question 10")), 20)
    if stopped and model.done:  # with nothing in flight, not one call more would have been safe
        assert ledger.spent + most > limit
    ledger.close()


def test_what_is_in_flight_ends_before_the_run_stops(tmp_path: Path):
    cache = ResponseCache(tmp_path / "c")
    books = Books(tmp_path, cache, Terms(PRICE, limit=16_000.0))
    model = Slow(ChatReply("x", 300, 20), concurrency=8)
    asker = ModelAsker(books.meter(model), cache, on_hit=books.found)

    async def ask(n: int) -> int:
        asked = as_questions((request(f"question {i}") for i in range(n)), str)
        return len([one async for one in asker.ask(asked)])

    with pytest.raises(BudgetError) as stop:
        asyncio.run(ask(100))
    assert cache.size == model.done > 10
    assert books.ledger.spent == pytest.approx(340 * model.done)
    assert f"calls so far: extract {model.done}" in stop.value.message
    assert stop.value.exit_code == 3
    # With more money the same questions go on, and none is asked twice.
    books.close()
    more = Books(tmp_path, cache, Terms(PRICE, limit=100_000.0))
    asker = ModelAsker(more.meter(model), cache, on_hit=more.found)
    before = model.done
    assert asyncio.run(ask(100)) == 100
    assert model.done == 100
    line = more.ledger.lines()["extract"]
    assert (line.calls, line.hits) == (100, before)
    assert model.most > 1
    more.close()
    cache.close()


def test_the_first_call_is_bounded_as_if_the_model_thought(tmp_path: Path):
    ledger = Ledger(tmp_path / "l")
    enough = PRICE.cost(2 * most_tokens(request()), 2 * 20 + THINKING_ROOM)
    model = Slow(ChatReply("x", 300, 20))
    with pytest.raises(BudgetError):
        asyncio.run(
            MeteredModel(model, ledger, Budget(ledger, enough - 1), PRICE).answer(request())
        )
    assert model.done == 0
    asyncio.run(MeteredModel(model, ledger, Budget(ledger, enough), PRICE).answer(request()))
    assert model.done == 1
    ledger.close()


def test_a_model_that_thinks_is_bounded_with_its_thoughts(tmp_path: Path):
    ledger = Ledger(tmp_path / "l")
    model = Slow(ChatReply("x", 300, 3_000))  # 3,000 where 20 were the bound
    metered = MeteredModel(model, ledger, Budget(ledger, 60_000.0), PRICE)
    outcomes = asyncio.run(_all(metered, 30))
    assert any(isinstance(o, BudgetError) for o in outcomes)
    assert ledger.spent <= 60_000
    ledger.close()


@pytest.mark.parametrize("price", [LOCAL, None])
def test_without_a_price_nothing_is_bounded(tmp_path: Path, price: Price | None):
    ledger = Ledger(tmp_path / "l")
    metered = MeteredModel(Slow(ChatReply("x", 300, 20)), ledger, Budget(ledger, 1.0), price)
    assert not any(isinstance(o, BaseException) for o in asyncio.run(_all(metered, 5)))
    assert ledger.lines()["extract"].unpriced == (5 if price is None else 0)
    ledger.close()


def test_a_call_that_is_cancelled_gives_its_money_back(tmp_path: Path):
    ledger = Ledger(tmp_path / "l")
    first = PRICE.cost(2 * most_tokens(request()), 2 * 20 + THINKING_ROOM)
    budget = Budget(ledger, 1.5 * first)

    class Hanging(Slow):
        async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
            await asyncio.sleep(60)
            raise AssertionError

    async def scene() -> None:
        hanging = MeteredModel(Hanging(ChatReply("", 0, 0)), ledger, budget, PRICE)
        stuck = asyncio.create_task(hanging.answer(request()))
        waiting = asyncio.create_task(
            MeteredModel(Slow(ChatReply("x", 300, 20)), ledger, budget, PRICE).answer(request())
        )
        await asyncio.sleep(0.01)
        assert not waiting.done()
        stuck.cancel()
        await waiting

    asyncio.run(scene())
    assert ledger.spent == pytest.approx(340)
    ledger.close()


def test_what_a_batch_brings_is_entered_at_its_price(tmp_path: Path):
    cache = ResponseCache(tmp_path / "c")
    books = Books(tmp_path, cache, Terms(Price(1.0, 2.0, 0.1, batch=0.5)))
    books.came_by_batch("extract", ChatReply("x", 1_000, 100))
    assert books.ledger.spent == pytest.approx(600)
    books.close()
    cache.close()


def test_an_answer_that_was_cut_while_thinking_is_paid_for_too(tmp_path: Path):
    ledger = Ledger(tmp_path / "l")
    with FakeServer(faults={0: "length"}, thinks=True) as server:
        model = OpenAICompatibleChat(server.base_url, "fake")
        metered = MeteredModel(model, ledger, Budget(ledger), PRICE)

        async def ask() -> ChatReply | ChatFailure:
            try:
                return await metered.answer(request("hello you two"))
            finally:
                await model.close()

        reply = asyncio.run(ask())
        assert server.counts.calls == 2
    assert reply.tokens_in == 2 * 3
    assert ledger.spent == pytest.approx(PRICE.cost(reply.tokens_in, reply.tokens_out))
    ledger.close()
