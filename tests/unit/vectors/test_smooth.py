"""Rows moved towards their neighbours."""

import numpy as np
import pytest

from anonymuse.stats.agreement import purity
from anonymuse.vectors import smooth
from anonymuse.vectors.kmeans import spherical_kmeans
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.smooth import smoothed


def topics(n: int = 900, noise: float = 0.9) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    truth = np.arange(n) % 12
    rows = rng.normal(size=(12, 24))[truth] + noise * rng.normal(size=(n, 24))
    return unit_rows(rows), truth


def test_members_of_a_topic_come_closer_to_it() -> None:
    rows, truth = topics(noise=1.6)
    near = smoothed(rows, neighbours=5, seed=0)
    before, after = (spherical_kmeans(r, 12, seed=0).labels for r in (rows, near))
    assert purity(after, truth) > purity(before, truth)
    assert np.allclose(np.linalg.norm(near, axis=1), 1.0, atol=1e-5)


def test_a_row_moves_half_way_to_its_neighbour() -> None:
    rows = unit_rows(np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    near = smoothed(rows, neighbours=1, seed=0)
    assert np.allclose(near[0], unit_rows((rows[:1] + rows[1:2]) / 2)[0], atol=1e-6)


def test_no_neighbour_no_move_and_zero_rows_stay_zero() -> None:
    rows, _ = topics(60)
    rows[::9] = 0.0
    assert np.array_equal(smoothed(rows, neighbours=0, seed=0), rows)
    assert np.array_equal(smoothed(rows[:1], neighbours=5, seed=0), rows[:1])
    near = smoothed(rows, neighbours=5, seed=0)
    assert not near[::9].any()
    assert near[1].any()
    assert smoothed(rows[:0], neighbours=5, seed=0).shape == (0, 24)


def test_blocks_and_the_whole_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = topics(300)
    whole = smoothed(rows, neighbours=5, seed=0)
    monkeypatch.setattr(smooth, "_BLOCK", 7)
    assert np.allclose(smoothed(rows, neighbours=5, seed=0), whole, atol=1e-5)


def test_of_many_rows_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, truth = topics()
    monkeypatch.setattr(smooth, "MOST_ANCHORS", 150)
    one, again, other = (smoothed(rows, neighbours=3, seed=seed) for seed in (0, 0, 1))
    assert one.tobytes() == again.tobytes()
    assert one.tobytes() != other.tobytes()
    assert purity(spherical_kmeans(one, 12, seed=0).labels, truth) > 0.9
