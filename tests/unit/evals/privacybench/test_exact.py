"""The arithmetic of advantages, against sampling and against sums by hand."""

from collections import Counter
from collections.abc import Hashable
from itertools import product
from math import erf, prod, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.evals.privacybench.exact import advantage, area, gaussian, repeated, seen
from anonymuse.stats.noise import KeyedStream, discrete_gaussian


def test_the_chances_are_those_of_the_sampler() -> None:
    stream = KeyedStream(b"k" * 32, b"sampler")
    drawn = Counter(discrete_gaussian(2.0, stream.below) for _ in range(4000))
    chances = gaussian(2.0)
    assert sum(chances.values()) == pytest.approx(1.0)
    for value in range(-4, 5):
        expected = 4000 * chances[value]
        assert abs(drawn[value] - expected) < 4.5 * sqrt(expected)


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
def test_one_more_person_in_a_count_with_noise_is_worth_what_the_normal_curve_says(
    sigma: float,
) -> None:
    inside, outside = seen(lambda n: n + 1, sigma), seen(lambda n: n, sigma)
    assert advantage(inside, outside) == pytest.approx(erf(0.5 / sigma / sqrt(2)), rel=0.02)


def test_without_noise_everything_is_seen() -> None:
    assert advantage(seen(lambda n: n + 8, 0.0), seen(lambda n: n + 7, 0.0)) == 1.0
    assert area(seen(lambda n: n + 8, 0.0), seen(lambda n: n + 7, 0.0)) == 1.0


def test_the_same_sight_says_nothing() -> None:
    same = {"yes": 0.3, "no": 0.7}
    assert advantage(same, same) == 0.0
    assert area(same, same) == pytest.approx(0.5)
    assert repeated(same, same, 10) == pytest.approx(0.0)


laws = st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3).map(
    lambda w: {str(i): x / sum(w) for i, x in enumerate(w)}
)


@settings(max_examples=40, deadline=None)
@given(laws, laws, st.integers(1, 4))
def test_repeated_sights_are_the_distance_of_the_products(
    inside: dict[str, float], outside: dict[str, float], runs: int
) -> None:
    def whole(law: dict[str, float]) -> dict[tuple[str, ...], float]:
        return {keys: prod(law[k] for k in keys) for keys in product(law, repeat=runs)}

    exact = advantage(whole(inside), whole(outside))
    told = repeated(inside, outside, runs)
    assert exact - 1e-9 <= told <= exact + 0.01  # never to the defender's side


def twice(law: dict[str, float]) -> dict[Hashable, float]:
    return {(a, b): p * q for a, p in law.items() for b, q in law.items()}


@settings(max_examples=40, deadline=None)
@given(laws, laws)
def test_the_area_is_between_a_half_and_what_the_advantage_allows(
    inside: dict[str, float], outside: dict[str, float]
) -> None:
    value, most = area(inside, outside), advantage(inside, outside)
    assert 0.5 - 1e-9 <= value <= 0.5 + most - most**2 / 2 + 1e-9
    joint = advantage(twice(inside), twice(outside))
    assert joint == pytest.approx(repeated(inside, outside, 2), abs=0.01)


def test_what_only_the_target_makes_visible_is_sure() -> None:
    assert repeated({"a": 0.9, "b": 0.1}, {"a": 1.0}, 10) == pytest.approx(1 - 0.9**10, abs=0.01)
