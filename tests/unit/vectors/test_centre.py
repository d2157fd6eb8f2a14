import numpy as np

from anonymuse.stats.agreement import adjusted_mutual_information, purity
from anonymuse.vectors.centre import LEAST_ROWS, SHRINK, fit_centring
from anonymuse.vectors.kmeans import spherical_kmeans
from anonymuse.vectors.rows import unit_rows


def bilingual(n: int = 400, topics: int = 8, seed: int = 0) -> tuple:
    rng = np.random.default_rng(seed)
    topic, language = rng.integers(topics, size=n), rng.integers(4, size=n)
    rows = rng.normal(size=(topics, 20))[topic] + 3 * rng.normal(size=(4, 20))[language]
    return unit_rows(rows + 0.2 * rng.normal(size=(n, 20))), topic, [f"l{g}" for g in language]


def test_clusters_follow_languages_before_and_topics_after() -> None:
    rows, topic, languages = bilingual()
    before = spherical_kmeans(rows, 8, seed=0).labels
    after = spherical_kmeans(
        unit_rows(fit_centring(rows, languages).apply(rows, 0)), 8, seed=0
    ).labels
    assert purity(before, topic) < 0.5
    assert purity(after, topic) > 0.85
    assert (
        adjusted_mutual_information(after, languages)
        < 0.2
        < 0.5
        < adjusted_mutual_information(before, languages)
    )


def test_mean_of_a_language_is_shrunk_toward_the_mean_of_all() -> None:
    rows, _, _ = bilingual(200)
    groups = ["a"] * 160 + ["b"] * 40
    centring = fit_centring(rows, groups)
    trust = 40 / (40 + SHRINK)
    wanted = trust * rows[160:].mean(axis=0) + (1 - trust) * rows.mean(axis=0)
    assert np.allclose(centring.offsets[centring.codes[180]], wanted, atol=1e-5)


def test_one_language_is_centred_and_nothing_more() -> None:
    rows, _, _ = bilingual()
    one = fit_centring(rows, ["English"] * len(rows)).apply(rows, 0)
    assert np.allclose(one, rows - rows.mean(axis=0), atol=1e-6)
    assert np.allclose(fit_centring(rows, None).apply(rows, 0), one)


def test_weights_count_as_repeated_rows() -> None:
    rows, _, languages = bilingual(100)
    times = np.arange(100) % 2 + 1
    weighted = fit_centring(rows, languages, weights=times.astype(float), least_rows=1, shrink=0)
    repeated = fit_centring(
        np.repeat(rows, times, axis=0), np.repeat(languages, times).tolist(),
        least_rows=1, shrink=0,
    )  # fmt: skip
    assert np.allclose(weighted.offsets, repeated.offsets, atol=1e-5)


def test_blocks_get_their_own_rows_offsets() -> None:
    rows, _, languages = bilingual()
    centring = fit_centring(rows, languages)
    whole = centring.apply(rows, 0)
    assert np.array_equal(centring.apply(rows[100:150], 100), whole[100:150])


def test_few_rows_are_not_a_language() -> None:
    rows, _, _ = bilingual(200)
    few = LEAST_ROWS - 1
    centring = fit_centring(rows, ["rare"] * few + ["English"] * (200 - few))
    rare = centring.offsets[centring.codes[0]]
    own = rows[:few].mean(axis=0)
    assert np.linalg.norm(rare - rows.mean(axis=0)) < np.linalg.norm(rare - own)
