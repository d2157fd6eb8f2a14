from math import comb

import pytest

from anonymuse.stats.tails import at_least


def exact(hits: int, trials: int, chance: float) -> float:
    return sum(
        comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(hits, trials + 1)
    )


@pytest.mark.parametrize(
    ("hits", "trials", "chance"),
    [(4, 5, 0.17), (1, 5, 0.17), (3, 3, 0.05), (60, 100, 0.5), (0, 9, 0.3), (9, 9, 0.9)],
)
def test_whole_counts_give_the_binomial_tail(hits: int, trials: int, chance: float) -> None:
    assert at_least(hits, trials, chance) == pytest.approx(exact(hits, trials, chance), rel=1e-9)


def test_parts_of_rows_are_rounded_towards_chance() -> None:
    assert at_least(4.0, 5.0, 0.2) <= at_least(3.9, 4.9, 0.2)
    assert at_least(0.8 * 4.9, 4.9, 0.2) == pytest.approx(exact(3, 4, 0.2))


def test_the_ends() -> None:
    assert at_least(0, 0, 0.5) == 1.0
    assert at_least(0.4, 0.9, 0.5) == 1.0
    assert at_least(2, 3, 0.0) == 0.0
    assert at_least(2, 3, 1.0) == 1.0


def test_a_million_rows_take_no_time_and_keep_their_size() -> None:
    assert at_least(501_000, 1_000_000, 0.5) == pytest.approx(0.02280, abs=2e-4)
    assert at_least(700_000, 1_000_000, 0.5) < 1e-100
    assert at_least(300_000, 1_000_000, 0.5) == pytest.approx(1.0, abs=1e-6)
