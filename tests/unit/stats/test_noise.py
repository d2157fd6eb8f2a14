import math
from collections import Counter
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stats.noise import (
    KeyedStream,
    discrete_gaussian,
    keyed_discrete_gaussian,
    keyed_noise,
    unit_keys,
)

KEY = b"k" * 32


@given(st.sets(st.text(max_size=5), max_size=20), st.randoms())
def test_same_people_draw_the_same_in_any_order(units: set[str], random: Random) -> None:
    shuffled = [*units, *units]
    random.shuffle(shuffled)
    drawn = keyed_discrete_gaussian(KEY, units, 5.0)
    assert keyed_discrete_gaussian(KEY, shuffled, 5.0) == drawn


def test_one_person_more_another_key_or_purpose_draws_anew() -> None:
    units = [f"u{i}" for i in range(30)]

    def many(**change: object) -> list[int]:
        return [
            keyed_discrete_gaussian(
                change.get("key", KEY),  # type: ignore[arg-type]
                [*units, *change.get("more", ()), str(i)],  # type: ignore[misc]
                5.0,
                purpose=str(change.get("purpose", "units")),
            )
            for i in range(40)
        ]

    base = many()
    assert base != many(more=["one more"])
    assert base != many(key=b"other" * 8)
    assert base != many(purpose="conversations")
    assert base == many()


@given(st.sets(st.text(max_size=5), max_size=10))
def test_no_sigma_no_noise(units: set[str]) -> None:
    assert keyed_discrete_gaussian(KEY, units, 0.0) == 0


def test_a_negative_sigma_is_refused() -> None:
    with pytest.raises(ValueError, match="sigma"):
        discrete_gaussian(-1, Random(1).randrange)


@pytest.mark.parametrize("sigma", [0.5, 2.0, 5.0])
def test_moments_and_shape_over_many_keys(sigma: float) -> None:
    drawn = [keyed_noise(i.to_bytes(4, "big"), 7, sigma, purpose="test") for i in range(4000)]
    norm = sum(math.exp(-(x**2) / (2 * sigma**2)) for x in range(-60, 61))
    expected = {x: math.exp(-(x**2) / (2 * sigma**2)) / norm for x in range(-60, 61)}
    variance = sum(p * x * x for x, p in expected.items())
    n = len(drawn)
    assert abs(sum(drawn) / n) < 4 * math.sqrt(variance / n)
    assert sum(x * x for x in drawn) / n == pytest.approx(variance, rel=0.1)
    seen = Counter(drawn)
    chi = sum((seen[x] - n * p) ** 2 / (n * p) for x, p in expected.items() if n * p >= 5)
    cells = sum(n * p >= 5 for p in expected.values())
    assert chi < cells + 4 * math.sqrt(2 * cells)


def test_a_rational_sigma_between_integers() -> None:
    stream = KeyedStream(KEY, b"x")
    drawn = [discrete_gaussian(Fraction(3, 2), stream.below) for _ in range(3000)]
    assert sum(x * x for x in drawn) / 3000 == pytest.approx(2.25, rel=0.1)


@pytest.mark.parametrize("bound", [1, 2, 3, 10, 255, 256, 257])
def test_the_stream_is_uniform(bound: int) -> None:
    stream = KeyedStream(KEY, str(bound).encode())
    n = 40 * bound
    seen = Counter(stream.below(bound) for _ in range(n))
    assert set(seen) <= set(range(bound))
    chi = sum((seen[x] - 40) ** 2 / 40 for x in range(bound))
    assert chi < (bound - 1) + 5 * math.sqrt(2 * bound)


def test_unit_keys_depend_on_key_and_unit_only() -> None:
    both = unit_keys(KEY, ["a", "b"])
    assert both.tolist() == [*unit_keys(KEY, ["a"]).tolist(), *unit_keys(KEY, ["b"]).tolist()]
    assert len(set(both.tolist()) | set(unit_keys(b"q" * 32, ["a", "b"]).tolist())) == 4
    assert unit_keys(KEY, []).shape == (0,)
