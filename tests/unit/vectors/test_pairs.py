"""Languages brought together by rows that say the same in two of them."""

import numpy as np
import pytest

from anonymuse.vectors import pairs
from anonymuse.vectors.centre import Centring, fit_centring
from anonymuse.vectors.pairs import meet
from anonymuse.vectors.rows import unit_rows

TOPICS, LANGUAGES, D = 10, 5, 24


def world(
    n: int = 1500, *, half: bool = True, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Rows, their topics, where each language truly lies, and names; half of the topics each."""
    rng = np.random.default_rng(seed)
    topic, language = rng.integers(TOPICS, size=n), rng.integers(LANGUAGES, size=n)
    if half:
        kept = (topic + 2 * language) % TOPICS < TOPICS // 2
        topic, language = topic[kept], language[kept]
    places = 1.5 * rng.normal(size=(LANGUAGES, D))
    rows = rng.normal(size=(TOPICS, D))[topic] + places[language]
    rows += 0.3 * rng.normal(size=rows.shape)
    return rows.astype(np.float32), topic, places, [f"l{number}" for number in language]


def missed(centring: Centring, places: np.ndarray) -> float:
    """Return how far the offsets' differences are from the true ones, as a share of those."""
    found = centring.offsets - centring.offsets.mean(axis=0)
    true = places - places.mean(axis=0)
    return float(np.linalg.norm(found - true) / np.linalg.norm(true))


def test_languages_that_talk_of_different_things_keep_what_they_talk_of() -> None:
    rows, _, places, names = world()
    means = fit_centring(rows, names)
    assert missed(means, places) > 0.3  # a language's mean holds its topics
    assert missed(meet(rows, means, seed=0), places) < 0.85 * missed(means, places)


def test_languages_that_talk_of_the_same_stay_where_their_means_are() -> None:
    rows, _, places, names = world(half=False)
    means = fit_centring(rows, names)
    assert missed(meet(rows, means, seed=0), places) < missed(means, places) + 0.02


@pytest.mark.parametrize("groups", [None, ["English"] * 300])
def test_one_language_is_left_alone(groups: list[str] | None) -> None:
    rows = unit_rows(np.random.default_rng(0).normal(size=(300, 8)))
    centring = fit_centring(rows, groups)
    assert meet(rows, centring, seed=0) is centring


def test_the_largest_language_is_no_more_than_its_share_of_the_draw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows, _, places, names = world()
    monkeypatch.setattr(pairs, "MOST_OF_GROUP", 60)
    means = fit_centring(rows, names)
    found = [meet(rows, means, seed=seed) for seed in (0, 0, 1)]
    assert np.array_equal(found[0].offsets, found[1].offsets)
    assert not np.array_equal(found[0].offsets, found[2].offsets)
    assert missed(found[0], places) < missed(means, places)


def test_rows_of_which_nothing_is_known_make_no_pair() -> None:
    rows, _, _, names = world()
    more = np.concatenate([rows, np.zeros((40, D), dtype=np.float32)])
    centring = fit_centring(rows, names)
    longer = Centring(
        centring.offsets, np.concatenate([centring.codes, np.arange(40, dtype=np.int32) % 5])
    )
    found, wanted = meet(more, longer, seed=0), meet(rows, centring, seed=0)
    assert np.allclose(found.offsets, wanted.offsets, atol=0.2)
    blank = np.zeros((60, 4), dtype=np.float32)
    nothing = fit_centring(blank, ["a"] * 30 + ["b"] * 30)
    assert meet(blank, nothing, seed=0) is nothing


def test_a_file_of_halves_gives_what_floats_give() -> None:
    rows, _, _, names = world()
    halves = rows.astype(np.float16)
    means = fit_centring(halves, names)
    whole = meet(halves.astype(np.float32), means, seed=0)
    assert np.array_equal(meet(halves, means, seed=0).offsets, whole.offsets)
