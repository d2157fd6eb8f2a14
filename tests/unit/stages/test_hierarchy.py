from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.hierarchy import SLACK, TOO_BIG, grow_tree, level_targets
from anonymuse.stats.agreement import adjusted_rand
from anonymuse.vectors import consensus
from anonymuse.vectors.draws import GRAINS
from anonymuse.vectors.ground import Ground
from anonymuse.vectors.rows import unit_rows


def bare(points: np.ndarray, sizes: np.ndarray) -> Ground:
    """Return the ground where nothing is known but the leaves: each is in one of the grains."""
    leaves, own = unit_rows(points), np.asarray(sizes, dtype=np.float64)
    grains = min(len(leaves), GRAINS)
    overlap = np.zeros((len(leaves), grains))
    overlap[np.arange(len(leaves)), np.arange(len(leaves)) % grains] = own
    return Ground(leaves, own, leaves[:grains], overlap)


def leaves_under(node: DraftNode, nodes: dict[str, DraftNode]) -> list[str]:
    if node.level == 0:
        return [node.id]
    return [leaf for child in node.children for leaf in leaves_under(nodes[child], nodes)]


def check(nodes: list[DraftNode], leaves: int) -> None:
    by_id = {node.id: node for node in nodes}
    assert len(by_id) == len(nodes)
    assert [n.id for n in nodes if n.level == 0] == [f"L0-{i:04d}" for i in range(leaves)]
    for node in nodes:
        if node.level:
            assert len(node.children) >= 2
            assert all(by_id[child].parent == node.id for child in node.children)
            assert all(by_id[child].level < node.level for child in node.children)
        else:
            assert node.children == ()
        if node.parent is not None:
            assert node.id in by_id[node.parent].children
    tops = [node for node in nodes if node.parent is None]
    reached = [leaf for top in tops for leaf in leaves_under(top, by_id)]
    assert sorted(reached) == [f"L0-{i:04d}" for i in range(leaves)]
    targets = level_targets(leaves)
    assert {top.level for top in tops} == {len(targets) - 1}
    for level, target in enumerate(targets):
        count = sum(node.level == level for node in nodes)
        assert (1 - SLACK) * target <= count <= (1 + SLACK) * target


SHAPES = {
    "scattered": lambda rng, n: rng.normal(size=(n, 8)),
    "grouped": lambda rng, n: (
        rng.normal(size=(max(2, n // 9), 8))[rng.integers(max(2, n // 9), size=n)]
        + 0.1 * rng.normal(size=(n, 8))
    ),
    "chained": lambda rng, n: np.outer(np.exp(np.arange(n) / 3 % 30), np.ones(8)),
    "repeated": lambda rng, n: np.round(rng.normal(size=(n, 2))),
    "equal": lambda rng, n: np.ones((n, 3)),
}


@given(
    st.integers(1, 200),
    st.sampled_from(sorted(SHAPES)),
    st.floats(0.2, 3.0),
    st.integers(0, 10**6),
)
@settings(max_examples=150, deadline=None)
def test_tree_is_sound_whatever_the_leaves(n: int, shape: str, tail: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = np.ceil(rng.pareto(tail, size=n) + 1)
    points = SHAPES[shape](rng, n).astype(np.float32)
    with patch.object(consensus, "DRAWS", 2):
        check(grow_tree(bare(points, sizes)), n)


@pytest.mark.parametrize("n", [2_999, 3_000])
def test_large_trees_are_sound(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(n)
    centroids = unit_rows(SHAPES["grouped"](rng, n))
    monkeypatch.setattr(consensus, "DRAWS", 2)
    check(grow_tree(bare(centroids, np.ones(n))), n)


@pytest.mark.parametrize(
    ("leaves", "targets"),
    [
        (11, (11,)),
        (12, (12, 3)),
        (59, (59, 8)),
        (60, (60, 8)),
        (149, (149, 12)),
        (150, (150, 35, 8)),
        (1_000, (1_000, 100, 10)),
        (3_000, (3_000, 501, 84, 14)),
        (10_000, (10_000, 1301, 169, 22)),
    ],
)
def test_levels_and_their_sizes(leaves: int, targets: tuple[int, ...]) -> None:
    assert level_targets(leaves) == targets


def test_siblings_are_neighbours() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(5), 20)
    centroids = unit_rows(rng.normal(size=(5, 16))[truth] + 0.2 * rng.normal(size=(100, 16)))
    assert adjusted_rand(bare(centroids, np.ones(100)).groups(5), truth) == 1.0
    nodes = grow_tree(bare(centroids, np.ones(100)))
    by_id = {node.id: node for node in nodes}
    for node in nodes:
        if node.level == 2:
            assert len({truth[int(leaf[3:])] for leaf in leaves_under(node, by_id)}) == 1


def test_no_top_node_takes_more_than_half_where_it_can_be_split() -> None:
    rng = np.random.default_rng(1)
    groups = np.concatenate([np.zeros(60, dtype=int), np.arange(1, 41)])
    centroids = unit_rows(4 * rng.normal(size=(41, 16))[groups] + rng.normal(size=(100, 16)))
    sizes = np.where(groups == 0, 40.0, 2.0)
    nodes = grow_tree(bare(centroids, sizes))
    by_id = {node.id: node for node in nodes}
    for node in nodes:
        if node.parent is None:
            mass = sum(sizes[int(leaf[3:])] for leaf in leaves_under(node, by_id))
            assert mass <= TOO_BIG * sizes.sum()


def test_same_leaves_same_tree() -> None:
    centroids = unit_rows(np.random.default_rng(2).normal(size=(80, 8)))
    first, again = (grow_tree(bare(centroids, np.ones(80))) for _ in range(2))
    assert first == again
