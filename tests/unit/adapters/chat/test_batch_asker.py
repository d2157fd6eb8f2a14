"""Batches at a fake provider: everything comes home, once, whatever the provider does."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.batch_transport import BatchLimits
from anonymuse.adapters.chat.batch_waiting import Waiting
from anonymuse.adapters.chat.cache import ResponseCache
from anonymuse.adapters.chat.scripted import ScriptedChat
from anonymuse.errors import BreakerError, ModelUnavailableError, WaitingError
from anonymuse.ports.chat import ChatFailure, ChatReply, as_questions
from tests.fake_batches import FakeBatches
from tests.fake_wires import question
from tests.unit.adapters.chat.batching import a_chat, ask, be_patient, provider_asker
from tests.unit.adapters.chat.requests import many, request

WIRES = ("openai", "anthropic")
wires = pytest.mark.parametrize("wire", WIRES)


@wires
def test_many_questions_go_by_batches_and_come_home(run_async, tmp_path: Path, wire: str) -> None:
    with FakeBatches(polls=2) as provider:
        asker = provider_asker(provider, tmp_path, wire)
        found = run_async(ask(asker, many(30)))
        assert sorted(found) == list(range(30))
        assert all(isinstance(value, dict) for value in found.values())
        assert len(provider.batches) == 4  # 29 by eights: one was asked first, alone
        assert (provider.single, provider.most, len(provider.answered)) == (1, 1, 30)
        assert (asker.usage.calls, asker.usage.cached) == (30, 0)
        assert asker.ledger["extract"].tokens_in == asker.usage.tokens_in > 0
        assert provider.files == {}  # nothing of ours is left there
    assert list((tmp_path / "batches").iterdir()) == []


@wires
def test_an_answer_is_the_same_however_it_came(run_async, tmp_path: Path, wire: str) -> None:
    async def online(provider: FakeBatches, folder: Path) -> dict[int, Any]:
        with ResponseCache(folder / "responses.sqlite") as cache:
            asker = ModelAsker(a_chat(provider, wire), cache)
            found = {i: value async for i, value in asker.ask(as_questions(many(12), json.loads))}
            await asker.close()
            return found

    one, other = tmp_path / "one", tmp_path / "other"
    with FakeBatches() as provider:
        by_batch = run_async(ask(provider_asker(provider, one, wire), many(12)))
        assert by_batch == run_async(online(provider, one))
        assert provider.most == 1  # the second asker found everything in the cache
        assert by_batch == run_async(online(provider, other))
        again = provider_asker(provider, other, wire)
        assert by_batch == run_async(ask(again, many(12)))
        assert provider.most == 2
        assert (again.usage.calls, again.usage.cached) == (0, 12)


def test_few_questions_are_asked_one_by_one(run_async, tmp_path: Path) -> None:
    with FakeBatches() as provider:
        found = run_async(ask(provider_asker(provider, tmp_path), many(4)))
        assert (len(found), provider.single, provider.batches) == (4, 4, {})


def test_the_same_question_goes_out_once(run_async, tmp_path: Path) -> None:
    with FakeBatches() as provider:
        twins = [*many(10), *many(10)]
        found = run_async(ask(provider_asker(provider, tmp_path), twins))
        assert [found[i] for i in range(10)] == [found[i] for i in range(10, 20)]
        assert (provider.most, len(provider.answered)) == (1, 10)


@wires
@pytest.mark.parametrize("trouble", ["expire", "lose"])
def test_what_a_batch_did_not_answer_goes_out_again(
    run_async, tmp_path: Path, wire: str, trouble: str
) -> None:
    troubled = {1, 2}
    fake = FakeBatches(expire=troubled) if trouble == "expire" else FakeBatches(lose=troubled)
    with fake as provider:
        asker = provider_asker(provider, tmp_path, wire)
        found = run_async(ask(asker, many(20)))
        assert all(isinstance(found[i], dict) for i in range(20))
        assert (provider.most, len(provider.answered)) == (1, 20)
        assert asker.usage.retries > 0


@wires
def test_a_question_that_never_comes_back_is_given_up_and_asked_by_the_next_run(
    run_async, tmp_path: Path, wire: str
) -> None:
    def never(body: Any) -> str | None:
        return "500" if question(body) in ("question 3", "question 5") else None

    with FakeBatches(faults=never) as provider:
        asker = provider_asker(provider, tmp_path, wire, fewest=1)
        found = run_async(ask(asker, many(12)))
        failed = {i for i, value in found.items() if isinstance(value, ChatFailure)}
        assert failed == {3, 5}
        assert found[3].kind == "retryable"
        assert asker.usage.failures == {"retryable": 2}
        assert asker.usage.retries == 6  # three more tries each
        provider.faults = None
        found = run_async(ask(provider_asker(provider, tmp_path, wire, fewest=1), many(12)))
        assert all(isinstance(value, dict) for value in found.values())
        assert provider.most == 1


@wires
def test_refusals_are_kept_and_junk_is_asked_as_a_new_attempt(
    run_async, tmp_path: Path, wire: str
) -> None:
    asked: list[str] = []

    def faults(body: Any) -> str | None:
        text = question(body)
        asked.append(text)
        if text == "question 4":
            return "refusal"
        return "prose" if text == "question 7" and asked.count(text) == 1 else None

    with FakeBatches(faults=faults) as provider:
        found = run_async(ask(provider_asker(provider, tmp_path, wire, fewest=1), many(12)))
        assert found[4].kind == "refusal"
        assert isinstance(found[7], dict)
        assert (asked.count("question 4"), asked.count("question 7")) == (1, 2)
        again = run_async(ask(provider_asker(provider, tmp_path, wire, fewest=1), many(12)))
        assert again == found
        assert len(asked) == 12  # 12 questions, one asked alone, one twice: nothing more


@wires
def test_a_batch_of_junk_stops_the_run_before_it_asks_again(
    run_async, tmp_path: Path, wire: str
) -> None:
    limits = BatchLimits(100, 1_000_000)
    with FakeBatches(faults=lambda _: "prose") as provider:
        asker = provider_asker(provider, tmp_path, wire, limits=limits)
        with pytest.raises(BreakerError, match=r"39 of 39 answers .* are of no use"):
            run_async(ask(asker, many(40)))
        assert len(provider.batches) == 1


@wires
def test_without_staying_the_run_ends_with_what_it_waits_for(
    run_async, tmp_path: Path, wire: str
) -> None:
    with FakeBatches(polls=2) as provider:
        for _ in range(2):
            with pytest.raises(WaitingError) as caught:
                run_async(ask(provider_asker(provider, tmp_path, wire, stay=False), many(20)))
            assert caught.value.exit_code == 4
            assert "Waiting for 19 answers: batch_001, 8 questions, 0 done, since" in str(
                caught.value
            )
            assert "same command again" in str(caught.value)
        assert len(provider.batches) == 3
        found = run_async(ask(provider_asker(provider, tmp_path, wire, stay=False), many(20)))
        assert (len(found), provider.most) == (20, 1)


def test_an_interrupted_wait_ends_like_no_wait(tmp_path: Path) -> None:
    async def interrupted(asker: Any) -> None:
        waiting = asyncio.Event()

        async def sleep(_: float) -> None:
            waiting.set()
            await asyncio.sleep(60)

        asker._waiting = Waiting(sleep=sleep)
        task = asyncio.create_task(ask(asker, many(20)))
        await waiting.wait()
        task.cancel()
        await task

    with (
        FakeBatches(polls=100) as provider,
        pytest.raises(WaitingError, match="Waiting for 19 answers"),
    ):
        asyncio.run(interrupted(provider_asker(provider, tmp_path)))


def test_waits_grow_and_progress_is_told(run_async, tmp_path: Path) -> None:
    waits: list[float] = []
    told: list[tuple[int, int]] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    with FakeBatches(polls=4) as provider:
        asker = provider_asker(provider, tmp_path)
        asker._waiting = Waiting(first=10, longest=20, sleep=sleep, tell=lambda *n: told.append(n))
        run_async(ask(asker, many(8)))
    assert waits == [10.0, 15.0, 20.0, 20.0]
    assert told == [(1, 8)] * 4


@wires
def test_an_answer_that_was_not_heard_is_looked_for(run_async, tmp_path: Path, wire: str) -> None:
    with FakeBatches(polls=3, hang_up={1, 3}) as provider:
        found = run_async(ask(provider_asker(provider, tmp_path, wire), many(30)))
        assert (len(found), provider.most, len(provider.batches)) == (30, 1, 4)


@wires
def test_nobody_sends_again_until_it_is_clear_that_nothing_was_made(
    run_async, tmp_path: Path, wire: str
) -> None:
    asker_of = lambda provider: provider_asker(provider, tmp_path, wire, stay=False)  # noqa: E731
    with FakeBatches(hang_up={1}) as provider:
        asker = asker_of(provider)
        be_patient(asker._driver._transport, 60.0)
        with pytest.raises(WaitingError, match="not known yet whether the last batch was taken"):
            run_async(ask(asker, many(8)))
        hidden, provider.batches = provider.batches, {}
        asker = asker_of(provider)
        be_patient(asker._driver._transport, 60.0)
        with pytest.raises(WaitingError, match="not known yet"):
            run_async(ask(asker, many(8)))
        assert provider.batches == {}  # it was not sent a second time
        provider.batches = hidden
        assert len(run_async(ask(asker_of(provider), many(8)))) == 8
        assert provider.most == 1


def test_a_full_account_is_tried_again_later(run_async, tmp_path: Path) -> None:
    with FakeBatches(full={1, 2}) as provider:
        for _ in range(2):
            with pytest.raises(WaitingError, match="takes no more questions until"):
                run_async(ask(provider_asker(provider, tmp_path, stay=False), many(8)))
        assert len(run_async(ask(provider_asker(provider, tmp_path), many(8)))) == 8


def test_no_more_than_the_queued_tokens_are_out_at_once(run_async, tmp_path: Path) -> None:
    most = 0
    with FakeBatches(polls=1) as provider:
        make = provider.make

        def watched(*given: Any) -> Any:
            nonlocal most
            waiting = sum(batch.results is None for batch in provider.batches.values())
            most = max(most, waiting + 1)
            return make(*given)

        provider.make = watched  # type: ignore[method-assign, assignment]
        limits = BatchLimits(8, 1_000_000, tokens=3_600)
        found = run_async(ask(provider_asker(provider, tmp_path, limits=limits), many(40)))
        assert (len(found), provider.most) == (40, 1)
        assert most == 2
        assert len(provider.batches) == 5


@wires
def test_a_cancelled_batch_stops_the_run_and_the_next_one_asks_the_rest(
    run_async, tmp_path: Path, wire: str
) -> None:
    with FakeBatches(cancel={1}) as provider:
        with pytest.raises(ModelUnavailableError, match=r"cancelled at the provider\. 4 of its 7"):
            run_async(ask(provider_asker(provider, tmp_path, wire), many(8)))
        found = run_async(ask(provider_asker(provider, tmp_path, wire), many(8)))
        assert (len(found), provider.most) == (8, 1)


def test_a_rejected_batch_says_the_providers_word(run_async, tmp_path: Path) -> None:
    with FakeBatches(reject={1}) as provider:
        with pytest.raises(ModelUnavailableError, match=r"did not take .* \(model_not_found\)"):
            run_async(ask(provider_asker(provider, tmp_path), many(8)))
        assert len(run_async(ask(provider_asker(provider, tmp_path), many(8)))) == 8


@wires
def test_a_wrong_key_stops_before_anything_is_sent(run_async, tmp_path: Path, wire: str) -> None:
    with FakeBatches(key="right") as provider:
        with pytest.raises(ModelUnavailableError, match="rejected the key"):
            run_async(ask(provider_asker(provider, tmp_path, wire, key="wrong"), many(8)))
        assert provider.batches == {}


@wires
def test_a_key_that_stops_working_keeps_the_batch(run_async, tmp_path: Path, wire: str) -> None:
    with FakeBatches(polls=2, key="right") as provider:
        with pytest.raises(WaitingError):
            run_async(
                ask(provider_asker(provider, tmp_path, wire, key="right", stay=False), many(8))
            )
        with pytest.raises(ModelUnavailableError, match="rejected the key"):
            run_async(ask(provider_asker(provider, tmp_path, wire, key="wrong"), many(8)))
        found = run_async(ask(provider_asker(provider, tmp_path, wire, key="right"), many(8)))
        assert (len(found), len(provider.batches), provider.most) == (8, 1, 1)


@wires
def test_a_batch_that_the_provider_does_not_know_is_not_asked_again_silently(
    run_async, tmp_path: Path, wire: str
) -> None:
    with FakeBatches(polls=2) as provider:
        with pytest.raises(WaitingError):
            run_async(ask(provider_asker(provider, tmp_path, wire, stay=False), many(8)))
        provider.batches.clear()
        with pytest.raises(ModelUnavailableError, match="knows no such batch"):
            run_async(ask(provider_asker(provider, tmp_path, wire), many(8)))
        assert provider.batches == {}


def test_a_silent_provider_ends_the_wait(run_async, tmp_path: Path) -> None:
    with FakeBatches(polls=2) as provider, pytest.raises(WaitingError):
        run_async(ask(provider_asker(provider, tmp_path, stay=False), many(8)))
    with pytest.raises(WaitingError, match="the provider could not be reached"):
        run_async(ask(provider_asker(provider, tmp_path), many(8)))


def test_answers_to_questions_of_old_settings_are_kept_all_the_same(
    run_async, tmp_path: Path
) -> None:
    with FakeBatches(polls=1) as provider:
        with pytest.raises(WaitingError):
            run_async(ask(provider_asker(provider, tmp_path, stay=False), many(8)))
        other = [request(f"another question {n}") for n in range(8)]
        found = run_async(ask(provider_asker(provider, tmp_path), other))
        assert len(found) == 8
        assert len(provider.answered) == 16
        asker = provider_asker(provider, tmp_path)
        run_async(ask(asker, many(8)))
        assert (asker.usage.calls, asker.usage.cached) == (0, 8)


def test_a_request_file_that_was_deleted_is_written_again(run_async, tmp_path: Path) -> None:
    with FakeBatches(full={1}) as provider:
        with pytest.raises(WaitingError):
            run_async(ask(provider_asker(provider, tmp_path, stay=False), many(8)))
        for path in (tmp_path / "batches").iterdir():
            path.unlink()
        found = run_async(ask(provider_asker(provider, tmp_path), many(8)))
        assert (len(found), provider.most) == (8, 1)


def test_neither_prompts_nor_answers_are_in_the_list_of_batches(run_async, tmp_path: Path) -> None:
    secret = [request(f"my secret is {n}") for n in range(8)]
    with FakeBatches(polls=2) as provider, pytest.raises(WaitingError) as caught:
        run_async(ask(provider_asker(provider, tmp_path, stay=False), secret))
    assert "secret" not in str(caught.value)
    with sqlite3.connect(tmp_path / "batches.sqlite") as connection:
        assert "secret" not in "".join(connection.iterdump())
    connection.close()
    for path in [tmp_path / "batches.sqlite", *(tmp_path / "batches").iterdir()]:
        assert path.stat().st_mode & 0o077 == 0


def test_money_bounds_what_is_out_together(run_async, tmp_path: Path) -> None:
    asked: list[tuple[int, int, bool]] = []

    def allow(tokens_in: int, tokens_out: int, others: bool) -> bool:
        asked.append((tokens_in, tokens_out, others))
        return not others

    with FakeBatches(polls=1) as provider:
        found = run_async(ask(provider_asker(provider, tmp_path, allow=allow), many(25)))
        assert (len(found), len(provider.batches), provider.most) == (25, 3, 1)
    alone = [entry for entry in asked if not entry[2]]
    assert len(alone) == 3
    assert {tokens_out for _, tokens_out, _ in alone} == {8 * 300}
    assert all(2_000 < tokens_in < 8_000 for tokens_in, _, _ in alone)


def test_every_answer_of_a_batch_is_told_once_with_its_cost(run_async, tmp_path: Path) -> None:
    told: list[ChatReply] = []
    hits: list[str] = []

    def faults(body: Any) -> str | None:
        return "refusal" if question(body) == "question 5" else None

    with FakeBatches(faults=faults) as provider:
        for _ in range(2):
            asker = provider_asker(
                provider,
                tmp_path,
                fewest=1,
                on_answer=lambda _, reply: told.append(reply),
                on_hit=lambda request: hits.append(request.purpose),
            )
            run_async(ask(asker, many(9)))
    assert len(told) == 8  # the first question was no part of a batch
    assert all(reply.tokens_in > 0 for reply in told)
    assert hits == ["extract"] * 8  # all but the refusal, in the second run


@wires
def test_what_ends_a_run_is_said_after_the_other_answers_are_stored(
    run_async, tmp_path: Path, wire: str
) -> None:
    with FakeBatches(faults=lambda b: "quota" if question(b) == "question 3" else None) as provider:
        with pytest.raises(ModelUnavailableError, match="quota is used up"):
            run_async(ask(provider_asker(provider, tmp_path, wire, fewest=1), many(8)))
        assert len(provider.answered) == 7
        provider.faults = None
        assert len(run_async(ask(provider_asker(provider, tmp_path, wire), many(8)))) == 8
        assert provider.most == 1


def test_what_a_batch_refused_is_asked_of_the_fallback(run_async, tmp_path: Path) -> None:
    def refuse(body: Any) -> str | None:
        return "refusal" if question(body) in ("question 4", "question 6") else None

    with FakeBatches(faults=refuse) as provider:
        asker = provider_asker(provider, tmp_path)
        assert asker._online is not None
        second = ScriptedChat(lambda _: '{"from": "the fallback"}', id="second")
        asker._online._fallback = ModelAsker(second, asker._cache)
        found = run_async(ask(asker, many(12)))
        assert found[4] == found[6] == {"from": "the fallback"}
        assert len(second.requests) == 2
        assert asker.model_id.endswith("fake, else second")
