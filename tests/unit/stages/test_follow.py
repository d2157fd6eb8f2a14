"""Which cluster continues which: moved, divided, joined, gone."""

import numpy as np

from anonymuse.stages.follow import Side, cross, flows, links, parts
from anonymuse.vectors.rows import philox, unit_rows


def side(topics: list[int], labels: list[int], each: int = 40, seed: int = 0) -> Side:
    """Return rows around corners, the topics' rows under the labels given."""
    topic = np.repeat(topics, each)
    rows = np.eye(10)[topic] + 0.15 * philox(seed).normal(size=(len(topic), 10))
    own = np.repeat(labels, each).astype(np.int32)
    return Side(unit_rows(rows), own, np.ones(len(own)))


def both(
    a: Side, b: Side
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[list[float]]]:
    nodes = [[[leaf] for leaf in range(int(own.labels.max()) + 1)] for own in (a, b)]
    crossing = cross(a, b)
    out = flows(a.labels, crossing.there, a.weights, *nodes)
    back = flows(b.labels, crossing.here, b.weights, *reversed(nodes))
    sizes = (np.bincount(a.labels).astype(float), np.bincount(b.labels).astype(float))
    found = [(link.a, link.b) for link in links(out, back, sizes)]
    return sorted(found), parts(out, back, sizes), out.tolist()


def test_clusters_are_found_again_under_other_numbers() -> None:
    found, divided, _ = both(side([0, 1, 2], [0, 1, 2]), side([0, 1, 2], [2, 0, 1], seed=1))
    assert found == [(0, 2), (1, 0), (2, 1)]
    assert divided == found


def test_a_cluster_that_is_gone_has_no_counterpart() -> None:
    found, _, _ = both(side([0, 1, 2], [0, 1, 2]), side([0, 1, 5], [0, 1, 2], seed=1))
    assert (0, 0) in found
    assert (1, 1) in found
    assert all(a != 2 for a, _ in found) or len(found) == 2


def test_a_divided_cluster_continues_in_its_larger_part_and_has_both() -> None:
    before = side([0, 0, 0, 1, 4], [0, 0, 0, 0, 1])
    after = side([0, 0, 0, 1, 4], [0, 0, 0, 2, 1], seed=1)
    found, divided, _ = both(before, after)
    assert (0, 0) in found
    assert (0, 0) in divided
    assert (0, 2) in divided


def test_parents_take_what_their_base_clusters_take() -> None:
    a, b = side([0, 1, 2], [0, 1, 2]), side([0, 1, 2], [0, 1, 2], seed=1)
    crossing = cross(a, b)
    out = flows(a.labels, crossing.there, a.weights, [[0, 1], [2]], [[0, 1]])
    assert out.tolist() == [[80.0], [0.0]]


def test_base_clusters_without_rows_attract_nobody() -> None:
    a, b = side([0, 1], [0, 3]), side([0, 1], [0, 3], seed=1)
    crossing = cross(a, b)
    assert set(crossing.there.tolist()) == {0, 3}
