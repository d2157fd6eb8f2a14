from __future__ import annotations

import numpy as np

from anonymuse.vectors.lineup import line_up

ANCHORS = np.eye(3, dtype=np.float32)


def test_a_name_that_points_at_its_own_cluster_wins() -> None:
    names = np.array([[1, 0.1, 0], [0.2, 1, 0], [1, 1, 1]], dtype=np.float32)
    result = line_up(names, ANCHORS, own=np.array([0, 0, 0]))
    assert result.rank.tolist()[:2] == [0, 1]
    assert result.margin[0] > 0 > result.margin[1]
    assert result.fit[0] > result.fit[2] > result.fit[1]


def test_a_vague_name_has_no_margin() -> None:
    result = line_up(np.ones((1, 3), dtype=np.float32), ANCHORS, own=np.array([1]))
    assert abs(float(result.margin[0])) < 1e-5


def test_one_cluster_alone_is_compared_as_it_is() -> None:
    result = line_up(ANCHORS[:1], ANCHORS[:1], own=np.array([0]))
    assert result.fit[0] == 1.0
    assert result.rank[0] == 0
