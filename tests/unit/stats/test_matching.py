import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from anonymuse.stats.matching import Match, assign, match_clusters


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 10_000), st.booleans())
def test_the_least_cost_is_that_of_scipy(rows: int, columns: int, seed: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    cost = rng.integers(-3, 3, (rows, columns)) if ties else rng.normal(size=(rows, columns))
    pairs = assign(cost.astype(np.float64))
    assert len(pairs) == min(rows, columns) == len({r for r, _ in pairs}) == len(dict(pairs))
    assert len({column for _, column in pairs}) == len(pairs)
    row, column = linear_sum_assignment(cost)
    assert sum(cost[pair] for pair in pairs) == pytest.approx(cost[row, column].sum())


def test_clusters_find_themselves_under_other_numbers() -> None:
    labels = np.arange(60) % 5
    found = match_clusters(labels, (labels + 2) % 5 + 10)
    assert found == [Match(a, (a + 2) % 5 + 10, 1.0) for a in range(5)]


def test_the_sum_of_overlaps_counts_not_the_largest_one() -> None:
    a = [0] * 6 + [1] * 5
    b = [0] * 3 + [1] * 3 + [0] * 5  # cluster 1 is nearest to 0, which is nearest to 1
    assert match_clusters(a, b) == [Match(0, 1, 0.5), Match(1, 0, 5 / 8)]


def test_clusters_that_share_nothing_or_little_are_nobodys() -> None:
    a, b = [0, 0, 1, 1, 2], [7, 7, 8, 8, 8]
    assert [(m.a, m.b) for m in match_clusters(a, b)] == [(0, 7), (1, 8)]
    assert [(m.a, m.b) for m in match_clusters(a, b, least=0.7)] == [(0, 7)]
