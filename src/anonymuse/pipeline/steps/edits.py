"""What people changed before the release: mergers, hidden clusters and names, carried out again.

Every run finds the edited nodes anew, by their conversations. What is found goes through the same
thresholds, noise and audits as everything else; what is not found is told, never guessed.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, DraftNode
from anonymuse.domain.private.edits import Anchor, Edit
from anonymuse.domain.private.pruning import leaves_below, prune
from anonymuse.lexicon.hygiene import clean
from anonymuse.lexicon.special import becomes, find_special
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.pipeline import files
from anonymuse.pipeline.counting import counted
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import evidence, membership
from anonymuse.pipeline.steps.edited import (
    APPLIED,
    GONE,
    LATER,
    PARTLY,
    REFUSED,
    UNHIDDEN,
    WITHHELD,
    tally,
    tell,
)
from anonymuse.pipeline.steps.verdicts import judge
from anonymuse.ports.chat import Asker
from anonymuse.stages.edit import (
    SAME,
    Numbers,
    Overlap,
    find_node,
    find_together,
    join_leaves,
    join_parents,
    lay_over,
    numbers_of,
    unite,
)
from anonymuse.stages.threshold import leaf_id, leaf_number


@dataclass(frozen=True, slots=True, repr=False)
class Where:
    """The keyed number and the base cluster of every conversation."""

    numbers: Numbers
    leaf: membership.Ints
    k: int

    def overlap(self, anchor: Anchor) -> Overlap:
        """Lay an anchor over the base clusters."""
        return lay_over(anchor, self.numbers, self.leaf, self.k)


def where(shop: Workshop, key: ProjectKey) -> Where:
    """Return where every conversation is now."""
    rows = membership.row_ids(shop)
    labels = membership.leaves(shop)
    leaf = labels[membership.sampled(shop).text]
    return Where(numbers_of(rows, key.derive("edits")), leaf, int(labels.max()) + 1)


async def merge(shop: Workshop, *, parts: Parts, edits: Sequence[Edit]) -> Mapping[str, int]:
    """Join base clusters; writes the files of `cluster` anew."""
    place = where(shop, parts.key)
    nodes = {leaf_id(i): [i] for i in range(place.k)}
    joined: dict[str, list[str]] = {}
    told = {}
    for edit in edits:
        found = find_together([place.overlap(a) for a in edit.anchors], nodes, joined)
        told[edit.number] = APPLIED if found else GONE
        if found is not None and len(found) > 1:
            joined = unite(joined, found)
    source = shop.of("cluster")
    result = join_leaves(
        membership.leaves(shop),
        np.asarray(files.read_array(source / "space.npy")),
        np.asarray(files.read_array(source / "centroids.npy")),
        membership.sampled(shop).weights,
        [[nodes[node][0] for node in own] for own in joined.values()],
    )
    _copy_the_rest(source, shop)
    files.write_array(shop.folder / "labels.npy", result.labels)
    files.write_array(shop.folder / "centroids.npy", result.centroids)
    files.write_array(shop.folder / "fit.npy", result.fit)
    counts = files.read_json(source / "counts.json")
    left = {**counts, "k after people merged": len(result.centroids)}
    files.write_json(shop.folder / "counts.json", left)
    tell(shop, told)
    return {"base clusters": len(result.centroids), **tally(told)}


async def hide(shop: Workshop, *, parts: Parts, edits: Sequence[Edit]) -> Mapping[str, int]:
    """Choose the base clusters that people hid; writes ``hidden.json``.

    Hidden is every base cluster that lies for the most part inside of one that was hidden: should
    it have fallen apart since, its parts stay hidden.
    """
    place = where(shop, parts.key)
    hidden: set[str] = set()
    told = {}
    for edit in edits:
        overlap = place.overlap(edit.anchors[0])
        inside = overlap.mostly_inside()
        whole = overlap.jaccard(inside) >= SAME
        told[edit.number] = APPLIED if whole else PARTLY if inside else UNHIDDEN
        hidden |= {leaf_id(leaf) for leaf in inside}
    files.write_json(shop.folder / "hidden.json", sorted(hidden))
    tell(shop, told)
    return {"hidden": len(hidden), **tally(told)}


async def rename(
    shop: Workshop, *, parts: Parts, policy: ReleasePolicy, model: bool, edits: Sequence[Edit]
) -> Mapping[str, int]:
    """Give base clusters the names that people chose; writes the files of `describe` anew.

    A name that does not pass leaves the cluster its own.
    """
    source = shop.of("describe")
    names = {n["node"]: DraftName(**n) for n in files.read_json(source / "names.json")}
    place = where(shop, parts.key)
    candidates = {leaf_id(i): [i] for i in range(place.k)}
    given, told = _match(edits, candidates, place, named=names)
    table = evidence.read_support(shop, policy, parts.key)
    asker = counted(parts, shop, len(given), "names") if model else None
    renamed = await _renamed(names, given, table, policy, asker, told)
    _copy_the_rest(source, shop)
    files.write_json(shop.folder / "names.json", [asdict(name) for name in renamed.values()])
    tell(shop, told)
    return tally(told)


class Above:
    """What people want of the clusters above the base, carried out while these are named."""

    def __init__(
        self, shop: Workshop, parts: Parts, policy: ReleasePolicy, edits: Sequence[Edit]
    ) -> None:
        self._shop = shop
        self._policy = policy
        self._edits = edits
        self._told: dict[int, str] = {}
        self._where = where(shop, parts.key) if edits else None

    def joined(self, nodes: Sequence[DraftNode]) -> list[DraftNode]:
        """Return the tree with the parents joined that people wanted to be one."""
        found = list(nodes)
        for edit in self._edits:
            if edit.kind == "merge" and self._where is not None:
                overlaps = [self._where.overlap(anchor) for anchor in edit.anchors]
                together = find_together(overlaps, _parents(found), {})
                levels = {node.level for node in found if node.id in (together or ())}
                self._told[edit.number] = APPLIED if len(levels) == 1 else GONE
                if together is not None and len(together) > 1 and len(levels) == 1:
                    found = prune(join_parents(found, together), withheld=())
        return found

    async def named(
        self,
        names: Mapping[str, DraftName],
        nodes: Sequence[DraftNode],
        table: SupportTable,
        asker: Asker | None,
    ) -> dict[str, DraftName]:
        """Return the names of some parents with those that people gave, where these pass."""
        chosen = [edit for edit in self._edits if edit.names_a_node]
        if not chosen or self._where is None:
            return dict(names)
        everywhere = _parents(nodes)
        given, told = _match(chosen, everywhere, self._where, named=everywhere)
        refused = {n: what for n, what in self._told.items() if what == REFUSED}
        self._told |= told | refused  # of levels that were named before
        here = {node: edit for node, edit in given.items() if node in names}
        return await _renamed(names, here, table, self._policy, asker, self._told)

    def tell(self) -> None:
        """Write what became of the edits."""
        if self._edits:
            tell(self._shop, self._told)


def _parents(nodes: Sequence[DraftNode]) -> dict[str, list[int]]:
    """Return the base clusters below every parent."""
    below = leaves_below(nodes)
    return {
        node.id: [leaf_number(leaf) for leaf in sorted(below[node.id])]
        for node in nodes
        if node.level > 0
    }


def _match(
    edits: Sequence[Edit],
    nodes: Mapping[str, Sequence[int]],
    place: Where,
    *,
    named: Container[str],
) -> tuple[dict[str, Edit], dict[int, str]]:
    """Return the edit that names each node, and what became of the edits."""
    given: dict[str, Edit] = {}
    told: dict[int, str] = {}
    for edit in edits:
        node = find_node(place.overlap(edit.anchors[0]), nodes.items())
        told[edit.number] = GONE if node is None else WITHHELD if node not in named else APPLIED
        if node is not None and node in named:
            if node in given:
                told[given[node].number] = LATER
            given[node] = edit
    return given, told


async def _renamed(
    names: Mapping[str, DraftName],
    given: Mapping[str, Edit],
    table: SupportTable,
    policy: ReleasePolicy,
    asker: Asker | None,
    told: dict[int, str],
) -> dict[str, DraftName]:
    """Replace names by given ones that pass; notes in ``told`` those that do not."""
    drafts = [
        replace(
            names[node],
            name=edit.name,
            description=edit.description or names[node].description,
            kind="given",
        )
        for node, edit in given.items()
    ]
    passed = await _passing(drafts, table, policy, asker)
    for draft in drafts:
        if draft.node not in passed:
            told[given[draft.node].number] = REFUSED
    return {**names, **{draft.node: draft for draft in drafts if draft.node in passed}}


async def _passing(
    drafts: Sequence[DraftName], table: SupportTable, policy: ReleasePolicy, asker: Asker | None
) -> set[str]:
    verdicts = await judge(drafts, table, policy, asker)
    passed = {v.node for v in verdicts if v.auditor == "rules" and v.passed}
    return passed - {v.node for v in verdicts if not v.passed}


def specifics(draft: DraftName, policy: ReleasePolicy) -> list[tuple[str, str]]:
    """Return what tells of a special category, each with the words for it; where these are asked.

    Such words may well be used by many: the policy wants the category all the same.
    """
    if not policy.generalise:
        return []
    text = clean(f"{draft.name}. {draft.description}")
    return [(text[s.start : s.end], becomes(s.category)) for s in find_special(text)]


def _copy_the_rest(source: Path, shop: Workshop) -> None:
    """Take over what a step made; what is written afterwards goes over it."""
    with files.writing_to(shop.folder):
        for path in source.iterdir():
            if not path.name.startswith("."):
                files.copy(path, shop.folder / path.name)
