import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.policy import DEMO, PUBLIC
from anonymuse.domain.private import pruning
from anonymuse.domain.private.counts import NO_NOISE
from anonymuse.stages.threshold import count_leaves, draw_noise, leaf_id

KEY = b"n" * 32
rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 7)), max_size=60)


@given(rows)
def test_counts_are_those_of_a_slow_count(memberships: list[tuple[int, int]]) -> None:
    labels = np.array([leaf for leaf, _ in memberships], dtype=np.int32)
    units = np.array([unit for _, unit in memberships], dtype=np.int32)
    for leaf, found in enumerate(count_leaves(labels, units, 5, per_node=50)):
        own = [unit for at, unit in memberships if at == leaf]
        held = sorted((own.count(u) for u in set(own)), reverse=True)
        assert found.node == leaf_id(leaf)
        assert found.conversations == len(own)
        assert found.units == len(set(own))
        assert found.top_unit_share == pytest.approx(sum(held[:1]) / max(1, len(own)))
        assert found.top_three_share == pytest.approx(sum(held[:3]) / max(1, len(own)))


@pytest.mark.parametrize("label", [-1, 2])
def test_a_label_outside_is_refused(label: int) -> None:
    with pytest.raises(ValueError, match="numbered 0 to 1"):
        count_leaves(np.array([label]), np.array([0]), 2, per_node=50)


@given(rows, st.randoms())
def test_noise_knows_people_only(memberships: list[tuple[int, int]], random: object) -> None:
    names = [f"person {i}" for i in range(8)]

    def drawn(pairs: list[tuple[int, int]], recode: list[int]) -> list[object]:
        labels = np.array([leaf for leaf, _ in pairs], dtype=np.int32)
        units = np.array([recode[unit] for _, unit in pairs], dtype=np.int32)
        known = [names[recode.index(i)] for i in range(8)]
        return list(draw_noise(labels, units, 5, policy=PUBLIC, key=KEY, pseudonyms=known))

    other = list(range(8))
    shuffled = [*memberships, *memberships[:7]]
    random.shuffle(other)  # type: ignore[attr-defined]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert drawn(memberships, list(range(8))) == drawn(shuffled, other)


def test_no_sigma_no_noise() -> None:
    drawn = draw_noise(np.array([0]), np.array([0]), 2, policy=DEMO, key=KEY, pseudonyms=["a"])
    assert drawn == [NO_NOISE, NO_NOISE]


def test_what_nobody_is_in_draws_for_itself() -> None:
    one = np.zeros(1, dtype=np.int32)
    drawn = draw_noise(one, one, 9, policy=PUBLIC, key=KEY, pseudonyms=["a"])
    assert len(set(drawn)) > 6, "else as many as are empty would move a sum together"


def test_both_draws_are_independent_and_change_with_one_person() -> None:
    units = np.arange(60)
    names = [f"{i}" for i in range(60)]
    drawn = [
        draw_noise(np.zeros(n, int), units[:n], 1, policy=PUBLIC, key=KEY, pseudonyms=names)[0]
        for n in range(20, 60)
    ]
    assert len({(noise.units, noise.conversations) for noise in drawn}) > 30
    pairs = np.array([(noise.units, noise.conversations) for noise in drawn])
    assert abs(np.corrcoef(pairs.T)[0, 1]) < 0.5


def test_a_million_rows_are_counted_in_a_moment() -> None:
    rng = np.random.default_rng(0)
    labels, units = rng.integers(0, 3000, 10**6), rng.integers(0, 10**5, 10**6)
    start = time.perf_counter()
    assert len(count_leaves(labels, units, 3000, per_node=50)) == 3000
    assert time.perf_counter() - start < 20


def test_the_stage_is_the_rule_of_the_gate() -> None:
    assert pruning.prune([], withheld=()) == []
    assert pruning.leaves_below([]) == {None: frozenset()}
