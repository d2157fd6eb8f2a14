from __future__ import annotations

import numpy as np

from anonymuse.vectors.nearest_topics import nearest_topics

TOPICS = np.eye(4, dtype=np.float32)


def rows(*numbers: int) -> np.ndarray:
    return TOPICS[list(numbers)]


def test_a_row_gets_its_nearest_topics_and_a_cluster_what_enough_units_share() -> None:
    vectors = rows(0, 0, 0, 1, 2, 2, 2, 3)
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)
    found = nearest_topics(vectors, TOPICS, labels=labels, units=range(8), cell=3, per_row=1)
    assert found.rows[:, 0].tolist() == [0, 0, 0, 1, 2, 2, 2, 3]
    assert found.leaves == {0: (0,), 1: (2,)}


def test_a_unit_votes_once() -> None:
    labels = np.zeros(4, dtype=np.int32)
    vectors = rows(0, 0, 0, 1)
    found = nearest_topics(vectors, TOPICS, labels=labels, units=[7, 7, 7, 8], cell=2, per_row=1)
    assert found.leaves == {0: ()}


def test_the_middle_of_a_cluster_counts_every_unit_alike() -> None:
    labels = np.array([0, 0, 0, 1, 1], dtype=np.int32)
    vectors = rows(0, 0, 1, 2, 3)
    one, many = (
        nearest_topics(vectors, TOPICS, labels=labels, units=units, cell=1, per_row=1).middles
        for units in ([7, 7, 8, 9, 9], range(5))
    )
    assert np.allclose(np.linalg.norm(one, axis=1), 1.0)
    assert one[0, 1] > one[0, 0]
    assert many[0, 0] > many[0, 1]


def test_rows_without_a_cluster_have_topics_and_no_vote() -> None:
    labels = np.array([0, 0, -1], dtype=np.int32)
    found = nearest_topics(rows(0, 1, 0), TOPICS, labels=labels, units=[1, 2, 3], cell=2, per_row=1)
    assert found.rows.shape == (3, 1)
    assert found.leaves == {0: ()}


def test_language_is_taken_away() -> None:
    language = np.array([0, 0, 0, 0, 9], dtype=np.float32)
    flat = np.pad(TOPICS, ((0, 0), (0, 1)))
    vectors = np.concatenate([np.tile(flat, (10, 1)), np.tile(flat + language, (10, 1))])
    found = nearest_topics(
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True), flat,
        labels=np.zeros(80, dtype=np.int32), units=range(80), cell=1, per_row=1,
        groups=["English"] * 40 + ["Georgian"] * 40,
    )  # fmt: skip
    assert found.rows[:, 0].tolist() == [0, 1, 2, 3] * 20


def test_nothing_to_do() -> None:
    found = nearest_topics(
        TOPICS[:1], TOPICS, labels=np.array([-1], dtype=np.int32), units=[0], cell=1
    )
    assert found.leaves == {}
