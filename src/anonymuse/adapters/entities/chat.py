"""A chat model that lists the names in a text; what it says is only ever added to the cues' names.

A text can tell a model to list nothing. So the cues are asked as well, and their answer stands: the
model can take more out of a text, never less. It is trusted with nothing else: a string that is not
in the text, letter by letter, is dropped.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, Question
from anonymuse.ports.scrubber import EntityDetector
from anonymuse.prompts.library import load

PROMPT = "entities"
PURPOSE = "entities"
PIECE = 3_000
"""characters of one call; a longer text is asked about in pieces"""
KINDS: Mapping[str, str] = {
    "people": "PERSON",
    "places": "PLACE",
    "organisations": "ORGANISATION",
}
_MOST = 60
"""names of one kind in one piece; more is a list of all words"""
_LONGEST = 80
_SCHEMA = {
    "type": "object",
    "properties": {
        name: {"type": "array", "items": {"type": "string"}, "maxItems": _MOST} for name in KINDS
    },
    "required": list(KINDS),
    "additionalProperties": False,
}

Found = dict[str, tuple[str, ...]]
OpenAsker = Callable[[], AbstractAsyncContextManager[Asker]]


class ChatEntities:
    """Asks a chat model about every text, one text a call, and adds what another detector finds.

    ``find`` may be called from several threads at once; the calls share one loop in a thread of
    this object's own, and the limits of the asker.

    Args:
        open_asker: opens the asker in that loop; it is closed by `close`.
        model_id: of the model behind it; part of the key of everything that depends on it.
        floor: whose names are replaced whatever the model says.
    """

    def __init__(self, open_asker: OpenAsker, model_id: str, floor: EntityDetector) -> None:
        self._open = open_asker
        self._model_id = model_id
        self._floor = floor
        self._stack = AsyncExitStack()
        self._asker: Asker | None = None
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._failures: Counter[str] = Counter()

    @property
    def id(self) -> str:
        """The model, the prompt and the floor."""
        return f"{self._model_id}/{load(PROMPT).digest}+{self._floor.id}"

    @property
    def failures(self) -> Counter[str]:
        """Pieces on which only the floor spoke, by kind of failure."""
        return self._failures

    def find(self, text: str) -> Sequence[tuple[int, int, str]]:
        """Return every name, in order, without overlap.

        Raises:
            ModelUnavailableError: the model is not there, or refuses the key (by the asker).
        """
        found = list(self._floor.find(text))
        if any(character.isalpha() for character in text):
            pieces = list(_pieces(text))
            for answer in self._run([_question(text[a:b]) for a, b in pieces]):
                found += _places(text, answer)
        return _apart(found)

    def close(self) -> None:
        """Close the asker and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            asyncio.run_coroutine_threadsafe(self._stack.aclose(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
        if not self._loop.is_closed():
            self._loop.close()

    def _run(self, questions: Sequence[Question[Found]]) -> list[Found]:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
                self._thread.start()
                opening = self._stack.enter_async_context(self._open())
                self._asker = asyncio.run_coroutine_threadsafe(opening, self._loop).result()
        return asyncio.run_coroutine_threadsafe(self._ask(questions), self._loop).result()

    async def _ask(self, questions: Sequence[Question[Found]]) -> list[Found]:
        if self._asker is None:
            raise AssertionError("asked before it was opened")
        answers = []
        async for _, answer in self._asker.ask(questions):
            if isinstance(answer, ChatFailure):
                self._failures[answer.kind] += 1
            else:
                answers.append(answer)
        return answers


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ends of pieces that are cut at white space where there is some near."""
    start = 0
    while start < len(text):
        end = min(len(text), start + PIECE)
        if end < len(text):
            space = max(text.rfind(sign, start + PIECE // 2, end) for sign in " \n。、")
            end = space + 1 if space > 0 else end
        yield start, end
        start = end


def _question(piece: str) -> Question[Found]:
    # The closing tag is the one string that could end the data early.
    system, user = load(PROMPT).render(text=piece.replace("</text", "< /text"))
    request = ChatRequest(
        messages=(Message("system", system), Message("user", user)),
        purpose=PURPOSE,
        schema=_SCHEMA,
        temperature=0.0,
        max_tokens=400,
    )
    return Question(request, _read)


def _read(reply: str) -> Found:
    """Read three lists of strings; anything else is asked for again."""
    value: dict[str, Any] = json.loads(reply[reply.find("{") : reply.rfind("}") + 1])
    found = {}
    for name in KINDS:
        strings = value.get(name, [])
        if not isinstance(strings, list) or len(strings) > _MOST:
            raise ValueError
        found[name] = tuple(one.strip() for one in strings if isinstance(one, str))
    return found


def _places(text: str, answer: Found) -> Iterator[tuple[int, int, str]]:
    """Yield where the strings stand as words of their own, everywhere in the text."""
    for name, strings in answer.items():
        for string in set(strings):
            if not 2 <= len(string) <= _LONGEST or not any(map(str.isalpha, string)):
                continue
            for match in re.finditer(re.escape(string), text):
                if _whole(text, *match.span()):
                    yield (*match.span(), KINDS[name])


def _whole(text: str, start: int, end: int) -> bool:
    """Say whether no cased letter goes on at either end; other scripts have no such ends."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_cased(before) and _cased(text[start])) and not (
        _cased(text[end - 1]) and _cased(after)
    )


def _cased(character: str) -> bool:
    return character.lower() != character.upper()


def _apart(found: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return entities in order; overlapping ones become one, of the kind of the longest."""
    kept: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(found):
        if kept and start < kept[-1][1]:
            first, last, other = kept[-1]
            longest = kind if end - start > last - first else other
            kept[-1] = (first, max(last, end), longest)
        else:
            kept.append((start, end, kind))
    return kept
