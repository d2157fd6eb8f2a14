from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stats.shared import Sharing, burst, regularity, shared_bits


def test_bits_by_hand() -> None:
    # nine of nine followers have what one in eight has: log2(8)
    assert shared_bits([10], 10, [1 / 8])[0] == pytest.approx(3.0)
    # half of them: half of log2(4)
    assert shared_bits([5], 9, [1 / 8])[0] == pytest.approx(0.5 * 2.0)


def test_one_member_tells_nothing_and_what_all_have_tells_nothing() -> None:
    assert shared_bits([1, 6], 6, [0.001, 1.0]).tolist() == [0.0, 0.0]


@given(st.integers(2, 200), st.floats(1e-4, 1.0))
def test_more_who_share_is_never_less(n: int, outside: float) -> None:
    bits = shared_bits(np.arange(n + 1), n, np.full(n + 1, outside))
    assert (np.diff(bits) >= 0.0).all()
    assert (bits >= 0.0).all()


def test_a_burst_is_found_where_it_is() -> None:
    places = np.array([0.1, 0.9, 0.5, 0.500_1, 0.500_2, 0.500_3, 0.500_4, 0.500_5])
    bits, start, end = burst(places, 1e-4)
    ordered = np.sort(places)
    assert 0.5 <= ordered[start] <= ordered[end] < 0.501
    assert bits > 3.0


def test_even_times_are_no_burst() -> None:
    assert burst(np.linspace(0.0, 1.0, 40), 1e-3)[0] < 0.5


def test_the_narrowest_window_bounds_what_equal_times_tell() -> None:
    assert burst(np.full(4, 0.3), 0.01)[0] == pytest.approx(np.log2(100.0))


def test_a_clock_is_regular_and_chance_is_not() -> None:
    assert regularity(np.arange(10.0)) == pytest.approx(1.0)
    chance = np.random.Generator(np.random.Philox(1)).random(500)
    assert regularity(chance) < 0.1
    assert regularity(np.zeros(5)) == 0.0


def test_what_a_group_shares_most() -> None:
    # units 0 to 3 share code 7; code 1 is everybody's
    unit = np.array([*range(20), 0, 1, 2, 3])
    code = np.array([1] * 20 + [7] * 4)
    sharing = Sharing(unit, code, 20)
    bits, found, count = sharing.most_shared(np.arange(4), sharing.near(np.arange(4)))
    assert (found, count) == (7, 4)
    assert bits == pytest.approx(np.log2(1.0 / (0.5 / 17.0)))
    assert sharing.most_shared(np.arange(10, 14), sharing.near(np.arange(10, 14)))[0] < 0.05


def test_who_is_around_is_nobody_else() -> None:
    unit, code = np.arange(8), np.array([3, 3, 3, 3, 3, 3, 5, 5])
    sharing = Sharing(unit, code, 8)
    inside = sharing.most_shared(np.arange(4), sharing.near(np.arange(6)))[0]
    assert inside > sharing.most_shared(np.arange(4), sharing.near(np.arange(4)))[0]


def test_nothing_is_shared_where_nobody_has_anything() -> None:
    empty = Sharing(np.zeros(0, np.int64), np.zeros(0, np.int64), 5)
    assert not empty
    assert empty.most_shared(np.arange(4), empty.near(np.arange(4))) == (0.0, -1, 0)


def test_a_unit_that_comes_twice_counts_twice() -> None:
    sharing = Sharing(np.array([0, 1]), np.array([0, 1]), 50)
    assert sharing.most_shared(np.array([0, 0, 0, 0]), sharing.near(np.array([0])))[1:] == (0, 4)
