"""How often people are counted: averages of each level, with noise that hides one of them."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from anonymuse.domain.ids import leaf_id
from anonymuse.domain.policy import DEMO, INTERNAL, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import WeighAsOne
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.weigh import weigh
from anonymuse.stats.several import STEPS

KEY = b"k" * 32
NODES = (
    *(DraftNode(leaf_id(n), f"L1-{n // 2:04}" if n < 4 else None, (), 0) for n in range(5)),
    DraftNode("L1-0000", None, (leaf_id(0), leaf_id(1)), 1),
    DraftNode("L1-0001", None, (leaf_id(2), leaf_id(3)), 1),
)
"""the last base cluster hangs at the top"""


def of(rows: list[tuple[int, int]], policy: ReleasePolicy = DEMO, key: bytes = KEY) -> WeighAsOne:
    """Return what is found of rows: whose each is, and in which base cluster."""
    units, labels = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    names = [f"p{n}" for n in range(int(units.max(initial=0)) + 1)]
    return weigh(NODES, labels, units, policy=policy, key=key, pseudonyms=names)


def test_who_is_in_one_base_cluster_counts_once() -> None:
    assert of([(n, n % 5) for n in range(40)]) == WeighAsOne((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))


def test_of_people_with_two_topics_two_weigh_as_one_where_both_are() -> None:
    inside = [(n, leaf) for n in range(30) for leaf in (0, 1)]
    across = [(n, leaf) for n in range(30) for leaf in (0, 4)]
    assert of(inside).people == (1.0, 2.0, 2.0)
    assert of(across).people == (1.0, 1.0, 2.0)


def test_of_conversations_as_many_as_may_count() -> None:
    three = [(n, 0) for n in range(30) for _ in range(3)]
    assert of(three) == WeighAsOne((1.0, 1.0, 1.0), (3.0, 3.0, 3.0))
    assert of(three, replace(DEMO, per_node=2)).conversations == (2.0, 2.0, 2.0)


def test_rows_in_no_node_and_no_rows_at_all_are_left_out() -> None:
    once = [(n, 0) for n in range(20)]
    assert of([*once, *((n, 7) for n in range(20)), (3, -1)]).people == (1.0, 1.0, 1.0)
    assert of([(1, 7)]) == of([]) == WeighAsOne()


def people(n: int, seed: int = 3) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    held: npt.NDArray[np.int64] = rng.geometric(0.5, n)
    return [(unit, int(leaf)) for unit in range(n) for leaf in rng.integers(0, 5, held[unit])]


@pytest.mark.parametrize("policy", [INTERNAL, PUBLIC])
def test_noise_hides_somebody_who_is_everywhere_and_hardly_moves_the_average_of_many(
    policy: ReleasePolicy,
) -> None:
    rows = people(4000)
    exact = of(rows, replace(policy, noise_sigma=0.0))
    assert of(rows, policy) == of(rows, policy)
    found = [of(rows, policy, bytes([key]) * 32) for key in range(30)]
    for own in found:
        assert {*own.people, *own.conversations} <= set(STEPS)
        assert list(own.people) == sorted(own.people)
        assert own.people[0] == 1.0, "whatever the noise"
        assert own.people[-1] == pytest.approx(exact.people[-1], rel=0.2)
    few = people(60)
    with_one = [*few, *((60, leaf) for leaf in range(5) for _ in range(10))]
    drawn = [
        [of(own, policy, bytes([key]) * 32).people[-1] for key in range(40)]
        for own in (few, with_one)
    ]
    apart = abs(np.mean(drawn[1]) - np.mean(drawn[0])) / np.std(drawn[0])
    assert apart < 1.0, "as little as five counts with their noise would tell of who is in all"


def test_who_comes_to_be_in_more_topics_draws_other_noise() -> None:
    """Else the difference of two releases would tell in how many more, whatever the noise."""
    policy = replace(PUBLIC, noise_sigma=40.0)
    few = people(300)
    more = [*few, *((0, leaf) for leaf in range(5))]
    gained = []
    for key in range(30):
        now, before = (of(rows, policy, bytes([key]) * 32).people[-1] for rows in (more, few))
        gained.append(now - before)
    assert np.std(gained) > 0.5


def test_nobody_moves_an_average_by_more_than_its_noise_is_made_for() -> None:
    """Somebody in all 50 base clusters of two areas, beside a hundred who are in one."""
    halves = [[leaf_id(n) for n in range(half, half + 25)] for half in (0, 25)]
    nodes = [
        *(DraftNode(leaf_id(n), f"L1-{n // 25:04}", (), 0) for n in range(50)),
        *(DraftNode(f"L1-{n:04}", None, tuple(below), 1) for n, below in enumerate(halves)),
    ]
    labels = np.concatenate([np.arange(50), np.arange(100) % 50])
    units = np.concatenate([np.zeros(50, dtype=np.int64), np.arange(1, 101)])
    names = [f"p{n}" for n in range(101)]
    found = [
        weigh(
            nodes, labels, units, policy=replace(DEMO, noise_sigma=sigma, per_node=2),
            key=KEY, pseudonyms=names,
        ).people[1]
        for sigma in (0.0, 1e-9)
    ]  # fmt: skip
    assert found == [9.1, 5.1]  # (2 * 25² + 100) / 150, and (25² + 100) / 150
