"""Stage: let a strong chat model propose the tree above the base clusters, as Clio does.

Steps (arXiv 2412.13678, appendix G.7), level by level: embed names with descriptions; k-means into
neighbourhoods; ask for parent names of each, the nearest clusters outside shown too; join what is
proposed across neighbourhoods; assign every cluster to a parent, in shuffled order; rename the
parents from what they got. Rounds are bounded, and what the model forgets is repaired by embedding:
no parent is empty, none has an only child, and every cluster has one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from anonymuse.domain.private.drafts import DraftName, DraftNode
from anonymuse.lexicon.candidates import usable
from anonymuse.lexicon.parent_names import brings_together, joined_name
from anonymuse.lexicon.phrases import name_faults, sentence_case, stems, tidy
from anonymuse.lexicon.plain_text import cut_to_form
from anonymuse.lexicon.support_table import SupportTable, gate, unsupported
from anonymuse.ports.chat import Asker, ChatFailure, ChatRequest, Message, Question, as_questions
from anonymuse.ports.embedder import Embedder, Vectors
from anonymuse.prompts.library import load
from anonymuse.prompts.replies import NAME_AND_DESCRIPTION, field_of, name_and_description
from anonymuse.vectors.kmeans import spherical_kmeans
from anonymuse.vectors.rows import unit_rows

NEIGHBOURHOOD = 40
OUTSIDE = 10
SLACK = 0.5
"""a level may have this share fewer or more parents than its target"""

_LIST = {
    "type": "object",
    "properties": {"names": {"type": "array", "items": {"type": "string"}}},
    "required": ["names"],
    "additionalProperties": False,
}
_NUMBER = {
    "type": "object",
    "properties": {"number": {"type": "integer"}},
    "required": ["number"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True, repr=False)
class ProposedTree:
    """A tree under review: all nodes, base level first, and names for the parents."""

    nodes: list[DraftNode]
    names: dict[str, DraftName]

    def __repr__(self) -> str:
        return f"ProposedTree({len(self.nodes)} nodes)"


@dataclass(frozen=True, slots=True, repr=False)
class _Family:
    node: str
    proposal: str
    children: tuple[DraftName, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(child.node for child in self.children)


async def propose_tree(
    leaves: Sequence[DraftName],
    targets: Sequence[int],
    *,
    table: SupportTable | None,
    cell: int,
    asker: Asker,
    embedder: Embedder,
    seed: int,
) -> ProposedTree:
    """Build the levels above the base clusters.

    Args:
        leaves: names of the base clusters, published ones only.
        targets: wanted nodes per level, base first (``stages.hierarchy.level_targets``).
        table: support over the members' words of the base clusters; None for the unprotected
            baseline, where names are published as the model writes them.
        cell: distinct units that every content word of a parent's name needs.
        asker: a capable chat model.
        embedder: for names with descriptions.
        seed: of neighbourhoods and of shuffling.
    """
    nodes = {draft.node: DraftNode(draft.node, None, (), 0) for draft in leaves}
    names: dict[str, DraftName] = {}
    leaves_of = {draft.node: [draft.node] for draft in leaves}
    below = list(leaves)
    for level, target in enumerate(targets[1:], 1):
        if len(below) < 4 or target < 2 or target >= len(below):
            break
        groups = await _one_level(below, target, asker=asker, embedder=embedder, seed=seed + level)
        if len(groups) < 2:
            break
        families = [
            _Family(f"L{level}-{place:04d}", proposal, tuple(children))
            for place, (proposal, children) in enumerate(groups.items())
        ]
        for family in families:
            nodes[family.node] = DraftNode(family.node, None, family.ids, level)
            nodes |= {i: replace(nodes[i], parent=family.node) for i in family.ids}
            leaves_of[family.node] = [leaf for i in family.ids for leaf in leaves_of[i]]
        if table is not None:
            table = table.with_parents({f.node: leaves_of[f.node] for f in families})
        below = await _rename(families, asker, table, cell=cell)
        names |= {parent.node: parent for parent in below}
    return ProposedTree(list(nodes.values()), names)


async def _one_level(
    below: Sequence[DraftName], target: int, *, asker: Asker, embedder: Embedder, seed: int
) -> dict[str, list[DraftName]]:
    """Return children by proposed parent name; at least two children each."""
    vectors = embedder.embed([_text(draft) for draft in below])
    random = np.random.Generator(np.random.Philox(seed))
    proposed = await _proposals(below, vectors, target, asker, seed=seed)
    parents = await _joined(proposed, target, asker)
    if len(parents) < 2:
        return {}
    heads = embedder.embed(parents)
    near = unit_rows(vectors) @ unit_rows(heads).T
    chosen = await _assign(below, parents, asker, random)
    places = [chosen.get(i, int(near[i].argmax())) for i in range(len(below))]
    places = _without_only_children(places, near)
    order = sorted(set(places))
    return {parents[p]: [below[i] for i, q in enumerate(places) if q == p] for p in order}


async def _proposals(
    below: Sequence[DraftName], vectors: Vectors, target: int, asker: Asker, *, seed: int
) -> list[str]:
    """Ask every neighbourhood for its share of parents."""
    count = max(1, round(len(below) / NEIGHBOURHOOD))
    fitted = spherical_kmeans(unit_rows(vectors), count, seed=seed)
    requests = []
    for hood in range(int(fitted.labels.max()) + 1):
        inside = np.flatnonzero(fitted.labels == hood)
        if not len(inside):
            continue
        middle = vectors[inside].mean(axis=0)
        outside = np.flatnonzero(fitted.labels != hood)
        nearest = outside[np.argsort(-(vectors[outside] @ middle), kind="stable")][:OUTSIDE]
        requests.append(
            _request(
                "propose_parents",
                _LIST,
                inside=_lines([below[i] for i in inside.tolist()]),
                outside=_lines([below[i] for i in nearest.tolist()]) or "- (nothing)",
                count=str(max(2, round(target * len(inside) / len(below)))),
            )
        )
    arrived = asker.ask(as_questions(requests, _read_names))
    heard = {i: said async for i, said in arrived if not isinstance(said, ChatFailure)}
    return _distinct([name for i in sorted(heard) for name in heard[i]])


async def _joined(proposed: list[str], target: int, asker: Asker) -> list[str]:
    """Have the model join what means the same, once; cut to the most that the level may hold."""
    most = max(2, int(target * (1 + SLACK)))
    if len(proposed) > target:
        lines = "\n".join(f"- {name}" for name in proposed)
        request = _request("join_parents", _LIST, names=lines, count=str(target))
        async for _, said in asker.ask([Question(request, _read_names)]):
            if not isinstance(said, ChatFailure) and len(said) >= max(2, target * SLACK):
                proposed = said
    return proposed[:most]


async def _assign(
    below: Sequence[DraftName], parents: Sequence[str], asker: Asker, random: np.random.Generator
) -> dict[int, int]:
    """Ask for the best parent of every cluster; the order of parents differs from call to call."""
    orders = [random.permutation(len(parents)) for _ in below]
    requests = (
        _request(
            "assign_parent",
            _NUMBER,
            cluster=_text(draft),
            parents="\n".join(f"{n}. {parents[p]}" for n, p in enumerate(order, 1)),
        )
        for draft, order in zip(below, orders, strict=True)
    )
    arrived = asker.ask(as_questions(requests, _read_number))
    heard = {i: said async for i, said in arrived if not isinstance(said, ChatFailure)}
    return {i: int(orders[i][n - 1]) for i, n in heard.items() if 1 <= n <= len(parents)}


async def _rename(
    families: Sequence[_Family], asker: Asker, table: SupportTable | None, *, cell: int
) -> list[DraftName]:
    """Name every parent from the children it got; what has no support falls back to their names."""
    requests = (
        _request(
            "rename_parent", NAME_AND_DESCRIPTION, name=f.proposal, children=_lines(f.children)
        )
        for f in families
    )
    arrived = asker.ask(as_questions(requests, _read_one))
    heard = {i: said async for i, said in arrived if not isinstance(said, ChatFailure)}
    used: set[frozenset[str]] = set()
    drafts = []
    for i, family in enumerate(families):
        name, description = heard.get(i, ("", ""))
        if table is None:
            drafts.append(_as_written(family, name, description))
            continue
        allowed = gate(family.node, table, cell=cell)
        fit = [n for n in usable([name, family.proposal], allowed) if stems(n) not in used]
        children = [child.name for child in family.children]
        best = sentence_case(fit[0] if fit else joined_name(children))
        if not description or unsupported(description, family.node, table, cell=cell):
            description = brings_together(children)
        used.add(stems(best))
        drafts.append(DraftName(family.node, best, description, "model" if fit else "phrase"))
    return drafts


def _as_written(family: _Family, name: str, description: str) -> DraftName:
    """Return a parent's name as the model wrote it, cut to form and no more."""
    children = [child.name for child in family.children]
    name, description = cut_to_form(
        name or family.proposal, description or brings_together(children)
    )
    return DraftName(family.node, name or "Other requests", description, "model")


def _without_only_children(places: list[int], near: Vectors) -> list[int]:
    """Move an only child to the nearest parent that has others; bounded by the parents."""
    places = list(places)
    for _ in range(near.shape[1]):
        sizes = np.bincount(places, minlength=near.shape[1])
        alone = [i for i, place in enumerate(places) if sizes[place] == 1]
        if not alone:
            break
        # With no larger group yet, the first two lone clusters make one.
        open_to = sizes > 1 if (sizes > 1).any() else sizes > 0
        open_to[places[alone[0]]] = False
        scores = np.where(open_to, near[alone[0]], -np.inf)
        places[alone[0]] = int(scores.argmax())
    return places


def _request(prompt: str, schema: Mapping[str, object], **values: str) -> ChatRequest:
    system, user = load(prompt).render(**values)
    messages = (Message("system", system), Message("user", user))
    return ChatRequest(messages, "tree", schema, temperature=0.5, max_tokens=800)


def _text(draft: DraftName) -> str:
    return f"{draft.name}. {draft.description}"


def _lines(drafts: Sequence[DraftName]) -> str:
    return "\n".join(f"- {draft.name}" for draft in drafts)


def _distinct(names: Sequence[str]) -> list[str]:
    found: dict[frozenset[str], str] = {}
    for name in names:
        if not name_faults(name):
            found.setdefault(stems(name), name)
    return list(found.values())


def _read_names(text: str) -> list[str]:
    names = field_of(text, "names")
    if not isinstance(names, list):
        raise ValueError("the reply holds no list of names")
    return _distinct([sentence_case(tidy(str(name))) for name in names])


def _read_number(text: str) -> int:
    number = field_of(text, "number")
    if type(number) is not int:
        raise ValueError("the reply holds no number")
    return number


def _read_one(text: str) -> tuple[str, str]:
    name, description = name_and_description(text)
    return sentence_case(tidy(name)), " ".join(description.split())
