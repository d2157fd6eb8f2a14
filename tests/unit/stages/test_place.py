"""Conversations into earlier clusters: who belongs, who fits nowhere, and what is no drift."""

import numpy as np
import pytest

from anonymuse.stages.place import DRIFTED, LEAST_ROWS, place
from anonymuse.vectors.rows import Floats, philox, unit_rows

DIMENSIONS = 12


def around(topics: list[int], each: int, seed: int) -> tuple[Floats, np.ndarray]:
    """Return rows scattered around the corners of the given topics, and their topics."""
    rng = philox(seed)
    topic = np.repeat(topics, each)
    rows = np.eye(DIMENSIONS)[topic] + 0.25 * rng.normal(size=(len(topic), DIMENSIONS))
    return unit_rows(rows), topic.astype(np.int32)


def test_everybody_goes_to_the_nearest_cluster() -> None:
    earlier, labels = around([0, 1, 2, 3], 100, seed=1)
    new, topic = around([0, 1, 2, 3], 60, seed=2)
    found = place(earlier, labels, new, seed=0)
    here = found.labels != DRIFTED
    assert found.judged
    assert (found.labels[here] == topic[here]).mean() > 0.98
    assert (~here).mean() < 0.03
    assert found.fit.min() > 0.0
    assert len(found.centroids) == 4


def test_a_topic_that_nobody_had_before_fits_nowhere() -> None:
    earlier, labels = around([0, 1, 2, 3], 100, seed=1)
    new, topic = around([0, 1, 2, 7], 60, seed=2)
    drifted = place(earlier, labels, new, seed=0).labels == DRIFTED
    assert drifted[topic == 7].mean() > 0.9
    assert drifted[topic != 7].mean() < 0.03


def test_a_topic_that_has_grown_is_no_new_one() -> None:
    small, few = around([0], 20, seed=3)
    others, labels = around([1, 2, 3], 100, seed=1)
    grown, _ = around([0], 200, seed=4)
    found = place(np.concatenate([small, others]), np.concatenate([few, labels]), grown, seed=0)
    assert (found.labels == DRIFTED).mean() < 0.35  # ten times as large, and nothing else came


def test_the_same_seed_places_the_same() -> None:
    earlier, labels = around([0, 1], 100, seed=1)
    new, _ = around([0, 5], 60, seed=2)
    one, two = (place(earlier, labels, new, seed=3) for _ in range(2))
    assert one.labels.tolist() == two.labels.tolist()


def test_a_cluster_that_held_nobody_keeps_its_number_and_gets_nobody() -> None:
    earlier, labels = around([0, 1], 60, seed=1)
    found = place(earlier, 2 * labels, -earlier, k=5, seed=0)  # nothing is nearer than nothing
    assert len(found.centroids) == 5
    assert set(found.labels.tolist()) <= {DRIFTED, 0, 2}


@pytest.mark.parametrize("each", [1, LEAST_ROWS // 2 - 1])
def test_of_few_conversations_nothing_is_said_to_drift(each: int) -> None:
    earlier, labels = around([0, 1], 100, seed=1)
    new, _ = around([0, 7], each, seed=2)
    found = place(earlier, labels, new, seed=0)
    assert not found.judged
    assert (found.labels != DRIFTED).all()


def test_weights_move_centroids_and_a_repr_tells_no_vector() -> None:
    earlier = unit_rows(np.array([[1.0, 0.0], [0.0, 1.0]]))
    labels = np.zeros(2, dtype=np.int32)
    found = place(earlier, labels, earlier, weights=np.array([9.0, 1.0]), seed=0)
    assert found.centroids[0][0] > found.centroids[0][1]
    assert repr(found) == "Placed(2 rows, 1 clusters)"
