"""A model that says what it is told to: for tests, demonstrations and dry runs. No network."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from anonymuse.domain.ids import content_id
from anonymuse.ports.chat import ChatFailure, ChatReply, ChatRequest

Answer = str | ChatReply | ChatFailure
Script = Callable[[ChatRequest], Answer] | Mapping[str, Answer] | Sequence[Answer]

KEPT_REQUESTS: Final = 10_000
"""How many of the last requests a `ScriptedChat` remembers."""

_VERBS: Final = ("plan", "explain", "improve", "compare", "write", "fix", "translate", "summarise")
_THINGS: Final = (
    "meals", "letters", "programs", "journeys", "lessons", "budgets", "gardens", "stories",
    "recipes", "tables", "exercises", "contracts", "poems", "photographs", "songs", "repairs",
)  # fmt: skip


class ScriptedChat:
    """Answers from a script, and records what it was asked.

    Args:
        answer: a function of the request; or a mapping from the last message's content, or a part
            of it, to the answer; or answers in order; by default `minimal_answer`.
        id: the model's id.
        concurrency: calls in flight.

    Raises:
        LookupError: (when asked) the script has no answer: the test or demonstration is wrong.
    """

    def __init__(
        self,
        answer: Script | None = None,
        id: str = "scripted",  # noqa: A002
        *,
        concurrency: int = 8,
    ) -> None:
        self._script: Script = minimal_answer if answer is None else answer
        self._id = id
        self._concurrency = concurrency
        self._requests: deque[ChatRequest] = deque(maxlen=KEPT_REQUESTS)
        self._asked = 0
        self.closed = False

    @property
    def id(self) -> str:
        """The id given at the start."""
        return self._id

    @property
    def concurrency(self) -> int:
        """How many calls may be in flight."""
        return self._concurrency

    @property
    def requests(self) -> list[ChatRequest]:
        """What was asked, oldest first; the last 10,000."""
        return list(self._requests)

    async def answer(self, request: ChatRequest) -> ChatReply | ChatFailure:
        """Answer from the script; tokens are counted as words."""
        self._requests.append(request)
        self._asked += 1
        said = self._look_up(request)
        if not isinstance(said, str):
            return said
        words_in = sum(len(message.content.split()) for message in request.messages)
        return ChatReply(said, tokens_in=words_in, tokens_out=len(said.split()))

    async def close(self) -> None:
        """Remember that the model was closed."""
        self.closed = True

    def _look_up(self, request: ChatRequest) -> Answer:
        script = self._script
        if callable(script):
            return script(request)
        if isinstance(script, Mapping):
            content = request.messages[-1].content
            if content in script:
                return script[content]
            for part, said in script.items():
                if part in content:
                    return said
            raise LookupError(f"the script has no answer for question {self._asked}")
        if self._asked > len(script):
            raise LookupError(
                f"the script has {len(script)} answers and was asked {self._asked} times"
            )
        return script[self._asked - 1]


def minimal_answer(request: ChatRequest) -> str:
    """Return the smallest answer that fits the request, the same for the same request."""
    seed = content_id(
        [[m.role, m.content] for m in request.messages], request.schema, request.attempt
    )
    return fill_schema(request.schema, seed)


def fill_schema(schema: Mapping[str, Any] | None, seed: str) -> str:
    """Return JSON that fits a flat schema, or a short phrase where there is none.

    A property called ``grade`` gets the best grade, so that whole runs come to an end; everything
    else is drawn from the seed.
    """
    draws = _draws(seed)
    if schema is None:
        return _phrase(draws)
    return json.dumps(_value("", schema, draws), ensure_ascii=False)


def _draws(seed: str) -> Iterator[int]:
    step = 0
    while True:
        yield int(content_id(seed, step)[:8], 16)
        step += 1


def _phrase(draws: Iterator[int]) -> str:
    return f"{_VERBS[next(draws) % len(_VERBS)]} {_THINGS[next(draws) % len(_THINGS)]}"


def _value(name: str, schema: Mapping[str, Any], draws: Iterator[int]) -> Any:
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        values = list(schema["enum"])
        return max(values) if name == "grade" else values[next(draws) % len(values)]
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return _value(name, schema[union][0], draws)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kind, list):
        kind = kind[0]
    return _TYPED[kind](name, schema, draws)


def _object(_name: str, schema: Mapping[str, Any], draws: Iterator[int]) -> dict[str, Any]:
    return {key: _value(key, part, draws) for key, part in schema.get("properties", {}).items()}


def _array(name: str, schema: Mapping[str, Any], draws: Iterator[int]) -> list[Any]:
    items = schema.get("items", {"type": "string"})
    if "enum" in items and "minItems" not in schema:
        return [value for value in items["enum"] if next(draws) % 3 == 0]
    return [_value(name, items, draws) for _ in range(schema.get("minItems", 0))]


def _integer(name: str, schema: Mapping[str, Any], draws: Iterator[int]) -> int:
    low = int(schema.get("minimum", min(1, schema.get("maximum", 1))))
    high = int(schema.get("maximum", low))
    return high if name == "grade" else low + next(draws) % (high - low + 1)


def _string(_name: str, schema: Mapping[str, Any], draws: Iterator[int]) -> str:
    text = _phrase(draws)
    while len(text) < schema.get("minLength", 0):
        text = f"{text} and {_phrase(draws)}"
    return text[: schema.get("maxLength", len(text))]


_TYPED: Final[Mapping[str, Callable[[str, Mapping[str, Any], Iterator[int]], Any]]] = {
    "object": _object,
    "array": _array,
    "integer": _integer,
    "number": lambda name, schema, draws: float(_integer(name, schema, draws)),
    "boolean": lambda _name, _schema, draws: bool(next(draws) % 2),
    "null": lambda _name, _schema, _draws: None,
    "string": _string,
}
