from __future__ import annotations

import numpy as np
import pytest

from anonymuse.stats.weighed import Comparable, Weights, above_comparable, read_weights

TEXT = """
bias = -2.0
[about]
fitted = "never"
[signals]
up = { weight = 2.0, most = 3.0 }
down = { weight = -1.0, most = 1.0 }
"""


@pytest.fixture
def weights() -> Weights:
    return read_weights(TEXT)


def test_points_are_bounded_and_unknown_signals_add_none(weights: Weights) -> None:
    points = weights.points(np.array([[1.0, 0.5], [9.0, 9.0], [np.nan, -4.0]]))
    assert points.tolist() == [[2.0, -0.5], [6.0, -1.0], [0.0, 0.0]]
    assert weights.score(points)[2] == pytest.approx(1 / (1 + np.exp(2.0)))
    assert weights.about["fitted"] == "never"


def test_values_are_compared_with_groups_of_their_size() -> None:
    sizes = np.array([4] * 20 + [40] * 20)
    values = np.array([1.0] * 19 + [3.0] + [10.0] * 20)
    above, _ = above_comparable(values, sizes)
    assert above[19] == 2.0
    assert (above[20:] == 0.0).all()


def test_with_few_groups_of_a_size_all_are_comparable() -> None:
    above, spread = above_comparable(
        np.array([0.0] * 20 + [5.0, np.nan]), np.array([4] * 20 + [64, 64])
    )
    assert above[20] == 5.0
    assert np.isnan(above[21])
    assert spread[20] == 0.0


def test_a_size_that_nobody_has_is_compared_with_the_nearest() -> None:
    values = np.concatenate([np.linspace(0, 1, 20), np.linspace(5, 6, 20)])
    own = Comparable(values, np.array([4] * 20 + [64] * 20))
    low, high = own.of(np.array([5.5, 5.5]), np.array([8, 1024]))
    assert high == pytest.approx(0.0)
    assert low > 5.0
