import numpy as np
import pytest

from anonymuse.stats.bootstrap import Weights, bootstrap, compare, draw_weights

RNG = np.random.default_rng(8)
VALUES = RNG.normal(2.0, 1.0, 120)


def mean(values: np.ndarray, weights: Weights | None) -> float:
    return float(np.average(values, weights=weights))


def test_a_mean_has_the_standard_error_of_a_mean() -> None:
    found = bootstrap(lambda w: mean(VALUES, w), draw_weights(120, draws=1500, seed=1))
    half = 1.96 * VALUES.std(ddof=1) / 120**0.5
    assert (found.mean - found.low, found.high - found.mean) == pytest.approx((half, half), rel=0.1)


def test_people_are_drawn_with_all_their_rows() -> None:
    units = ["b", "a", "a", "c", "c", "c"]
    for weights in draw_weights(6, draws=20, seed=3, units=units):
        assert weights[1] == weights[2]
        assert weights[3] == weights[4] == weights[5]
        assert weights[0] + weights[1] + weights[3] == 2  # one person fewer than there are
    again = draw_weights(6, draws=20, seed=3, units=units)
    assert np.array_equal(again, draw_weights(6, draws=20, seed=3, units=units))


def test_rows_that_one_person_repeats_tell_no_more() -> None:
    def wide(values: np.ndarray, units: np.ndarray | None) -> float:
        draws = draw_weights(len(values), draws=400, seed=5, units=units)
        found = bootstrap(lambda w: mean(values, w), draws)
        return found.high - found.low

    five, whose = np.repeat(VALUES, 5), np.repeat(np.arange(120), 5)
    assert wide(five, whose) == pytest.approx(wide(VALUES, None), rel=0.1)
    assert wide(five, None) < 0.6 * wide(VALUES, None)


def test_a_difference_is_of_pairs() -> None:
    better = VALUES + 0.1
    found = compare(
        lambda w: mean(better, w), lambda w: mean(VALUES, w), draw_weights(120, draws=200, seed=2)
    )
    assert (found.gain.low, found.gain.high) == pytest.approx((0.1, 0.1))
    assert found.ours.low < found.theirs.mean


def test_of_one_person_nothing_can_be_told() -> None:
    with pytest.raises(ValueError, match="two units"):
        draw_weights(5, draws=3, seed=0, units=["a"] * 5)
