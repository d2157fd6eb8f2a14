"""An asker that tells its workshop how many answers have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TypeVar

from anonymuse.errors import ConfigError
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.ports.chat import Asker, ChatFailure, Question, Usage

T = TypeVar("T")


def counted(parts: Parts, shop: Workshop, total: int, what: str) -> CountingAsker:
    """Return the run's asker, reporting progress to ``shop``.

    Raises:
        ConfigError: the run has no chat model.
    """
    if parts.chat is None:
        raise ConfigError(f"The step {shop.name!r} needs a chat model: name one with --chat.")
    return CountingAsker(parts.chat.asker, shop, total, what)


class CountingAsker:
    """Wraps an asker.

    Attributes:
        failures: calls that failed for good, by kind.
    """

    def __init__(self, asker: Asker, shop: Workshop, total: int, what: str) -> None:
        self._asker = asker
        self._shop = shop
        self._total = total
        self._what = what
        self._done = 0
        self.failures: Counter[str] = Counter()

    @property
    def model_id(self) -> str:
        """The model's id."""
        return self._asker.model_id

    @property
    def usage(self) -> Usage:
        """Totals of the run."""
        return self._asker.usage

    @property
    def ledger(self) -> Mapping[str, Usage]:
        """Totals of the run by purpose."""
        return self._asker.ledger

    async def ask(
        self, questions: Iterable[Question[T]]
    ) -> AsyncIterator[tuple[int, T | ChatFailure]]:
        """Ask as the run's asker does, telling how far it is."""
        async for answer in self._asker.ask(questions):
            self._done += 1
            if isinstance(answer[1], ChatFailure):
                self.failures[answer[1].kind] += 1
            # A stage may ask less or more than was foreseen; the bar never runs over its end.
            self._total = max(self._total, self._done)
            self._shop.progress(self._done, self._total, self._what)
            yield answer
