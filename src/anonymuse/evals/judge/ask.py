"""Asks a chat model for grades: every item twice, the second time in the opposite order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from anonymuse.evals.judge.item import GRADES, WORDS, Grade, Item, Kind
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, Question
from anonymuse.prompts.fence import fenced
from anonymuse.prompts.library import load
from anonymuse.prompts.replies import field_of
from anonymuse.prompts.turns import turns

PURPOSE: Final = "judge"
"""line of the ledger"""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge said of one item, asked in both orders; a failure is named by its kind."""

    first: Grade | ChatFailure
    second: Grade | ChatFailure

    @property
    def grade(self) -> Grade | None:
        """The stricter of the two; None where either is missing: half an answer is none."""
        said = [one for one in (self.first, self.second) if not isinstance(one, ChatFailure)]
        return max(said, key=GRADES.index) if len(said) == 2 else None

    @property
    def failure(self) -> str:
        """Why there is no grade; empty where there is one."""
        failed = [one for one in (self.first, self.second) if isinstance(one, ChatFailure)]
        return failed[0].kind if failed else ""


def prompt_name(kind: str) -> str:
    """Return the name of the prompt that asks a question."""
    return f"judge_{kind}"


def digests(kinds: Sequence[str]) -> dict[str, str]:
    """Return what identifies the prompts, for the file of a result."""
    return {kind: load(prompt_name(kind)).digest for kind in kinds}


def judge_request(item: Item, marks: bytes, *, turned: bool) -> ChatRequest:
    """Return one call about one item.

    Args:
        item: what is judged.
        marks: key of the marks around its texts.
        turned: lines and grades in the opposite order.
    """
    step = -1 if turned else 1
    bullet = "- " if item.kind != "faithful" else ""
    first, middle, last = WORDS[item.kind][::step]
    asked = turns(
        prompt_name(item.kind),
        evidence=fenced("\n".join(f"{bullet}{line}" for line in item.evidence[::step]), marks),
        claim=fenced(item.claim, marks),
        options=f"{first}, {middle}, or {last}",
    )
    messages = tuple(Message(role, text) for role, text in asked)
    return ChatRequest(messages, PURPOSE, _schema(item.kind), temperature=0.0, max_tokens=24)


def judge_requests(
    items: Sequence[Item], marks: bytes
) -> list[tuple[tuple[int, bool], ChatRequest]]:
    """Return every call, with the place of its item and whether it is the turned one.

    What begins alike stands together: a local model then reads the evidence once.
    """
    first = {item.evidence: place for place, item in reversed(list(enumerate(items)))}

    def begins(one: tuple[int, bool]) -> tuple[int, bool, int, bool]:
        place, turned = one
        lines_turn = len(items[place].evidence) > 1
        return first[items[place].evidence], turned and lines_turn, place, turned

    both = sorted(((n, turned) for n in range(len(items)) for turned in (False, True)), key=begins)
    return [((n, turned), judge_request(items[n], marks, turned=turned)) for n, turned in both]


async def judge(
    items: Sequence[Item], asker: Asker, *, marks: bytes, progress: Progress | None = None
) -> list[Opinion]:
    """Return what the model says of every item, in order.

    Args:
        items: what is judged.
        asker: the chat model.
        marks: secret key of the marks, so that no text knows its own.
        progress: told how many of how many calls are answered.
    """
    asked = judge_requests(items, marks)
    answers: dict[tuple[int, bool], Grade | ChatFailure] = {}
    questions = (
        Question(request, partial(_grade, items[place].kind)) for (place, _), request in asked
    )
    async for place, said in asker.ask(questions):
        answers[asked[place][0]] = said
        if progress is not None:
            progress(len(answers), len(asked))
    return [Opinion(answers[n, False], answers[n, True]) for n in range(len(items))]


def _schema(kind: Kind) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"grade": {"type": "string", "enum": list(WORDS[kind])}},
        "required": ["grade"],
        "additionalProperties": False,
    }


def _grade(kind: Kind, reply: str) -> Grade:
    """Read the grade from a reply.

    Raises:
        ValueError: there is none. The message never holds what the model wrote.
    """
    said = field_of(reply, "grade")
    for grade, word in zip(GRADES, WORDS[kind], strict=True):
        if said == word:
            return grade
    raise ValueError("the reply holds no grade")
