import numpy as np
import pytest

from anonymuse.stats.agreement import adjusted_rand
from anonymuse.vectors.consensus import Part, steady_groups
from anonymuse.vectors.rows import unit_rows
from anonymuse.vectors.ward import cut, ward


def planted(
    noise: float, *, m: int = 120, groups: int = 6, seed: int = 0
) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    truth = np.arange(m) % groups
    return unit_rows(rng.normal(size=(groups, 24))[truth] + noise * rng.normal(size=(m, 24))), truth


def test_planted_groups_are_found() -> None:
    points, truth = planted(0.5)
    assert adjusted_rand(steady_groups(points, np.ones(len(points)), 6), truth) == 1.0


def test_groups_change_less_between_samples_than_those_of_one_dendrogram() -> None:
    points, _ = planted(1.6, m=200)
    steady, plain = [], []
    for seed in range(4):
        kept = np.sort(np.random.default_rng(seed).permutation(200)[:160])
        whole = np.full((2, 200), -1)
        whole[0, kept] = steady_groups(points[kept], np.ones(160), 6)
        whole[1, kept] = cut(ward(points[kept], np.ones(160)), 6)
        steady.append(whole[0])
        plain.append(whole[1])

    def agreement(runs: list[np.ndarray]) -> float:
        pairs = [(a, b) for i, a in enumerate(runs) for b in runs[:i]]
        seen = [(a[(a >= 0) & (b >= 0)], b[(a >= 0) & (b >= 0)]) for a, b in pairs]
        return float(np.mean([adjusted_rand(a, b) for a, b in seen]))

    assert agreement(steady) > agreement(plain) + 0.05


@pytest.mark.parametrize(("m", "k"), [(1, 1), (1, 3), (5, 5), (5, 9), (7, 1), (8, 2)])
def test_few_points(m: int, k: int) -> None:
    points, _ = planted(0.3, m=m, groups=2)
    found = steady_groups(points, np.ones(m), k)
    assert found.shape == (m,)
    assert set(found.tolist()) == set(range(min(m, k)))


def test_equal_points_and_unequal_sizes() -> None:
    found = steady_groups(np.ones((40, 3)) / np.sqrt(3), np.geomspace(1, 1e6, 40), 4)
    assert len(set(found.tolist())) <= 4


def test_parts_decide_what_the_points_leave_open() -> None:
    points = unit_rows(np.random.default_rng(3).normal(size=(60, 24)))
    truth = np.arange(60) % 3
    seen = unit_rows(np.eye(3)[truth] + 0.05)
    parts = [Part(seen, np.eye(60)) for _ in range(4)]
    assert adjusted_rand(steady_groups(points, np.ones(60), 3), truth) < 0.3
    assert adjusted_rand(steady_groups(points, np.ones(60), 3, parts), truth) == 1.0


def test_parts_that_hold_some_of_the_points_are_joined() -> None:
    points, truth = planted(0.3, m=60, groups=3)
    halves = np.arange(60) < 30
    parts = [Part(points[half], np.eye(60)[half]) for half in (halves, ~halves)]
    assert adjusted_rand(steady_groups(points, np.ones(60), 3, parts), truth) == 1.0


def test_a_part_of_fewer_points_than_groups() -> None:
    points, _ = planted(0.3, m=12, groups=4)
    part = Part(points[:2], np.eye(12)[:2])
    assert len(set(steady_groups(points, np.ones(12), 4, [part]).tolist())) == 4


def test_same_points_same_groups() -> None:
    points, _ = planted(1.5)
    first, again = (steady_groups(points, np.ones(120), 5) for _ in range(2))
    assert first.tobytes() == again.tobytes()
