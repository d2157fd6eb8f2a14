"""Where clusters lie on the map: what holds of every map."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.vectors.map_layout import Layout, lay_out

SLACK = 1e-7


def a_tree(leaves: int, levels: int, seed: int) -> tuple[list[int], list[float]]:
    """Return parents and sizes of a random tree; siblings at any depth, some without children."""
    rng = np.random.default_rng(seed)
    parents = [-1] * leaves
    below = list(range(leaves))
    for _ in range(levels - 1):
        count = max(1, len(below) // 3)
        first = len(parents)
        parents += [-1] * count
        for child in below:
            if rng.random() < 0.9:
                parents[child] = first + int(rng.integers(count))
        below = list(range(first, len(parents)))
    sizes = np.round((rng.pareto(1.1, len(parents)) + 0.5) * 10).tolist()
    return parents, sizes


def worst_overlap(laid: Layout, rows: np.ndarray) -> float:
    x, y, r = laid.x[rows], laid.y[rows], laid.radius[rows]
    gap = np.hypot(x[:, None] - x, y[:, None] - y) - r[:, None] - r
    return float(-gap[np.triu_indices(len(rows), 1)].min(initial=0.0))


def check(parents: list[int], laid: Layout) -> None:
    parent = np.array(parents)
    for values in (laid.x, laid.y, laid.radius):
        assert np.isfinite(values).all()
    assert (laid.radius > 0).all()
    assert (np.abs(laid.x) + laid.radius).max() <= 1 + SLACK
    assert (np.abs(laid.y) + laid.radius).max() <= 1 + SLACK
    for owner in np.unique(parent):
        rows = np.flatnonzero(parent == owner)
        assert worst_overlap(laid, rows) <= SLACK
        if owner >= 0:
            away = np.hypot(laid.x[rows] - laid.x[owner], laid.y[rows] - laid.y[owner])
            assert (away + laid.radius[rows]).max() <= laid.radius[owner] + SLACK


@settings(max_examples=40, deadline=None)
@given(
    leaves=st.integers(1, 90),
    levels=st.integers(1, 5),
    seed=st.integers(0, 10**6),
    vectors=st.sampled_from(["none", "random", "equal", "zero", "line"]),
)
def test_siblings_lie_apart_inside_their_parent_and_all_in_the_square(
    leaves: int, levels: int, seed: int, vectors: str
) -> None:
    parents, sizes = a_tree(leaves, levels, seed)
    n = len(parents)
    rows = {
        "none": None,
        "random": np.random.default_rng(seed).normal(size=(n, 12)),
        "equal": np.ones((n, 12)),
        "zero": np.zeros((n, 12)),
        "line": np.column_stack([np.ones(n), np.linspace(0, 1, n)]),
    }[vectors]
    check(parents, lay_out(parents, sizes, rows))


def test_one_cluster_fills_the_square() -> None:
    laid = lay_out([-1], [300], np.ones((1, 4)))
    assert (laid.x[0], laid.y[0], laid.radius[0]) == pytest.approx((0, 0, 1))


def test_no_cluster_makes_an_empty_map() -> None:
    assert len(lay_out([], []).x) == 0


def test_two_trees_on_levels_of_their_own_do_not_touch() -> None:
    parents = [4, 4, -1, 5, 5, -1]
    check(parents, lay_out(parents, [5, 900, 20, 7, 40, 0]))


def test_the_same_map_every_time() -> None:
    parents, sizes = a_tree(200, 3, 5)
    vectors = np.random.default_rng(5).normal(size=(len(parents), 16))
    one, two = lay_out(parents, sizes, vectors), lay_out(parents, sizes, vectors.copy())
    assert one.x.tobytes() == two.x.tobytes()
    assert one.y.tobytes() == two.y.tobytes()


def test_a_little_noise_in_the_vectors_is_no_other_map() -> None:
    """Another linear algebra library gives other last digits: the map must not notice."""
    parents, sizes = a_tree(150, 3, 8)
    rng = np.random.default_rng(8)
    vectors = rng.normal(size=(len(parents), 16))
    one = lay_out(parents, sizes, vectors)
    two = lay_out(parents, sizes, vectors * (1 + 1e-9 * rng.normal(size=vectors.shape)))
    assert np.abs(one.x - two.x).max() < 1e-3


def test_area_goes_with_size() -> None:
    laid = lay_out([-1] * 4, [100, 400, 1600, 0])
    assert laid.radius[2] / laid.radius[0] == pytest.approx(4)
    assert laid.radius[1] / laid.radius[0] == pytest.approx(2)
    assert laid.radius[3] > 0


def test_without_vectors_the_largest_lies_in_the_middle() -> None:
    sizes = [10.0] * 60
    sizes[37] = 400.0
    laid = lay_out([-1] * 60, sizes)
    far = np.hypot(laid.x, laid.y)
    assert far[37] == far.min()


@pytest.mark.parametrize("leaves", [30, 400])
def test_it_is_compact_and_round_no_line_and_no_ring(leaves: int) -> None:
    rng = np.random.default_rng(leaves)
    vectors = np.column_stack([10 * np.arange(leaves), rng.normal(size=(leaves, 5))])
    laid = lay_out([-1] * leaves, rng.uniform(5, 300, leaves).tolist(), vectors)
    assert (laid.radius**2).sum() > 0.5  # of the square's inner circle
    assert min(np.ptp(laid.x), np.ptp(laid.y)) > 1.2
    assert (np.hypot(laid.x, laid.y) < 0.5).sum() > leaves / 10


@pytest.mark.parametrize("vectors", [True, False])
def test_pairs_inside_pairs_make_no_line(vectors: bool) -> None:
    parents = [(row - 1) // 2 for row in range(255)]  # a binary tree of 128 leaves, -1 at its top
    rows = np.random.default_rng(1).normal(size=(255, 8)) if vectors else None
    laid = lay_out([-1, *parents[1:]], [20] * 255, rows)
    leaves = np.column_stack([laid.x[127:], laid.y[127:]])
    narrow, wide = np.sqrt(np.linalg.eigvalsh(np.cov(leaves.T)))
    assert narrow > 0.4 * wide


def test_what_is_alike_lies_close() -> None:
    rng = np.random.default_rng(2)
    kind = np.repeat(np.arange(6), 25)
    vectors = rng.normal(size=(6, 24))[kind] * 3 + rng.normal(size=(150, 24))
    laid = lay_out([-1] * 150, rng.uniform(10, 200, 150).tolist(), vectors)
    away = np.hypot(laid.x[:, None] - laid.x, laid.y[:, None] - laid.y) + 9 * np.eye(150)
    nearest = np.argsort(away, axis=1)[:, :3]
    assert (kind[nearest] == kind[:, None]).mean() > 0.7  # by chance 0.16


def test_a_parent_lies_where_its_leaves_mean_to() -> None:
    """Of four parents the two with like leaves are neighbours; parents' own vectors are unread."""
    parents = [40 + leaf // 10 for leaf in range(40)] + [-1] * 4
    rng = np.random.default_rng(0)
    kind = np.repeat([[1.0, 0, 0], [0, 1, 0], [0, 1, 0.2], [0, 0, 1]], 10, axis=0)
    vectors = np.vstack([kind + 0.01 * rng.normal(size=(40, 3)), rng.normal(size=(4, 3))])
    laid = lay_out(parents, [20] * 44, vectors)
    x, y = laid.x[40:], laid.y[40:]
    away = np.hypot(x[:, None] - x, y[:, None] - y)
    assert away[1, 2] < 1.1 * away[np.triu_indices(4, 1)].min()


@pytest.mark.slow
@pytest.mark.parametrize("vectors", [True, False])
def test_ten_thousand_siblings(vectors: bool) -> None:
    rng = np.random.default_rng(4)
    sizes = (rng.pareto(1.2, 10_000) + 1) * 20
    rows = rng.normal(size=(100, 48))[rng.integers(100, size=10_000)] * 2 if vectors else None
    if rows is not None:
        rows = rows + rng.normal(size=rows.shape)
    laid = lay_out([-1] * 10_000, sizes.tolist(), rows)
    order = np.argsort(laid.x - laid.radius)
    for low in range(0, 10_000, 500):  # windows of neighbours from left to right, overlapping
        assert worst_overlap(laid, order[low : low + 1000]) <= SLACK
    assert (laid.radius**2).sum() > 0.5
