"""The map of a released tree."""

import numpy as np

from anonymuse.adapters.embed.hashing import HashingEmbedder
from anonymuse.stages.project import NEAR, project

NAMES = [
    "Write a letter of application", "Write a letter of complaint", "Write a letter to a friend",
    "Bake a chocolate cake", "Bake a carrot cake", "Bake bread", "Repair a bicycle",
    "Letters", "Baking",
]  # fmt: skip
PARENTS = [7, 7, 7, 8, 8, 8, -1, -1, -1]
LEVELS = [0, 0, 0, 0, 0, 0, 0, 1, 1]


def drawn(names=NAMES):
    sizes = [50, 40, 30, 20, 20, 10, 60, 120, 50]
    return project(PARENTS, sizes, LEVELS, HashingEmbedder().embed(names))


def test_near_are_clusters_of_the_same_level_that_are_called_alike():
    near = drawn().near
    assert set(near[0][:2]) == {1, 2}
    assert near[3][0] == 4
    for row, others in enumerate(near):
        assert row not in others
        assert len(others) <= NEAR
        assert {LEVELS[other] for other in others} <= {LEVELS[row]}


def test_what_shares_nothing_is_not_near():
    vectors = np.eye(3, dtype=np.float32)
    assert project([-1] * 3, [5, 5, 5], [0] * 3, vectors).near == ((), (), ())


def test_many_are_compared_block_by_block():
    vectors = np.random.default_rng(0).normal(size=(2100, 8)).astype(np.float32)
    near = project([-1] * 2100, [10] * 2100, [0] * 2100, vectors).near
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for row in (0, 1023, 1024, 2099):
        alike = unit @ unit[row]
        alike[row] = -1
        assert near[row][0] == alike.argmax()


def test_names_decide_where_a_cluster_lies():
    one = drawn().layout
    other = drawn([*NAMES[:6], "Bake a cheese cake", *NAMES[7:]]).layout
    assert one.x.tobytes() == drawn().layout.x.tobytes()
    assert np.abs(one.x - other.x).max() > 0.01
