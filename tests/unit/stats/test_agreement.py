"""Golden values were computed once with scikit-learn 1.9.1, on the same labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stats.agreement import (
    adjusted_mutual_information,
    adjusted_rand,
    correct,
    inverse_purity,
    purity,
    v_measure,
)

FOUND = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3]
TRUE = list("aabbbbccacdd")

GOLDEN = (0.492507874816554, 0.4597704681961889, 0.5196494892768203)


def made() -> tuple[np.ndarray, np.ndarray]:
    """The labels of the second golden case: a linear congruence, so that no library draws them."""
    state, values = 12345, []
    for _ in range(600):
        state = (1103515245 * state + 12345) % 2**31
        values.append(state >> 16)
    x = np.array(values[:300]) % 9
    y = np.where(np.array(values[300:]) % 5 < 2, np.array(values[300:]) % 7, x)
    return x, y


def test_small_case_agrees_with_scikit_learn() -> None:
    assert adjusted_mutual_information(FOUND, TRUE) == pytest.approx(0.5887686652013655, abs=1e-12)
    assert adjusted_rand(FOUND, TRUE) == pytest.approx(0.521044992743106, abs=1e-12)
    assert v_measure(FOUND, TRUE) == pytest.approx(0.74478700885501, abs=1e-12)
    assert purity(FOUND, TRUE) == pytest.approx(10 / 12)
    assert inverse_purity(FOUND, TRUE) == pytest.approx(10 / 12)


def test_larger_case_agrees_with_scikit_learn() -> None:
    x, y = made()
    assert adjusted_mutual_information(x, y) == pytest.approx(GOLDEN[0], abs=1e-12)
    assert adjusted_rand(x, y) == pytest.approx(GOLDEN[1], abs=1e-12)
    assert v_measure(x, y) == pytest.approx(GOLDEN[2], abs=1e-12)


def test_correct_marks_the_majority_of_each_cluster() -> None:
    right = correct(FOUND, TRUE)
    assert right.tolist() == [c not in {2, 8} for c in range(12)]


@given(st.lists(st.integers(0, 5), min_size=2, max_size=40), st.randoms(use_true_random=False))
def test_perfect_and_relabelled_clusterings_score_one(labels: list[int], rng) -> None:
    names = list("uvwxyz")
    rng.shuffle(names)
    renamed = [names[label] for label in labels]
    assert purity(labels, renamed) == 1.0
    assert adjusted_rand(labels, renamed) == pytest.approx(1.0)
    assert adjusted_mutual_information(labels, renamed) == pytest.approx(1.0)
    assert v_measure(labels, renamed) == pytest.approx(1.0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=60))
def test_scores_are_symmetric_and_bounded(pairs: list[tuple[int, int]]) -> None:
    a, b = zip(*pairs, strict=True)
    assert adjusted_rand(a, b) == pytest.approx(adjusted_rand(b, a))
    assert adjusted_mutual_information(a, b) == pytest.approx(adjusted_mutual_information(b, a))
    assert adjusted_mutual_information(a, b) <= 1.0 + 1e-9
    assert 0.0 <= v_measure(a, b) <= 1.0 + 1e-9
    assert 0.0 < purity(a, b) <= 1.0


def test_unrelated_labels_score_nothing_even_with_many_clusters() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(60, size=600), rng.integers(20, size=600)
    assert abs(adjusted_mutual_information(a, b)) < 0.05
    assert v_measure(a, b) > 0.2  # which is why it is not the number to look at
