"""Asks by batch: half the price at a provider, or by files where no network reaches the model.

questions ──► cache ──► out already? ──► few: asked one by one ──► many: batches ──► wait
                ▲                                                                      │
                └──────────── answers; what brought none or an invalid one goes again ─┘

The keys of the response cache are those of single calls: an answer counts the same, however it
came. All questions of one `ask` that have no answer yet are held in memory, 4 to 8 kB each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, TypeVar

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.adapters.chat.attempts import ask_again
from anonymuse.adapters.chat.batch_driver import Allow, BatchDriver
from anonymuse.adapters.chat.batch_intake import MISSING, Arrivals, OnAnswer
from anonymuse.adapters.chat.batch_store import Asked, BatchStore
from anonymuse.adapters.chat.batch_transport import BatchTransport
from anonymuse.adapters.chat.batch_waiting import Waiting
from anonymuse.adapters.chat.cache import TERMINAL, ResponseCache
from anonymuse.adapters.chat.tally import Tally
from anonymuse.errors import BreakerError
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest, Question, Usage
from anonymuse.ports.vault import Vault

T = TypeVar("T")

NO_FIT: Final = ChatFailure("invalid", "the answer does not fit the question")


@dataclass(frozen=True, slots=True)
class _Open:
    """A question without an answer: the request that stands for it now, and how it went so far."""

    request: ChatRequest
    key: str
    asked: Asked | None

    @property
    def is_out(self) -> bool:
        return self.asked is not None and self.asked.open

    def going_out(self) -> Asked:
        """Return what the store has to remember when this question goes out (again)."""
        before = self.asked
        return Asked(
            self.key,
            self.request.purpose,
            self.request.schema is not None,
            turn=1 if before is None else before.turn + 1,
            fails=0 if before is None else before.fails,
            unit=self.request.unit,
        )


@dataclass(slots=True)
class _Held(Generic[T]):
    """What one `ask` has not answered yet.

    Attributes:
        out: questions by the key of the request that is out for them; twins share a key.
        fresh: the same for requests that have to go out.
        single: questions for the asker that asks one by one.
        opened: the requests behind the keys.
        answered: how many questions are done with.
    """

    out: dict[str, list[tuple[int, Question[T]]]] = field(default_factory=dict)
    fresh: dict[str, list[tuple[int, Question[T]]]] = field(default_factory=dict)
    single: list[tuple[int, Question[T]]] = field(default_factory=list)
    opened: dict[str, _Open] = field(default_factory=dict)
    answered: int = 0

    @property
    def unanswered(self) -> int:
        return sum(len(twins) for pile in (self.out, self.fresh) for twins in pile.values())


class BatchAsker:
    """The `Asker` over batches.

    Args:
        model_id: of the model, as the cache's keys have it.
        transport: carries batches.
        store: what is out; closed with the asker.
        cache: of answers, shared with single calls.
        folder: for request files, private.
        online: asks one by one what is too little for a batch, and the fallback model; None where
            the model cannot be called.
        fewest: with ``online``: fewer questions than this are not worth a batch.
        max_attempts: how often a question goes out, the first time included.
        breaker_share: stop when more than this share of what came together is of no use.
        breaker_min: answers that have to come together before the breaker looks.
        waiting: how to wait.
        on_answer: told of every new answer that a batch brought, with its purpose.
        on_hit: told of every question whose answer was there already.
        allow: asked before a batch is sent.
        vault: seals request files.
    """

    def __init__(
        self,
        model_id: str,
        transport: BatchTransport,
        store: BatchStore,
        cache: ResponseCache,
        folder: Path,
        *,
        online: ModelAsker | None = None,
        fewest: int = 1_000,
        max_attempts: int = 4,
        breaker_share: float = 0.5,
        breaker_min: int = 20,
        waiting: Waiting | None = None,
        on_answer: OnAnswer | None = None,
        on_hit: Callable[[ChatRequest], None] | None = None,
        allow: Allow | None = None,
        vault: Vault | None = None,
    ) -> None:
        self._model_id = model_id
        self._store = store
        self._cache = cache
        self._online = online
        self._fewest = fewest
        self._max_attempts = max_attempts
        self._breaker_share = breaker_share
        self._breaker_min = breaker_min
        self._waiting = waiting or Waiting()
        self._on_answer = on_answer
        self._on_hit = on_hit
        self._driver = BatchDriver(
            model_id,
            transport,
            store,
            cache,
            folder,
            on_answer=self._count_answer,
            allow=allow,
            vault=vault,
        )
        self._tally = Tally() if online is None else online.tally
        self._just_came: set[str] = set()

    @property
    def model_id(self) -> str:
        """The model's id."""
        return self._model_id if self._online is None else self._online.model_id

    @property
    def usage(self) -> Usage:
        """Totals so far; a call is an answer that came."""
        return self._tally.total

    @property
    def ledger(self) -> dict[str, Usage]:
        """Totals so far by purpose."""
        return self._tally.by_purpose

    async def close(self) -> None:
        """Close the transport, the list of batches, and what asks one by one."""
        await self._driver.close()
        if self._online is not None:
            await self._online.close()
        self._store.close()

    async def ask(
        self, questions: Iterable[Question[T]]
    ) -> AsyncIterator[tuple[int, T | ChatFailure]]:
        """Ask all questions, yielding ``(index, value or failure)`` in order of arrival.

        Raises:
            WaitingError: answers are still to come, and the run is not to stay for them.
            ModelUnavailableError: the provider refuses us or a batch.
            BreakerError: most of what came is of no use.
            OutputError: a request file or an answer could not be stored.
        """
        seen = await self._look()  # before the questions: what has come answers some of them
        held: _Held[T] = _Held()
        for index, question in enumerate(questions):
            answer = self._place(held, index, question, question.request)
            if answer is not None:
                yield answer
        probed = False
        while held.out or held.fresh or held.single:
            few = len(held.fresh) < self._fewest
            async for answer in self._one_by_one(held, few=few, probe=not probed):
                yield answer
            probed = probed or not few
            if self._seal(held):
                seen = await self._look()
            came = [key for key in held.out if key in seen.moved]
            for answer in self._take(held, came):
                yield answer
            if held.out and not came:
                counts = held.answered, held.unanswered
                await self._waiting.wait(self._driver, self._store, held.out, seen, counts)
                seen = await self._look()

    async def _look(self) -> Arrivals:
        seen = await self._driver.look()
        self._just_came |= seen.moved
        return seen

    def _place(
        self, held: _Held[T], index: int, question: Question[T], request: ChatRequest
    ) -> tuple[int, T | ChatFailure] | None:
        """Return the answer to a question, or hold it where it belongs."""
        found = self._find(question, request)
        if isinstance(found, _Open):
            pile = held.out if found.is_out else held.fresh
            pile.setdefault(found.key, []).append((index, question))
            held.opened[found.key] = found
            return None
        if isinstance(found, ChatFailure):
            if found.kind in TERMINAL and self._online is not None:
                held.single.append((index, question))  # counts it, and may have a fallback
                return None
            self._tally.failed(question.request.purpose, found)
        held.answered += 1
        return index, found

    def _find(self, question: Question[T], request: ChatRequest) -> T | ChatFailure | _Open:
        """Follow a question from attempt to attempt, to its answer or to what has to be asked."""
        while True:
            key = self._cache.key_of(self._model_id, request)
            outcome = self._cache.get(key) or self._came_back(key)
            if outcome is None:
                return _Open(request, key, self._store.find(key))
            if isinstance(outcome, ChatReply):
                self._count_hit(key, request)
                try:
                    return question.check(outcome.text)
                except ValueError:
                    outcome = NO_FIT
            if outcome.kind != "invalid" or request.attempt + 1 >= self._max_attempts:
                return outcome
            request = ask_again(request)

    def _came_back(self, key: str) -> ChatFailure | None:
        """Return the failure of a request that will not go out again as it is."""
        asked = self._store.find(key)
        if asked is None or asked.open:
            return None
        failure = asked.failure or MISSING
        if failure.kind == "invalid":
            return failure
        if asked.fails < self._max_attempts:
            return None
        self._store.begin_anew(key)  # given up now, asked again by the next run
        return failure

    async def _one_by_one(
        self, held: _Held[T], *, few: bool, probe: bool
    ) -> AsyncIterator[tuple[int, T | ChatFailure]]:
        """Ask what is too little for a batch; before a batch, one question, to see if it works.

        One call finds out whether key, name and form are right before thousands go out.
        """
        if self._online is None:
            return
        chosen = list(held.fresh) if few else list(held.fresh)[: int(probe)]
        pile, held.single = held.single, []
        for key in chosen:
            pile += held.fresh.pop(key)
            del held.opened[key]
        if pile:
            async for place, value in self._online.ask(question for _, question in pile):
                held.answered += 1
                yield pile[place][0], value

    def _seal(self, held: _Held[T]) -> bool:
        """Commit everything fresh as out; False where nothing was."""
        if not held.fresh:
            return False
        self._driver.seal(self._going_out(held))
        held.out.update(held.fresh)
        held.fresh.clear()
        return True

    def _going_out(self, held: _Held[T]) -> Iterator[tuple[Asked, ChatRequest]]:
        for key in held.fresh:
            opened = held.opened[key]
            asked = opened.going_out()
            if asked.turn > 1 or opened.request.attempt > 0:
                self._tally.count(asked.purpose, retries=1)
            yield asked, opened.request

    def _take(self, held: _Held[T], came: list[str]) -> Iterator[tuple[int, T | ChatFailure]]:
        """Yield the answers to questions whose request is no longer out."""
        answers: list[tuple[int, T | ChatFailure]] = []
        looked_at = useless = 0
        for key in came:
            before = held.opened.pop(key)
            for index, question in held.out.pop(key):
                answer = self._place(held, index, question, before.request)
                looked_at += 1
                if answer is not None:
                    answers.append(answer)
                    useless += isinstance(answer[1], ChatFailure)
        again = (held.opened[key].request for key in held.fresh)
        useless += sum(request.attempt > 0 for request in again)
        if looked_at >= self._breaker_min and useless > self._breaker_share * looked_at:
            raise BreakerError(
                f"{useless:,} of {looked_at:,} answers that came together from {self._model_id} "
                "are of no use, so the run was stopped before asking again. Look at the model, "
                "then run the same command again: answers so far are kept."
            )
        yield from answers

    def _count_answer(self, purpose: str, reply: ChatReply) -> None:
        self._tally.count(purpose, calls=1, tokens_in=reply.tokens_in, tokens_out=reply.tokens_out)
        if self._on_answer is not None:
            self._on_answer(purpose, reply)

    def _count_hit(self, key: str, request: ChatRequest) -> None:
        if key in self._just_came:
            self._just_came.discard(key)  # counted as a call when it came
            return
        self._tally.count(request.purpose, cached=1)
        if self._on_hit is not None:
            self._on_hit(request)
