"""Names of parents: the tree pruned to what is published, named from its children, and audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName, DraftNode, Verdict
from anonymuse.domain.private.edits import Edit
from anonymuse.domain.private.pruning import leaves_below, prune
from anonymuse.lexicon.support_table import SupportTable
from anonymuse.pipeline import files
from anonymuse.pipeline.counting import counted
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.parts import Parts
from anonymuse.pipeline.steps import evidence, groups, verdicts
from anonymuse.pipeline.steps.carried import carried
from anonymuse.pipeline.steps.edits import Above
from anonymuse.pipeline.steps.names import Naming, line_up, read_drafts, write_failures
from anonymuse.ports.chat import Asker
from anonymuse.stages.describe import ParentToName, name_parents
from anonymuse.stages.direct import name_parents_directly
from anonymuse.stages.hierarchy import level_targets
from anonymuse.stages.propose import propose_tree
from anonymuse.stats.tables.told import released_sizes


async def parents(
    shop: Workshop,
    *,
    parts: Parts,
    policy: ReleasePolicy,
    naming: Naming,
    proposing: bool,
    model: bool,
    seed: int,
    changed: Sequence[Edit] = (),
) -> Mapping[str, int]:
    """Prune the tree, name parents from published children only, and audit these names.

    What people ``changed`` is done on the way. Writes ``nodes.json`` (the tree to be released),
    ``names.json`` and ``verdicts.json``.
    """
    vetoed = {v.node for v in verdicts.of_step(shop, "audit") if not v.passed}
    withheld = set(groups.read_leaves(shop).reasons) | vetoed
    nodes = prune(groups.read_nodes(shop, "hierarchy"), withheld=withheld)
    people = Above(shop, parts, policy, changed)
    if not proposing:
        nodes = people.joined(nodes)
    auditor = counted(parts, shop, sum(n.level > 0 for n in nodes), "names") if model else None
    named = {draft.node: draft for draft in read_drafts(shop, "describe")}
    asker = None
    direct = naming == "direct"
    if naming != "silent":
        asker = counted(parts, shop, (2 - direct) * sum(n.level > 0 for n in nodes), "calls")
    judged: list[Verdict] | None = None
    if proposing and asker is not None:
        leaves = [named[n.id] for n in nodes if n.level == 0]
        table = None if direct else evidence.read_support(shop, policy, parts.key)
        tree = await propose_tree(
            leaves,
            level_targets(len(leaves)),
            table=table,
            cell=policy.min_cell,
            asker=asker,
            embedder=line_up(parts),
            seed=seed,
        )
        nodes = people.joined(tree.nodes)
        found = {n.id: tree.names[n.id] for n in nodes if n.id in tree.names}
    elif direct and asker is not None:
        found = await _directly(shop, nodes, named, policy, asker)
    else:
        nodes, found, judged = await _from_children(
            shop, nodes, named, parts, policy, asker, people=people, auditor=auditor
        )
    if judged is None:
        table = _with_parents(shop, nodes, policy, parts)
        found = await people.named(found, nodes, table, auditor)
        judging = None if direct else table
        judged = await verdicts.judge(
            list(found.values()), judging, policy, auditor, released=carried(shop)
        )
    people.tell()
    write_failures(shop, asker, auditor)
    dissolved = {v.node for v in judged if not v.passed}
    nodes = prune(nodes, withheld=(), vetoed=dissolved)
    files.write_json(shop.folder / "nodes.json", [groups.as_json(node) for node in nodes])
    files.write_json(shop.folder / "names.json", [asdict(name) for name in found.values()])
    files.write_json(shop.folder / "verdicts.json", [asdict(v) for v in judged])
    return {"parents": sum(n.level > 0 for n in nodes), "dissolved": len(dissolved)}


async def _from_children(
    shop: Workshop,
    nodes: Sequence[DraftNode],
    named: Mapping[str, DraftName],
    parts: Parts,
    policy: ReleasePolicy,
    asker: Asker | None,
    *,
    people: Above,
    auditor: Asker | None,
) -> tuple[list[DraftNode], dict[str, DraftName], list[Verdict]]:
    """Name the parents of the pruned tree, lowest level first, and audit each level.

    A parent that is vetoed is dissolved before the next level is named: nothing told of that
    holds its name.
    """
    tree = list(nodes)
    below = leaves_below(nodes)
    table = _with_parents(shop, nodes, policy, parts)
    weight = _weights(shop, nodes, policy)
    kept = carried(shop)
    found = {n.id: kept[n.id] for n in nodes if n.level > 0 and n.id in kept}
    judged: list[Verdict] = []
    for level in sorted({n.level for n in nodes if n.level > 0}):
        here = [n for n in tree if n.level == level]
        own = await name_parents(
            [_to_name(n, weight, below) for n in here if n.id not in kept],
            {**named, **found},
            table,
            cell=policy.min_cell,
            asker=asker,
            embedder=line_up(parts),
        )
        known = {n.id: found[n.id] for n in here if n.id in kept}
        own = await people.named({**known, **own}, tree, table, auditor)
        judged += await verdicts.judge(list(own.values()), table, policy, auditor, released=kept)
        found |= own
        tree = prune(tree, withheld=(), vetoed={v.node for v in judged if not v.passed})
    return tree, found, judged


async def _directly(
    shop: Workshop,
    nodes: Sequence[DraftNode],
    named: Mapping[str, DraftName],
    policy: ReleasePolicy,
    asker: Asker,
) -> dict[str, DraftName]:
    """Name parents as the model says, lowest level first: the unprotected baseline."""
    weight = _weights(shop, nodes, policy)
    found: dict[str, DraftName] = {}
    for level in sorted({n.level for n in nodes if n.level > 0}):
        known = {**named, **found}
        children = {
            n.id: [known[child].name for child in _largest_first(n, weight)]
            for n in nodes
            if n.level == level
        }
        found |= await name_parents_directly(children, asker=asker)
    return found


def _weights(shop: Workshop, nodes: Sequence[DraftNode], policy: ReleasePolicy) -> dict[str, int]:
    """Return how many conversations lie below every node, as far as a release may tell.

    Children are listed by it, and exact sizes would make that order an oracle.
    """
    below = leaves_below(nodes)
    leaves = groups.read_leaves(shop)
    sizes = {
        own.node: released_sizes(own, noise, policy)[1]
        for own, noise in zip(leaves.counts, leaves.noises, strict=True)
    }
    return {n.id: sum(sizes[leaf] for leaf in below[n.id]) for n in nodes}


def _with_parents(
    shop: Workshop, nodes: Sequence[DraftNode], policy: ReleasePolicy, parts: Parts
) -> SupportTable:
    below = leaves_below(nodes)
    return evidence.read_support(shop, policy, parts.key).with_parents(
        {n.id: sorted(below[n.id]) for n in nodes if n.level > 0}
    )


def _to_name(
    node: DraftNode, weight: Mapping[str, int], below: Mapping[str | None, frozenset[str]]
) -> ParentToName:
    return ParentToName(node.id, tuple(_largest_first(node, weight)), tuple(sorted(below[node.id])))


def _largest_first(node: DraftNode, weight: Mapping[str, int]) -> list[str]:
    return sorted(node.children, key=lambda child: (-weight[child], child))
