"""Stage: split drafts into claims, and have other people's conversations vote on each.

A planted conversation may steer the draft (CLIOPATRA, arXiv 2603.09781). What it steered then has
to be true of conversations that it never touched: each voter is one call that sees one other
person's facet and the claims, and answers with booleans alone. An order hidden in a facet reaches
that facet's own vote and no other. Among the claims stands one of ours that is true of nobody:
whoever says yes to it (told to, or a model that says yes to everything) is no voter. What is kept
is decided outside the model (``stats.votes``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import keyed_id
from anonymuse.lexicon.claims import CLAIMS, sentences
from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.phrases import stems
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, Question, as_questions
from anonymuse.prompts.fence import fenced
from anonymuse.prompts.library import load
from anonymuse.prompts.replies import field_of

SPLIT_PROMPT, VOTE_PROMPT = "split_claims", "vote_claims"
VOTERS = 64
FACET_CHARACTERS = 400
DECOYS: Final = (
    "Tune a harpsichord before a village concert",
    "Repair the brass barometer of a lighthouse",
    "Count puffins from a rowing boat at dawn",
    "Stitch a sail for a model whaling ship",
)
"""claims that hardly anybody's conversation bears out"""
_DRAFT_CHARACTERS = 1_000

_CLAIMS: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "claims": {"type": "array", "items": {"type": "string"}, "maxItems": CLAIMS - 1}
    },
    "required": ["claims"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True, repr=False)
class Ballot:
    """What is voted on in a cluster, and who votes.

    Attributes:
        node: id of the cluster.
        claims: in plain words that enough people share; the first is the name's.
        voters: facet by the voter's pseudonym.
    """

    node: str
    claims: tuple[str, ...]
    voters: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Ballot({self.node}, {len(self.claims)} claims, {len(self.voters)} voters)"


async def split_drafts(
    drafts: Mapping[str, tuple[str, str]], *, asker: Asker, key: bytes
) -> dict[str, list[str]]:
    """Take descriptions apart into claims, by a model that sees nothing but the draft.

    Args:
        drafts: name and description by node.
        asker: the chat model.
        key: of the marks around the draft.

    Returns:
        Claims by node, without the name's; the description's sentences where the call failed.
    """
    nodes = list(drafts)
    requests = [_split_request(f"{name}\n{told}", key) for name, told in drafts.values()]
    found = {node: sentences(told) for node, (_, told) in drafts.items()}
    async for place, claims in asker.ask(as_questions(requests, _read_claims)):
        if not isinstance(claims, ChatFailure):
            found[nodes[place]] = claims
    return found


def choose_voters(
    labels: npt.NDArray[np.int32],
    units: Sequence[int],
    groups: Sequence[int],
    *,
    order: Sequence[int],
    proposers: Mapping[int, Sequence[int]],
    most: int = VOTERS,
) -> dict[int, list[int]]:
    """Choose who votes, by base cluster: other people than the draft was made from.

    One row of a unit and of a group of near-identical texts, also across accounts, and none of a
    unit or group that took part in the draft.

    Args:
        labels: base cluster per conversation, negative for none; shape (n,).
        units: privacy unit per conversation.
        groups: near-identical texts have the same number.
        order: all rows in the order of a keyed lot.
        proposers: rows that the draft was made from, by base cluster.
        most: voters of a cluster.
    """
    drawn = np.asarray(order, dtype=np.int64)
    found = {}
    for leaf in sorted(set(labels[labels >= 0].tolist())):
        people = {units[row] for row in proposers.get(leaf, ())}
        texts = {groups[row] for row in proposers.get(leaf, ())}
        chosen: list[int] = []
        for row in drawn[labels[drawn] == leaf].tolist():
            if units[row] not in people and groups[row] not in texts and len(chosen) < most:
                people.add(units[row])
                texts.add(groups[row])
                chosen.append(row)
        found[leaf] = chosen
    return found


async def hold_votes(
    ballots: Sequence[Ballot], *, asker: Asker, key: bytes, question: str = ""
) -> dict[str, dict[str, tuple[bool, ...]]]:
    """Ask every voter alone; a call that fails is no vote.

    Args:
        ballots: claims and voters of every cluster.
        asker: the chat model.
        key: of the marks around claims and facets.
        question: what the facets answer, where they are not requests.

    Returns:
        By node, and then by the voter's pseudonym, one boolean for each claim. Nobody is in it
        who said yes to the decoy.
    """
    asked = [(ballot.node, unit) for ballot in ballots for unit in ballot.voters]
    listed = [(ballot, *with_decoy(ballot.claims, key)) for ballot in ballots]
    questions = (
        Question(
            vote_request(claims, facet, key=key, question=question),
            partial(_read_votes, count=len(claims), decoy=decoy),
        )
        for ballot, claims, decoy in listed
        for facet in ballot.voters.values()
    )
    found: dict[str, dict[str, tuple[bool, ...]]] = {ballot.node: {} for ballot in ballots}
    async for place, votes in asker.ask(questions):
        if votes is not None and not isinstance(votes, ChatFailure):
            node, unit = asked[place]
            found[node][unit] = votes
    return found


def with_decoy(claims: Sequence[str], key: bytes) -> tuple[tuple[str, ...], int]:
    """Return the claims with a decoy among them that shares no word with them, and its place."""
    order = sorted(DECOYS, key=lambda decoy: keyed_id(key, "decoy", decoy, list(claims)))
    used = {stem for claim in claims for stem in stems(claim)}
    decoy = next((one for one in order if not stems(one) & used), order[0])
    place = int(keyed_id(key, "place", list(claims)), 16) % (len(claims) + 1)
    return (*claims[:place], decoy, *claims[place:]), place


def vote_request(
    claims: Sequence[str], facet: str, *, key: bytes, question: str = ""
) -> ChatRequest:
    """Return one voter's call: the claims first (the same for a whole cluster), the facet last."""
    listed = "\n".join(f"{number}. {claim}" for number, claim in enumerate(claims, 1))
    said = " ".join(clean(facet).split())[:FACET_CHARACTERS]
    system, user = load(VOTE_PROMPT).render(
        about=_ABOUT.format(question=question) if question else "",
        claims=fenced(listed, key),
        facet=fenced(said, key),
        count=str(len(claims)),
    )
    schema = {
        "type": "object",
        "properties": {
            "votes": {
                "type": "array",
                "items": {"type": "boolean"},
                "minItems": len(claims),
                "maxItems": len(claims),
            }
        },
        "required": ["votes"],
        "additionalProperties": False,
    }
    messages = (Message("system", system), Message("user", user))
    return ChatRequest(messages, "vote", schema, temperature=0.0, max_tokens=24 + 8 * len(claims))


_ABOUT = (
    "Here the line of the conversation answers the question below about it, and a statement is "
    "true where the answer is an instance of it.\nQuestion: {question}\n\n"
)


def _split_request(draft: str, key: bytes) -> ChatRequest:
    text = clean(draft)[:_DRAFT_CHARACTERS]
    system, user = load(SPLIT_PROMPT).render(draft=fenced(text, key))
    messages = (Message("system", system), Message("user", user))
    return ChatRequest(messages, "name", _CLAIMS, temperature=0.0, max_tokens=250)


def _read_claims(text: str) -> list[str]:
    """Read a list of claims; what is no text, and what is too many, is left out.

    Raises:
        ValueError: there is no list. The message never holds what the model wrote.
    """
    claims = field_of(text, "claims")
    if not isinstance(claims, list):
        raise ValueError("the reply holds no list of claims")
    return [claim for claim in claims if isinstance(claim, str)][: CLAIMS - 1]


def _read_votes(text: str, *, count: int, decoy: int) -> tuple[bool, ...] | None:
    """Read exactly ``count`` booleans, and take the decoy's out; None where it was said yes to.

    Raises:
        ValueError: they are not there. The message never holds what the model wrote.
    """
    votes = field_of(text, "votes")
    if not isinstance(votes, list) or len(votes) != count:
        raise ValueError("the reply holds not one vote for each claim")
    if not all(isinstance(vote, bool) for vote in votes):
        raise ValueError("a vote is neither true nor false")
    return None if votes[decoy] else (*votes[:decoy], *votes[decoy + 1 :])
