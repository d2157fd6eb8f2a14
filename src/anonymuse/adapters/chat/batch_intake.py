"""Takes the answers of a batch home: into the response cache, one by one, each paid once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from anonymuse.adapters.chat.batch_store import Asked, Batch, BatchStore, from_custom_id
from anonymuse.adapters.chat.batch_transport import BatchStatus, BatchTransport
from anonymuse.adapters.chat.cache import TERMINAL, ResponseCache
from anonymuse.ports.chat import ChatFailure, ChatReply

MISSING: Final = ChatFailure("retryable", "the batch brought no answer")
CHUNK: Final = 500
"""answers that are marked as arrived in one go"""

OnAnswer = Callable[[str, ChatReply], None]
"""told of every answer that a batch brought and that costs, with the purpose of its question"""


@dataclass(slots=True)
class Arrivals:
    """What one look at the batches brought.

    Attributes:
        moved: keys of questions that are no longer out, answered or not.
        strangers: results for questions that are not out and were never answered here.
        trouble: why a batch could not be sent or looked at, if one could not.
        silent: the provider could not be reached.
        status: how far each batch is, by name.
    """

    moved: set[str] = field(default_factory=set)
    strangers: int = 0
    trouble: str = ""
    silent: bool = False
    status: dict[str, BatchStatus] = field(default_factory=dict)


class BatchIntake:
    """Reads results, stores answers, and marks what came.

    Args:
        transport: brings the results.
        store: remembers what is out.
        cache: takes the answers.
        on_answer: told of every new answer.
    """

    def __init__(
        self,
        transport: BatchTransport,
        store: BatchStore,
        cache: ResponseCache,
        on_answer: OnAnswer,
    ) -> None:
        self._transport = transport
        self._store = store
        self._cache = cache
        self._on_answer = on_answer

    async def take_in(self, batch: Batch, seen: Arrivals) -> list[ChatFailure]:
        """Store every answer that can be read; return what came in place of others."""
        failures: dict[str, ChatFailure] = {}
        arrived: list[str] = []
        try:
            async for result in self._transport.results(batch):
                key, turn = from_custom_id(result.custom_id)
                asked = self._store.find(key)
                if asked is None or not asked.open:
                    seen.strangers += asked is None and self._cache.get(key) is None
                    continue
                if key in seen.moved:
                    continue  # a second result of the same question: the first answer counts
                outcome = self._transport.read(result, schema=asked.schema)
                if self._keep(asked, outcome):
                    failures.pop(key, None)
                    seen.moved.add(key)
                    arrived.append(key)
                elif isinstance(outcome, ChatFailure) and turn == asked.turn:
                    failures[key] = outcome
                    self._pay(asked, outcome)
                if len(arrived) >= CHUNK:
                    self._store.answered(arrived)
                    arrived.clear()
        finally:
            self._store.answered(arrived)
        seen.moved.update(failures)
        self._store.failed(
            (key, MISSING if f.kind == "fatal" else f) for key, f in failures.items()
        )
        return list(failures.values())

    def _keep(self, asked: Asked, outcome: ChatReply | ChatFailure) -> bool:
        """Put an answer into the cache; False where the outcome is none."""
        if isinstance(outcome, ChatFailure) and outcome.kind not in TERMINAL:
            return False
        if self._cache.get(asked.key) is None:
            self._cache.put(asked.key, outcome, asked.unit)
            self._pay(asked, outcome)
        return True

    def _pay(self, asked: Asked, outcome: ChatReply | ChatFailure) -> None:
        """Tell what an answer cost; a refusal costs too."""
        if isinstance(outcome, ChatReply):
            self._on_answer(asked.purpose, outcome)
        elif outcome.tokens_in or outcome.tokens_out:
            cost = ChatReply("", outcome.tokens_in, outcome.tokens_out)
            self._on_answer(asked.purpose, cost)
