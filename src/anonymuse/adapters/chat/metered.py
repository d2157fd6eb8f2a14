"""A model whose calls are priced, written to the ledger, and stopped before a limit is passed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from anonymuse.adapters.chat.dialect import THINKING_ROOM
from anonymuse.adapters.chat.ledger import LOST, REPLY, Call, Ledger
from anonymuse.adapters.chat.waiting_line import WaitingLine
from anonymuse.domain.money import Price, dollars
from anonymuse.errors import BudgetError
from anonymuse.ports.chat import ChatFailure, ChatModel, ChatReply, ChatRequest

_MESSAGE_TOKENS: Final = 16
_CALL_TOKENS: Final = 400
"""What a chat template and an endpoint's words about the schema may add, on the safe side."""


class Budget:
    """Money that may be spent in a run folder, shared by all its models.

    A call starts only if it cannot pass the limit together with everything in flight, at the most
    that each of them may cost. Where that is too much, it waits for the others: what they really
    cost is less. With nothing in flight and no room left, the run stops.

    Args:
        ledger: what was spent so far.
        limit: micro-dollars; None for no limit.
    """

    def __init__(self, ledger: Ledger, limit: float | None = None) -> None:
        self._ledger = ledger
        self._limit = limit
        self._held = 0.0
        self._flying = 0
        self._waiting = WaitingLine()

    async def reserve(self, most: Callable[[], float]) -> float:
        """Set money aside for a call; give what is returned back with `settle`.

        Args:
            most: what the call may cost; asked again after a wait, as replies teach.

        Raises:
            BudgetError: there is not enough left, and nothing in flight that could give some back.
        """
        while (amount := most()) and not self._fits(amount):
            if not self._flying:
                raise self._spent_up(amount)
            await self._waiting.wait()
        self._held += amount
        self._flying += 1
        return amount

    def settle(self, amount: float) -> None:
        """End a call whose real cost is in the ledger by now."""
        self._flying -= 1
        self._held = self._held - amount if self._flying else 0.0
        self._waiting.call_all()

    def _fits(self, amount: float) -> bool:
        return self._limit is None or self._ledger.spent + self._held + amount <= self._limit

    def _spent_up(self, most: float) -> BudgetError:
        done = [
            f"{purpose} {line.calls:,}"
            for purpose, line in self._ledger.lines().items()
            if line.calls and purpose != LOST
        ]
        return BudgetError(
            f"Stopped at the limit of {dollars(self._limit or 0.0)}: {dollars(self._ledger.spent)} "
            f"is spent in this folder, and the next call may cost up to {dollars(most)}. Every "
            f"answer is kept (calls so far: {', '.join(done) or 'none'}). The same command with a "
            "larger --max-cost goes on from here; nothing is asked twice."
        )


class MeteredModel:
    """A `ChatModel` that keeps the books of another one; ids, and with them answers, are the same.

    Args:
        model: does the work.
        ledger: gets a row for every call.
        budget: enforced before a call starts.
        price: of this model; None where nobody says: its calls are counted and cost nothing known.
    """

    def __init__(
        self, model: ChatModel, ledger: Ledger, budget: Budget, price: Price | None
    ) -> None:
        self._model = model
        self._ledger = ledger
        self._budget = budget
        self._price = price
        self._replied = False
        self._thinks = False

    @property
    def id(self) -> str:
        """The model's id."""
        return self._model.id

    @property
    def concurrency(self) -> int:
        """How many calls may be in flight at the start."""
        return self._model.concurrency

    @property
    def limiter(self) -> Any:
        """The model's own limiter, if it brings one; whoever asks looks for it here."""
        return getattr(self._model, "limiter", None)

    async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
        """Answer one request.

        Raises:
            BudgetError: the call might pass the limit; nothing was sent.
        """
        held = await self._budget.reserve(lambda: self._most(request))
        try:
            started = time.monotonic()
            outcome = await self._model.answer(request)
            self._enter(request, outcome, time.monotonic() - started)
        finally:
            self._budget.settle(held)
        return outcome

    async def close(self) -> None:
        """Close the model; the ledger belongs to whoever opened it."""
        await self._model.close()

    def _most(self, request: ChatRequest) -> float:
        """Return what the next call may cost at most, in micro-dollars.

        No tokeniser in use makes more tokens than a text has bytes. Whether a model thinks first,
        and has to be asked once more with room for it, is known after its first reply.
        """
        if self._price is None or self._price.free:
            return 0.0
        tokens = most_tokens(request)
        if not self._replied:
            return self._price.cost(2 * tokens, 2 * request.max_tokens + THINKING_ROOM)
        return self._price.cost(tokens, request.max_tokens + self._thinks * THINKING_ROOM)

    def _enter(
        self, request: ChatRequest, outcome: ChatReply | ChatFailure, seconds: float
    ) -> None:
        cached = outcome.tokens_cached if isinstance(outcome, ChatReply) else 0
        cost = None
        if self._price is not None:
            cost = self._price.cost(outcome.tokens_in, outcome.tokens_out, cached)
        self._ledger.add(
            Call(
                time=time.time(),
                purpose=request.purpose,
                model=self._model.id,
                outcome=REPLY if isinstance(outcome, ChatReply) else outcome.kind,
                tokens_in=outcome.tokens_in,
                tokens_out=outcome.tokens_out,
                tokens_cached=cached,
                micro_dollars=cost,
                latency_ms=round(1000 * seconds),
            )
        )
        self._replied |= isinstance(outcome, ChatReply)
        self._thinks |= outcome.tokens_out > request.max_tokens


def most_tokens(request: ChatRequest) -> int:
    """Return a number of tokens that no prompt of this request exceeds: its bytes, and a little."""
    schema = 2 * len(json.dumps(request.schema)) if request.schema else 0
    said = sum(len(message.content.encode("utf-8", "replace")) for message in request.messages)
    return said + schema + _MESSAGE_TOKENS * len(request.messages) + _CALL_TOKENS
