"""What naming one base cluster asks of a model, with prompts as long as they will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anonymuse.pipeline.estimate import Range
from anonymuse.pipeline.steps.names import Naming
from anonymuse.pipeline.usual_texts import some_lines, some_words
from anonymuse.ports.chat import Message
from anonymuse.prompts.library import load
from anonymuse.prompts.turns import turns
from anonymuse.stages.contrast import DIRECT_SHOWN, INSIDE, OUTSIDE, WORDS_SHOWN
from anonymuse.stages.describe import PHRASES_SHOWN
from anonymuse.stages.vote import VOTERS

_MARKS: Final = "<data-0123456789ab>\n{}\n</data-0123456789ab>"
_FACET_WORDS: Final = 15
_CLAIMS: Final = 5
"""claims of a draft, the name's included: what a description of two sentences has"""
_SPLIT: Final = Range(1.0, 1.02, 1.06)
_REWRITTEN: Final = Range(1.0, 1.3, 3.0)
_DRAFTS: Final = Range(1.0, 1.9, 2.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of call.

    Attributes:
        purpose: its line in the ledger.
        calls: of them for one base cluster.
        messages: a prompt of the usual length.
        words: of the usual answer.
    """

    purpose: str
    calls: Range
    messages: Sequence[Message]
    words: float


def asked_of_a_cluster(way: Naming, people: float, *, cell: int, facets: bool) -> list[Asked]:
    """Return the calls that name a base cluster of so many people.

    Args:
        way: how it is named.
        people: the cluster is likely to have.
        cell: the policy's cell minimum; twice as many people have to be left to vote.
        facets: there are answers of conversations, and not their texts alone.
    """
    if way == "voted":
        return _voted(people, cell)
    if way == "direct":
        sides = _sides(min(people, DIRECT_SHOWN), DIRECT_SHOWN)
        return [Asked("name", _SPLIT, _rendered("name_direct", **sides), 48)]
    if way == "labels" or (way == "phrases" and facets):
        lines = some_lines(min(float(PHRASES_SHOWN), people), 5)
        said = turns("name_group", phrases=lines, words=some_words(9))
        return [Asked("name", _DRAFTS, [Message(role, text) for role, text in said], 6)]
    return []


def _voted(people: float, cell: int) -> list[Asked]:
    """Propose, split, vote, rewrite; nothing of it in clusters where too few are left to vote."""
    draft = f"{some_words(7)}\n{some_words(32)}"
    claims = _MARKS.format(some_lines(_CLAIMS + 1, 8))  # and the decoy
    voters = min(float(VOTERS), people - _shown(people))
    enough = voters / (3 * cell)
    able = Range(1.0 if enough >= 1.5 else 0.0, min(1.0, enough), 1.0)
    votes = Range(0.6 * voters, 0.95 * voters, 1.06 * max(voters, 0.5 * VOTERS))
    sides = _sides(_shown(people), OUTSIDE)
    propose = _rendered("name_contrast", **sides, words=some_words(WORDS_SHOWN))
    split = _rendered("split_claims", draft=_MARKS.format(draft))
    vote = _rendered(
        "vote_claims",
        about="",
        claims=claims,
        facet=_MARKS.format(some_words(_FACET_WORDS)),
        count=str(_CLAIMS),
    )
    rewrite = _rendered(
        "rewrite_name", about="", name=some_words(7), claims=claims, avoid=some_words(1)
    )
    return [
        Asked("name", able * _SPLIT, propose, 48),
        Asked("name", able * _SPLIT, split, 40),
        Asked("vote", able * votes, vote, 2 * _CLAIMS + 2),
        Asked("name", able * _REWRITTEN, rewrite, 40),
    ]


def _sides(inside: float, outside: float) -> dict[str, str]:
    return {
        "about": "",
        "inside": some_lines(inside, _FACET_WORDS),
        "outside": some_lines(outside, _FACET_WORDS),
    }


def _shown(people: float) -> float:
    """Return how many people's facets a draft is made from."""
    return min(float(INSIDE), max(3.0, people / 3))


def _rendered(prompt: str, **slots: str) -> list[Message]:
    system, user = load(prompt).render(**slots)
    return [Message("system", system), Message("user", user)]
