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

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anonymuse.domain.private.drafts import DraftName, NameKind
from anonymuse.lexicon.alike_names import alike_pairs
from anonymuse.lexicon.articles import Articles
from anonymuse.lexicon.candidates import (
    Candidate,
    Evidence,
    choose,
    leaf_candidates,
    voted,
)
from anonymuse.lexicon.handicaps import BONUS, EVEN, handicap
from anonymuse.lexicon.heads import Heads
from anonymuse.lexicon.keyword_name import keyword_draft
from anonymuse.lexicon.keywords import cover
from anonymuse.lexicon.pairs import join_candidates, telling_rows
from anonymuse.lexicon.parent_names import parent_candidates
from anonymuse.lexicon.phrases import stems, tidy
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.lexicon.topics import as_request, distinct_topics
from anonymuse.lexicon.usual import usual_share
from anonymuse.lexicon.voter import Voters
from anonymuse.lexicon.wording import TOO_FEW_WORDS, leaf_draft, parent_draft, told_phrases
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, as_questions
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.prompts.turns import turns
from anonymuse.vectors.lineup import line_up
from anonymuse.vectors.rows import unit_rows

Embed = Callable[[Sequence[str]], Vectors]

PHRASES_SHOWN = 7
CHILDREN_SHOWN = 10
"""names of children that the model sees for a parent, largest first"""
FIELD_LEAD = 0.6
"""what a field of our list gains, times the share of the parent's units behind it"""
ALIKE_TRIED = 5
"""names of words alone that are tried where another cluster's is nearly the same"""
JOINED_TRIED = 4
"""names made of several candidates that a cluster's line-up sees"""


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
        anchors: what the members' conversations mean, by leaf, in the embedder's space and without
            what all have in common, shape (leaves, d); None takes what the phrases mean.
        drafts: proposals asked of the model per leaf, each from other phrases.
        asked: phrases say what people asked for; False: they answer some other question.

    Returns:
        A name for every leaf, by node id.
    """
    usual = usual_share(voters.table)
    said = [phrase for leaf in leaves for phrase in leaf.phrases]
    heads, articles = Heads.of(said, least=cell), Articles.of(said, least=cell)
    known = [
        Evidence.of(
            leaf.node,
            leaf.phrases,
            leaf.topics,
            voters,
            cell=cell,
            usual=usual,
            heads=heads,
            articles=articles,
        )
        for leaf in leaves
    ]
    proposals = await _propose_leaves(known, asker, drafts=drafts)
    found = [c for e in known for c in leaf_candidates(e, proposals.get(e.node, []))]
    candidates = voted(found, voters)
    embed = _embedding(embedder, asking=not any(leaf.phrases for leaf in leaves))
    if anchors is None:
        anchors = _anchors([leaf.phrases for leaf in leaves], embed)
    nodes = [leaf.node for leaf in leaves]
    scores = _score(candidates, nodes, anchors, embed)
    if embed is not None and anchors is not None:
        telling = {e.node: e.telling for e in known}
        more = _join(candidates, scores, telling, voters, nodes, anchors, embed)
        more += voted(telling_rows(telling), voters)
        scores += _score(more, nodes, anchors, embed)
        candidates += more
    chosen = choose(candidates, scores)
    told = _told(known, candidates, scores, chosen, asked=asked)
    names = {
        e.node: leaf_draft(
            e, chosen[e.node], told[e.node], wanted_model=asker is not None, asked=asked
        )
        for e in known
        if e.node in chosen
    }
    return names | _by_keywords([e for e in known if e.node not in names], names, voters)


def _told(
    known: Sequence[Evidence],
    candidates: Sequence[Candidate],
    scores: Sequence[float],
    chosen: Mapping[str, Candidate],
    *,
    asked: bool,
) -> dict[str, list[str]]:
    """Return phrases for descriptions: after "People asked the assistant to" comes a verb."""
    asks = {e.node: e.asks for e in known}
    fit = [i for i, c in enumerate(candidates) if not asked or asks[c.node](c.name)]
    found = told_phrases([candidates[i] for i in fit], [scores[i] for i in fit], chosen)
    return {node: found.get(node, []) for node in chosen}


def _by_keywords(
    nameless: Sequence[Evidence], names: Mapping[str, DraftName], voters: Voters
) -> dict[str, DraftName]:
    """Name by words what nothing else may name, no two clusters alike.

    Words that people vote for come first, where there are enough people to vote.
    """
    used = [draft.name for draft in names.values()]
    taken = [stems(name) for name in used]
    found: dict[str, DraftName] = {}
    for evidence in nameless:
        stand_alone = evidence.telling if evidence.loose else []
        said = stand_alone if len(stand_alone) > 1 else evidence.keywords
        if not voters.few(evidence.node):
            said = [word for word in said if voters.keep(evidence.node, word)] or said
        for _ in range(ALIKE_TRIED):
            draft = keyword_draft(evidence.node, said, why=TOO_FEW_WORDS, taken=taken)
            taken.append(stems(draft.name))
            if not any(alike_pairs((draft.name, name)) for name in used):
                break
        used.append(draft.name)
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
    """Name parents from their published children's names or fields of our list, lowest level first.

    Args:
        parents: of one level; children must be named already.
        names: of all published nodes below.
        table: knows the parents, see :meth:`SupportTable.with_parents`.
        cell: distinct units that every content word needs.
        asker: the chat model; None tries fields of our list, then the largest children's names.
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
    embed = _embedding(embedder)
    anchors = _anchors([children[p.node] for p in parents], embed)
    scores = [
        score + (FIELD_LEAD * candidate.share if candidate.kind == "keywords" else 0.0)
        for candidate, score in zip(
            candidates,
            _score(candidates, [p.node for p in parents], anchors, embed, EVEN),
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


def _join(
    candidates: Sequence[Candidate],
    scores: Sequence[float],
    telling: Mapping[str, Sequence[str]],
    voters: Voters,
    nodes: Sequence[str],
    anchors: Vectors,
    embed: Embed,
) -> list[Candidate]:
    """Return names made of several candidates that enough people vote for: each node's likeliest.

    What they mean is taken for the mean of their parts, so that only the likeliest are embedded.
    """
    found = join_candidates(candidates, scores, telling)
    passed = set(voted([one.candidate for one in found], voters))
    found = [one for one in found if one.candidate in passed]
    if not found:
        return []
    parts = list(dict.fromkeys(part for one in found for part in one.parts))
    vectors = dict(zip(parts, unit_rows(embed(parts)), strict=True))
    likely = np.stack([np.mean([vectors[part] for part in one.parts], axis=0) for one in found])
    place = {node: i for i, node in enumerate(nodes)}
    own = np.array([place[one.candidate.node] for one in found], dtype=np.int64)
    fit = line_up(likely, anchors, own=own).fit
    taken: Counter[str] = Counter()
    best = []
    for i in np.argsort(-fit, kind="stable").tolist():
        candidate = found[i].candidate
        taken[candidate.node] += 1
        if taken[candidate.node] <= JOINED_TRIED:
            best.append(candidate)
    return best


def _embedding(embedder: Embedder | None, *, asking: bool = False) -> Embed | None:
    """Return what embeds names, as requests where they are compared with conversations."""
    if embedder is None or not asking:
        return embedder.embed if embedder else None
    return lambda names: embedder.embed([as_request(name) for name in names])


def _anchors(texts: Sequence[Sequence[str]], embed: Embed | None) -> Vectors | None:
    """Return the mean vector of each group of texts, shape (groups, d)."""
    if embed is None or not any(texts):
        return None
    flat = list(dict.fromkeys(text for group in texts for text in group))
    place = {text: i for i, text in enumerate(flat)}
    vectors = embed(flat)
    means = [
        vectors[[place[t] for t in group]].mean(axis=0) if group else np.zeros(vectors.shape[1])
        for group in texts
    ]
    return unit_rows(np.asarray(means, dtype=np.float32))


def _score(
    candidates: Sequence[Candidate],
    nodes: Sequence[str],
    anchors: Vectors | None,
    embed: Embed | None,
    bonus: Mapping[NameKind, float] = BONUS,
) -> list[float]:
    """Score candidates by line-up; without an embedder their order decides."""
    if embed is None or anchors is None or not candidates:
        return [-float(i) for i in range(len(candidates))]
    place = {node: i for i, node in enumerate(nodes)}
    own = np.array([place[c.node] for c in candidates], dtype=np.int64)
    result = line_up(embed([c.name for c in candidates]), anchors, own=own)
    points = result.fit + 0.5 * np.minimum(result.margin, 0.3)
    return [
        float(found) + handicap(candidate, bonus)
        for found, candidate in zip(points, candidates, strict=True)
    ]
