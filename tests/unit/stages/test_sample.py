from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from anonymuse.stages.sample import Sample, sample

KEY = b"k" * 32


def draw(
    n: int, *, seed: int = 0, size: int | None = None, per_unit: int = 50, users: int = 7
) -> Sample:
    rows = [f"row-{i}" for i in range(n)]
    return sample(
        rows, [f"u{i % users}" for i in range(n)], rows, key=KEY, seed=seed, size=size,
        per_unit=per_unit,
    )  # fmt: skip


@given(st.integers(0, 300), st.integers(1, 400), st.integers(1, 50), st.integers(0, 3))
def test_nothing_is_lost_and_no_unit_gives_more_than_its_bound(
    n: int, size: int, per_unit: int, seed: int
) -> None:
    drawn = draw(n, seed=seed, size=size, per_unit=per_unit)
    assert len(drawn.kept) + drawn.over_size + drawn.over_bound == n
    given_by = Counter(int(i) % 7 for i in drawn.kept)
    assert max(given_by.values(), default=0) <= per_unit
    assert sorted(set(drawn.kept.tolist())) == drawn.kept.tolist()


def test_the_order_of_the_file_plays_no_part() -> None:
    rows = [f"row-{i}" for i in range(200)]
    there = sample(rows, rows, rows, key=KEY, seed=1, size=50, per_unit=50)
    back = sample(rows[::-1], rows, rows[::-1], key=KEY, seed=1, size=50, per_unit=50)
    assert {rows[i] for i in there.kept} == {rows[::-1][i] for i in back.kept}


def test_another_seed_draws_others() -> None:
    assert set(draw(200, seed=0, size=50).kept) != set(draw(200, seed=1, size=50).kept)


def test_equal_texts_are_asked_about_once() -> None:
    drawn = sample(
        ["a", "b", "c"], ["u", "v", "w"], ["same", "other", "same"], key=KEY, seed=0, size=None,
        per_unit=50,
    )  # fmt: skip
    assert drawn.kept.tolist() == [0, 1, 2]
    assert drawn.stands_for.tolist() == [0, 1, 0]
