import numpy as np
import pytest

from anonymuse.ports.language import UNKNOWN
from anonymuse.stats.agreement import adjusted_mutual_information, purity
from anonymuse.vectors.centre import LEAST_ROWS, SHRINK, fit_centring
from anonymuse.vectors.kmeans import spherical_kmeans
from anonymuse.vectors.rows import unit_rows


def bilingual(
    n: int = 400, topics: int = 8, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, list[str]]:
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


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_rows_of_unknown_language_go_where_their_vector_is(share: float) -> None:
    rows, _, languages = bilingual()
    told = [UNKNOWN if i % 10 < 10 * share else name for i, name in enumerate(languages)]
    rare = [f"{i // 3}" if i % 10 < 10 * share else name for i, name in enumerate(languages)]
    wanted = fit_centring(rows, languages)
    for groups in (told, rare):
        found = fit_centring(rows, groups)
        assert np.allclose(found.offsets[found.codes], wanted.offsets[wanted.codes], atol=1e-5)


def test_few_rows_in_another_language_do_not_change_a_corpus_in_one() -> None:
    rows, _, _ = bilingual(200)
    few = LEAST_ROWS - 1
    centring = fit_centring(rows, ["Afrikaans"] * few + ["English"] * (200 - few))
    assert np.allclose(centring.offsets[centring.codes], rows.mean(axis=0), atol=1e-5)


def test_without_any_solid_language_rows_are_centred() -> None:
    rows, _, _ = bilingual(40)
    for groups in ([UNKNOWN] * 40, [f"{i // 4}" for i in range(40)]):
        centring = fit_centring(rows, groups)
        assert np.allclose(centring.offsets[centring.codes], rows.mean(axis=0), atol=1e-5)


def test_the_last_group_may_lose_all_its_rows() -> None:
    """The group that sorts last has too few rows, and all of them go to another."""
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(60, 8)).astype(np.float32)
    centring = fit_centring(vectors, ["a"] * 30 + ["b"] * 28 + ["z"] * 2)
    assert centring.apply(vectors, 0).shape == vectors.shape
    assert set(centring.codes.tolist()) == {0, 1}
