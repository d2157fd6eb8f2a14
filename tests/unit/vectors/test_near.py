import numpy as np

from anonymuse.vectors.near import nearness
from anonymuse.vectors.rows import unit_rows


def test_the_mean_cosine_to_the_nearest_others() -> None:
    rows = unit_rows(np.array([[1.0, 0.0]]))
    others = unit_rows(np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]))
    assert nearness(rows, others, neighbours=1).tolist() == [1.0]
    assert nearness(rows, others, neighbours=2).tolist() == [0.5]
    assert np.allclose(nearness(rows, others, neighbours=9), 0.0)


def test_nobody_is_a_neighbour_of_itself() -> None:
    rows = unit_rows(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]))
    found = nearness(rows, rows, neighbours=1, own=np.array([0, 1, -1]))
    assert found.tolist() == [0.0, 1.0, 1.0]


def test_without_others_nothing_is_near() -> None:
    one = unit_rows(np.array([[1.0, 0.0]]))
    assert nearness(one, one, neighbours=3, own=np.array([0])).tolist() == [0.0]


def test_blocks_change_nothing() -> None:
    rng = np.random.Generator(np.random.Philox(0))
    rows = unit_rows(rng.normal(size=(2_100, 4)))
    others = unit_rows(rng.normal(size=(40, 4)))
    whole = nearness(rows, others, neighbours=5)
    assert np.allclose(whole[2_000:], nearness(rows[2_000:], others, neighbours=5))
