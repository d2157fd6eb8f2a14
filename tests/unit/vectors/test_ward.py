import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.vectors.ward import cut, leaf_places, subtree_sizes, ward


def by_hand(points: np.ndarray, weights: np.ndarray, k: int) -> tuple[set[frozenset[int]], float]:
    """Join the two clusters of least cost, one step at a time, until ``k`` are left."""
    groups = [frozenset([i]) for i in range(len(points))]
    last = 0.0

    def cost(a: frozenset[int], b: frozenset[int]) -> float:
        wa, wb = weights[list(a)].sum(), weights[list(b)].sum()
        gap = np.average(points[list(a)], axis=0, weights=weights[list(a)]) - np.average(
            points[list(b)], axis=0, weights=weights[list(b)]
        )
        return float(wa * wb / (wa + wb) * (gap @ gap))

    while len(groups) > k:
        a, b = min(itertools.combinations(groups, 2), key=lambda pair: cost(*pair))
        last = cost(a, b)
        groups = [g for g in groups if g not in (a, b)] + [a | b]
    return set(groups), last


def as_sets(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == g).tolist()) for g in np.unique(labels)}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [2, 5, 9])
def test_cut_is_the_same_as_joining_by_hand(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    points, weights = rng.normal(size=(24, 3)), rng.uniform(0.5, 4.0, size=24)
    merges = ward(points, weights)
    groups, cost = by_hand(points, weights, k)
    assert as_sets(cut(merges, k)) == groups
    assert merges.costs[24 - k - 1] == pytest.approx(cost)


@given(st.integers(1, 60), st.integers(0, 10**6), st.booleans())
@settings(max_examples=40, deadline=None)
def test_every_cut_has_the_asked_number_and_cuts_are_nested(
    m: int, seed: int, repeated: bool
) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(m, 2))
    if repeated:
        points = np.round(points)  # many equal points, many equal distances
    merges = ward(points, rng.uniform(0.5, 2.0, size=m))
    assert (np.diff(merges.costs) >= 0).all()
    finer = cut(merges, m)
    for k in range(m, 0, -1):
        labels = cut(merges, k)
        assert len(np.unique(labels)) == k
        assert len(np.unique(np.stack([finer, labels]), axis=1).T) == len(np.unique(finer))
        finer = labels


def test_large_enough_to_compact_finds_planted_groups() -> None:
    rng = np.random.default_rng(3)
    truth = np.repeat(np.arange(8), 60)
    points = rng.normal(size=(8, 10))[truth] * 6 + rng.normal(size=(480, 10))
    labels = cut(ward(points, np.ones(480)), 8)
    assert as_sets(labels) == as_sets(truth)


def test_places_keep_every_cluster_contiguous() -> None:
    rng = np.random.default_rng(4)
    merges = ward(rng.normal(size=(30, 2)), np.ones(30))
    places, sizes = leaf_places(merges), subtree_sizes(merges)
    assert sorted(places[:30].tolist()) == list(range(30))
    for k in (2, 5, 11):
        labels = cut(merges, k)
        for group in range(k):
            own = np.sort(places[:30][labels == group])
            assert (np.diff(own) == 1).all()
    assert sizes[-1] == 30
