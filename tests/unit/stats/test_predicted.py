"""Shares from predictions and asked people: right on average, and honest."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.private.counts import AskedNumbers
from anonymuse.stats.intervals import Estimate, Protection, wilson
from anonymuse.stats.predicted import all_alike, predicted_share, tuned_weight

EXACT = Protection()
SOME = st.integers(0, 500)


def four(both: int, missed: int, wrong: int, neither: int, **more: Any) -> AskedNumbers:
    return AskedNumbers(both, missed, wrong, neither, topics=1, **more)


def estimate(predicted: float, whole: float, asked: AskedNumbers, **more: object) -> Estimate:
    return predicted_share(
        predicted, whole, asked, protection=EXACT, asked_protection=EXACT, **more  # type: ignore[arg-type]
    )  # fmt: skip


@given(SOME, SOME, SOME, SOME)
def test_predictions_are_worth_between_nothing_and_all(b: int, m: int, w: int, n: int) -> None:
    assert 0.0 <= tuned_weight(four(b, m, w, n)) <= 1.0


def test_perfect_predictions_are_worth_nearly_all_and_random_ones_nothing() -> None:
    assert tuned_weight(four(100, 0, 0, 300)) > 0.97
    assert tuned_weight(four(25, 75, 75, 225)) == pytest.approx(0.0, abs=0.01)
    assert tuned_weight(four(0, 100, 300, 0)) == 0.0  # worse than nothing


@given(SOME, SOME, SOME, st.integers(1, 500))
def test_where_everybody_was_asked_it_is_the_classical_share(
    b: int, m: int, w: int, n: int
) -> None:
    asked = four(b, m, w, n)
    found = estimate(b + w, asked.people, asked)
    low, high = wilson(b + m, asked.people)
    assert found.mean == pytest.approx((b + m) / asked.people)
    assert [found.low, found.high] == pytest.approx([low, high])


@given(SOME, SOME, SOME, SOME, st.integers(0, 5000), st.integers(1, 5000))
def test_it_is_a_share_inside_its_interval(
    b: int, m: int, w: int, n: int, predicted: int, more: int
) -> None:
    whole = b + m + w + n + more
    found = estimate(min(predicted, whole), whole, four(b, m, w, n))
    assert 0.0 <= found.low <= found.mean <= found.high <= 1.0


def test_good_predictions_make_it_shorter_and_noise_makes_it_longer() -> None:
    good, useless = four(45, 5, 5, 245), four(8, 42, 42, 208)
    shorter = estimate(500, 3000, good)
    longer = estimate(500, 3000, useless)
    assert shorter.high - shorter.low < 0.6 * (longer.high - longer.low)
    noisy = predicted_share(500, 3000, good, protection=EXACT, asked_protection=Protection(5.0, 5))
    assert noisy.high - noisy.low > shorter.high - shorter.low


def test_answers_alone_are_a_classical_share_with_less_noise() -> None:
    alone = four(0, 50, 0, 250, split=False)
    assert tuned_weight(alone) == 0.0
    found = estimate(700, 3000, alone)
    assert found.mean == pytest.approx(50 / 300)
    noise = Protection(5.0)
    quiet, loud = (
        predicted_share(700, 3000, own, protection=EXACT, asked_protection=noise)
        for own in (alone, four(8, 42, 42, 208))
    )
    assert quiet.high - quiet.low < loud.high - loud.low


def test_95_of_100_intervals_hold_the_truth_through_noise() -> None:
    rng = np.random.Generator(np.random.Philox(3))
    sigma, true, whole = 30.0, 300 / 1350, 4050
    exact = np.array([250, 50, 50, 1000, 0])
    held = []
    for _ in range(1500):
        b, m, w, n, learnt = (exact + np.rint(rng.normal(0.0, sigma, 5)).astype(int)).tolist()
        asked = four(b, m, w, n - b - m - w, learnt=learnt)
        found = predicted_share(
            true * whole, whole, asked, protection=EXACT,
            asked_protection=Protection(sigma), exactly_these=True,
        )  # fmt: skip
        without = predicted_share(
            true * whole, whole, asked, protection=EXACT, asked_protection=EXACT,
            exactly_these=True,
        )  # fmt: skip
        drawn = (without.high - without.mean) ** 2  # the draw of the asked, which is no chance here
        half = np.sqrt((found.high - found.mean) ** 2 - drawn)
        held.append(abs(found.mean - true) <= half)
    assert 0.93 <= np.mean(held) <= 0.97


def test_answers_of_one_person_weigh_as_if_they_were_one() -> None:
    alone = replace(four(40, 40, 40, 280), topics=4)
    joined = replace(alone, alike=all_alike(400, 100, 4), whole=4000, predicted=800)
    assert joined.alike == pytest.approx(4.0)
    assert all_alike(400, 400, 4) == 1.0
    assert all_alike(400, 250, 4) == pytest.approx(2.5)  # 200 with one, 50 with four
    wide, narrow = estimate(0, 1, joined), estimate(800, 4000, alone)
    assert wide.mean == pytest.approx(narrow.mean)
    assert wide.high - wide.low == pytest.approx(2 * (narrow.high - narrow.low), rel=0.05)


def test_no_error_among_few_is_no_proof() -> None:
    found = estimate(100, 1000, four(2, 0, 0, 18), exactly_these=True)
    assert found.high - found.low > 0.1


def test_noise_below_zero_is_borne() -> None:
    found = estimate(0, 1000, four(-5, -5, -5, 60))
    assert 0.0 <= found.low <= found.mean <= found.high


@pytest.mark.parametrize(("right", "clear"), [(0.8, 0.95), (0.4, 0.8)])
@pytest.mark.parametrize("asked", [100, 400])
def test_95_of_100_intervals_hold_the_truth(right: float, clear: float, asked: int) -> None:
    rng = np.random.Generator(np.random.Philox(7))
    whole, draws, true = 2000, 1000, 0.12
    chances = [true * right, true * (1 - right), (1 - true) * (1 - clear), (1 - true) * clear]
    own = rng.multinomial(asked, chances, size=draws)
    rest = rng.multinomial(whole - asked, chances, size=draws)
    found = [
        estimate(float((a + b)[[0, 2]].sum()), whole, four(*a.tolist()))
        for a, b in zip(own, rest, strict=True)
    ]
    held = np.mean([one.low <= true <= one.high for one in found])
    assert 0.93 <= held <= 0.975
    assert np.mean([one.mean for one in found]) == pytest.approx(true, abs=0.005)
    alone = np.mean([np.subtract(*wilson(a[0] + a[1], asked)[::-1]) for a in own])
    assert np.mean([one.high - one.low for one in found]) < 1.06 * alone
