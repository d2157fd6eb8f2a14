from __future__ import annotations

import numpy as np
import pytest

from anonymuse.vectors.rows import philox, unit_rows
from anonymuse.vectors.tight import connected, drawn, nested_groups


def test_closeness_is_the_mean_cosine_of_different_owners() -> None:
    rows = unit_rows(philox(3).normal(size=(30, 8)))
    owner = philox(4).integers(0, 12, 30)
    found = nested_groups(rows, owner)
    for group in range(len(found.owners)):
        own = found.rows(group)
        apart = owner[own][:, None] != owner[own][None, :]
        cosines = (rows[own] @ rows[own].T)[apart]
        assert found.owners[group] == len(np.unique(owner[own]))
        assert found.closeness[group] == pytest.approx(
            cosines.mean() if len(cosines) else 0.0, abs=1e-5
        )
    assert found.rows(len(found.owners) - 1).tolist() == list(range(30))


def test_one_owner_has_no_pairs() -> None:
    found = nested_groups(unit_rows(np.ones((5, 3))), np.zeros(5, np.int64))
    assert (found.closeness == 0.0).all()


def test_connected_parts() -> None:
    linked = np.zeros((6, 6), dtype=bool)
    for a, b in ((0, 3), (3, 5), (1, 2)):
        linked[a, b] = linked[b, a] = True
    assert [part.tolist() for part in connected(linked)] == [[0, 3, 5], [1, 2], [4]]
    assert connected(np.zeros((0, 0), dtype=bool)) == []


def test_a_long_chain_is_one_part() -> None:
    linked = np.eye(200, k=1, dtype=bool) | np.eye(200, k=-1, dtype=bool)
    assert [len(part) for part in connected(linked)] == [200]


def test_a_busy_owner_is_drawn_a_few_times_and_nobody_is_left_out() -> None:
    owner = np.array([7] * 50 + [8, 9])
    kept = drawn(owner, philox(1), each=3, most=10)
    assert np.bincount(owner[kept])[7:].tolist() == [3, 1, 1]
    assert kept.tolist() == drawn(owner, philox(1), each=3, most=10).tolist()
    assert sorted(owner[drawn(owner, philox(2), each=3, most=3)]) == [7, 8, 9]
    assert len(drawn(np.zeros(0, np.int64), philox(0), each=3, most=3)) == 0
