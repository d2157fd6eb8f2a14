import numpy as np

from anonymuse.stats.agreement import adjusted_rand
from anonymuse.vectors.discriminant import discriminant_map
from anonymuse.vectors.draws import GRAINS, Draw, grained
from anonymuse.vectors.ground import Ground, survey
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.ward import cut, ward


def wordings(n: int = 720, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of 24 clusters in 4 topics, under noise that is wide in some directions."""
    rng = np.random.default_rng(seed)
    leaf = np.arange(n) % 24
    topic = leaf // 6
    wide = np.where(np.arange(32) < 6, 2.0, 0.3)
    centres = 0.5 * rng.normal(size=(4, 32))[np.arange(24) // 6] + 0.9 * wide * rng.normal(
        size=(24, 32)
    )
    return unit_rows(centres[leaf] + 0.5 * wide * rng.normal(size=(n, 32))), leaf, topic


def test_spread_inside_of_clusters_is_even_after_the_map() -> None:
    rows, leaf, _ = wordings()
    means = np.stack([rows[leaf == c].mean(axis=0) for c in range(24)])
    rest = rows - means[leaf]
    before = np.linalg.eigvalsh(np.cov(rest.T))
    after = np.linalg.eigvalsh(np.cov((rest @ discriminant_map(rows, leaf)).T))
    assert after.max() / np.median(after) < 0.3 * before.max() / np.median(before)


def test_clusters_without_spread_stay_as_they_are() -> None:
    rows = unit_rows(np.random.default_rng(0).normal(size=(6, 5)))
    assert np.array_equal(discriminant_map(rows, np.arange(6, dtype=np.int32)), np.eye(5))


def test_topics_hidden_by_wide_noise_are_found_above_the_clusters() -> None:
    gain = []
    for seed in range(2):
        rows, leaf, topic = wordings(480, seed=seed)
        ground = survey(rows, leaf)
        means = unit_rows(np.stack([rows[leaf == c].mean(axis=0) for c in range(24)]))
        plain = cut(ward(means, ground.sizes), 4)
        ours = adjusted_rand(ground.groups(4)[leaf], topic)
        gain.append(ours - adjusted_rand(plain[leaf], topic))
    assert np.mean(gain) > 0.1


def test_a_tree_grows_where_rows_moved_to() -> None:
    rng = np.random.default_rng(0)
    leaf = np.arange(192, dtype=np.int32) % 24
    topic, language = leaf // 6, leaf % 6
    meant = rng.normal(size=(4, 32))[topic] + 0.5 * rng.normal(size=(192, 32))
    said = unit_rows(meant + 2.0 * rng.normal(size=(6, 32))[language])
    found = survey(said, leaf, moved=unit_rows(meant))
    assert adjusted_rand(found.groups(4)[leaf], topic) > 0.9
    assert adjusted_rand(survey(said, leaf).groups(4)[leaf], topic) < 0.5


def test_sizes_and_overlap_count_what_rows_stand_for() -> None:
    rows, leaf, _ = wordings(300)
    weights = np.arange(1.0, 301.0)
    ground = survey(rows, leaf, weights)
    assert np.allclose(ground.sizes, np.bincount(leaf, weights=weights))
    assert np.allclose(ground.overlap.sum(axis=1), ground.sizes)
    assert ground.overlap.shape == (24, min(300, GRAINS))
    assert np.allclose(np.linalg.norm(ground.leaves, axis=1), 1.0, atol=1e-5)


def test_a_cluster_goes_where_most_of_it_is() -> None:
    corners = np.eye(4, dtype=np.float32)[[0, 0, 1, 1]] + 0.01 * np.eye(4, dtype=np.float32)
    ground = Ground(
        leaves=unit_rows(corners[[0, 2, 1]]),
        sizes=np.array([9.0, 9.0, 9.0]),
        grains=unit_rows(corners),
        overlap=np.array([[4.0, 4.0, 1.0, 0.0], [0.0, 0.0, 5.0, 4.0], [1.0, 3.0, 5.0, 0.0]]),
    )
    first, second, third = ground.groups(2).tolist()
    assert first != second
    assert third == second


def test_draws_are_placed_in_the_grains() -> None:
    rows, leaf, _ = wordings(300)
    weights = np.arange(1.0, 301.0)
    some = np.arange(0, 300, 3)
    fine = grained(rows[some], leaf[some], weights[some], moved=False)
    ground = survey(rows, leaf, weights, draws=[Draw(some, fine.labels, fine.points)])
    (part,) = ground.parts
    assert part.overlap.shape == (len(fine.points), len(ground.grains))
    own = np.bincount(fine.labels, weights=weights[some])
    assert np.allclose(part.overlap.sum(axis=1), own)
    assert ground.groups(4).shape == (24,)


def test_a_handful_of_rows() -> None:
    rows = unit_rows(np.random.default_rng(1).normal(size=(3, 4)))
    assert survey(rows, np.array([0, 1, 0])).groups(2).shape == (2,)
    assert survey(rows[:1], np.array([0])).groups(5).tolist() == [0]
