import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import prune
from anonymuse.stages.edit import (
    SAMPLE,
    Overlap,
    anchor_of,
    find_node,
    find_together,
    join_leaves,
    join_parents,
    lay_over,
    numbers_of,
    unite,
)

KEY = b"k" * 32


def rows(count: int, start: int = 0) -> list[str]:
    return [f"row-{number}" for number in range(start, start + count)]


def test_numbers_belong_to_the_key() -> None:
    ours = numbers_of(rows(50), KEY)
    assert len(set(ours.tolist())) == 50
    assert np.array_equal(ours, numbers_of(rows(50), KEY))
    assert not set(ours.tolist()) & set(numbers_of(rows(50), b"o" * 32).tolist())


def test_an_anchor_is_a_sample_of_bounded_size() -> None:
    small, large = numbers_of(rows(700), KEY), numbers_of(rows(50_000), KEY)
    assert anchor_of(small).bits == 0
    assert anchor_of(small).members == tuple(sorted(small.tolist()))
    anchor = anchor_of(large)
    assert SAMPLE / 3 < len(anchor.members) <= SAMPLE
    assert max(anchor.members) < 2 ** (64 - anchor.bits)
    assert "row" not in repr(anchor)


def test_an_anchor_does_not_depend_on_the_order() -> None:
    numbers = numbers_of(rows(5_000), KEY)
    assert anchor_of(numbers) == anchor_of(numbers[::-1])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=120),
    st.sets(st.integers(0, 119), min_size=1),
)
def test_the_overlap_is_that_of_the_sets(leaf: list[int], edited: set[int]) -> None:
    numbers = numbers_of(rows(len(leaf)), KEY)
    own = np.array(sorted(e % len(leaf) for e in edited))
    overlap = lay_over(anchor_of(np.unique(numbers[own])), numbers, np.array(leaf), 5)
    members = set(own.tolist())
    for node in ([0], [1, 2], [0, 3, 4]):
        there = {row for row, at in enumerate(leaf) if at in node}
        assert overlap.jaccard(node) == pytest.approx(len(members & there) / len(members | there))
    inside = [
        at for at in range(5)
        if (there := {r for r, own in enumerate(leaf) if own == at})
        and 2 * len(there & members) >= len(there) and there & members
    ]  # fmt: skip
    assert overlap.mostly_inside() == inside


def test_a_sampled_overlap_is_near_the_true_one() -> None:
    numbers = numbers_of(rows(60_000), KEY)
    leaf = np.zeros(60_000, dtype=np.int32)
    leaf[40_000:] = 1
    overlap = lay_over(anchor_of(numbers[:30_000]), numbers, leaf, 2)
    assert overlap.jaccard([0]) == pytest.approx(0.75, abs=0.05)
    assert overlap.jaccard([1]) == 0.0


def an_overlap(*shares: tuple[int, int], of: int) -> Overlap:
    shared, sizes = zip(*shares, strict=True)
    return Overlap(np.array(shared), np.array(sizes), of)


def test_less_than_half_in_common_is_no_node() -> None:
    nodes = {"a": [0], "b": [1]}
    assert find_node(an_overlap((6, 10), (4, 9), of=10), nodes.items()) is None  # 6 of 14
    assert find_node(an_overlap((8, 10), (2, 9), of=10), nodes.items()) == "a"  # 8 of 12
    assert find_node(an_overlap((5, 5), (5, 20), of=10), nodes.items()) == "a"  # half
    assert find_node(an_overlap((8, 10), of=10), []) is None


def test_a_merger_finds_nodes_alone_and_together() -> None:
    nodes = {"a": [0], "b": [1], "c": [2]}
    numbers = numbers_of(rows(30), KEY)
    leaf = np.repeat([0, 1, 2], 10)

    def over(*members: int) -> Overlap:
        return lay_over(anchor_of(numbers[np.isin(leaf, members)]), numbers, leaf, 3)

    assert find_together([over(0), over(1)], nodes, {}) == ["a", "b"]
    joined = unite({}, ["a", "b"])
    assert joined == {"a": ["a", "b"]}
    assert find_together([over(1), over(2)], nodes, joined) == ["a", "c"]
    assert find_together([over(0, 1), over(2)], nodes, joined) == ["a", "c"]
    assert find_together([over(0), over(1)], nodes, joined) == ["a"]
    assert unite(joined, ["a", "c"]) == {"a": ["a", "b", "c"]}
    elsewhere = lay_over(anchor_of(numbers_of(rows(10, 100), KEY)), numbers, leaf, 3)
    assert find_together([over(0), elsewhere], nodes, {}) is None


def test_joined_leaves_have_the_weighted_centre_and_the_others_stay() -> None:
    space = np.eye(4, dtype=np.float32)
    labels, weights = np.array([0, 1, 2, 3], dtype=np.int32), np.array([3.0, 1.0, 1.0, 1.0])
    found = join_leaves(labels, space, space, weights, [[2, 0]])
    assert found.labels.tolist() == [0, 1, 0, 2]
    assert found.centroids.shape == (3, 4)
    assert found.centroids[0] == pytest.approx(np.array([3, 0, 1, 0]) / np.sqrt(10))
    assert np.array_equal(found.centroids[1:], space[[1, 3]])
    assert found.fit == pytest.approx([3 / np.sqrt(10), 1, 1 / np.sqrt(10), 1])


def a_tree() -> list[DraftNode]:
    """Two tops, two parents below each, two base clusters below each of these."""
    nodes = [DraftNode(f"L0-{i}", f"L1-{i // 2}", (), 0) for i in range(8)]
    nodes += [
        DraftNode(f"L1-{i}", f"L2-{i // 2}", (f"L0-{2 * i}", f"L0-{2 * i + 1}"), 1)
        for i in range(4)
    ]
    return nodes + [
        DraftNode(f"L2-{i}", None, (f"L1-{2 * i}", f"L1-{2 * i + 1}"), 2) for i in range(2)
    ]


@pytest.mark.parametrize(
    ("group", "tops"),
    [
        (["L1-0", "L1-1"], {"L1-0", "L2-1"}),  # the only child takes its parent's place
        (["L1-0", "L1-2"], {"L2-0", "L1-3"}),  # from another branch
        (["L2-0", "L2-1"], {"L2-0"}),
        (["L1-3", "L1-0", "L1-1"], {"L2-1"}),  # nothing is left below the other top
    ],
)
def test_joined_parents_leave_a_sound_tree(group: list[str], tops: set[str]) -> None:
    left = prune(join_parents(a_tree(), group), withheld=())
    assert {node.id for node in left if node.parent is None} == tops
    assert sum(node.level == 0 for node in left) == 8
    assert not {node.id for node in left} & set(group[1:])
    united = next(node for node in left if node.id == group[0])
    assert len(united.children) == 2 * len(group)
