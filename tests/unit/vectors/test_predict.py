"""Predictions from vectors: learnt from those who answered, never from oneself."""

import numpy as np

from anonymuse.vectors.predict import PARTS, predict

N = 600


def world(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors and, mostly decided by them, three classes of which one is rare."""
    rng = np.random.Generator(np.random.Philox(seed))
    vectors = rng.normal(size=(N, 12))
    score = vectors[:, 0] + 0.3 * rng.normal(size=N)
    return vectors, np.digitize(score, [0.6, 1.6])


def some(truth: np.ndarray, number: int) -> np.ndarray:
    return np.where(np.arange(N) < number, truth, -1)


def test_those_who_were_not_asked_are_predicted_well() -> None:
    vectors, truth = world()
    found = predict(vectors, some(truth, 200), np.arange(N), 3)
    assert (found[200:] == truth[200:]).mean() > 0.8


def test_as_many_are_predicted_to_have_an_answer_as_have_it() -> None:
    vectors, truth = world()
    found = predict(vectors, some(truth, 300), np.arange(N), 3)
    assert np.abs(np.bincount(found[:300]) - np.bincount(truth[:300])).max() <= 6


def test_the_asked_are_predicted_as_well_as_others_and_not_better() -> None:
    rng = np.random.Generator(np.random.Philox(1))
    vectors, truth = rng.normal(size=(N, 200)), rng.integers(0, 2, N)
    found = predict(vectors, some(truth, 300), np.arange(N), 2)
    assert 0.4 < (found[:300] == truth[:300]).mean() < 0.6  # nothing can be learnt here


def test_one_group_is_never_judged_by_itself() -> None:
    rng = np.random.Generator(np.random.Philox(2))
    person = np.repeat(np.arange(N // 10), 10)
    vectors = rng.normal(size=(N // 10, 30))[person] + 0.01 * rng.normal(size=(N, 30))
    truth = rng.integers(0, 2, N // 10)[person]
    alone = predict(vectors, truth, np.arange(N), 2)
    together = predict(vectors, truth, person, 2)
    assert (alone == truth).mean() > 0.75
    assert (together == truth).mean() < 0.7


def test_too_few_answers_teach_nothing() -> None:
    vectors, truth = world()
    assert (predict(vectors, some(truth, 2 * PARTS - 1), np.arange(N), 3) == -1).all()
    assert (predict(vectors, some(truth, 100), np.zeros(N, dtype=np.int64), 3) == -1).all()


def test_one_answer_alone_is_predicted_of_all() -> None:
    vectors, _ = world()
    assert (predict(vectors, some(np.ones(N, dtype=int), 50), np.arange(N), 3) == 1).all()


def test_it_is_the_same_every_time() -> None:
    vectors, truth = world()
    one, two = (predict(vectors, some(truth, 200), np.arange(N), 3) for _ in range(2))
    assert (one == two).all()
