"""Waiting for batches: in the process, or by ending it with a sentence that says for what."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from anonymuse.adapters.chat.batch_driver import BatchDriver
from anonymuse.adapters.chat.batch_intake import Arrivals
from anonymuse.adapters.chat.batch_store import Batch, BatchStore
from anonymuse.adapters.chat.limiter import Sleep
from anonymuse.errors import WaitingError

PATIENCE: Final = 20
"""looks in a row that the provider may fail to answer before the run stops waiting"""
NAMED: Final = 3
"""batches that a sentence names; the others are counted"""

Tell = Callable[[int, int], None]
"""told how many of how many questions are done while the run waits"""


@dataclass(slots=True)
class Waiting:
    """How a run waits.

    Attributes:
        stay: wait in the process, looking again and again; else stop, to be started again.
        first: seconds before the second look; each wait is half as long again.
        longest: seconds that no wait exceeds.
        sleep: waits for seconds; replaced in tests.
        tell: told before every wait.
    """

    stay: bool = True
    first: float = 5.0
    longest: float = 120.0
    sleep: Sleep = asyncio.sleep
    tell: Tell | None = None
    _looks: int = field(default=0, init=False)
    _troubles: int = field(default=0, init=False)
    _left: int = field(default=0, init=False)

    async def wait(
        self,
        driver: BatchDriver,
        store: BatchStore,
        out: Collection[str],
        seen: Arrivals,
        answered: tuple[int, int],
    ) -> None:
        """Wait a while, longer each time that nothing comes.

        Args:
            driver: of the batches.
            store: says in which of them a question is.
            out: keys of the questions that are waited for.
            seen: what the last look brought.
            answered: questions that are done with, and those that are not.

        Raises:
            WaitingError: the run is not to stay, was interrupted, or the provider is silent.
        """
        done, left = answered
        self._troubles = self._troubles + 1 if seen.silent else 0
        self._looks = self._looks + 1 if left == self._left else 0
        self._left = left
        if not self.stay or self._troubles > PATIENCE:
            raise WaitingError(sentence(driver, store, out, seen))
        if self.tell is not None:
            told = sum(status.done for status in seen.status.values())
            self.tell(done + min(left, told), done + left)
        try:
            await self.sleep(min(self.longest, self.first * 1.5**self._looks))
        except asyncio.CancelledError:
            # Ctrl-C: nothing is lost by going away, and the exit code says so.
            raise WaitingError(sentence(driver, store, out, seen)) from None


def sentence(driver: BatchDriver, store: BatchStore, out: Collection[str], seen: Arrivals) -> str:
    """Say what the run waits for, since when, and what to do."""
    needed = {asked.batch for key in out if (asked := store.find(key)) is not None}
    batches = [batch for batch in driver.out if batch.name in needed]
    named = "; ".join(_about(driver, batch, seen) for batch in batches[:NAMED])
    more = f"; and {len(batches) - NAMED} more" if len(batches) > NAMED else ""
    said = f"Waiting for {len(out):,} answer{'s' * (len(out) != 1)}: {named}{more}."
    if seen.trouble:
        said += f" At the last look {seen.trouble}."
    if seen.strangers:
        said += f" {seen.strangers:,} results belong to no question of this run."
    return f"{said} {driver.what_to_do}"


def _about(driver: BatchDriver, batch: Batch, seen: Arrivals) -> str:
    if batch.state == "ready":
        return f"{batch.questions:,} in a batch that is not sent yet"
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(batch.changed))
    done = seen.status[batch.name].done if batch.name in seen.status else 0
    questions = f"{batch.questions:,} question{'s' * (batch.questions != 1)}"
    return f"{driver.where(batch)}, {questions}, {done:,} done, since {since}"
