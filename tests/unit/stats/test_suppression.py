"""What an attacker can work out of a suppressed table, found by trying every world."""

from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymuse.stats.suppression import Flags, Table, suppress

Ints = npt.NDArray[np.int64]


def table_of(leaves: list[list[int]], parent: list[int]) -> Table:
    """Build a table in which everybody has one value in one base cluster."""
    values = len(leaves[0])
    rows = []
    unit = 0
    for leaf, counts in enumerate(leaves):
        for value, count in enumerate(counts):
            for _ in range(count):
                node = leaf
                while True:
                    rows.append((node, value, unit))
                    if node == len(parent) - 1:
                        break
                    node = parent[node]
                unit += 1
    found = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Table(found[:, 0], found[:, 1], found[:, 2], np.array(parent), values)


def other_worlds(table: Table, shown: Flags) -> Ints:
    """Return what every table with these row sizes and shown cells may differ by, one by one.

    The equations are those of a network, so any other world is reached by steps that change each
    base cluster's cell by one at most: all such steps are tried.
    """
    leaves = np.flatnonzero(table.is_leaf).tolist()
    wide = table.values - int(table.sums[:, -1].sum() == 0)
    steps = []
    for leaf in leaves:
        choices = [
            (0,) if shown[leaf, v] else (0, 1) if table.sums[leaf, v] == 0 else (-1, 0, 1)
            for v in range(wide)
        ]
        padding = (0,) * (table.values - wide)
        steps.append([(*step, *padding) for step in product(*choices) if sum(step) == 0])
    picks = np.indices([len(s) for s in steps]).reshape(len(steps), -1)
    found = np.zeros((picks.shape[1], *table.shape), dtype=np.int64)
    for place, leaf in enumerate(leaves):
        found[:, leaf] = np.array(steps[place])[picks[place]]
    for row in range(table.root):
        found[:, table.parent[row]] += found[:, row]
    return np.asarray(found[(found[:, shown] == 0).all(axis=1)])


def movable(table: Table, shown: Flags) -> Flags:
    """Return which cells have another value in some other world."""
    return np.asarray(other_worlds(table, shown).any(axis=0), dtype=np.bool_)


TREES = ([2, 2, 2], [1, 1], [3, 3, 4, 4, 4])
"""Parents by row: two and one leaf below the root; two leaves below a parent beside a leaf."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, int]:
    parent = draw(st.sampled_from(TREES))
    leaves = len(set(range(len(parent))) - set(parent))
    counts = [
        draw(st.lists(st.integers(0, 4), min_size=4, max_size=4)) for _ in range(leaves)
    ]  # fmt: skip
    if draw(st.booleans()):
        counts = [[*c[:3], 0] for c in counts]
    return table_of(counts, parent), draw(st.integers(2, 3))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_no_small_cell_can_be_worked_out(case: tuple[Table, int]) -> None:
    table, least = case
    shown = suppress(table, table.people >= least, least)
    small = (table.sums > 0) & (table.sums < least)
    assert not (shown & small).any()
    if not shown.any():
        return
    assert movable(table, shown)[small].all()


@settings(max_examples=150, deadline=None)
@given(tables())
def test_one_equation_leaves_enough_room(case: tuple[Table, int]) -> None:
    table, least = case
    shown = suppress(table, table.people >= least, least)
    for row in range(len(table.parent)):
        rest = table.sums[row][~shown[row]]
        if shown[row].any() and rest.sum():
            assert rest.sum() >= least
            assert (~shown[row, :-1]).sum() + (table.sums[row, -1] > 0) >= 2
    for row, value in np.argwhere(shown & ~table.is_leaf[:, None]).tolist():
        own = [c for c in np.flatnonzero(table.parent == row) if c != row and not shown[c, value]]
        if rest := sum(int(table.sums[c, value]) for c in own):
            assert rest >= least
            assert len(own) >= 2


@settings(max_examples=100, deadline=None)
@given(tables())
def test_it_never_shows_more_and_is_done_at_once(case: tuple[Table, int]) -> None:
    table, least = case
    passes = table.people >= least
    shown = suppress(table, passes, least)
    assert not (shown & ~passes).any()
    assert (suppress(table, shown, least) == shown).all()


def test_nothing_small_nothing_hidden() -> None:
    table = table_of([[20, 15, 0, 0], [12, 30, 0, 0]], [2, 2, 2])
    assert (suppress(table, table.people >= 10, 10) == (table.sums > 0)).all()


def test_one_small_cell_takes_the_next_smallest_with_it() -> None:
    table = table_of([[20, 40, 3, 0], [50, 60, 12, 0], [70, 80, 11, 0]], [3, 3, 3, 3])
    shown = suppress(table, table.people >= 10, 10)
    assert shown[0].tolist() == [False, True, False, False]
    assert shown[3, :3].all()
    assert not shown[:3, 2].all()


def test_missing_answers_count_as_a_value_that_is_never_shown() -> None:
    table = table_of([[20, 30, 3], [20, 30, 0]], [2, 2, 2])
    shown = suppress(table, table.people >= 10, 10)
    assert not shown[:, -1].any()
    assert not shown[0, :2].all()


def test_an_only_topic_gives_its_number_to_the_whole() -> None:
    table = table_of([[20, 12, 3, 0]], [1, 1])
    shown = suppress(table, table.people >= 10, 10)
    assert shown.tolist() == [[True, False, False, False]] * 2


def test_a_cell_that_only_all_equations_together_give_away_is_covered() -> None:
    # hidden: two squares of sixes, joined by one cell with a single person. Each row and each
    # column leaves enough open, and yet the sums of the first two rows and columns leave that one
    leaves = np.zeros((4, 6), dtype=np.int64)
    leaves[:2, :2] = leaves[2:, 2:4] = 6
    leaves[0, 2] = 1
    leaves[:, 4] = 50
    leaves[leaves == 0] = 20
    leaves[:, -1] = 0
    table = table_of(leaves.tolist(), [4, 4, 4, 4, 4])
    passes = table.people >= 10
    alone = movable(table, passes)
    assert alone[0, 0]
    assert not alone[0, 2]
    shown = suppress(table, passes, 10)
    assert movable(table, shown)[0, 2]


@pytest.mark.parametrize(
    ("leaves", "parent", "least", "left"),
    [
        ([[5, 3, 5, 1], [0, 1, 0, 0]], [2, 2, 2], 3, 2),
        ([[5, 5, 1, 1], [5, 0, 0, 3], [0, 0, 1, 0]], [3, 3, 4, 4, 4], 2, 4),
        ([[5, 0, 0, 0], [1, 0, 0, 0], [2, 0, 0, 0]], [3, 3, 4, 4, 4], 4, 0),
    ],
)
def test_where_row_and_column_are_hidden_already_the_whole_gives_way(
    leaves: list[list[int]], parent: list[int], least: int, left: int
) -> None:
    table = table_of(leaves, parent)
    shown = suppress(table, table.people >= least, least)
    assert shown.sum() == left
    small = (table.sums > 0) & (table.sums < least)
    assert not left or movable(table, shown)[small].all()


def test_people_with_two_values_are_counted_once() -> None:
    # ten cells' worth of answers, but the same five people twice: too few to leave open
    rows = [(0, 0, u) for u in range(20)]
    rows += [(0, v, u) for v in (1, 2) for u in range(100, 105)]
    rows += [(1, v, u) for v in (0, 1, 2) for u in range(200, 230)]
    rows += [(2, v, u) for _, v, u in rows]
    found = np.array(rows)
    table = Table(found[:, 0], found[:, 1], found[:, 2], np.array([2, 2, 2]), 4)
    shown = suppress(table, table.people >= 10, 10)
    assert not shown[0].any()


@pytest.mark.parametrize("counts", [[[0, 0, 0]], [[5, 0, 0]], [[50, 0, 0]]])
def test_a_tree_of_one(counts: list[list[int]]) -> None:
    table = table_of(counts, [1, 1])
    shown = suppress(table, table.people >= 10, 10)
    assert shown[:, 0].all() == (counts[0][0] >= 10)
