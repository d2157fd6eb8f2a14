"""The seam for batches: what a provider's batch API, or a folder, has to offer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from anonymuse.adapters.chat.batch_store import Batch
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

Stage = Literal["running", "partial", "ended", "cancelled", "full", "rejected"]
"""running: nothing to read yet; partial: some answers can be read, more may come; ended: what is
not there will not come; cancelled: ended, by somebody's hand; full: not taken, the account has too
much in its queue; rejected: not taken, and would not be if it were sent again"""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The most that goes into one batch.

    Attributes:
        questions: how many.
        bytes: size of the request file.
        tokens: estimated input tokens of all batches that are out together; None: no limit.
    """

    questions: int
    bytes: int
    tokens: int | None = None


@dataclass(frozen=True, slots=True)
class BatchStatus:
    """How far a batch is.

    Attributes:
        stage: what can be done with it.
        done: questions that are done with, as the provider counts them.
        code: the provider's word for why it was not taken.
    """

    stage: Stage
    done: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """One line of a batch's results; its repr shows no text."""

    custom_id: str
    said: Any

    def __repr__(self) -> str:
        return f"Result({self.custom_id})"


@dataclass(frozen=True, slots=True)
class Lost:
    """A batch that was about to be sent when we were cut off: nobody knows whether it was.

    Attributes:
        batch: its row; ``changed`` says when.
        file: its request file.
        known: ids of our other batches.
        custom_ids: of its questions.
    """

    batch: Batch
    file: Path
    known: set[str]
    custom_ids: set[str]


class TransportError(Exception):
    """A request about a batch went wrong.

    Attributes:
        failure: what happened; ``retryable`` or not.
        unclear: whether the provider may have done what was asked of it all the same.
    """

    def __init__(self, failure: ChatFailure, *, unclear: bool) -> None:
        super().__init__(failure.detail)
        self.failure = failure
        self.unclear = unclear


class BatchTransport(Protocol):
    """Carries request files out and results in. Keeps nothing: the `BatchStore` remembers."""

    @property
    def limits(self) -> BatchLimits:
        """The most that goes into one batch."""
        ...

    @property
    def unclear_seconds(self) -> float:
        """How long a batch that was sent without an answer may stay invisible to `find`."""
        ...

    @property
    def what_to_do(self) -> str:
        """One or two sentences: what the user does while answers are to come."""
        ...

    def line(self, custom_id: str, request: ChatRequest) -> bytes:
        """Return a request as one line of the transport's format, without the line's end."""
        ...

    async def submit(self, batch: Batch, file: Path) -> str:
        """Send a request file and return the batch's id.

        Raises:
            TransportError: it was not taken, or nobody knows whether it was.
        """
        ...

    async def find(self, lost: Lost) -> str | None:
        """Return the id of a batch that may have been submitted without our learning its id.

        Returns:
            The id; None if it was not submitted.

        Raises:
            TransportError: it cannot be said (now).
        """
        ...

    async def status(self, batch: Batch) -> BatchStatus:
        """Return how far a batch is.

        Raises:
            TransportError: it cannot be said (now).
        """
        ...

    def results(self, batch: Batch) -> AsyncIterator[Result]:
        """Yield what can be read of a batch's results, in any order.

        Raises:
            TransportError: reading broke off; what was yielded counts.
        """
        ...

    def read(self, result: Result, *, schema: bool) -> ChatReply | ChatFailure:
        """Return the answer or the failure that a result holds."""
        ...

    async def forget(self, batch: Batch) -> None:
        """Delete what is left of a batch whose answers are stored. Never raises."""
        ...

    def where(self, batch: Batch) -> str:
        """Return what a person needs to find the batch, for a sentence."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
