"""Stage: propose names for base clusters, by contrast with what lies just outside.

Clio (arXiv 2412.13678, appendix G.4) shows a model facets from inside a cluster and the nearest
from outside. Here it sees at most one facet of each person, of at most a third of the cluster, and
what it writes is a draft that nobody trusts: other people's conversations vote on every claim of it
before anything is kept. Published as it is, the same draft is the unprotected baseline.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.phrases import sentence_case, tidy
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.ports.embedder import Vectors
from anonymuse.prompts.fence import fenced
from anonymuse.prompts.library import load
from anonymuse.prompts.replies import NAME_AND_DESCRIPTION, name_and_description

PROMPT, DIRECT_PROMPT = "name_contrast", "name_direct"
INSIDE, OUTSIDE, SHARE = 30, 20, 1 / 3
DIRECT_SHOWN = 50
"""rows on either side that the baseline shows, whoever they are of"""
WORDS_SHOWN = 40
FACET_CHARACTERS = 240
DRAFT_CHARACTERS = 1_000
TEMPERATURE = 1.0


@dataclass(frozen=True, slots=True, repr=False)
class LeafFacets:
    """What the model is shown of a base cluster: facets inside, and the nearest ones outside."""

    node: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]

    def __repr__(self) -> str:
        return f"LeafFacets({self.node}, {len(self.inside)} + {len(self.outside)})"


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """What a model that saw facets wrote of a cluster. It may hold anything that it read."""

    name: str
    description: str

    def __repr__(self) -> str:
        return f"Proposal({len(self.name)} + {len(self.description)} characters)"


def choose_facets(
    labels: npt.NDArray[np.int32],
    units: Sequence[int],
    groups: Sequence[int],
    vectors: Vectors,
    *,
    order: Sequence[int],
    inside: int = INSIDE,
    outside: int = OUTSIDE,
    share: float = SHARE,
) -> dict[int, tuple[list[int], list[int]]]:
    """Choose the rows that the model sees, by base cluster: inside by lot, outside the nearest.

    Every unit and every group of near-identical texts at most once on each side; inside no more
    than a share of the cluster's units (three where that is fewer).

    Args:
        labels: base cluster per conversation, negative for none; shape (n,).
        units: privacy unit per conversation.
        groups: near-identical texts have the same number.
        vectors: what clusters were made in, rows of unit length, shape (n, d).
        order: all rows in the order of a keyed lot, so that who comes first does not hang on who
            else is there.
        inside: rows from inside, at most.
        outside: rows from outside, at most.
        share: of the cluster's units that may be shown; the others are left to vote.
    """
    drawn = np.asarray(order, dtype=np.int64)
    found = {}
    for leaf in sorted(set(labels[labels >= 0].tolist())):
        own = drawn[labels[drawn] == leaf]
        people = _each_once(own.tolist(), units, groups)
        most = min(inside, max(3, math.ceil(share * len({units[row] for row in own.tolist()}))))
        middle = np.asarray(vectors[own]).mean(axis=0)
        cosines = np.where((labels >= 0) & (labels != leaf), vectors @ middle, -np.inf)
        nearest = np.argsort(-cosines, kind="stable")[: 5 * outside]
        others = [int(row) for row in nearest if np.isfinite(cosines[row])]
        found[leaf] = (people[:most], _each_once(others, units, groups)[:outside])
    return found


async def propose_names(
    leaves: Sequence[LeafFacets],
    shared: Mapping[str, Sequence[str]],
    *,
    asker: Asker,
    key: bytes,
    question: str = "",
) -> dict[str, Proposal]:
    """Ask for a draft of every cluster's name and description.

    Args:
        leaves: facets by cluster, from :func:`choose_facets`.
        shared: words that enough people of a cluster share, by node.
        asker: the chat model.
        key: of the marks around what people said.
        question: what the facets answer, where they are not requests.

    Returns:
        Drafts by node id; none where the call failed.
    """
    requests = [
        _request(
            PROMPT,
            about=about(question),
            inside=fenced(_lines(leaf.inside), key),
            outside=fenced(_lines(leaf.outside) or "- (nothing)", key),
            words=", ".join(shared[leaf.node]) or "(none)",
        )
        for leaf in leaves
    ]
    return await _ask([leaf.node for leaf in leaves], requests, asker)


async def name_directly(
    leaves: Sequence[LeafFacets], *, asker: Asker, question: str = ""
) -> dict[str, Proposal]:
    """Ask for names as the paper does, to be published as they are: the unprotected baseline."""
    requests = [
        _request(
            DIRECT_PROMPT,
            about=about(question),
            inside=_lines(leaf.inside),
            outside=_lines(leaf.outside) or "- (nothing)",
        )
        for leaf in leaves
    ]
    return await _ask([leaf.node for leaf in leaves], requests, asker)


def about(question: str) -> str:
    """Return what a prompt says first where facets are no requests."""
    return _ABOUT.format(question=question) if question else ""


_ABOUT = (
    "Here each line is no request: it answers the question below about one conversation. Name what "
    "the answers inside have in common; the name need not be an imperative.\n"
    "Question: {question}\n\n"
)


def _each_once(rows: Sequence[int], units: Sequence[int], groups: Sequence[int]) -> list[int]:
    """Return the first row of every unit whose text is not nearly that of an earlier one."""
    people: set[int] = set()
    texts: set[int] = set()
    found = []
    for row in rows:
        if units[row] not in people and groups[row] not in texts:
            people.add(units[row])
            texts.add(groups[row])
            found.append(row)
    return found


def _request(prompt: str, **values: str) -> ChatRequest:
    system, user = load(prompt).render(**values)
    messages = (Message("system", system), Message("user", user))
    return ChatRequest(messages, "name", NAME_AND_DESCRIPTION, TEMPERATURE, max_tokens=300)


async def _ask(
    nodes: Sequence[str], requests: Sequence[ChatRequest], asker: Asker
) -> dict[str, Proposal]:
    """Return what the model said, by node, in the order of the nodes."""
    arrived = asker.ask(as_questions(requests, _read))
    heard = {i: said async for i, said in arrived if not isinstance(said, ChatFailure)}
    return {nodes[i]: heard[i] for i in sorted(heard)}


def _lines(facets: Sequence[str]) -> str:
    return "\n".join(f"- {' '.join(clean(facet).split())[:FACET_CHARACTERS]}" for facet in facets)


def _read(text: str) -> Proposal:
    """Read name and description from a reply.

    Raises:
        ValueError: they are not there. The message never holds what the model wrote.
    """
    name, description = (part[:DRAFT_CHARACTERS] for part in name_and_description(text))
    return Proposal(sentence_case(tidy(name)), " ".join(description.split()))
