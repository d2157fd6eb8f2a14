from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.policy import DEMO, INTERNAL, PUBLIC, ReleasePolicy
from anonymuse.ports.release_ledger import Part, PublishedNumber
from anonymuse.stages.overlap import (
    Earlier,
    Overlap,
    compare,
    everybody,
    in_common,
    months,
    place_of,
    recorded,
)

KEY = b"k" * 32
EXACT = replace(PUBLIC, noise_sigma=0.0)


def number(
    who: Iterable[int],
    released: int | None = 60,
    *,
    part: Part = "units",
    node: str | None = "L0-0000",
    facet: str = "",
    value: str = "",
    weights: int = 1,
) -> PublishedNumber:
    people = np.unique(np.array(list(who), dtype=np.uint64))
    return PublishedNumber(
        part, node, facet, value, "", released, people, np.full(len(people), weights, np.int32)
    )


def cell(who: Iterable[int], released: int | None = 60, value: str = "Thai") -> PublishedNumber:
    return number(who, released, part="cell", facet="language", value=value)


def found(
    new: PublishedNumber, *old: PublishedNumber, then: ReleasePolicy = EXACT, now: Any = EXACT
) -> Overlap:
    return compare([new], [Earlier(then.as_dict(), old)], now, key=KEY)


@pytest.mark.parametrize("more", range(1, PUBLIC.min_cell))
def test_almost_the_same_people_repeat_the_earlier_number(more: int) -> None:
    old = number(range(60), 65)
    overlap = found(number(range(60 + more), 70, node="L0-0007"), old)
    assert overlap.repeated == {("units", "L0-0007", "", "", ""): old}
    assert not overlap.withheld


def test_the_same_people_and_enough_others_get_a_number_of_their_own() -> None:
    assert not found(number(range(60)), number(range(60))).repeated
    assert not found(number(range(70)), number(range(60))).repeated
    assert not found(number(range(60)), number(range(100, 160))).repeated


def test_a_person_who_says_more_than_before_is_a_difference_too() -> None:
    old = number(range(60), 120, part="conversations", weights=2)
    new = replace(old, weights=old.weights + (old.people < 3), released=125)
    assert found(new, old).repeated[place_of(new)] is old


def test_the_nearest_is_repeated_and_of_equals_the_earliest() -> None:
    far, near, again = number(range(56), 55), number(range(59), 60), number(range(1, 60), 65)
    assert found(number(range(60), 70), far, near, again).repeated[place_of(near)] is near


def test_a_cell_near_to_something_else_is_withheld() -> None:
    new = cell(range(60))
    assert found(new, number(range(58))).withheld == {place_of(new)}
    assert found(new, number(range(60))).withheld == {place_of(new)}


@pytest.mark.parametrize("differ", range(3))
def test_a_renamed_value_repeats_its_number_whether_or_not_one_person_moved(differ: int) -> None:
    """New noise for each new name would average out; and none for one who moved would tell it."""
    new, old = cell(range(60), 70), cell(range(60 - differ), value="Lao")
    overlap = found(new, old)
    assert overlap.repeated == {place_of(new): old}
    assert not overlap.withheld


def test_a_cell_near_to_a_withheld_one_is_withheld_even_with_the_same_people() -> None:
    new = cell(range(60))
    assert found(new, cell(range(58), None)).withheld == {place_of(new)}
    assert found(new, cell(range(60), None)).withheld == {place_of(new)}
    assert not found(new, cell(range(60), None), cell(range(60))).withheld


def test_a_base_cluster_near_to_one_with_too_few_people_stays_withheld() -> None:
    new = number(range(52))
    assert found(new, number(range(48), None)).withheld == {place_of(new)}
    assert not found(number(range(59)), number(range(48), None)).withheld


def test_what_a_stricter_policy_withheld_or_a_weaker_one_showed_does_not_count() -> None:
    assert not found(cell(range(60)), cell(range(60), None), then=PUBLIC, now=INTERNAL).withheld
    assert not found(number(range(62)), number(range(60)), then=INTERNAL, now=PUBLIC).repeated
    assert found(number(range(61)), number(range(60)), then=PUBLIC, now=INTERNAL).repeated


def test_one_more_account_each_time_does_not_draw_new_noise() -> None:
    """The averaging attack: ten runs, another puppet in each; ten times the same number."""
    first = number(range(200), 215)
    for puppet in range(1_000, 1_010):
        overlap = found(number([*range(200), puppet], 190), first, then=PUBLIC, now=PUBLIC)
        assert overlap.repeated[place_of(first)] is first


def test_the_edge_is_noisy_and_the_floor_holds() -> None:
    """With sigma 5, nine differing people never show; at ten it is as likely as 3 sigma."""
    fresh = {}
    for apart in (9, 10, 25, 45):
        bases = [range(1_000 * i, 1_000 * i + 60) for i in range(200)]
        fresh[apart] = sum(
            not found(
                number([*base, *range(base[-1] + 1, base[-1] + 1 + apart)]), number(base),
                then=PUBLIC, now=PUBLIC,
            ).repeated
            for base in bases
        )  # fmt: skip
    assert fresh[9] == 0
    assert fresh[10] <= 3
    assert 70 <= fresh[25] <= 130
    assert fresh[45] >= 197


def test_a_repeated_number_goes_into_the_ledger_with_whom_it_counted() -> None:
    old, new, banned = number(range(60)), number(range(62), node="L0-0003"), cell(range(58))
    overlap = Overlap({place_of(new): old}, frozenset({place_of(banned)}))
    (kept,) = recorded([new, banned], overlap)
    assert kept.people is old.people
    assert kept.node == "L0-0003"


people = st.sets(st.integers(0, 90), min_size=5, max_size=60)


@given(st.lists(people, min_size=1, max_size=4), st.lists(people, min_size=1, max_size=4))
@settings(max_examples=75, deadline=None)
def test_two_releases_tell_of_no_few_people(old: list[set[int]], new: list[set[int]]) -> None:
    """Whatever two releases count: no two different numbers of a kind rest on almost the same."""
    policy = replace(EXACT, min_cell=5)
    earlier = [cell(who, len(who), value=str(i % 2)) for i, who in enumerate(old)]
    numbers = [
        replace(cell(who, len(who), value=str(i % 2)), node=f"L0-{i:04d}")
        for i, who in enumerate(new)
    ]
    overlap = compare(numbers, [Earlier(policy.as_dict(), earlier)], policy, key=KEY)
    for own in numbers:
        place = place_of(own)
        if place in overlap.withheld or place in overlap.repeated:
            continue
        apart = [len(set(own.people.tolist()) ^ set(one.people.tolist())) for one in earlier]
        shared = [bool(set(own.people.tolist()) & set(one.people.tolist())) for one in earlier]
        assert all(
            not near or d == 0 or d >= policy.min_cell or 0 in apart
            for d, near in zip(apart, shared, strict=True)
        )


def test_bands_and_months_are_told() -> None:
    own, theirs = everybody([number(range(100))]), everybody([number(range(40, 200))])
    assert in_common(own, theirs, 0.0, key=KEY) == "50 % to 75 %"
    assert in_common(own, everybody([number(range(500, 600))]), 0.0, key=KEY) is None
    assert not len(everybody([cell(range(5)), number(range(9), None)]))
    march, quarter = ("2026-03", "2026-03"), ("2026-01", "2026-03")
    assert months(march, march) == "the same months"
    assert months(march, quarter) == "a part of its months"
    assert months(quarter, march) == "its months and more"
    assert months(("2026-02", "2026-05"), quarter) == "some of its months"
    assert months(("2026-04", "2026-05"), quarter) == "other months"
    assert months(None, quarter) == "months not known"


def test_demo_has_no_noise_and_the_floor_alone() -> None:
    assert found(number(range(12)), number(range(10)), then=DEMO, now=DEMO).repeated
    assert not found(number(range(13)), number(range(10)), then=DEMO, now=DEMO).repeated
