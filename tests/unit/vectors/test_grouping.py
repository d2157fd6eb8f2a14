import numpy as np

from anonymuse.stats.agreement import adjusted_rand
from anonymuse.vectors.grouping import group_rows
from anonymuse.vectors.rows import philox, unit_rows


def _blurred(n: int, topics: int, blur: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = philox(seed)
    truth = draw.integers(0, topics, n)
    centres = draw.standard_normal((topics, 24))
    return unit_rows(centres[truth] + blur * draw.standard_normal((n, 24))), truth


def test_a_row_that_counts_twice_is_like_two_rows() -> None:
    rows, _ = _blurred(200, 4, 0.8)
    weights = np.where(np.arange(200) < 50, 2.0, 1.0)
    twice = np.concatenate([rows, rows[:50]])
    heavy = group_rows(rows, weights, 4, seed=0).labels
    assert adjusted_rand(heavy, group_rows(twice, None, 4, seed=0).labels[:200]) > 0.95
