"""Asks many questions of one model: cached, bounded, retried, counted, stopped when hopeless.

requests ──► cache ──► same question in flight? ──► limiter ──► model ──► cache ──► check
               ▲                                                                      │
               ├──────── asked again: overload (same attempt), invalid (next) ◄───────┤
               └──────── asked of the fallback model: refused, filtered, too long ◄───┘
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Iterable
from typing import Final, TypeVar

from anonymuse.adapters.chat.advice import what_to_change
from anonymuse.adapters.chat.attempts import Backoff, ask_again
from anonymuse.adapters.chat.cache import TERMINAL, ResponseCache, request_key
from anonymuse.adapters.chat.limiter import LONGEST_PAUSE, AdaptiveLimiter, Sleep, limiter_of
from anonymuse.adapters.chat.tally import Tally
from anonymuse.errors import BreakerError, ModelUnavailableError
from anonymuse.ports.chat import (
    ChatFailure,
    ChatModel,
    ChatReply,
    ChatRequest,
    Question,
    Usage,
)

T = TypeVar("T")
Outcome = ChatReply | ChatFailure

PATIENCE: Final = 5
"""Waits that the endpoint asked for are cheap: this many times `max_attempts` are allowed."""

BREAKER_WINDOW: Final = 50
"""The breaker looks at this many last questions, or at `breaker_min` when that is more."""


class ModelAsker:
    """The `Asker` over a model and, if given, a cache.

    Attributes:
        tally: what was done, shared with an asker by batches that asks through this one.

    Args:
        model: answers single requests.
        cache: remembers answers; without one, only questions in flight together are shared.
        max_attempts: calls made for one question, first try included.
        backoff: waits between the tries of a question that met an overload.
        breaker_share: stop when more than this share of the last questions failed for good.
        breaker_min: questions that have to be finished before the breaker looks.
        sleep: waits for seconds; replaced in tests.
        usage: totals to add to, when several askers share one line.
        limiter: of the model and its key; by default the one that the model brings, or its own.
        fallback: asked what the model refused, or what was filtered or too long for it. It has
            its own cache keys: a row that both were asked about is stored under both.
        on_hit: told of every question whose answer was there already, for the ledger.
    """

    def __init__(
        self,
        model: ChatModel,
        cache: ResponseCache | None = None,
        *,
        max_attempts: int = 4,
        backoff: Backoff | None = None,
        breaker_share: float = 0.5,
        breaker_min: int = 20,
        sleep: Sleep = asyncio.sleep,
        usage: Usage | None = None,
        limiter: AdaptiveLimiter | None = None,
        fallback: ModelAsker | None = None,
        on_hit: Callable[[ChatRequest], None] | None = None,
    ) -> None:
        self._model = model
        self._fallback = fallback
        self._on_hit = on_hit
        self._cache = cache
        self._max_attempts = max(1, max_attempts)
        self._backoff = backoff or Backoff()
        self._breaker_share = breaker_share
        self._breaker_min = breaker_min
        self._last: deque[ChatFailure | None] = deque(maxlen=max(BREAKER_WINDOW, breaker_min))
        self._sleep = sleep
        self.tally = Tally(usage)
        self.tally.total.fallback = None if fallback is None else fallback.usage
        limiter = limiter or limiter_of(model)
        self._limiter = limiter or AdaptiveLimiter(model.concurrency, sleep=sleep)
        self._flying: dict[str, asyncio.Future[Outcome]] = {}
        self._tokens_per_character = 1 / 3  # a guess, until the endpoint counted
        self._tokens_of_answers = 0.0

    @property
    def model_id(self) -> str:
        """The model's id; with a fallback model, both, as either may have answered."""
        if self._fallback is None:
            return self._model.id
        return f"{self._model.id}, else {self._fallback.model_id}"

    @property
    def usage(self) -> Usage:
        """Totals so far."""
        return self.tally.total

    @property
    def ledger(self) -> dict[str, Usage]:
        """Totals so far by purpose."""
        return self.tally.by_purpose

    async def close(self) -> None:
        """Close the model, and the fallback's; the cache belongs to whoever opened it."""
        await self._model.close()
        if self._fallback is not None:
            await self._fallback.close()

    async def ask(
        self, questions: Iterable[Question[T]]
    ) -> AsyncGenerator[tuple[int, T | ChatFailure], None]:
        """Ask all questions, yielding ``(index, value or failure)`` in order of arrival.

        At most twice the model's concurrency is read ahead of what was yielded. Leaving the loop
        early should close the generator (`contextlib.aclosing`), which cancels what is in flight.

        Raises:
            ModelUnavailableError: the endpoint refused us altogether.
            BreakerError: too many questions failed for good.
            OutputError: an answer could not be stored.
        """
        source = enumerate(questions)
        done: asyncio.Queue[asyncio.Task[tuple[int, T | ChatFailure]]] = asyncio.Queue()
        running: set[asyncio.Task[tuple[int, T | ChatFailure]]] = set()
        window = 2 * max(1, self._model.concurrency)
        more = True
        try:
            while True:
                while more and len(running) < window:
                    entry = next(source, None)
                    if entry is None:
                        more = False
                        break
                    work = self._one(*entry)
                    task = asyncio.create_task(work)
                    task.add_done_callback(done.put_nowait)
                    running.add(task)
                if not running:
                    return
                finished = await done.get()
                running.discard(finished)
                yield finished.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _one(self, index: int, question: Question[T]) -> tuple[int, T | ChatFailure]:
        answer = await self._settle(question)
        if isinstance(answer, ChatFailure) and answer.kind in TERMINAL and self._fallback:
            answer = await self._ask_fallback(question, answer)
        failure = answer if isinstance(answer, ChatFailure) else None
        if failure is not None:
            self.tally.failed(question.request.purpose, failure)
        self._trip_breaker(failure)
        return index, answer

    async def _ask_fallback(self, question: Question[T], failure: ChatFailure) -> T | ChatFailure:
        """Ask the other model; where it has no answer either, the first model's failure stays."""
        assert self._fallback is not None
        answer = await self._fallback._settle(question)
        if isinstance(answer, ChatFailure):
            self._fallback.tally.failed(question.request.purpose, answer)
            return failure
        self.tally.count(question.request.purpose, by_fallback=1)
        return answer

    async def _settle(self, question: Question[T]) -> T | ChatFailure:
        """Ask one question until it has a valid answer, a terminal failure, or no tries left."""
        request = question.request
        tries, waits = 0, 0
        while True:
            cache = self._cache
            key = (cache.key_of if cache else request_key)(self._model.id, request)
            outcome = await self._once(key, request)
            if isinstance(outcome, ChatReply):
                try:
                    return question.check(outcome.text)
                except ValueError:
                    outcome = ChatFailure("invalid", "the answer does not fit the question")
            if outcome.kind == "fatal":
                raise ModelUnavailableError(
                    f"The model {self._model.id} cannot be used: {outcome.detail}. "
                    "Check the key, the model's name and the account; answers so far are kept."
                )
            if outcome.kind not in ("retryable", "invalid"):
                return outcome
            if outcome.retry_after is not None and waits < PATIENCE * self._max_attempts:
                waits += 1
            else:
                tries += 1
            if tries >= self._max_attempts:
                return outcome
            self.tally.count(request.purpose, retries=1)
            if outcome.kind == "invalid":
                request = ask_again(request)
            else:
                await self._sleep(self._wait(outcome, tries, waits, key))

    def _wait(self, outcome: ChatFailure, tries: int, waits: int, key: str) -> float:
        """Return the seconds until a question that met an overload is asked again.

        Only this question waits: in a storm the limiter stops everybody, and a single rejection
        says nothing about the others.
        """
        if outcome.retry_after is None:
            return self._backoff.seconds(tries, key)
        # An endpoint that says "at once" again and again is given a little more each time.
        patient = self._backoff.seconds(waits - 1, key) if waits > 1 else 0.0
        return min(max(outcome.retry_after, patient / 4), LONGEST_PAUSE)

    async def _once(self, key: str, request: ChatRequest) -> Outcome:
        """Take the answer from the cache, from the same question in flight, or from the model."""
        while True:
            stored = self._cache.get(key) if self._cache else None
            if stored is not None:
                self._count_hit(request)
                return stored
            twin = self._flying.get(key)
            if twin is None:
                return await self._lead(key, request)
            await asyncio.wait([twin])
            if not twin.cancelled():
                self._count_hit(request)
                return twin.result()

    def _count_hit(self, request: ChatRequest) -> None:
        self.tally.count(request.purpose, cached=1)
        if self._on_hit is not None:
            self._on_hit(request)

    async def _lead(self, key: str, request: ChatRequest) -> Outcome:
        """Call the model on behalf of everybody who has the same question now."""
        promise: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._flying[key] = promise
        try:
            outcome = await self._call(request)
            if self._cache:
                self._cache.put(key, outcome, request.unit)
            promise.set_result(outcome)
        finally:
            del self._flying[key]
            promise.cancel()  # does nothing to a promise that was kept
        return outcome

    async def _call(self, request: ChatRequest) -> Outcome:
        limiter = self._limiter
        expected = self._expected_tokens(request) if limiter.counts_tokens else 0.0
        place = await limiter.acquire(expected)
        try:
            total, line = self.tally.lines(request.purpose)
            total.calls += 1
            line.calls += 1
            outcome = await self._model.answer(request)
        except BaseException:
            limiter.leave()
            raise
        for use in (total, line):
            use.tokens_in += outcome.tokens_in
            use.tokens_out += outcome.tokens_out
        used = outcome.tokens_in + outcome.tokens_out
        too_many = expected - used if expected and used else 0.0
        if isinstance(outcome, ChatReply):
            if expected:
                self._learn_tokens(request, outcome)
            limiter.release(place, tokens=too_many)
        else:
            overloaded = outcome.kind == "retryable"
            limiter.release(
                place, overloaded=overloaded, retry_after=outcome.retry_after, tokens=too_many
            )
        return outcome

    def _expected_tokens(self, request: ChatRequest) -> float:
        sent = sum(len(message.content) for message in request.messages)
        return sent * self._tokens_per_character + self._tokens_of_answers

    def _learn_tokens(self, request: ChatRequest, reply: ChatReply) -> None:
        """Follow how many tokens the endpoint counts for our characters, and how long answers are.

        What was expected wrongly is owed, or given back, so that the average is kept.
        """
        sent = sum(len(message.content) for message in request.messages)
        if reply.tokens_in and sent:
            self._tokens_per_character += (reply.tokens_in / sent - self._tokens_per_character) / 8
        self._tokens_of_answers += (reply.tokens_out - self._tokens_of_answers) / 8

    def _trip_breaker(self, failure: ChatFailure | None) -> None:
        self._last.append(failure)
        failed = [last for last in self._last if last is not None]
        if len(self._last) < self._breaker_min:
            return
        if len(failed) > self._breaker_share * len(self._last):
            kinds = ", ".join(f"{k} {n}" for k, n in Counter(f.kind for f in failed).most_common())
            raise BreakerError(
                f"{len(failed)} of the last {len(self._last)} questions to {self._model.id} "
                f"failed for good ({kinds}). {what_to_change(failed)} "
                "Answers so far are kept: the same command goes on."
            )
