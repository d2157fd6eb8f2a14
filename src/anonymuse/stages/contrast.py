"""Stage: name base clusters with a strong chat model, by contrast with what lies just outside.

Clio (arXiv 2412.13678, appendix G.4) shows a model facets from inside a cluster and the nearest
from outside. Here it sees at most one facet of each person, of at most a third of the cluster, and
is told which words enough people share; what comes back has to pass token support, else it is asked
again without the words that failed, and at last keywords stand in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.drafts import DraftName
from anonymuse.lexicon.keywords import keywords
from anonymuse.lexicon.phrases import joined, name_faults, sentence_case, stems, tidy
from anonymuse.lexicon.plain_text import text_problem
from anonymuse.lexicon.support_table import SupportTable, unsupported
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.ports.embedder import Vectors
from anonymuse.prompts.library import load

PROMPT = "name_contrast"
INSIDE, OUTSIDE = 30, 20
WORDS_SHOWN = 40
FACET_CHARACTERS = 240
ATTEMPTS = 3
TEMPERATURE = 1.0

_SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "description": {"type": "string"}},
    "required": ["name", "description"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True, repr=False)
class LeafFacets:
    """What the model is shown of a base cluster: facets inside, and the nearest ones outside."""

    node: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]

    def __repr__(self) -> str:
        return f"LeafFacets({self.node}, {len(self.inside)} + {len(self.outside)})"


def choose_facets(
    labels: npt.NDArray[np.int32],
    units: Sequence[int],
    vectors: Vectors,
    *,
    seed: int,
    inside: int = INSIDE,
    outside: int = OUTSIDE,
) -> dict[int, tuple[list[int], list[int]]]:
    """Choose the rows that the model sees, by base cluster: inside at random, outside the nearest.

    Every unit at most once on each side; inside no more than a third of the cluster's units
    (three where that is fewer).

    Args:
        labels: base cluster per conversation, negative for none; shape (n,).
        units: privacy unit per conversation.
        vectors: what clusters were made in, rows of unit length, shape (n, d).
        seed: of the draw inside.
        inside: rows from inside, at most.
        outside: rows from outside, at most.
    """
    random = np.random.Generator(np.random.Philox(seed))
    found = {}
    for leaf in sorted(set(labels[labels >= 0].tolist())):
        own = np.flatnonzero(labels == leaf)
        people = _each_unit_once(random.permutation(own).tolist(), units)
        most = min(inside, max(3, math.ceil(len(people) / 3)))
        middle = np.asarray(vectors[own]).mean(axis=0)
        cosines = np.where((labels >= 0) & (labels != leaf), vectors @ middle, -np.inf)
        nearest = np.argsort(-cosines, kind="stable")[: 5 * outside]
        others = [int(row) for row in nearest if np.isfinite(cosines[row])]
        found[leaf] = (people[:most], _each_unit_once(others, units)[:outside])
    return found


async def name_by_contrast(
    leaves: Sequence[LeafFacets],
    table: SupportTable,
    *,
    cell: int,
    asker: Asker,
    question: str = "",
) -> dict[str, DraftName]:
    """Name base clusters by contrast; three rounds, then keywords.

    Args:
        leaves: facets by cluster, from :func:`choose_facets`.
        table: support over the members' words.
        cell: distinct units that every content word needs.
        asker: the chat model.
        question: what the facets answer, where they are not requests.

    Returns:
        A name for every leaf, by node id; no two of them have the same content words.
    """
    usual = table.usual_share()
    shared = {
        leaf.node: keywords(leaf.node, table, cell=cell, most=WORDS_SHOWN, usual=usual)
        for leaf in leaves
    }
    found: dict[str, DraftName] = {}
    avoid: dict[str, list[str]] = {leaf.node: [] for leaf in leaves}
    for attempt in range(ATTEMPTS):
        waiting = [leaf for leaf in leaves if leaf.node not in found]
        heard = await _ask(waiting, shared, avoid, asker, attempt, question)
        for node, (name, description) in heard.items():
            against = _objections(node, name, description, table, cell=cell, taken=found)
            if against is None:
                found[node] = DraftName(node, name, description, "model", attempt)
            else:
                avoid[node] += [word for word in against if word not in avoid[node]]
    for leaf in leaves:
        if leaf.node not in found:
            found[leaf.node] = keyword_draft(leaf.node, shared[leaf.node], attempts=ATTEMPTS)
    return found


def keyword_draft(node: str, shared: Sequence[str], *, attempts: int = 0) -> DraftName:
    """Return the name that stands in where no proposal passed."""
    name = sentence_case(", ".join(shared[:4])) or "Other requests"
    told = f"Words that many of these conversations shared: {joined(shared[:6])}."
    description = told if shared else "Conversations without enough shared words to say more."
    return DraftName(node, name, description, "keywords", attempts, "no proposal passed")


def _each_unit_once(rows: Sequence[int], units: Sequence[int]) -> list[int]:
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(units[row], row)
    return list(first.values())


async def _ask(
    leaves: Sequence[LeafFacets],
    shared: Mapping[str, Sequence[str]],
    avoid: Mapping[str, Sequence[str]],
    asker: Asker,
    attempt: int,
    question: str,
) -> dict[str, tuple[str, str]]:
    """Return what the model said, by node, in the order of the leaves."""
    requests = (
        _request(leaf, shared[leaf.node], avoid[leaf.node], attempt, question) for leaf in leaves
    )
    arrived = asker.ask(as_questions(requests, _read))
    heard = {i: said async for i, said in arrived if not isinstance(said, ChatFailure)}
    return {leaves[i].node: heard[i] for i in sorted(heard)}


def _request(
    leaf: LeafFacets, shared: Sequence[str], avoid: Sequence[str], attempt: int, question: str
) -> ChatRequest:
    system, user = load(PROMPT).render(
        about=_ABOUT.format(question=question) if question else "",
        inside=_lines(leaf.inside),
        outside=_lines(leaf.outside) or "- (nothing)",
        words=", ".join(shared) or "(none)",
        avoid=", ".join(avoid) or "(none)",
    )
    messages = (Message("system", system), Message("user", user))
    return ChatRequest(messages, "name", _SCHEMA, TEMPERATURE, max_tokens=300, attempt=attempt)


_ABOUT = (
    "Here each line is no request: it answers the question below about one conversation. Name what "
    "the answers inside have in common; the name need not be an imperative.\n"
    "Question: {question}\n\n"
)


def _lines(facets: Sequence[str]) -> str:
    return "\n".join(f"- {' '.join(facet.split())[:FACET_CHARACTERS]}" for facet in facets)


def _read(text: str) -> tuple[str, str]:
    """Read name and description from a reply.

    Raises:
        ValueError: they are not there. The message never holds what the model wrote.
    """
    try:
        reply = json.loads(text)
        name, description = str(reply["name"]), str(reply["description"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("the reply holds no name and description") from None
    return sentence_case(tidy(name)), " ".join(description.split())


def _objections(
    node: str, name: str, description: str, table: SupportTable, *, cell: int,
    taken: Mapping[str, DraftName],
) -> list[str] | None:  # fmt: skip
    """Return the words to avoid next time; None when name and description pass."""
    words = unsupported(f"{name}. {description}", node, table, cell=cell)
    if words:
        return list(dict.fromkeys(words))
    if name_faults(name) or text_problem(name, description):
        return []
    if any(stems(name) == stems(draft.name) for draft in taken.values()):
        return [name]
    return None
