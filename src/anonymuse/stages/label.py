"""Stage: describe single conversations in an English phrase, each in its own model call.

Used where the run has no English facets. A few conversations stand for every base cluster; the
model sees one of them at a time and never two people's texts together (``docs/privacy.md``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.phrases import name_faults, tidy
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.prompts.turns import turns

PROMPT = "label_message"
READABLE = (
    "English", "Spanish", "French", "Mandarin Chinese", "Chinese", "German", "Portuguese",
    "Italian", "Russian", "Japanese", "Dutch", "Polish", "Catalan", "Korean", "Ukrainian",
    "Swedish", "Indonesian", "Vietnamese", "Turkish", "Arabic",
)  # fmt: skip
"""languages that the embedded model reads, the better first (measured by one reader)"""

MOST_CHARACTERS = 300
MOST_WORDS = 9


def choose_representatives(
    labels: npt.NDArray[np.int32],
    units: Sequence[int],
    fit: npt.NDArray[np.float32],
    languages: Sequence[str],
    *,
    per_leaf: int,
    readable: Sequence[str] | None = READABLE,
) -> list[int]:
    """Choose the conversations that are asked about, as row numbers.

    Every unit at most once per base cluster; conversations in readable languages first, then the
    nearest to the centroid. Deterministic.

    Args:
        labels: base cluster per conversation, negative for none; shape (n,).
        units: privacy unit per conversation.
        fit: cosine with the own centroid; shape (n,).
        languages: English name of each conversation's language.
        per_leaf: how many per base cluster, at most.
        readable: languages that the model reads well; None where it reads all.
    """
    rank = {language: 0 for language in (readable or ())}
    order = sorted(
        np.flatnonzero(labels >= 0).tolist(),
        key=lambda row: (
            rank.get(languages[row], 1) if readable is not None else 0,
            -float(fit[row]),
            row,
        ),
    )
    seen: set[tuple[int, int]] = set()
    taken: dict[int, int] = {}
    chosen: list[int] = []
    for row in order:
        leaf, pair = int(labels[row]), (int(labels[row]), int(units[row]))
        if pair in seen or taken.get(leaf, 0) >= per_leaf:
            continue
        seen.add(pair)
        taken[leaf] = taken.get(leaf, 0) + 1
        chosen.append(row)
    return sorted(chosen)


async def label_representatives(
    texts: Mapping[int, str], asker: Asker
) -> tuple[dict[int, str], dict[str, int]]:
    """Ask for a phrase about each text alone.

    Args:
        texts: scrubbed user text by row, as :func:`choose_representatives` chose.
        asker: the chat model.

    Returns:
        Phrases by row (rows without a usable answer are missing), and failures by kind.
    """
    rows = [row for row, text in texts.items() if text.strip()]
    phrases: dict[int, str] = {}
    failures: dict[str, int] = {}
    asked = as_questions((label_request(texts[row]) for row in rows), _phrase)
    async for index, answer in asker.ask(asked):
        if isinstance(answer, ChatFailure):
            failures[answer.kind] = failures.get(answer.kind, 0) + 1
        elif answer:
            phrases[rows[index]] = answer
    return dict(sorted(phrases.items())), failures


def label_request(text: str) -> ChatRequest:
    """Return the one call about a scrubbed user text."""
    message = re.sub(r"\s+", " ", text).strip()[:MOST_CHARACTERS]
    messages = tuple(Message(role, said) for role, said in turns(PROMPT, message=message))
    return ChatRequest(messages, purpose="label", temperature=0.0, max_tokens=16)


def _phrase(answer: str) -> str:
    """Return the phrase, or "" for an answer of no use: asking again would give the same."""
    phrase = tidy(answer)
    if name_faults(phrase):
        return ""
    return " ".join(phrase.split()[:MOST_WORDS])
