"""Stage: hang the base clusters in a tree.

The groups at the top are those that hold whichever conversations are drawn; below them the levels
are Ward cuts. Level sizes follow Clio (arXiv 2412.13678, appendix G): equal ratios from the base to
the top. A group that would be an only child, or hold one leaf, is left out, so its children hang
one level higher; a lone leaf at the top joins the nearest group there.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import leaf_id
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.vectors.ground import Ground
from anonymuse.vectors.rows import Labels, Sums
from anonymuse.vectors.ward import Merges, cut, leaf_places, subtree_sizes, ward

LEVELS_BELOW = ((12, 1), (150, 2), (3_000, 3))
"""Fewer leaves than the first number make a tree of that many levels; more make four."""
MOST_LEVELS = 4
TOP_LEAST = {2: 3, 3: 8, 4: 8}
"""by levels: four areas of 70 topics had names of three fields each, which told little"""
TOP_MOST = 30
SLACK = 0.5
"""A level may be this share smaller or larger than its target."""
_TRIES = 12
TOO_BIG = 0.5
"""A top node should not hold more than this share of all conversations."""


def level_targets(leaves: int) -> tuple[int, ...]:
    """Return the wanted number of nodes per level, base first.

    With two levels the top is the square root of the leaves and with three the cube root, so that
    a node has about as many children as there are tops; with four it stays the cube root.
    """
    levels = next((count for below, count in LEVELS_BELOW if leaves < below), MOST_LEVELS)
    if levels == 1:
        return (leaves,)
    top = min(max(round(leaves ** (1 / min(levels, 3))), TOP_LEAST[levels]), TOP_MOST)
    ratio = (top / leaves) ** (1 / (levels - 1))
    middle = [round(leaves * ratio**level) for level in range(1, levels - 1)]
    return (leaves, *middle, top)


def grow_tree(ground: Ground) -> list[DraftNode]:
    """Return the nodes of the tree, base level first; node ``L0-<i>`` is base cluster ``i``.

    Every parent has at least two children, every node is reached from the top, and a child's
    level is below its parent's (it may skip levels).
    """
    targets = level_targets(len(ground.leaves))
    if len(targets) == 1:
        return _nodes([], len(ground.leaves))
    merges = _merges_inside(ground, ground.groups(targets[-1]))
    above = _top_groups(merges, ground.leaves.astype(np.float64), ground.sizes, targets[-1])
    levels = [above]
    for target in reversed(targets[1:-1]):
        here = _proper_cut(merges, target, above)
        above = np.where(here >= 0, here + int(above.max()) + 1, above)
        levels.insert(0, here)
    if not _sizes_fit(levels, targets):
        levels = _even_groups(merges, targets)
    return _nodes(levels, len(ground.leaves))


def _merges_inside(ground: Ground, groups: Labels) -> Merges:
    """Return Ward's dendrogram that joins two groups only when each of them is whole.

    Every group is moved so far away from the others that nothing of another is ever nearer.
    """
    apart = 2.0 * np.sqrt(ground.sizes.sum() / ground.sizes.min())
    corners = apart * np.eye(int(groups.max()) + 1)[groups]
    return ward(np.concatenate([ground.leaves, corners], axis=1), ground.sizes)


def _within(count: int, target: int) -> bool:
    return (1 - SLACK) * target <= count <= (1 + SLACK) * target


def _sizes_fit(levels: Sequence[Labels], targets: Sequence[int]) -> bool:
    wanted = targets[1:]
    return all(
        _within(len(np.unique(level[level >= 0])), target)
        for level, target in zip(levels, wanted, strict=True)
    ) and bool((levels[-1] >= 0).all())


def _top_groups(merges: Merges, points: Sums, sizes: Sums, target: int) -> Labels:
    """Cut to ``target`` groups of two leaves or more, give lone leaves to the nearest of them."""
    groups = _proper_cut(merges, target, None)
    groups = _split_giants(merges, groups, sizes, round((1 + SLACK) * target))
    proper = np.unique(groups[groups >= 0])
    if len(proper):
        means = np.stack([np.average(points[groups == g], axis=0, weights=sizes[groups == g])
                          for g in proper])  # fmt: skip
        for leaf in np.flatnonzero(groups < 0):
            groups[leaf] = proper[((means - points[leaf]) ** 2).sum(axis=1).argmin()]
    return groups


def _proper_cut(merges: Merges, target: int, above: Labels | None) -> Labels:
    """Return the cut whose number of proper groups is nearest ``target``; other leaves are -1."""
    m = merges.points
    sizes = subtree_sizes(merges)[merges.pairs]
    # undoing a merge adds a proper group where both parts hold two leaves, removes one where none
    change = (sizes >= 2).sum(axis=1)[::-1] - 1
    count = np.concatenate([[1], 1 + np.cumsum(change)])[: min(m, 4 * target + 8)]
    first = int(np.abs(count - target).argmin()) + 1
    best, best_gap = np.full(m, -1, dtype=np.int32), m
    k = first
    for _ in range(_TRIES):
        groups = _only_proper(cut(merges, k), above)
        missing = target - len(np.unique(groups[groups >= 0]))
        if abs(missing) < best_gap:
            best, best_gap = groups, abs(missing)
        if missing == 0 or not 1 <= k + missing <= len(count):
            break
        k += missing
    return best


def _only_proper(groups: Labels, above: Labels | None) -> Labels:
    """Mark with -1 the leaves of groups of one, and of groups that fill a whole group above."""
    if above is None:
        return np.where((np.bincount(groups) > 1)[groups], groups, -1).astype(np.int32)
    pairs, nested = np.unique(np.stack([above, groups]), axis=1, return_inverse=True)
    siblings = np.bincount(pairs[0])[pairs[0]]
    proper = (np.bincount(nested) > 1) & (siblings > 1)
    return np.where(proper[nested], nested, -1).astype(np.int32)


def _split_giants(merges: Merges, groups: Labels, sizes: Sums, most: int) -> Labels:
    """Split a group that holds more than half of everything, while the top may still grow."""
    groups = np.array(groups, dtype=np.int32)
    while len(np.unique(groups[groups >= 0])) < most and groups.max() >= 0:
        mass = np.bincount(groups + 1, weights=sizes)[1:]
        giant = int(mass.argmax())
        if mass[giant] <= TOO_BIG * sizes.sum():
            break
        part = _half(merges, np.flatnonzero(groups == giant))
        if part is None:
            break
        groups[part] = groups.max() + 1
    return groups


def _half(merges: Merges, members: npt.NDArray[np.int64]) -> npt.NDArray[np.int64] | None:
    """Return the smaller part of a cluster at its highest split into two proper parts."""
    m, sizes, places = merges.points, subtree_sizes(merges), leaf_places(merges)
    start = places[members].min()
    found = np.flatnonzero((places[m:] == start) & (sizes[m:] == len(members)))
    if not len(found):
        return None
    node = int(found[0]) + m
    while node >= m:
        left, right = sorted(merges.pairs[node - m].tolist(), key=lambda part: int(sizes[part]))
        if sizes[left] >= 2:
            inside = (places[:m] >= places[left]) & (places[:m] < places[left] + sizes[left])
            return np.flatnonzero(inside)
        node = right
    return None


def _even_groups(merges: Merges, targets: Sequence[int]) -> list[Labels]:
    """Cut the dendrogram's leaf order into even runs: sound where no cut has the asked sizes."""
    place = leaf_places(merges)[: merges.points]
    levels: list[Labels] = []
    for below, here in pairwise(targets):
        place = place * here // below
        levels.append(place.astype(np.int32))
    return levels


def _nodes(levels: Sequence[Labels], leaves: int) -> list[DraftNode]:
    """Turn group labels per level (base first, -1: no node) into linked nodes."""
    names = [list(map(leaf_id, range(leaves)))]
    numbered = [np.arange(leaves)]
    for level, groups in enumerate(levels, start=1):
        used = np.unique(groups[groups >= 0])
        names.append([f"L{level}-{i:04d}" for i in range(len(used))])
        numbered.append(np.where(groups >= 0, np.searchsorted(used, groups), -1))
    parent: dict[str, str | None] = {}
    children: dict[str, list[str]] = {}
    for level, ids in enumerate(names):
        for i, name in enumerate(ids):
            leaf = int(np.flatnonzero(numbered[level] == i)[0])
            above = next(
                (names[up][numbered[up][leaf]] for up in range(level + 1, len(names))
                 if numbered[up][leaf] >= 0), None,
            )  # fmt: skip
            parent[name] = above
            if above is not None:
                children.setdefault(above, []).append(name)
    return [
        DraftNode(id=name, parent=parent[name], children=tuple(children.get(name, ())), level=level)
        for level, ids in enumerate(names)
        for name in ids
    ]
