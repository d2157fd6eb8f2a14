"""Stage: name base clusters, then parents, from phrases whose every word enough people share.

How it is wired::

    table = build_support(texts, labels, units, leaves=ids)       # stages/support.py
    voters = Voters(table, cell=..., noise=...)
    names = await name_leaves(leaf_phrases, voters, cell=..., asker=..., embedder=...)
    ... the gate decides which leaves are published ...
    table = table.with_parents({parent: [published leaves below it]})
    names |= await name_parents(parents, names, table, cell=..., asker=..., embedder=...)

The model never sees one person's words: phrases are the members' own (the ``task`` facet, or a
label made from one conversation alone), reduced to words that ``cell`` people of the cluster used.
It generalises from them; its answer passes the same test, takes part in a line-up against the
reduced phrases, and the name that points most clearly at its own cluster wins. Without a model the
best phrase wins; without phrases keywords do. Whoever proposed it, a name or a phrase of a
description stands only where enough members vote for it whole (``lexicon/voter.py``). Given the
model's answers all of it is deterministic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.domain.private.drafts import DraftName, NameKind
from anonymuse.lexicon.candidates import (
    Candidate,
    Evidence,
    choose,
    leaf_candidates,
    parent_candidates,
    told_phrases,
    voted,
)
from anonymuse.lexicon.keyword_name import keyword_draft
from anonymuse.lexicon.keywords import cover
from anonymuse.lexicon.phrases import stems, tidy
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.lexicon.topics import distinct_topics
from anonymuse.lexicon.voter import Voters
from anonymuse.lexicon.wording import TOO_FEW_WORDS, leaf_draft, parent_draft
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.prompts.turns import turns
from anonymuse.vectors.lineup import line_up
from anonymuse.vectors.rows import unit_rows

PHRASES_SHOWN = 7
CHILDREN_SHOWN = 10
"""names of children that the model sees for a parent, largest first"""
BONUS: dict[NameKind, float] = {"model": 0.15, "phrase": 0.0, "keywords": -0.08, "given": 0.0}
"""what a name may lose in the line-up to one of the next kind and still win: a model's
generalisation reads better than a member phrase, and that better than words in a row"""
EVEN: dict[NameKind, float] = {"model": 0.0, "phrase": 0.0, "keywords": 0.0, "given": 0.0}
"""above the base level the model has no lead: it is often wrong about what children share"""
FIELD_LEAD = 0.6
"""what a field of our list gains, times the share of the parent's units behind it"""
CUT = 0.1
"""what a model's name loses when unsupported words had to go from it, and a pair of fields too"""
SHARED = 0.4
"""share of units below which the rarest word of a phrase counts against it as a name"""
TOO_LONG = 8
"""words from which a name loses to an equal shorter one"""


@dataclass(frozen=True, slots=True, repr=False)
class LeafPhrases:
    """What is known of a base cluster.

    Attributes:
        node: id of the cluster.
        phrases: one English phrase per unit, nearest the centroid first; may be empty.
        topics: what :func:`find_topics` found for it, best first; may be empty.
    """

    node: str
    phrases: tuple[str, ...]
    topics: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"LeafPhrases({self.node}, {len(self.phrases)} phrases)"


@dataclass(frozen=True, slots=True, repr=False)
class ParentToName:
    """A parent with its published children, largest first, and the base clusters below it."""

    node: str
    children: tuple[str, ...]
    leaves: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ParentToName({self.node}, {len(self.children)} children)"


async def name_leaves(
    leaves: Sequence[LeafPhrases],
    voters: Voters,
    *,
    cell: int,
    asker: Asker | None,
    embedder: Embedder | None,
    anchors: Vectors | None = None,
    drafts: int = 2,
    asked: bool = True,
) -> dict[str, DraftName]:
    """Name base clusters.

    Args:
        leaves: phrases by cluster; none where the run has neither facets nor a model.
        voters: the members, who vote on every claim with their own words (and phrases).
        cell: distinct units that every content word of a name needs.
        asker: the chat model; None names by phrases and keywords alone.
        embedder: for the line-up; None takes the phrase whose words weigh most.
        anchors: mean of the members' embedded phrases per leaf, shape (leaves, d), in the
            embedder's space; made from the phrases where None.
        drafts: proposals asked of the model per leaf, each from other phrases.
        asked: phrases say what people asked for; False: they answer some other question.

    Returns:
        A name for every leaf, by node id.
    """
    usual = voters.table.usual_share()
    known = [
        Evidence.of(leaf.node, leaf.phrases, leaf.topics, voters, cell=cell, usual=usual)
        for leaf in leaves
    ]
    proposals = await _propose_leaves(known, asker, drafts=drafts)
    found = [c for e in known for c in leaf_candidates(e, proposals.get(e.node, []))]
    candidates = voted(found, voters)
    if anchors is None:
        anchors = _anchors([leaf.phrases for leaf in leaves], embedder)
    scores = _score(candidates, [leaf.node for leaf in leaves], anchors, embedder)
    chosen = choose(candidates, scores)
    told = told_phrases(candidates, scores, chosen)
    names = {
        e.node: leaf_draft(
            e, chosen[e.node], told[e.node], wanted_model=asker is not None, asked=asked
        )
        for e in known
        if e.node in chosen
    }
    return names | _by_keywords([e for e in known if e.node not in names], names)


def _by_keywords(
    nameless: Sequence[Evidence], names: Mapping[str, DraftName]
) -> dict[str, DraftName]:
    """Name by words what nothing else may name, no two clusters alike."""
    taken = [stems(draft.name) for draft in names.values()]
    found: dict[str, DraftName] = {}
    for evidence in nameless:
        draft = keyword_draft(evidence.node, evidence.keywords, why=TOO_FEW_WORDS, taken=taken)
        taken.append(stems(draft.name))
        found[evidence.node] = draft
    return found


async def name_parents(
    parents: Sequence[ParentToName],
    names: Mapping[str, DraftName],
    table: SupportTable,
    *,
    cell: int,
    asker: Asker | None,
    embedder: Embedder | None,
) -> dict[str, DraftName]:
    """Name parents from the names of their published children, one level at a time, lowest first.

    Args:
        parents: of one level; children must be named already.
        names: of all published nodes below.
        table: knows the parents, see :meth:`SupportTable.with_parents`.
        cell: distinct units that every content word needs.
        asker: the chat model; None joins the names of the largest children.
        embedder: for the line-up against the other parents' children.

    Returns:
        A name for every parent, by node id.
    """
    children = {p.node: [names[c].name for c in p.children if c in names] for p in parents}
    proposals = await _propose_parents(children, asker)
    candidates = [
        candidate
        for parent in parents
        for candidate in parent_candidates(
            parent.node, proposals.get(parent.node, []), table, cell=cell
        )
    ]
    anchors = _anchors([children[p.node] for p in parents], embedder)
    scores = [
        score + (FIELD_LEAD * candidate.share if candidate.kind == "keywords" else 0.0)
        for candidate, score in zip(
            candidates,
            _score(candidates, [p.node for p in parents], anchors, embedder, EVEN),
            strict=True,
        )
    ]
    taken = [name.name for name in names.values()]
    chosen = choose(candidates, scores, taken=taken)
    return {
        p.node: parent_draft(
            p.node, children[p.node], chosen.get(p.node), wanted_model=asker is not None
        )
        for p in parents
    }


async def _propose_leaves(
    known: Sequence[Evidence], asker: Asker | None, *, drafts: int
) -> dict[str, list[str]]:
    if asker is None:
        return {}
    asked: list[tuple[str, ChatRequest]] = []
    for evidence in known:
        rest = list(dict.fromkeys(evidence.loose))
        for _ in range(drafts):
            shown = cover(rest, evidence.weights, most=PHRASES_SHOWN)
            if len(shown) < 2:
                break
            rest = [phrase for phrase in rest if phrase not in shown]
            lines = "\n".join(f"- {phrase}" for phrase in shown)
            heard = ", ".join([*distinct_topics(evidence.topics, most=4), *evidence.keywords])
            asked.append((evidence.node, _request("name_group", phrases=lines, words=heard)))
    return await _ask(asked, asker)


async def _propose_parents(
    children: Mapping[str, Sequence[str]], asker: Asker | None
) -> dict[str, list[str]]:
    if asker is None:
        return {}
    asked: list[tuple[str, ChatRequest]] = []
    for node, names in children.items():
        shown = names[:CHILDREN_SHOWN]
        for order in (shown, shown[::-1]):
            lines = "\n".join(f"- {name}" for name in order)
            asked.append((node, _request("name_parent", groups=lines)))
    return await _ask(asked, asker)


def _request(prompt: str, **values: str) -> ChatRequest:
    messages = tuple(Message(role, text) for role, text in turns(prompt, **values))
    return ChatRequest(messages, purpose="name", temperature=0.0, max_tokens=24)


async def _ask(asked: Sequence[tuple[str, ChatRequest]], asker: Asker) -> dict[str, list[str]]:
    """Return tidied answers by node, in the order of the questions whatever the arrival."""
    arrived = asker.ask(as_questions((request for _, request in asked), tidy))
    answers = {i: answer async for i, answer in arrived if not isinstance(answer, ChatFailure)}
    found: dict[str, list[str]] = {}
    for index in sorted(answers):
        found.setdefault(asked[index][0], []).append(answers[index])
    return found


def _anchors(texts: Sequence[Sequence[str]], embedder: Embedder | None) -> Vectors | None:
    """Return the mean vector of each group of texts, shape (groups, d)."""
    if embedder is None or not any(texts):
        return None
    flat = list(dict.fromkeys(text for group in texts for text in group))
    place = {text: i for i, text in enumerate(flat)}
    vectors = embedder.embed(flat)
    means = [
        vectors[[place[t] for t in group]].mean(axis=0) if group else np.zeros(vectors.shape[1])
        for group in texts
    ]
    return unit_rows(np.asarray(means, dtype=np.float32))


def _score(
    candidates: Sequence[Candidate],
    nodes: Sequence[str],
    anchors: Vectors | None,
    embedder: Embedder | None,
    bonus: Mapping[NameKind, float] = BONUS,
) -> list[float]:
    """Score candidates by line-up; without an embedder their order decides."""
    if embedder is None or anchors is None or not candidates:
        return [-float(i) for i in range(len(candidates))]
    place = {node: i for i, node in enumerate(nodes)}
    own = np.array([place[c.node] for c in candidates], dtype=np.int64)
    result = line_up(embedder.embed([c.name for c in candidates]), anchors, own=own)
    scores = []
    for i, candidate in enumerate(candidates):
        score = float(result.fit[i]) + 0.5 * min(float(result.margin[i]), 0.3)
        score += bonus[candidate.kind] - 0.2 * max(0.0, SHARED - candidate.share)
        score -= 0.0 if candidate.whole else CUT
        score -= 0.05 * max(0, len(candidate.name.split()) - TOO_LONG)
        scores.append(score)
    return scores
