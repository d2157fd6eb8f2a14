import numpy as np
import pytest

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import prune
from anonymuse.stages.number import as_they_come, made_of, number_leaves, number_nodes

ROWS = [f"row-{i}" for i in range(40)]
LABELS = (np.arange(40) % 20).astype(np.int32)
CENTROIDS = np.eye(20, dtype=np.float32)
ABOUT = made_of(ROWS, LABELS)
LEAVES = [DraftNode(f"L0-{i:04d}", f"L1-{i // 2:04d}", (), 0) for i in range(20)]
PARENTS = [
    DraftNode(f"L1-{i:04d}", "L2-0000" if i < 9 else None,
              (f"L0-{2 * i:04d}", f"L0-{2 * i + 1:04d}"), 1)
    for i in range(10)
]  # fmt: skip
TREE = [*LEAVES, *PARENTS, DraftNode("L2-0000", None, tuple(p.id for p in PARENTS[:9]), 2)]


def key(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_a_cluster_keeps_its_rows_and_its_centroid() -> None:
    labels, centroids = number_leaves(LABELS, CENTROIDS, key=key(1), about=ABOUT)
    assert (centroids[labels] == CENTROIDS[LABELS]).all()
    assert set(labels.tolist()) == set(range(20))
    assert labels.dtype == LABELS.dtype


def test_the_cluster_of_the_first_row_has_any_number() -> None:
    def first(n: int) -> int:
        return int(number_leaves(LABELS, CENTROIDS, key=key(n), about=ABOUT)[0][0])

    drawn = np.bincount([first(n) for n in range(2_000)], minlength=20)
    assert drawn.min() > 60
    assert drawn.max() < 150
    assert first(7) == first(7)


@pytest.mark.parametrize("rows", [[*ROWS[:-1], "another"], ROWS[::-1]])
def test_one_row_that_differs_deals_all_numbers_anew(rows: list[str]) -> None:
    """Else the one cluster whose number has changed would be that of who came."""
    before, _ = number_leaves(LABELS, CENTROIDS, key=key(1), about=ABOUT)
    after, _ = number_leaves(LABELS, CENTROIDS, key=key(1), about=made_of(rows, LABELS))
    assert (before != after).sum() > 30


def test_earlier_clusters_keep_their_numbers() -> None:
    labels, centroids = number_leaves(LABELS, CENTROIDS, key=key(1), about=ABOUT, first=12)
    assert (labels[LABELS < 12] == LABELS[LABELS < 12]).all()
    assert labels[LABELS >= 12].min() == 12
    assert (labels[LABELS >= 12] != LABELS[LABELS >= 12]).any()
    assert (centroids[labels] == CENTROIDS[LABELS]).all()


def test_a_tree_changes_its_numbers_and_nothing_else() -> None:
    leaves = list(range(20))[::-1]
    found = number_nodes(TREE, leaves, key=key(1), about=ABOUT)
    prune(found, withheld=())  # refuses what is no tree
    assert [node.id for node in found] == [node.id for node in TREE]
    pairs = {frozenset({f"L0-{2 * i:04d}", f"L0-{2 * i + 1:04d}"}) for i in range(10)}
    assert {frozenset(node.children) for node in found if node.level == 1} == pairs
    assert found[-1].children == tuple(sorted(found[-1].children))
    assert sum(node.parent is None for node in found) == 2


def test_the_parent_of_the_first_base_cluster_has_any_number() -> None:
    above = {number_nodes(TREE, range(20), key=key(n), about=ABOUT)[0].parent for n in range(200)}
    assert len(above) == 10


def test_a_tree_is_grown_on_labels_as_they_come() -> None:
    labels, leaves = as_they_come(np.array([3, 0, 3, 2, 0, 1], dtype=np.int32))
    assert labels.tolist() == [0, 1, 0, 2, 1, 3]
    assert leaves == [3, 0, 2, 1]
