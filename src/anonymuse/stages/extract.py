"""Extract: every conversation answers the facet questions, each alone and checked.

Three sources: rules only (`local_answers`), a chat model (`model_answers`), or answers that
somebody already has (`recorded_answers`). A model sees one conversation per call, scrubbed
(``docs/privacy.md``), and what it writes is checked, then scrubbed again.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from anonymuse.domain.facets import REQUEST_PREFIX, FacetQuestion
from anonymuse.domain.private.conversation import Scalar
from anonymuse.domain.private.transcript import Transcript
from anonymuse.lexicon.copies import LONG_RUN, flat, shares_a_run
from anonymuse.lexicon.refusals import refusal
from anonymuse.lexicon.scrubbing import scrub_text
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, Question
from anonymuse.ports.language import LanguageDetector
from anonymuse.prompts.library import load
from anonymuse.prompts.schema import OPEN_VALUES, answer_schema, parse_answer, wanted
from anonymuse.prompts.turns import turns

Answers = dict[str, Scalar]
_PLACEHOLDER = re.compile(r"\s*\[[A-Z]{2,14}\]")
_LEAD = re.compile(
    r"^[\"'\s]*(?:the user'?s?|their|your|overall|main|request|goal|for|the|assistant|is|was|"
    r"wants?|asks?|asked|requests?|requested|would like|[\"':.,\s…])*\bto\s+(?=\w)",
    re.IGNORECASE,
)


def local_answers(transcript: Transcript, *, detector: LanguageDetector) -> Answers:
    """Answer what needs no model: language, number of turns, refusal by its phrases.

    ``request``, ``task`` and ``concern`` are None: no model has read the conversation.
    """
    return {
        "request": None,
        "task": None,
        "concern": None,
        **_computed(transcript, detector),
        "refused": refusal(transcript.assistant_text.splitlines()),
    }


def _computed(transcript: Transcript, detector: LanguageDetector) -> Answers:
    return {"language": detector.detect(transcript.user_text), "turns": transcript.turns}


def recorded_answers(
    found: Mapping[str, Scalar], questions: Sequence[FacetQuestion]
) -> tuple[Answers, int]:
    """Check and scrub answers that somebody already has (`--facets-from`).

    Args:
        found: one row, by facet; ``several_of`` as one text with semicolons.
        questions: what is asked; other columns are passed over.

    Returns:
        The valid answers, and how many were there and are not valid. What counts turns is never
        taken from a row; a recorded ``language`` is, where it reads like a language's name.
    """
    valid: Answers = {}
    wrong = 0
    for question in questions:
        value = found.get(question.name)
        given = question.source == "model" or question.name == "language"
        if value is None or not given:
            continue
        try:
            valid[question.name] = _recorded(question, value)
        except ValueError:
            wrong += 1
    return valid, wrong


def _recorded(question: FacetQuestion, value: Scalar) -> Scalar:
    if question.name == "language":
        name = str(value).strip()
        if len(name) > 40 or not all(c.isalpha() or c in " -()'" for c in name):
            raise ValueError("not the name of a language")
        return name
    listed = question.kind == "several_of" and isinstance(value, str)
    given = [part.strip() for part in str(value).split(";") if part.strip()] if listed else value
    if question.name == "request" and isinstance(value, str):
        given = value.removeprefix(REQUEST_PREFIX)
    # Nobody can be asked again: a text may be longer than a model is told.
    lenient = replace(question, max_words=2 * question.max_words)
    checked = parse_answer(json.dumps({question.name: given}), (lenient,))[question.name]
    return _finished(question, checked)


async def model_answers(
    transcripts: Iterable[Transcript],
    questions: Sequence[FacetQuestion],
    asker: Asker,
    *,
    detector: LanguageDetector,
    generalise: bool = False,
) -> AsyncIterator[tuple[int, Answers | ChatFailure]]:
    """Ask a model all of its questions about each conversation, in one call for each.

    Args:
        transcripts: read lazily; the index that is yielded counts them.
        questions: the computed ones are answered here; ``concern`` is asked if it is among them.
        asker: an answer that is not valid, is a copy, or is not in English is asked for again.
        detector: says the language; also of the answers.
        generalise: special categories by their general word only (``prompts/generalise.md``).

    Yields:
        ``(index, answers or failure)`` in order of arrival.
    """
    asked = tuple(question for question in questions if question.source == "model")
    if not asked:
        for index, transcript in enumerate(transcripts):
            yield index, _computed(transcript, detector)
        return

    def question(transcript: Transcript) -> Question[Answers]:
        request = extract_request(transcript, asked, generalise=generalise)
        check = checker(transcript, asked, detector=detector)
        known = _computed(transcript, detector)
        return Question(request, lambda reply: {**check(reply), **known})

    async for answer in asker.ask(map(question, transcripts)):
        yield answer


def extract_request(
    transcript: Transcript,
    questions: Sequence[FacetQuestion],
    *,
    generalise: bool = False,
) -> ChatRequest:
    """Return the one call for a conversation: static parts first, the transcript last."""
    examples = _with_asked(_examples(), {q.name for q in questions})
    fields = "\n".join(f"- {q.name}: {q.question} ({wanted(q)})" for q in questions)
    if examples and len(json.loads(examples[1].content)) < len(questions):
        fields += f"\n\n{_EXAMPLES_ARE_SHORT}"
    if generalise:
        fields += f"\n\n{load('generalise').system}"
    said = turns("extract", fields=fields, transcript=transcript.tagged)
    messages = [Message(role, text) for role, text in said]
    return ChatRequest(
        messages=(messages[0], *examples, messages[-1]),
        purpose="extract",
        schema=answer_schema(questions),
        temperature=0.2,
        max_tokens=60 + 4 * sum(map(_room, questions)),
    )


_EXAMPLES_ARE_SHORT = (
    "The examples show only some of these fields. Your object has all of them, in this order."
)


def _room(question: FacetQuestion) -> int:
    """Return how many words an answer may take, its name and quotation marks included."""
    if question.kind == "text":
        return question.max_words
    if question.kind != "several_of":
        return 12
    closed = sum(len(value.split()) + 1 for value in question.values)
    return 12 + min(closed or OPEN_VALUES * question.max_words, 60)


@cache
def _examples() -> tuple[Message, ...]:
    """Return the worked examples of the prompt, the user's and the assistant's turns."""
    said = turns("extract", fields="", transcript="")
    return tuple(Message(role, text) for role, text in said[1:-1])


def _with_asked(examples: Sequence[Message], names: set[str]) -> list[Message]:
    """Return the examples with the asked fields only; none if they know not one of them."""
    kept: list[Message] = []
    for message in examples:
        if message.role == "assistant":
            answer = {k: v for k, v in json.loads(message.content).items() if k in names}
            if not answer:
                return []
            message = Message("assistant", json.dumps(answer, ensure_ascii=False))
        kept.append(message)
    return kept


def checker(
    transcript: Transcript, questions: Sequence[FacetQuestion], *, detector: LanguageDetector
) -> Callable[[str], Answers]:
    """Return the check of one conversation's reply; it raises ValueError, without text."""
    language = detector.detect(transcript.user_text)
    source = flat(transcript.tagged)

    def check(reply: str) -> Answers:
        answers = parse_answer(reply, questions)
        for question in questions:
            value = answers[question.name]
            if isinstance(value, str) and question.kind == "text":
                _refuse_copies(value, source)
                if question.name == "request" or question.clustered:
                    _demand_english(value, language, detector)
            answers[question.name] = _finished(question, value)
        return answers

    return check


def _finished(question: FacetQuestion, value: Scalar) -> Scalar:
    """Scrub a text answer and give ``request`` its fixed beginning."""
    if not isinstance(value, str) or question.values:
        return value
    if question.is_open:
        return "; ".join(filter(None, map(_scrubbed_value, value.split(";"))))
    text = _PLACEHOLDER.sub("", scrub_text(value)[0]).strip()
    if question.name == "request":
        text = _LEAD.sub("", text) if not text.startswith(REQUEST_PREFIX) else text
        text = text.removeprefix(REQUEST_PREFIX).strip()
        text = text[:1].lower() + text[1:] if text[1:2].islower() else text
    if sum(map(str.isalpha, text)) < 3:
        raise ValueError(f"the answer to {question.name!r} is empty")
    return REQUEST_PREFIX + text if question.name == "request" else text


def _scrubbed_value(value: str) -> str:
    """Return a value of an open vocabulary; nothing where scrubbing had to touch it."""
    value = value.strip()
    return value if scrub_text(value)[0] == value and any(map(str.isalpha, value)) else ""


@cache
def _example_answers() -> frozenset[str]:
    """Return the texts of the examples' answers, which a weak model likes to repeat."""
    answers = [json.loads(m.content) for m in _examples() if m.role == "assistant"]
    return frozenset(
        flat(v) for a in answers for v in a.values() if isinstance(v, str) and " " in v
    )


def _refuse_copies(answer: str, source: str) -> None:
    """Refuse an answer that holds a long run of the conversation, or is an example's."""
    words = flat(answer)
    # Short phrases may agree by chance: a task that many conversations share should.
    if words.count(" ") > LONG_RUN and words in _example_answers():
        raise ValueError("the answer is an example's")
    if shares_a_run(words, source):
        raise ValueError("the answer copies the conversation")


def _demand_english(answer: str, language: str, detector: LanguageDetector) -> None:
    letters = [character for character in answer if character.isalpha()]
    if sum(character.isascii() for character in letters) < 0.8 * len(letters):
        raise ValueError("the answer is not in English")
    said = detector.detect(answer) if language != "English" else "English"
    if said == language != "English":
        raise ValueError("the answer is not in English")
