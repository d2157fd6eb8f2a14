from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.policy import DEMO, POLICIES, PUBLIC
from anonymuse.domain.private.thresholds import MARGIN
from anonymuse.stats.votes import enough_voters, kept_claims, passes

KEY = b"k" * 32
QUIET = replace(PUBLIC, claim_sigma=0.0)
CLAIMS = ["Bake bread", "Use an oven"]


def votes(voters: int, name: int, other: int) -> dict[str, tuple[bool, bool]]:
    return {f"p{i}": (i < name, i < other) for i in range(voters)}


@pytest.mark.parametrize(
    ("voters", "name", "other"), [(20, 10, 10), (50, 25, 10), (64, 32, 13), (100, 50, 20)]
)
def test_the_floor_is_the_cell_a_fifth_and_for_the_name_half(voters, name, other) -> None:
    assert kept_claims(CLAIMS, votes(voters, name, other), QUIET, key=KEY) == [True, True]
    less = votes(voters, name - 1, other - 1)
    assert kept_claims(CLAIMS, less, QUIET, key=KEY) == [False, False]


def test_too_few_voters_keep_nothing() -> None:
    assert not enough_voters(votes(19, 0, 0), PUBLIC, key=KEY)
    assert enough_voters(votes(64, 0, 0), PUBLIC, key=KEY)
    assert enough_voters(votes(6, 0, 0), DEMO, key=KEY)
    assert not enough_voters(votes(5, 0, 0), DEMO, key=KEY)
    assert kept_claims(CLAIMS, votes(19, 19, 19), QUIET, key=KEY) == [False, False]
    assert kept_claims(CLAIMS, {}, QUIET, key=KEY) == [False, False]


def test_where_the_name_fell_before_the_vote_a_fifth_is_enough_for_all() -> None:
    found = kept_claims(CLAIMS, votes(64, 13, 12), QUIET, key=KEY, named=False)
    assert found == [True, False]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 80), st.integers(0, 80), st.binary(min_size=1, max_size=8))
def test_the_floor_always_holds_and_the_margin_decides(voters: int, yes: int, key: bytes) -> None:
    yes = min(yes, voters)
    for policy in POLICIES.values():
        [kept] = kept_claims(["x"], {k: v[:1] for k, v in votes(voters, yes, 0).items()}, policy,
                             key=key)  # fmt: skip
        if kept:
            assert yes >= policy.min_cell
            assert voters >= 2 * policy.min_cell
        far = MARGIN * policy.claim_sigma + 12 * policy.claim_sigma
        if voters >= 2 * policy.min_cell + far and yes >= max(policy.min_cell, voters / 2) + far:
            assert kept


def test_the_same_people_draw_the_same_noise_and_others_another() -> None:
    """Near the threshold the draw decides; asked again with the same people it does not change."""
    found = set()
    for shift in range(60):
        own = {f"q{i + shift}": (i < 32, i < 31) for i in range(64)}
        first = kept_claims(CLAIMS, own, PUBLIC, key=KEY)
        again = kept_claims(CLAIMS, dict(reversed(own.items())), PUBLIC, key=KEY)
        assert first == again
        found.add(tuple(first))
    assert len(found) == 4  # both claims draw alone


def test_one_vote_more_is_no_oracle() -> None:
    """At the floor the noise would have to be three sigma; above it one vote shifts little."""
    draws = range(-60, 61)
    for yes in range(9, 64):
        for name in (True, False):
            now, more = (
                sum(passes(n, d, 64, PUBLIC, name=name) for d in draws) for n in (yes, yes + 1)
            )
            assert more - now <= 1 or yes == PUBLIC.min_cell - 1


@pytest.mark.parametrize(
    ("votes_for", "noise", "kept"), [(9, 60, False), (10, 21, True), (10, 20, False), (31, 0, True)]
)
def test_a_claim_needs_the_floor_and_three_sigma_above_it_or_its_share(
    votes_for: int, noise: int, kept: bool
) -> None:
    assert passes(votes_for, noise, 64, PUBLIC, name=False) is kept
    assert passes(31, 0, 64, PUBLIC, name=True) is False
    assert passes(32, 0, 64, PUBLIC, name=True) is True
