import numpy as np
import pytest

from anonymuse.evals.scores import (
    InformationShared,
    PuritySeen,
    Trial,
    compare,
    worst_group,
)
from anonymuse.stats.agreement import adjusted_mutual_information, purity
from anonymuse.stats.bootstrap import draw_weights


def trial(seed: int = 0, n: int = 400, noise: float = 0.3) -> Trial:
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(n, size=int(0.9 * n), replace=False))
    truth = rows % 6
    labels = np.where(rng.random(len(rows)) < noise, rng.integers(12, size=len(rows)), truth)
    return Trial(labels, truth, rows)


def test_without_weights_scores_are_the_exact_ones() -> None:
    t = trial()
    exact = adjusted_mutual_information(t.labels, t.truth)
    assert PuritySeen(t).value() == pytest.approx(purity(t.labels, t.truth))
    assert InformationShared(t).value() == exact
    assert InformationShared(t).value(np.ones(400, dtype=np.int64)) == pytest.approx(exact)


def test_interval_of_purity_is_that_of_a_share() -> None:
    t = trial()
    found = compare([PuritySeen(t)], [PuritySeen(t)], draw_weights(400, draws=600, seed=1)).ours
    spread = (found.mean * (1 - found.mean) / len(t.rows)) ** 0.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * spread, rel=0.15)
    assert found.low < found.mean < found.high


def test_interval_of_information_covers_other_samples() -> None:
    draws = draw_weights(400, draws=200, seed=1)
    found = compare([InformationShared(trial(0))], [PuritySeen(trial(0))], draws).ours
    others = [InformationShared(trial(seed)).value() for seed in range(1, 40)]
    middle = float(np.mean(others))
    inside = [abs(value - middle) < (found.high - found.low) / 2 for value in others]
    assert 0.7 <= np.mean(inside) <= 1.0


def test_difference_is_of_pairs() -> None:
    draws = draw_weights(400, draws=200, seed=1)
    same = compare([PuritySeen(trial())], [PuritySeen(trial())], draws).gain
    assert (same.mean, same.low, same.high) == (0.0, 0.0, 0.0)
    better = compare([PuritySeen(trial(noise=0.1))], [PuritySeen(trial(noise=0.6))], draws).gain
    assert better.low > 0.2


def test_worst_group_is_found_and_tiny_groups_are_passed_over() -> None:
    t = trial()
    groups = np.zeros(400, dtype=np.int64)
    groups[200:] = 1
    groups[:5] = 2
    labels = np.where(t.rows >= 200, 0, t.labels)
    labels = np.where(t.rows < 5, 11, labels)
    assert worst_group([Trial(labels, t.truth, t.rows)], groups) == 1
