"""Claims: what a draft says of a cluster, in pieces that other people's conversations vote on.

Everything here is text and rules; no model is trusted with it. The claim of the name comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.phrases import name_faults, reduce_phrase, sentence_case, stems
from anonymuse.lexicon.support_table import general_words
from anonymuse.lexicon.words import Word, content_words, fold, words

CLAIMS, CLAIM_WORDS = 8, 12
"""claims of one draft, the name's included, and words of one claim"""

_SENTENCE = re.compile(r"(?<=[.!?;。！？；])\s*|\n+")
_PART = re.compile(r",\s*(?:and\s+)?|\s+and\s+|、|，")
_TO_VOTERS = frozenset(
    ("ballot", "boolean", "true", "vote", "voted", "voter", "voters", "votes", "voting", "yes")
)
"""words of an order to voters, who all see the same claims; hardly a name needs them"""


def sentences(text: str) -> list[str]:
    """Cut a description into sentences, and long ones into parts: what stands in for a model."""
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        long = len(sentence.split()) > CLAIM_WORDS
        found += _PART.split(sentence) if long else [sentence]
    return [piece.strip() for piece in found if piece.strip()]


def admissible(
    name: str, claims: Iterable[str], allowed: Callable[[Word], bool]
) -> tuple[str, ...]:
    """Return the claims that are put to the vote, the name's first (empty where it has fallen).

    What too few people share is dropped from every claim before anybody votes on it: so voters
    judge what could be published, and no voter's prompt holds one person's words. A claim that
    speaks to voters is left out.

    Args:
        name: the drafted name.
        claims: what the description says, in any form.
        allowed: the test that every published word must pass.

    Returns:
        At least the name's claim, and at most ``CLAIMS``; no two with the same content words.
    """
    found = [_fit(name, allowed)]
    seen = {stems(found[0])}
    for claim in claims:
        text = _fit(claim, allowed)
        if text and stems(text) not in seen and len(found) < CLAIMS:
            found.append(text)
            seen.add(stems(text))
    return tuple(found)


def new_words(text: str, claims: Sequence[str]) -> list[str]:
    """Return the words of a text that say more than the claims: neither theirs nor general."""
    known = {word.stem for claim in claims for word in words(claim)}
    return [
        word.text
        for word in content_words(text)
        if word.stem not in known and fold(word.text) not in general_words()
    ]


def _fit(claim: str, allowed: Callable[[Word], bool]) -> str:
    """Return a claim in words that may be published, or nothing."""
    text = reduce_phrase(" ".join(clean(claim).split()), allowed)
    found = {fold(word.text) for word in words(text)}
    if len(text.split()) > CLAIM_WORDS or found & _TO_VOTERS or name_faults(_short(text)):
        return ""
    return sentence_case(text)


def _short(text: str) -> str:
    """Return as much of a claim as the rule for names looks at: a claim may be a little longer."""
    return " ".join(text.split()[:10])
