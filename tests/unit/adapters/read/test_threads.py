"""Which calls of a log are one conversation."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.adapters.read import threads as module
from anonymuse.adapters.read.exchange import Exchange
from anonymuse.adapters.read.threads import BRANCHES, REPEATED, SHORTER, STEPS, Threads
from anonymuse.domain.private.conversation import Turn

START = datetime(2026, 3, 1, tzinfo=UTC)


def call(*texts: str, **more: Any) -> Exchange:
    roles = ("user", "assistant")
    return Exchange(tuple(Turn(roles[n % 2], text) for n, text in enumerate(texts)), **more)  # type: ignore[arg-type]


def verdicts(*calls: Exchange, user: str | None = "u") -> list[str]:
    return decided(*calls, user=user)[1]


def decided(*calls: Exchange, user: str | None = "u") -> tuple[Threads, list[str]]:
    threads = Threads()
    for number, one in enumerate(calls):
        threads.add(one, user, START + timedelta(minutes=number))
    threads.finish()
    return threads, [threads.verdict(n) for n in range(len(calls))]


GROWING = (call("a", "b"), call("a", "b", "c", "d"), call("a", "b", "c", "d", "e", "f"))


def test_the_longest_of_growing_calls_is_kept_with_the_first_time() -> None:
    threads, found = decided(*GROWING)
    assert found == ["left out", "left out", "alone"]
    assert threads.notes == {SHORTER: 2}
    assert threads.start(2) == START


def test_newest_first_is_the_same() -> None:
    threads, found = decided(*reversed(GROWING))
    assert found == ["alone", "left out", "left out"]
    assert threads.start(0) == START


def test_a_call_whose_reply_is_not_logged() -> None:
    assert verdicts(call("a"), call("a", "b", "c"), call("a", "b", "c", "d", "e")) == [
        "left out", "left out", "alone",
    ]  # fmt: skip


def test_two_conversations_that_begin_alike() -> None:
    one, other = call("hi", "yes?"), call("hi", "yes?")
    first, second = call("hi", "yes?", "a", "b"), call("hi", "yes?", "c", "d")
    assert verdicts(one, other, first, second, user=None) == [
        "left out", "left out", "alone", "alone",
    ]  # fmt: skip


def test_a_reply_that_was_made_anew_is_a_branch_of_its_own() -> None:
    assert verdicts(call("a", "b"), call("a", "B"), call("a", "B", "c", "d")) == [
        "alone", "left out", "alone",
    ]  # fmt: skip


def test_the_same_call_again() -> None:
    threads, found = decided(call("a", "b"), call("a", " b\n"))
    assert found == ["left out", "alone"]
    assert threads.notes == {REPEATED: 1}
    # Of people nobody knows, two may say the same.
    assert verdicts(call("a", "b"), call("a", "b"), user=None) == ["alone", "alone"]


def test_users_are_kept_apart() -> None:
    threads = Threads()
    threads.add(call("a", "b"), "one", None)
    threads.add(call("a", "b", "c", "d"), "two", None)
    threads.finish()
    assert [threads.verdict(n) for n in range(2)] == ["alone", "alone"]
    assert threads.start(0) is None


def test_system_prompts_may_change() -> None:
    first = Exchange((Turn("system", "1 o'clock"), *call("a", "b").turns))
    second = Exchange((Turn("system", "2 o'clock"), *call("a", "b", "c", "d").turns))
    assert verdicts(first, second) == ["left out", "alone"]


def test_the_longest_call_of_a_task_stands_for_it() -> None:
    threads, found = decided(
        call("plan", "x", trace="t"), call("a", "b", "c", "d", trace="t"), call("q", "r", trace="u")
    )
    assert found == ["left out", "alone", "alone"]
    assert threads.notes == {STEPS: 1}


def test_calls_of_one_question_each_are_joined() -> None:
    threads, found = decided(call("a", "b", conversation="c"), call("c", "d", conversation="c"))
    assert found == ["part", "part"]
    assert threads.group(0)[1] == 2


def test_of_calls_with_history_the_longest_is_kept() -> None:
    threads, found = decided(
        call("a", "b", "c", "d", conversation="c"), call("x", "y", conversation="c")
    )
    assert found == ["alone", "left out"]
    assert threads.notes == {BRANCHES: 1}


def test_calls_that_go_on_from_a_reply() -> None:
    assert verdicts(
        call("a", "b", answers="r1"),
        call("c", "d", answers="r2", follows="r1"),
        call("e", "f", answers="r3", follows="r2"),
        call("g", "h", answers="r9"),
        call("i", "j", answers="r8", follows="not in this log"),
    ) == ["part", "part", "part", "alone", "alone"]


def test_no_more_are_open_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OPEN", 3)
    monkeypatch.setattr(module, "_MOST_INNER", 3)
    calls = [call(f"q{n}", f"a{n}") for n in range(10)]
    late = [call("q9", "a9", "more", "yes"), call("q0", "a0", "more", "yes")]
    found = verdicts(*calls, *late)
    assert found[9] == "left out"
    assert found[0] == found[11] == "alone"  # too far apart: both are kept, and no text is lost


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.booleans())
def test_any_order_keeps_each_conversation_once(seed: int, many: int, forward: bool) -> None:
    draw = random.Random(seed)
    lengths = [draw.randint(1, 5) for _ in range(many)]
    calls = [
        (n, k, call(*(f"{n}.{turn}" for turn in range(2 * k))))
        for n, length in enumerate(lengths)
        for k in range(1, length + 1)
    ]
    draw.shuffle(calls)
    calls.sort(key=lambda one: one[1] if forward else -one[1])
    threads, found = decided(*(one for _, _, one in calls))
    kept = {n: k for (n, k, _), verdict in zip(calls, found, strict=True) if verdict == "alone"}
    assert kept == dict(enumerate(lengths))
    assert threads.notes.total() == len(calls) - many
