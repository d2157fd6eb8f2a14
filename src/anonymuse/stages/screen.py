"""Screen: a yes/no question to a model about each conversation, one call for each.

The model sees one scrubbed transcript at a time and answers with one word of two, so that nothing
of a conversation can travel in the answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from anonymuse.domain.facets import FacetQuestion
from anonymuse.domain.private.transcript import Transcript
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.prompts.library import load
from anonymuse.prompts.schema import answer_schema, parse_answer

PROMPT = "screen"
ANSWERED_NO = "answered no by the screener"
NOT_ANSWERED = "without an answer of the screener"
"""what conversations are called that screening leaves out"""
_MATCH = FacetQuestion("match", "", "one_of", values=("yes", "no"))


async def screen_transcripts(
    transcripts: Iterable[Transcript], question: str, asker: Asker
) -> AsyncIterator[tuple[int, bool | ChatFailure]]:
    """Ask a question about each conversation.

    Args:
        transcripts: read lazily; the index that is yielded counts them.
        question: one that yes or no answers.
        asker: an answer that is neither is asked for again.

    Yields:
        ``(index, whether the answer is yes, or the failure)`` in order of arrival.
    """
    requests = (screen_request(transcript, question) for transcript in transcripts)
    async for answer in asker.ask(as_questions(requests, _says_yes)):
        yield answer


def screen_request(transcript: Transcript, question: str) -> ChatRequest:
    """Return the one call for a conversation: static parts first, the transcript last."""
    system, user = load(PROMPT).render(
        question=" ".join(question.split()), transcript=transcript.tagged
    )
    return ChatRequest(
        messages=(Message("system", system), Message("user", user)),
        purpose="screen",
        schema=answer_schema((_MATCH,)),
        temperature=0.0,
        max_tokens=20,
    )


def _says_yes(reply: str) -> bool:
    return parse_answer(reply, (_MATCH,))["match"] == "yes"
