from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymuse.domain.private.conversation import Turn
from anonymuse.stages.sample import (
    Sample,
    collapse,
    draw_people,
    is_completion,
    sample_completions,
    sample_conversations,
    turns_up_to,
)

KEY = b"k" * 32


def draw(
    n: int, *, seed: int = 0, size: int | None = None, per_unit: int = 50, users: int = 7
) -> Sample:
    rows = [f"row-{i}" for i in range(n)]
    return sample_conversations(
        rows, [f"u{i % users}" for i in range(n)], key=KEY, seed=seed, size=size, per_unit=per_unit
    )


def draw_completions(
    completions: list[int], *, seed: int = 0, size: int | None = None, per_unit: int = 50
) -> Sample:
    rows = [f"row-{i}" for i in range(len(completions))]
    units = [f"u{i % 7}" for i in range(len(completions))]
    return sample_completions(
        rows, units, completions, key=KEY, seed=seed, size=size, per_unit=per_unit
    )


@given(st.integers(0, 300), st.integers(1, 400), st.integers(1, 50), st.integers(0, 3))
def test_nothing_is_lost_and_no_unit_gives_more_than_its_bound(
    n: int, size: int, per_unit: int, seed: int
) -> None:
    drawn = draw(n, seed=seed, size=size, per_unit=per_unit)
    assert len(drawn.kept) + drawn.over_size + drawn.over_bound == n
    given_by = Counter(int(i) % 7 for i in drawn.kept)
    assert max(given_by.values(), default=0) <= per_unit
    assert sorted(set(drawn.kept.tolist())) == drawn.kept.tolist()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 6), max_size=80),
    st.one_of(st.none(), st.integers(1, 120)),
    st.integers(1, 50),
)
def test_of_completions_nothing_is_lost_either(
    completions: list[int], size: int | None, per_unit: int
) -> None:
    drawn = draw_completions(completions, size=size, per_unit=per_unit)
    assert drawn.completion is not None
    assert len(drawn.kept) + drawn.over_size + drawn.over_bound + drawn.silent == len(completions)
    assert drawn.silent == completions.count(0)
    for index, completion in zip(drawn.kept.tolist(), drawn.completion.tolist(), strict=True):
        assert 1 <= completion <= completions[index]
    if size is None:
        assert all(c == completions[i] for i, c in zip(drawn.kept, drawn.completion, strict=True))
    assert size is None or len(drawn.kept) <= size
    given_by = Counter(int(i) % 7 for i in drawn.kept)
    assert max(given_by.values(), default=0) <= per_unit


def test_long_conversations_weigh_more_among_completions_and_not_among_conversations() -> None:
    completions = [1] * 500 + [9] * 500
    long = [float(np.mean(draw_completions(completions, size=300).kept >= 500))]
    long.append(float(np.mean(draw(1000, size=300, users=1000).kept >= 500)))
    assert long[0] > 0.75
    assert 0.4 < long[1] < 0.6


def test_of_two_turns_of_one_conversation_the_later_is_kept() -> None:
    drawn = draw_completions([12], size=6)
    assert drawn.completion is not None
    alone = [
        int(one.completion[0])
        for size in range(1, 7)
        if (one := draw_completions([12], size=size)).completion is not None
    ]
    assert drawn.kept.tolist() == [0]
    assert alone == sorted(alone)
    assert drawn.completion[0] == max(alone)
    assert len(set(alone)) > 1


def test_the_order_of_the_file_plays_no_part() -> None:
    rows = [f"row-{i}" for i in range(200)]
    there = sample_conversations(rows, rows, key=KEY, seed=1, size=50, per_unit=50)
    back = sample_conversations(rows[::-1], rows, key=KEY, seed=1, size=50, per_unit=50)
    assert {rows[i] for i in there.kept} == {rows[::-1][i] for i in back.kept}


def test_another_seed_draws_others() -> None:
    assert set(draw(200, seed=0, size=50).kept) != set(draw(200, seed=1, size=50).kept)
    several = [2] * 200
    first, second = (draw_completions(several, seed=seed, size=50) for seed in (0, 1))
    assert set(first.kept) != set(second.kept)


def test_people_are_drawn_whoever_else_is_there() -> None:
    people = [f"p{n}" for n in range(400)]
    drawn = draw_people(people, 0.25, key=KEY, seed=1, least=10)
    assert drawn.sum() == 100
    back = draw_people(people[::-1], 0.25, key=KEY, seed=1, least=10)[::-1]
    assert drawn.tolist() == back.tolist()
    more = draw_people(people, 0.5, key=KEY, seed=1, least=10)
    assert (more | ~drawn).all()  # whoever was drawn still is
    assert (draw_people(people, 0.25, key=KEY, seed=2, least=10) != drawn).any()


def test_a_least_number_of_people_is_drawn_or_all() -> None:
    people = [f"p{n}" for n in range(40)]
    assert draw_people(people, 0.1, key=KEY, seed=1, least=30).sum() == 30
    assert draw_people(people, 0.1, key=KEY, seed=1, least=300).all()


def test_equal_texts_are_asked_about_once() -> None:
    assert collapse(["same", "other", "same"]).tolist() == [0, 1, 0]


def test_a_conversation_is_cut_after_the_turn_that_was_drawn() -> None:
    turns = (
        Turn("system", "s"), Turn("user", "u"), Turn("assistant", " "), Turn("assistant", "a"),
        Turn("user", "v"), Turn("tool", "t"), Turn("assistant", "b"), Turn("user", "w"),
    )  # fmt: skip
    assert sum(map(is_completion, turns)) == 2
    assert [turns_up_to(turns, n) for n in (1, 2)] == [4, 7]
