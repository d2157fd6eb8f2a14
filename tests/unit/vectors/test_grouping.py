import numpy as np
import pytest

from anonymuse.stats.agreement import adjusted_rand
from anonymuse.vectors import grouping
from anonymuse.vectors.grouping import group_rows, steadied
from anonymuse.vectors.rows import philox, unit_rows


def _blurred(n: int, topics: int, blur: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    draw = philox(seed)
    truth = draw.integers(0, topics, n)
    centres = draw.standard_normal((topics, 24))
    return unit_rows(centres[truth] + blur * draw.standard_normal((n, 24))), truth


def test_rows_come_closer_to_their_topic() -> None:
    rows, truth = _blurred(600, 6, 1.2)
    moved = steadied(rows, None, 6, seed=0)
    centres = unit_rows(np.stack([rows[truth == t].sum(axis=0) for t in range(6)]))
    before = np.einsum("ij,ij->i", rows, centres[truth]).mean()
    assert np.einsum("ij,ij->i", moved, centres[truth]).mean() > before + 0.1
    np.testing.assert_allclose(np.linalg.norm(moved, axis=1), 1.0, rtol=1e-5)


def test_samples_agree_more_on_moved_rows() -> None:
    rows, _ = _blurred(500, 8, 2.0)

    def agreement(*, steady: bool) -> float:
        found = []
        for seed in range(4):
            keep = np.sort(philox(50 + seed).permutation(500)[:400])
            own = steadied(rows[keep], None, 8, seed=seed) if steady else rows[keep]
            found.append((keep, group_rows(own, None, 8, seed=seed).labels))
        scores = []
        for i, (one, a) in enumerate(found):
            for other, b in found[:i]:
                _, mine, theirs = np.intersect1d(one, other, return_indices=True)
                scores.append(adjusted_rand(a[mine], b[theirs]))
        return float(np.mean(scores))

    assert agreement(steady=True) > agreement(steady=False)


def test_the_same_seed_gives_the_same_bytes() -> None:
    rows, _ = _blurred(300, 5, 1.0)
    assert np.array_equal(steadied(rows, None, 5, seed=3), steadied(rows, None, 5, seed=3))
    assert not np.array_equal(steadied(rows, None, 5, seed=3), steadied(rows, None, 5, seed=4))


def test_a_row_that_counts_twice_is_like_two_rows() -> None:
    rows, _ = _blurred(200, 4, 0.8)
    weights = np.where(np.arange(200) < 50, 2.0, 1.0)
    twice = np.concatenate([rows, rows[:50]])
    heavy = group_rows(rows, weights, 4, seed=0).labels
    assert adjusted_rand(heavy, group_rows(twice, None, 4, seed=0).labels[:200]) > 0.95


def test_too_few_rows_for_draws_stay_as_they_are() -> None:
    rows, _ = _blurred(20, 3, 1.0)
    assert steadied(rows, None, 9, seed=0) is rows


def test_too_many_stay_too(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = _blurred(100, 3, 1.0)
    monkeypatch.setattr(grouping, "MOST_STEADIED", 299)
    assert steadied(rows, None, 3, seed=0) is rows
