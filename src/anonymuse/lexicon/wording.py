"""What is said of a node in the end: the name that was chosen, and a description around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.candidates import Candidate, Evidence
from anonymuse.lexicon.parent_names import brings_together, joined_name
from anonymuse.lexicon.phrases import joined, sentence_case, stems
from anonymuse.lexicon.topics import distinct_topics
from anonymuse.lexicon.voter import whole

TOO_FEW_WORDS = "too few shared words"
PHRASE_FITS = "a shared phrase fits better"
NO_PROPOSAL = "no proposal passed"
TOLD = 3
"""phrases of a description"""


def leaf_draft(
    evidence: Evidence, best: Candidate, told: Sequence[str], *, wanted_model: bool, asked: bool
) -> DraftName:
    """Return the name of a base cluster.

    Args:
        evidence: what may be said of it.
        best: the candidate that won the line-up.
        told: phrases of the description; each was voted for.
        wanted_model: a model was asked for names.
        asked: phrases say what people asked for; False: they answer some other question.
    """
    return DraftName(
        node=evidence.node,
        name=sentence_case(best.name),
        description=_description(evidence, told, asked=asked),
        kind=best.kind,
        fallback="" if best.kind == "model" or not wanted_model else PHRASE_FITS,
    )


def _description(evidence: Evidence, told: Sequence[str], *, asked: bool) -> str:
    if told and not asked:
        return f"Shared by many of these conversations: {joined(told)}."
    if told:
        return f"People asked the assistant to {joined(told)}."
    if topics := distinct_topics(evidence.topics, most=3):
        return f"People asked about {joined(topics)}."
    if evidence.keywords:
        return f"Words that many of these conversations shared: {joined(evidence.keywords)}."
    return "Conversations without enough shared words to say more."


def told_phrases(
    candidates: Sequence[Candidate], scores: Sequence[float], chosen: Mapping[str, Candidate]
) -> dict[str, list[str]]:
    """Return the phrases for each description: the best in the line-up that add something."""
    found: dict[str, list[str]] = {}
    for i in sorted(range(len(candidates)), key=lambda i: (-scores[i], i)):
        c = candidates[i]
        if c.kind == "phrase" and c.single and c.node in chosen:
            found.setdefault(c.node, []).append(c.name)
    return {node: _adding(own, chosen[node].name) for node, own in found.items()}


def _adding(phrases: Sequence[str], name: str) -> list[str]:
    """Return those that say more than the name, each half new to those before it."""
    told: list[str] = []
    said: frozenset[str] = frozenset()
    for phrase in phrases:
        own = whole(phrase)
        if stems(phrase) - stems(name) - said and 2 * len(own - said) >= len(own):
            told.append(phrase)
            said |= stems(phrase)
    return told[:TOLD]


def parent_draft(
    node: str, children: Sequence[str], best: Candidate | None, *, wanted_model: bool
) -> DraftName:
    """Return the name of a parent, from the names of its children where no candidate won."""
    return DraftName(
        node=node,
        name=sentence_case(best.name if best else joined_name(children)),
        description=brings_together(children),
        kind=best.kind if best else "phrase",
        fallback="" if best or not wanted_model else NO_PROPOSAL,
    )
