from __future__ import annotations

import numpy as np

from anonymuse.vectors.alike import alike_pairs


def test_only_close_rows_of_one_cluster_are_paired() -> None:
    rng = np.random.Generator(np.random.Philox(1))
    rows = rng.normal(size=(60, 32)).astype(np.float32)
    rows[10] = rows[3] * 2 + 0.01
    rows[41] = rows[3]
    labels = np.array([0] * 40 + [1] * 20, dtype=np.int32)
    assert alike_pairs(rows, labels).tolist() == [[3, 10]]
    labels[10] = -1
    assert alike_pairs(rows, labels).tolist() == []


def test_a_large_cluster_is_looked_at_in_blocks() -> None:
    rng = np.random.Generator(np.random.Philox(2))
    rows = rng.normal(size=(2500, 24)).astype(np.float32)
    rows[[1100, 2300]] = rows[7]
    pairs = alike_pairs(rows, np.zeros(2500, dtype=np.int32))
    assert pairs.tolist() == [[7, 1100], [7, 2300]]


def test_no_rows() -> None:
    empty = np.zeros((0, 4), dtype=np.float32)
    assert alike_pairs(empty, np.zeros(0, dtype=np.int32)).shape == (0, 2)
