"""The threshold for words: the floor holds, the same people draw the same, and one more is hidden.

The advantage is computed from the distribution of the noise, not sampled.
"""

from __future__ import annotations

from itertools import pairwise
from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.lexicon.count_words import build_table
from anonymuse.lexicon.set_noise import QUIET, SetNoise
from anonymuse.lexicon.words import stem
from anonymuse.stats.noise import keyed_noise, unit_keys

KEY = b"k" * 32
CELL = 10
LEAVES = ["L0-0000", "L0-0001"]


def keyed(sigma: float, units: int, key: bytes = KEY) -> SetNoise:
    def draw(members: int) -> int:
        return keyed_noise(key, members, sigma, purpose="word")

    return SetNoise(sigma, unit_keys(key, [f"u{i}" for i in range(units)]), draw)


def always(value: int, sigma: float) -> SetNoise:
    return SetNoise(sigma, np.zeros(1000, dtype=np.uint64), lambda _: value)


def codes(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int32)


@settings(max_examples=100, deadline=None)
@given(count=st.integers(0, 60), least=st.integers(1, 40), value=st.integers(-50, 50))
def test_the_floor_always_holds(count: int, least: int, value: int) -> None:
    passed = always(value, 5.0).enough(codes(count), count, least)
    assert passed == (count >= least and count + value >= least + 15)
    assert QUIET.enough(codes(count), count, least) == (count >= least)


def test_nothing_is_drawn_below_the_floor() -> None:
    def never(_: int) -> int:
        raise AssertionError

    noise = SetNoise(5.0, np.zeros(99, dtype=np.uint64), never)
    assert not noise.enough(codes(9), 9, CELL)


def test_the_same_people_draw_the_same_in_any_order_and_for_any_word() -> None:
    seen: list[int] = []

    def draw(members: int) -> int:
        seen.append(members)
        return 0

    noise = SetNoise(5.0, unit_keys(KEY, [f"u{i}" for i in range(40)]), draw)
    noise.enough(codes(20), 20, CELL)
    noise.enough(codes(20)[::-1], 20, CELL)
    noise.enough(codes(21), 21, CELL)
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize(("sigma", "most"), [(5.0, 0.1), (2.0, 0.2)])
def test_one_more_person_is_hidden(sigma: float, most: float) -> None:
    """The largest difference that one person makes to the chance that a word is published."""
    reach = int(40 * sigma)
    weights = [exp(-(x**2) / (2 * sigma**2)) for x in range(-reach, reach + 1)]
    total = sum(weights)

    def passes(count: int) -> float:
        drawn = zip(range(-reach, reach + 1), weights, strict=True)
        people = codes(count)
        return sum(w for x, w in drawn if always(x, sigma).enough(people, count, CELL)) / total

    chances = [passes(count) for count in range(CELL - 2, CELL + 40)]
    assert max(b - a for a, b in pairwise(chances)) <= most
    assert chances[0] == 0.0
    assert chances[-1] > 0.99


def test_without_noise_one_person_decides() -> None:
    assert not QUIET.enough(codes(CELL - 1), CELL - 1, CELL)
    assert QUIET.enough(codes(CELL), CELL, CELL)


def test_a_table_tests_its_words_with_noise() -> None:
    texts = ["bread"] * 30 + ["salt"] * 12 + ["yeast"] * 9
    table = build_table(texts, [0] * 51, range(51), leaves=LEAVES)
    assert table.supported("L0-0000", cell=CELL) == {stem("bread"), stem("salt")}
    noisy = table.with_noise(always(0, 5.0))
    assert noisy.supported("L0-0000", cell=CELL) == {stem("bread")}
    lucky = table.with_noise(always(50, 5.0))
    assert lucky.supported("L0-0000", cell=CELL) == {stem("bread"), stem("salt")}


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 24)), max_size=60),
    key=st.binary(min_size=32, max_size=32),
)
def test_parents_are_tested_on_their_union_and_never_below_the_floor(
    rows: list[tuple[int, int]], key: bytes
) -> None:
    table = build_table(
        ["bread"] * len(rows), [r[0] for r in rows], [r[1] for r in rows], leaves=LEAVES
    )
    table = table.with_parents({"L1-0000": LEAVES}).with_noise(keyed(2.0, 25, key))
    people = {unit for _, unit in rows}
    members = int(unit_keys(key, [f"u{u}" for u in people]).sum(dtype=np.uint64)) if people else 0
    draw = keyed_noise(key, members, 2.0, purpose="word")
    wanted = len(people) >= 5 and len(people) + draw >= 5 + 6
    assert (stem("bread") in table.supported("L1-0000", cell=5)) == wanted
    again = table.with_noise(keyed(2.0, 25, key))
    assert again.supported("L1-0000", cell=5) == table.supported("L1-0000", cell=5)


def test_repr_shows_no_secret() -> None:
    assert repr(keyed(5.0, 3)) == "SetNoise(sigma 5)"
