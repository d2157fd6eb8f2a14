import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.private.transcript import VIEWS
from anonymuse.ports.language import UNKNOWN
from anonymuse.stages.cluster import (
    Clustering,
    choose_k,
    cluster,
    facet_views,
    merge_small,
    text_views,
)
from anonymuse.stats.agreement import adjusted_rand, purity
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.views import View, join_views


def topics(
    n: int = 600, k: int = 10, d: int = 32, noise: float = 0.3, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % k
    return unit_rows(rng.normal(size=(k, d))[truth] + noise * rng.normal(size=(n, d))), truth


def test_both_methods_find_planted_topics() -> None:
    rows, truth = topics()
    for method in ("views", "paper"):
        found = cluster([View("text", rows)], k=10, seed=0, method=method)
        assert adjusted_rand(found.labels, truth) > 0.9


def test_two_noisy_views_are_better_than_one() -> None:
    one, truth = topics(noise=1.6, seed=1)
    other, _ = topics(noise=1.6, seed=2)
    alone = cluster([View("a", one)], k=10, seed=0)
    both = cluster([View("a", one), View("b", other)], k=10, seed=0)
    assert purity(both.labels, truth) > purity(alone.labels, truth) + 0.03


def test_every_row_is_assigned_and_fit_is_its_cosine() -> None:
    rows, _ = topics()
    found = cluster([View("text", rows)], k=20, seed=0)
    own = np.einsum("ij,ij->i", found.space, found.centroids[found.labels])
    assert np.allclose(found.fit, own, atol=1e-5)
    assert set(found.labels.tolist()) == set(range(len(found.centroids)))


def test_same_seed_same_bytes() -> None:
    rows, _ = topics(noise=1.0)
    first, again = (cluster([View("t", rows)], k=15, seed=4).labels for _ in range(2))
    assert first.tobytes() == again.tobytes()


def test_unknown_rows_of_one_view_are_placed_by_the_other() -> None:
    rows, truth = topics()
    half = rows.copy()
    half[::7] = 0.0
    found = cluster([View("facet", half), View("whole", rows)], k=10, seed=0)
    assert purity(found.labels[::7], truth[::7]) > 0.9


@given(st.integers(1, 9), st.integers(1, 12), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_handful_of_conversations_is_clustered(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = unit_rows(np.round(rng.normal(size=(n, 4))))
    languages = ["English"] * (n - 1) + ["Thai"]
    found = cluster([View("a", rows, languages), View("b", rows)], k=k, seed=seed)
    assert found.labels.shape == (n,)
    assert 1 <= len(found.centroids) <= min(n, k)
    assert np.isfinite(found.space).all()
    assert found.fit.shape == (n,)


def test_joined_vectors_have_unit_length_and_share_the_weight() -> None:
    rows, _ = topics()
    space = join_views([View("a", rows, dimensions=5, weight=3), View("b", rows, dimensions=4)])
    assert space.shape == (600, 9)
    assert np.allclose(np.linalg.norm(space, axis=1), 1.0, atol=1e-5)
    assert np.allclose((space[:, :5] ** 2).sum(axis=1), 0.75, atol=1e-5)


@pytest.mark.parametrize(
    ("n", "minimum", "k"),
    [(100_000, 100, 333), (1680, 8, 70), (100, 100, 10), (10**8, 8, 10_000), (12, 8, 6), (1, 8, 1)],
)
def test_number_of_clusters_follows_the_policy(n: int, minimum: int, k: int) -> None:
    assert choose_k(n, minimum) == k


def test_recipes_take_the_views_there_are() -> None:
    arrays = {name: np.ones((2, 3)) for name in (*VIEWS, "request", "task")}
    languages = ["English", "Thai"]
    own = [(view.name, view.weight) for view in text_views(arrays, languages)]
    assert own == [("user", 0.7), ("whole", 1.0), ("replies", 1.0)]
    assert [v.name for v in text_views({"user": arrays["user"]}, languages)] == ["user"]
    facets, whole = facet_views(arrays, languages)
    assert facets.vectors.shape == (2, 6)
    assert facets.groups is None
    assert whole.groups == languages
    del arrays["whole"]
    assert len(facet_views(arrays, languages)) == 1


def clustering(sizes: list[int], seed: int = 0) -> Clustering:
    rng = np.random.default_rng(seed)
    centroids = unit_rows(rng.normal(size=(len(sizes), 6)))
    labels = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    space = unit_rows(centroids[labels] + 0.05 * rng.normal(size=(len(labels), 6)))
    return Clustering(labels, centroids, np.ones(len(labels), dtype=np.float32), space)


def test_small_clusters_join_their_nearest_sibling() -> None:
    found = clustering([20, 20, 3])
    near = int((found.centroids[:2] @ found.centroids[2]).argmax())
    merged = merge_small(found, lambda rows: len(rows) >= 8)
    assert len(merged.centroids) == 2
    assert (merged.labels[-3:] == near).all()
    assert (merged.labels[:40] == found.labels[:40]).all()
    own = np.einsum("ij,ij->i", merged.space, merged.centroids[merged.labels])
    assert np.allclose(merged.fit, own, atol=1e-6)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=15), st.integers(0, 50))
@settings(max_examples=60, deadline=None)
def test_after_merging_all_pass_or_one_is_left(sizes: list[int], seed: int) -> None:
    found = clustering(sizes, seed)
    merged = merge_small(found, lambda rows: len(rows) >= 8)
    after = np.bincount(merged.labels, minlength=len(merged.centroids))
    assert after.sum() == sum(sizes)
    assert (after >= 8).all() or len(after) == 1
    for cluster_before in range(len(sizes)):  # nobody's cluster is torn apart
        assert len(set(merged.labels[found.labels == cluster_before].tolist())) == 1
    again = merge_small(merged, lambda rows: len(rows) >= 8)
    assert (again.labels == merged.labels).all()


def test_one_dominant_account_does_not_spread() -> None:
    found = clustering([30, 30, 30, 60])
    account = np.where(found.labels == 3, -1, np.arange(150))

    def mixed(rows: np.ndarray) -> bool:
        return bool(np.unique(account[rows], return_counts=True)[1].max() <= 0.3 * len(rows))

    merged = merge_small(found, mixed)
    assert len(merged.centroids) == 4  # left alone, for the gate to withhold
    assert (merged.labels == found.labels).all()


def test_topics_that_only_some_languages_have_are_still_found() -> None:
    rng = np.random.default_rng(5)
    topic, language = rng.integers(10, size=1500), rng.integers(6, size=1500)
    here = (topic >= 5) | (language % 3 == topic % 3)  # five topics are told in two languages each
    topic, language = topic[here], language[here]
    rows = rng.normal(size=(10, 32))[topic] + 2 * rng.normal(size=(6, 32))[language]
    rows = unit_rows(rows + 0.8 * rng.normal(size=rows.shape))
    names = [f"language {g}" for g in language]
    centred = cluster([View("text", rows, names)], k=10, seed=0)
    as_it_is = cluster([View("text", rows)], k=10, seed=0)
    assert purity(as_it_is.labels, topic) < 0.6
    assert purity(centred.labels, topic) > 0.85
    rare = topic < 5
    assert purity(centred.labels[rare], topic[rare]) > 0.85


def babel(seed: int = 5) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Ten topics, of which each of six languages has half."""
    rng = np.random.default_rng(seed)
    topic, language = rng.integers(10, size=1500), rng.integers(6, size=1500)
    here = (topic + language) % 10 < 5
    topic, language = topic[here], language[here]
    rows = rng.normal(size=(10, 32))[topic] + 1.5 * rng.normal(size=(6, 32))[language]
    noisy = unit_rows(rows + 0.9 * rng.normal(size=rows.shape))
    return noisy, topic, [f"language {g}" for g in language]


def test_a_language_loses_nothing_beside_others_that_talk_of_other_things() -> None:
    rows, topic, names = babel()
    together = cluster([View("text", rows, names)], k=10, seed=0).labels
    shares = []
    for name in set(names):
        own = np.array(names) == name
        alone = cluster([View("text", rows[own], [name] * int(own.sum()))], k=5, seed=0).labels
        shares.append((purity(together[own], topic[own]), purity(alone, topic[own])))
    assert np.mean([ours for ours, _ in shares]) > np.mean([alone for _, alone in shares]) - 0.01


def test_languages_that_are_not_told_are_found_a_place() -> None:
    rows, topic, names = babel()
    told = [UNKNOWN if place % 4 == 0 else name for place, name in enumerate(names)]
    found = cluster([View("text", rows, told)], k=10, seed=0).labels
    assert purity(found[::4], topic[::4]) > 0.85


def test_a_tree_grows_from_where_topics_of_several_languages_lie_closer() -> None:
    rows, topic, names = babel()
    found = cluster([View("text", rows, names)], k=10, seed=0)

    def together(space: np.ndarray) -> float:
        means = np.stack([space[topic == t].mean(axis=0) for t in range(10)])
        return float(np.linalg.norm(means, axis=1).mean())

    assert found.moved is not None
    assert together(found.moved) > together(found.space) + 0.05
    merged = merge_small(found, lambda rows: len(rows) >= 120)
    assert merged.moved is found.moved


def test_rows_of_one_language_do_not_move() -> None:
    rows, _ = topics()
    found = cluster([View("text", rows, ["English"] * len(rows))], k=10, seed=0)
    assert found.moved is None


def test_one_language_is_clustered_as_if_nobody_had_told_it() -> None:
    rows, _ = topics(noise=1.0)
    one = cluster([View("text", rows, ["English"] * len(rows))], k=10, seed=0)
    none = cluster([View("text", rows)], k=10, seed=0)
    assert one.labels.tobytes() == none.labels.tobytes()
    stray = ["English"] * (len(rows) - 5) + ["Thai"] * 5
    few = cluster([View("text", rows, stray)], k=10, seed=0)
    assert adjusted_rand(few.labels, none.labels) > 0.9


def test_a_block_at_a_time_is_the_same_as_all_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _, names = babel()
    whole = cluster([View("text", rows, names)], k=10, seed=0).labels
    monkeypatch.setattr("anonymuse.vectors.rows.blocks.__defaults__", (64,))
    assert adjusted_rand(cluster([View("text", rows, names)], k=10, seed=0).labels, whole) > 0.99
