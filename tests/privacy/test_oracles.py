"""What one person moves in everything that the gate says: computed, over all sizes of a crowd."""

from collections.abc import Hashable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.policy import DEMO, INTERNAL, POLICIES, PUBLIC, ReleasePolicy
from anonymuse.domain.private.counts import LeafCounts, Noise
from anonymuse.domain.private.thresholds import (
    MARGIN,
    Edges,
    conversation_sigma,
    nearest_policy,
    reaches,
    withheld_reason,
)
from anonymuse.evals.privacybench.exact import advantage, seen
from anonymuse.evals.privacybench.gate import Town, publish
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps.edges import edges_of
from anonymuse.pipeline.steps.failed import told_of_calls, told_of_people
from anonymuse.pipeline.steps.groups import about
from anonymuse.pipeline.steps.narrowed import told as told_of_narrowing
from anonymuse.pipeline.steps.receipt import months_shown
from anonymuse.pipeline.steps.sample import ONE_UNKNOWN, told_without
from anonymuse.stages.appraise import FOR_HALVES, appraise
from anonymuse.stages.cluster import choose_k
from anonymuse.stages.narrow import UNMATCHED
from anonymuse.stats.rounding import BANDS, band

NOISY = [PUBLIC, INTERNAL]
LIMITS = {"public": 0.08, "internal": 0.2}
"""what one more person is worth: 1 / (sigma sqrt(2 pi)), whatever is done with the number"""


@pytest.mark.parametrize("policy", NOISY, ids=lambda p: p.name)
@pytest.mark.parametrize("least", [3, 10, 20, 50, 200, FOR_HALVES])
def test_whether_a_count_reaches_a_threshold_tells_little_for_any_count(
    policy: ReleasePolicy, least: int
) -> None:
    sigma = policy.noise_sigma

    def answers(count: int) -> dict[Hashable, float]:
        return seen(lambda drawn: reaches(count, drawn, least, sigma), sigma)

    most = max(
        advantage(answers(count + 1), answers(count))
        for count in range(least - 2, least + int(8 * sigma))
    )
    assert most <= LIMITS[policy.name]
    assert answers(least - 1) == {False: pytest.approx(1.0)}
    # at the floor itself the margin decides, and hardly ever for the count
    assert answers(least).get(True, 0.0) < 0.003


def keys(number: int) -> list[ProjectKey]:
    return [ProjectKey(place.to_bytes(32, "big")) for place in range(number)]


def crowd(size: int) -> list[str]:
    return [f"person {number}" for number in range(size)]


def test_a_month_that_is_told_tells_of_nobody_in_it() -> None:
    """Nine accounts and the target: with the bare minimum of a cell that was certain."""

    def told(size: int, policy: ReleasePolicy) -> int:
        return sum(bool(months_shown({"2025-11": crowd(size)}, policy, own)) for own in keys(40))

    assert told(9, PUBLIC) == 0
    assert told(10, PUBLIC) <= 1
    assert 5 < told(25, PUBLIC) < 35
    assert told(60, PUBLIC) == 40
    assert (told(2, DEMO), told(3, DEMO)) == (0, 40)


def left_out(target: int, says: bool, policy: ReleasePolicy) -> list[str]:
    """Return the band told under many keys: half of 400 others have the word, and the target?"""
    units = [*crowd(400), *["the target"] * target]
    why = [UNMATCHED if number % 2 else "" for number in range(400)]
    why += ["" if says else UNMATCHED] * target
    rows = [f"row {number}" for number in range(len(units))]
    return [
        told_of_narrowing(why, units, rows, filters={UNMATCHED}, policy=policy, key=own)["pattern"]
        for own in keys(60)
    ]


@pytest.mark.parametrize("target", [1, 50])
def test_what_narrowing_left_out_tells_nobodys_words(target: int) -> None:
    """At an edge of the bands, also where the target has many conversations."""
    assert left_out(1, True, DEMO) == ["left out 35 % to 50 %"] * 60
    assert left_out(1, False, DEMO) == ["left out 50 % to 75 %"] * 60
    found = [
        left_out(target, says, PUBLIC).count("left out 35 % to 50 %") for says in (True, False)
    ]
    assert 10 < min(found) <= max(found) < 50
    assert abs(found[0] - found[1]) < 18


def test_that_nothing_was_left_out_is_not_told() -> None:
    told = left_out(1, True, PUBLIC)
    units = crowd(400)
    nothing = told_of_narrowing(
        [""] * 400, units, units, filters={UNMATCHED}, policy=PUBLIC, key=keys(1)[0]
    )
    assert nothing["pattern"].endswith("%")
    assert "left out 0 %" not in {*told, *nothing.values()}


def doubts(sizes: list[int], edges: Edges) -> tuple[str, ...] | None:
    """Return what is in doubt of groups of so many people that nothing else is wrong with."""
    labels = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    space = np.eye(len(sizes), dtype=np.float32)[labels]
    rows = np.arange(len(labels))
    seen = appraise(labels, space, rows, weights=np.ones(len(rows)), k=5, seed=0, edges=edges)
    return None if seen is None else tuple(own for own in seen.doubts if own == "collapsed")


@pytest.mark.parametrize("sizes", [[100, 40, 30, 30], [70, 69, 1], [10, 20, 10, 10]])
@pytest.mark.parametrize("more", [[0], [1], [-1]])
def test_whether_a_grouping_has_collapsed_tells_of_nobody(
    sizes: list[int], more: list[int]
) -> None:
    """At each edge: half of the people, a third group, enough people to say anything."""

    def answers(of: list[int]) -> dict[Hashable, float]:
        sigma = PUBLIC.noise_sigma
        return seen(lambda drawn: doubts(of, Edges(sigma, lambda *_: drawn)), sigma)

    place = more[0]
    other = [size + (number == place % len(sizes)) for number, size in enumerate(sizes)]
    assert advantage(answers(other), answers(sizes)) <= LIMITS["public"]


def test_how_many_name_nobody_is_told_with_noise() -> None:
    def told(nameless: int, target: bool, policy: ReleasePolicy) -> list[str]:
        units = [*crowd(1980), *[ONE_UNKNOWN] * nameless, *["the target"] * target]
        return [told_without(units, "user", policy, own) for own in keys(60)]

    assert told(20, False, DEMO) == ["0 % to 1 %"] * 60
    assert told(21, False, DEMO) == ["1 % to 2 %"] * 60
    found = [told(20, target, PUBLIC).count("0 % to 1 %") for target in (True, False)]
    assert 10 < min(found) <= max(found) < 50
    assert abs(found[0] - found[1]) < 18
    assert "0 %" not in told(0, False, PUBLIC)
    assert told_without(crowd(9), "conversation", PUBLIC, keys(1)[0]) == "0 %"


def test_the_number_of_groups_tells_nobodys_presence() -> None:
    def wanted(size: int, policy: ReleasePolicy) -> set[int]:
        people = crowd(size)
        drawn = (about(size, policy, edges_of(people, policy, own)) for own in keys(20))
        return {choose_k(own, policy.grain) for own in drawn}

    edge = next(n for n in range(3100, 4000) if choose_k(n, 100) < choose_k(n + 1, 100))
    assert wanted(edge, PUBLIC) == wanted(edge + 1, PUBLIC)
    assert wanted(3151, DEMO) == {choose_k(3151, DEMO.grain)}


def test_a_failed_call_tells_of_nobody() -> None:
    """A provider's filter refuses what the target wrote: alone, or with ten of the attacker's."""
    for own in keys(40):
        for size in (0, 1, 9):
            failed = [("filter", unit) for unit in crowd(size)]
            assert told_of_people(failed, "extract", PUBLIC, own) == {}
    many = [[("filter", unit) for unit in crowd(size)] for size in (60, 61)]
    found = [
        [told_of_people(calls, "x", PUBLIC, own)["filter"] for own in keys(40)] for calls in many
    ]
    assert len(set(found[0])) > 2
    assert abs(np.mean(found[0]) - np.mean(found[1])) < 10
    lone = [("filter", "the target")] * 50
    assert not any(told_of_people(lone, "extract", PUBLIC, own) for own in keys(40))
    assert told_of_people(lone[:1], "extract", DEMO, keys(1)[0]) == {"filter": 10}


def test_a_failed_vote_tells_of_nobody() -> None:
    for calls in (1, 9, 10):
        told = [told_of_calls({"x": calls}, "describe", PUBLIC, own, crowd(90)) for own in keys(40)]
        assert sum(map(bool, told)) <= (calls == 10)
    assert told_of_calls({"x": 8}, "describe", DEMO, keys(1)[0], crowd(90)) == {"x": 10}


def test_without_noise_the_threshold_is_an_oracle() -> None:
    assert reaches(10, 0, 10, 0.0)
    assert not reaches(9, 0, 10, 0.0)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([PUBLIC, INTERNAL, DEMO]), st.integers(1, 400), st.integers(1, 50),
    st.integers(-30, 30), st.integers(-60, 60),
)  # fmt: skip
def test_dominance_holds_exactly_whatever_the_noise(
    policy: ReleasePolicy, others: int, own: int, drawn: int, also: int
) -> None:
    rows = others + own
    counts = LeafCounts("L0-0000", rows, others + 1, own / rows, min(1.0, (own + 2) / rows))
    if withheld_reason(counts, policy, Noise(drawn, also)) is None:
        assert own <= policy.top_unit * rows
        assert own + 2 <= policy.top_three * rows


def told(units: int, policy: ReleasePolicy) -> dict[Hashable, float]:
    """Return what is said when everything is withheld, over the noise on the people."""
    counts = LeafCounts("L0-0000", 10**6, units, 0.0, 0.0)
    return seen(
        lambda drawn: nearest_policy([counts], policy, {"L0-0000": Noise(drawn, 0)}),
        policy.noise_sigma,
    )


@pytest.mark.parametrize("units", [4, 9, 19, 25, 39, 49, 59])
def test_what_would_have_passed_is_no_oracle(units: int) -> None:
    assert advantage(told(units + 1, PUBLIC), told(units, PUBLIC)) <= LIMITS["public"]


def test_what_would_have_passed_names_every_other_policy() -> None:
    text = nearest_policy([LeafCounts("L0-0000", 60, 30, 0.05, 0.15)], PUBLIC)
    assert all(repr(name) in text for name in POLICIES)
    assert "at least 30" in text


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 5000), st.integers(1, 5000))
def test_a_band_holds_the_share_it_is_told_for(part: int, whole: int) -> None:
    part = min(part, whole)
    text = band(part, whole)
    if part:
        low, high = (int(word) for word in text.replace("%", "").split(" to "))
        assert low * whole <= 100 * part <= high * whole
    else:
        assert text == "0 %"


@pytest.mark.parametrize("edge", BANDS[1:-1])
def test_the_band_of_what_is_withheld_is_no_oracle(edge: int) -> None:
    """One cluster of two is withheld; the attacker has put its share at an edge."""
    sigma = conversation_sigma(PUBLIC)
    whole = 10_000
    part = edge * whole // 100

    def bands(more: int) -> dict[Hashable, float]:
        return seen(
            lambda drawn: band(min(whole, max(1, part + more + drawn)), whole + more), sigma
        )

    assert advantage(bands(1), bands(0)) <= LIMITS["public"] / 2 + 0.01


def test_the_gate_tells_the_band_of_noisy_counts() -> None:
    """Over many keys, one conversation at an edge hardly moves the band that is told."""
    found = [withheld_band(rows, 30) for rows in (50, 51)]
    assert sum(found[0]) not in {0, 30}  # the edge is where it was put
    assert abs(sum(found[1]) - sum(found[0])) / 30 < 0.5


def withheld_band(rows: int, keys: int) -> list[bool]:
    """Return, by key, whether more than 5 % are told to be withheld of 1000 conversations."""
    leaf = np.repeat([0, 1], [950, rows])
    unit = np.concatenate([np.arange(950) // 2, 1000 + np.arange(rows)])
    world = Town(leaf, unit, {}, (0, 0))
    found = []
    for number in range(keys):
        report = publish(world, PUBLIC, number.to_bytes(32, "big"))
        assert report is not None
        found.append(report.receipt.withheld_share == "5 % to 10 %")
    return found


def test_the_margin_is_what_keeps_the_floor_from_deciding() -> None:
    bare = replace(PUBLIC, noise_sigma=0.0)
    counts = LeafCounts("L0-0000", 100, 50, 0.02, 0.06)
    assert withheld_reason(counts, bare) is None
    assert withheld_reason(counts, PUBLIC) is not None
    assert MARGIN == 3
