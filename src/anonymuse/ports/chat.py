"""The seams for chat models: `ChatModel` is what a vendor writes, `Asker` what a stage uses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

T = TypeVar("T")

ChatRole = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length"]
FailureKind = Literal["retryable", "invalid", "refusal", "context", "filter", "fatal"]


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One message of a prompt; its repr never shows text."""

    role: ChatRole
    content: str

    def __repr__(self) -> str:
        return f"Message({self.role}, {len(self.content)} characters)"


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call to a chat model.

    Attributes:
        messages: static instructions first, the transcript last (local engines cache the prefix).
        purpose: which line of the ledger the call belongs to ("extract", "name", "audit").
        schema: JSON schema of a flat object, or None for free text.
        temperature: sampling temperature; adapters drop it where a model rejects it.
        max_tokens: bound on the answer.
        attempt: 0 for the first try; part of the cache key, so that a retry is a new question.
        unit: pseudonym of whom it is about, where it is about one conversation: the answer is kept
            with their key and goes with them. It is not sent, and not part of the cache key.
    """

    messages: tuple[Message, ...]
    purpose: str
    schema: Mapping[str, Any] | None = None
    temperature: float = 0.2
    max_tokens: int = 300
    attempt: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ChatReply:
    """What a model answered, with what it cost.

    Attributes:
        text: the answer.
        tokens_in: all tokens of the prompt.
        tokens_out: tokens of the answer, thoughts included.
        finish: whether the answer ended by itself or at its bound.
        tokens_cached: those of ``tokens_in`` that the provider took from its cache.
    """

    text: str
    tokens_in: int
    tokens_out: int
    finish: Finish = "stop"
    tokens_cached: int = 0

    def __repr__(self) -> str:
        return f"ChatReply({len(self.text)} characters, {self.tokens_out} tokens)"


@dataclass(frozen=True, slots=True)
class ChatFailure:
    """A call that gave nothing usable. Data, not an exception: one row fails, the run goes on.

    Attributes:
        kind: ``retryable`` (overload, time-out, connection), ``invalid`` (not the asked schema),
            ``refusal``, ``context`` (too long), ``filter``: terminal for the row;
            ``fatal`` (key, quota, unknown model): terminal for the run.
        detail: a short sentence without any text of the request or the reply.
        retry_after: seconds the endpoint asked us to wait, if it did.
        tokens_in: tokens of the prompt that are paid for all the same (a refusal costs too).
        tokens_out: tokens of the answer that are paid for all the same.
    """

    kind: FailureKind
    detail: str
    retry_after: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A request, and what makes a value of the reply's text.

    Attributes:
        request: what is asked.
        check: raises ValueError where the text does not fit: the question is then asked again as
            a new attempt, and at last becomes an ``invalid`` failure.
    """

    request: ChatRequest
    check: Callable[[str], T]


def as_questions(
    requests: Iterable[ChatRequest], check: Callable[[str], T]
) -> Iterator[Question[T]]:
    """Yield requests that are all checked alike, as questions."""
    return (Question(request, check) for request in requests)


class ChatModel(Protocol):
    """A vendor's model. One method; no retry, no cache, no limit inside."""

    @property
    def id(self) -> str:
        """What identifies the answers: provider, model name, and a digest of weights if known."""
        ...

    @property
    def concurrency(self) -> int:
        """How many calls may be in flight at the start."""
        ...

    async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
        """Answer one request. Never raises for what a request or the endpoint did."""
        ...

    async def close(self) -> None:
        """Give back sockets, threads and memory."""
        ...


@dataclass(slots=True)
class Usage:
    """Running totals of one asker; plain numbers, so that the CLI may draw them."""

    calls: int = 0
    """calls that reached a model"""
    cached: int = 0
    """answers that came from the response cache"""
    tokens_in: int = 0
    tokens_out: int = 0
    retries: int = 0
    by_fallback: int = 0
    """questions that the model refused, or could not take, and the fallback model answered"""
    failures: dict[str, int] | None = None
    """final failures by kind"""
    fallback: Usage | None = None
    """what the fallback model was asked, where there is one; not part of the numbers above"""


class Asker(Protocol):
    """Asks many questions of one model: cached, bounded, retried, counted."""

    @property
    def model_id(self) -> str:
        """The model's id; part of every stage key that depends on its answers."""
        ...

    @property
    def usage(self) -> Usage:
        """Totals so far."""
        ...

    @property
    def ledger(self) -> Mapping[str, Usage]:
        """Totals so far by purpose."""
        ...

    def ask(self, questions: Iterable[Question[T]]) -> AsyncIterator[tuple[int, T | ChatFailure]]:
        """Ask all questions, yielding ``(index, value or failure)`` in order of arrival.

        Args:
            questions: read lazily; at most the number in flight is held in memory.
        """
        ...
