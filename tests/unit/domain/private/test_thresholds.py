from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymuse.domain.policy import DEMO, INTERNAL, POLICIES, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import NO_NOISE, DraftCell, LeafCounts, Noise
from anonymuse.domain.private.thresholds import (
    conversation_sigma,
    fits,
    nearest_policy,
    reaches,
    withheld_reason,
)

EXACT = replace(PUBLIC, noise_sigma=0.0)


def leaf(units: int, conversations: int, top: float = 0.0, three: float = 0.0) -> LeafCounts:
    return LeafCounts("L0-0000", conversations, units, top, three)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (leaf(50, 100), None),
        (leaf(49, 100), "too few people"),
        (leaf(50, 99), "too few conversations"),
        (leaf(50, 100, 0.10, 0.25), None),
        (leaf(50, 100, 0.11, 0.25), "one person dominates"),
        (leaf(50, 100, 0.10, 0.26), "three people dominate"),
        (leaf(0, 0), "too few people"),
    ],
)
def test_each_threshold_without_noise(counts: LeafCounts, reason: str | None) -> None:
    assert withheld_reason(counts, EXACT) == reason


@pytest.mark.parametrize(
    ("counts", "noise", "reason"),
    [
        (leaf(65, 145), NO_NOISE, None),
        (leaf(64, 145), NO_NOISE, "too few people"),
        (leaf(64, 145), Noise(1, 0), None),
        (leaf(65, 144), NO_NOISE, "too few conversations"),
        (leaf(65, 144), Noise(0, 1), None),
        (leaf(49, 200), Noise(99, 0), "too few people"),
        (leaf(80, 99), Noise(0, 99), "too few conversations"),
        (leaf(80, 300, 0.10), NO_NOISE, "one person dominates"),
        (leaf(80, 300, 0.08), NO_NOISE, None),
        (leaf(80, 300, 0.05, 0.24), NO_NOISE, "three people dominate"),
        (leaf(80, 300, 0.11), Noise(0, 999), "one person dominates"),
    ],
)
def test_the_floor_and_the_noisy_test(counts: LeafCounts, noise: Noise, reason: str | None) -> None:
    assert withheld_reason(counts, PUBLIC, noise) == reason


@given(
    st.integers(0, 500), st.integers(0, 900), st.floats(0, 1), st.floats(0, 1),
    st.sampled_from([PUBLIC, INTERNAL, DEMO]), st.integers(-40, 40), st.integers(-80, 80),
)  # fmt: skip
def test_the_floor_always_holds(
    units: int, rows: int, top: float, three: float, policy: ReleasePolicy, n: int, m: int
) -> None:
    counts = leaf(units, rows, top, three)
    if withheld_reason(counts, policy, Noise(n, m)) is None:
        assert units >= policy.min_units
        assert units + n >= policy.min_units + 3 * policy.noise_sigma
        assert rows >= policy.min_conversations
        assert rows + m >= policy.min_conversations + 3 * conversation_sigma(policy)
        assert top <= policy.top_unit
        assert three <= policy.top_three


def test_conversations_hide_a_unit_as_well_as_units_do() -> None:
    assert conversation_sigma(PUBLIC) == 15.0
    assert conversation_sigma(DEMO) == 0.0
    assert conversation_sigma(replace(PUBLIC, per_node=1)) == 10.0


def test_reaches_needs_both_halves() -> None:
    assert reaches(10, 5, 10, 1.5)
    assert not reaches(9, 9, 10, 1.5)
    assert not reaches(10, 4, 10, 1.5)


def test_fits_leaves_a_margin_unless_the_draws_are_known() -> None:
    assert fits(leaf(75, 175), PUBLIC)
    assert not fits(leaf(74, 175), PUBLIC)
    assert not fits(leaf(75, 174), PUBLIC)
    assert fits(leaf(65, 145), PUBLIC, NO_NOISE)
    assert not fits(leaf(75, 175), PUBLIC, Noise(-11, 0))
    assert fits(leaf(5, 8, 0.3, 0.7), DEMO)


def test_what_would_have_passed_is_told_without_a_count() -> None:
    counts = [leaf(37, 90), leaf(28, 47), leaf(6, 9), leaf(3, 3)]
    told = nearest_policy(counts, PUBLIC)
    assert "at least 30 people" in told
    assert "1 would pass 'internal', 3 would pass 'demo'" in told
    assert "'public' asks for 50 people and 100 conversations" in told
    assert "sigma 5" in told
    assert "37" not in told


def test_what_would_have_passed_of_nothing_and_little() -> None:
    assert "fewer than 10 people" in nearest_policy([leaf(9, 9)], PUBLIC)
    assert "largest of 0 clusters" in nearest_policy([], DEMO)
    assert "noise" not in nearest_policy([], DEMO)
    assert all(f"'{name}'" in nearest_policy([], DEMO) for name in POLICIES)


def test_where_only_names_are_missing_no_weaker_policy_is_advised() -> None:
    told = nearest_policy([leaf(10, 10)], DEMO)
    assert "missing are names" in told
    assert "weaker" not in told
    lowered = {leaf(75, 150).node: Noise(-11, 0)}
    assert "missing are names" not in nearest_policy([leaf(75, 150)], PUBLIC, lowered)


def test_no_number_in_a_repr() -> None:
    cell = DraftCell("L0-0003", "language", "Basque", 7, 7, 0, shown=False)
    shown = f"{leaf(41, 83)!r} {Noise(17, 19)!r} {cell!r}"
    assert shown == "LeafCounts(L0-0000) Noise(...) DraftCell(L0-0003, language)"
