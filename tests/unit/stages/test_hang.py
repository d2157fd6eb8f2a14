import numpy as np

from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import prune
from anonymuse.stages.hang import hang
from anonymuse.vectors.rows import unit_rows

TREE = [
    DraftNode("L0-0000", "L1-0000", (), 0),
    DraftNode("L0-0001", "L1-0000", (), 0),
    DraftNode("L0-0002", "L1-0001", (), 0),
    DraftNode("L0-0003", "L1-0001", (), 0),
    DraftNode("L1-0000", None, ("L0-0000", "L0-0001"), 1),
    DraftNode("L1-0001", None, ("L0-0002", "L0-0003"), 1),
]
CENTROIDS = unit_rows(np.array([[1.0, 0.1], [1.0, 0.0], [0.0, 1.0], [0.1, 1.0], [0.2, 1.0]]))


def test_a_new_leaf_hangs_below_the_nearest_parent() -> None:
    found = {node.id: node for node in hang(TREE, CENTROIDS)}
    assert found["L0-0004"].parent == "L1-0001"
    assert found["L1-0001"].children == ("L0-0002", "L0-0003", "L0-0004")
    assert found["L1-0000"] == TREE[4]
    prune(list(found.values()), withheld=())  # refuses what is no tree


def test_without_new_leaves_the_tree_stays() -> None:
    assert hang(TREE, CENTROIDS[:4]) == TREE


def test_in_a_tree_of_one_level_it_stands_beside_the_others() -> None:
    flat = [DraftNode(f"L0-000{i}", None, (), 0) for i in range(4)]
    assert [node.id for node in hang(flat, CENTROIDS)][-1] == "L0-0004"
