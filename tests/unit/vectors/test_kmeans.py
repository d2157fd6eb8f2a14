from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.stats.agreement import adjusted_rand
from anonymuse.vectors.kmeans import assign, cluster_sums, spherical_kmeans
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.seeding import DIRECT, seed_centroids, share_out


def mixture(n: int, k: int, d: int = 24, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % k
    centres = rng.normal(size=(k, d))
    return unit_rows(centres[truth] + 0.25 * rng.normal(size=(n, d))), truth


def test_finds_planted_clusters() -> None:
    rows, truth = mixture(600, 12)
    found = spherical_kmeans(rows, 12, seed=1)
    assert adjusted_rand(found.labels, truth) > 0.98
    assert np.allclose(np.linalg.norm(found.centroids, axis=1), 1.0, atol=1e-5)


def test_labels_fit_and_objective_belong_to_the_returned_centroids() -> None:
    rows, _ = mixture(500, 9)
    found = spherical_kmeans(rows, 9, seed=3, max_passes=2)
    labels, fit = assign(rows, found.centroids)
    assert (labels == found.labels).all()
    assert np.allclose(fit, found.fit, atol=1e-6)
    assert found.objective == pytest.approx(fit.mean(), abs=1e-6)


def test_same_seed_same_bytes_and_other_seed_other_start() -> None:
    rows, _ = mixture(800, 30)
    first, again = (spherical_kmeans(rows, 30, seed=5) for _ in range(2))
    assert first.centroids.tobytes() == again.centroids.tobytes()
    other = seed_centroids(rows, 30, None, seed=6)
    assert not np.array_equal(other, seed_centroids(rows, 30, None, seed=5))


def test_a_weight_counts_as_that_many_equal_rows() -> None:
    rows, _ = mixture(90, 6)
    times = np.arange(90) % 3 + 1
    start = rows[:6]
    weighted = spherical_kmeans(rows, 6, seed=0, weights=times.astype(float), start=start)
    repeated = spherical_kmeans(np.repeat(rows, times, axis=0), 6, seed=0, start=start)
    assert np.allclose(weighted.centroids, repeated.centroids, atol=1e-5)
    assert weighted.objective == pytest.approx(repeated.objective, abs=1e-6)


def test_memory_mapped_half_floats_give_nearly_the_same(tmp_path: Path) -> None:
    rows, truth = mixture(600, 10)
    np.save(tmp_path / "rows.npy", rows.astype(np.float16))
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    found = spherical_kmeans(mapped, 10, seed=2)
    exact = spherical_kmeans(rows, 10, seed=2)
    assert found.objective == pytest.approx(exact.objective, abs=2e-3)
    assert adjusted_rand(found.labels, truth) > 0.98


def test_two_level_seeding_fills_every_cluster() -> None:
    k = DIRECT + 50
    rows, _ = mixture(6 * k, k, d=32)
    found = spherical_kmeans(rows, k, seed=0, max_passes=4)
    assert len(found.centroids) > 0.98 * k
    assert found.objective > 0.9


def test_centroid_that_no_row_chooses_starts_again() -> None:
    rows, _ = mixture(200, 5)
    lost = -rows.mean(axis=0)
    start = unit_rows(np.stack([*rows[:4], lost]))
    found = spherical_kmeans(rows, 5, seed=0, start=start)
    assert len(found.centroids) == 5


@given(st.integers(1, 12), st.integers(1, 15), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_any_small_input_is_assigned_in_full(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = unit_rows(np.round(rng.normal(size=(n, 3))))  # repeated rows and zero rows
    found = spherical_kmeans(rows, k, seed=seed)
    assert found.labels.shape == (n,)
    assert 1 <= len(found.centroids) <= min(n, k)
    assert set(found.labels.tolist()) == set(range(len(found.centroids)))


def test_sums_are_those_of_the_members() -> None:
    rows, truth = mixture(100, 4)
    weights = np.linspace(1, 2, 100)
    sums, mass = cluster_sums(rows, truth.astype(np.int32), 4, weights)
    for c in range(4):
        own = truth == c
        assert np.allclose(sums[c], weights[own] @ rows[own], atol=1e-5)
        assert mass[c] == pytest.approx(weights[own].sum())


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(1, 200))
def test_shares_add_up_within_their_bounds(sizes: list[int], total: int) -> None:
    shares = share_out(total, np.array(sizes, dtype=float), sizes)
    assert all(1 <= share <= most for share, most in zip(shares, sizes, strict=True))
    assert sum(shares) == min(max(total, len(sizes)), sum(sizes))
