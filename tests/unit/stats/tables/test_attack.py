"""No withheld cell can be worked out from all released numbers together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymuse.stages.tabulate import FacetColumn, tabulate
from tests.unit.stats.tables.attack import (
    FLAT,
    KEY,
    TREE,
    Person,
    World,
    bounds_of,
    leaves_of,
    plain,
    ranges,
)


def scatter(leaves: int, windows: int, size: int, none: float, seed: int) -> list[Person]:
    rng = np.random.default_rng(seed)
    weight = rng.dirichlet(np.ones(3) * 0.6, size=leaves)
    found = []
    for _ in range(size):
        at = int(rng.integers(leaves))
        value = -1 if rng.random() < none else int(rng.choice(3, p=weight[at]))
        window = -1 if not windows or rng.random() < none else int(rng.integers(windows))
        found.append((at, value, window))
    return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    nodes = draw(st.sampled_from([FLAT, TREE]))
    leaves = sum(n.level == 0 for n in nodes)
    windows = draw(st.sampled_from([0, 2, 3]))
    people = scatter(
        leaves, windows, draw(st.integers(10, 140)), draw(st.sampled_from([0.0, 0.05])),
        draw(st.integers(0, 2**32)),
    )  # fmt: skip
    return World(nodes, people, windows, plain(draw(st.integers(2, 4))))


def unsafe(world: World) -> list[str]:
    """Return the withheld cells with people, fewer than the threshold, that are determined."""
    hidden = [c for c in world.cells if not c.shown and 0 < c.people < world.policy.min_cell]
    found = ranges(world, [world.row(world.holds(cell)) for cell in hidden])
    return [
        f"{cell.place}: {ends}"
        for cell, ends in zip(hidden, found, strict=True)
        if ends[0] == ends[1]
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_integer_programming_finds_no_small_cell(world: World) -> None:
    assert unsafe(world) == []


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_integer_programming_finds_no_small_cell_in_many_worlds(world: World) -> None:
    assert unsafe(world) == []


def test_the_attacker_is_awake() -> None:
    """With complementary suppression undone, the same attacker finds a cell."""
    people = [(at, v, -1) for at in range(3) for v in (0, 1) for _ in range(9)]
    people += [(0, 2, -1)] + [(at, 2, -1) for at in (1, 2) for _ in range(9)]
    world = World(FLAT, people, 0, plain(3))
    assert unsafe(world) == []
    world.cells = [replace(c, shown=c.people >= 3) for c in world.cells]
    assert unsafe(world)


def nested(sizes: list[list[int]], least: int) -> list[str]:
    """Count "more than 20" and "more than 21" of people with 20, 21 or 22 turns by base cluster.

    Returns the nodes in which those with exactly 21 are few and told.
    """
    exact = np.array(sizes, dtype=float)
    rows = [(at, state) for at, own in enumerate(sizes) for state, n in enumerate(own)
            for _ in range(n)]  # fmt: skip
    leaf, state = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    facets = [FacetColumn(f"over {20 + i}", ("no", "yes"), (state > i).astype(int)) for i in (0, 1)]
    cells = tabulate(
        TREE, leaf, np.arange(len(leaf)), facets, plain(least), key=KEY,
        pseudonyms=[f"p{i}" for i in range(len(leaf))],
    )  # fmt: skip
    equations = [np.eye(4)[at][:, None] * np.ones(3) for at in range(4)]
    for cell in cells:
        below, over = leaves_of(TREE, cell.node), int(cell.facet[-2:]) - 20
        if cell.shown:
            row = np.zeros((4, 3))
            for own in range(3):
                row[list(below), own] = (own > over) == (cell.value == "yes")
            equations.append(row)
    wanted, names = [], []
    for node in ["L0-0000", "L0-0001", "L0-0002", "L0-0003", "L1-0000", "L1-0001", None]:
        row = np.zeros((4, 3))
        row[list(leaves_of(TREE, node)), 1] = 1
        if 0 < (row * exact).sum() < least:
            wanted.append(row.ravel())
            names.append(str(node))
    matrix = np.array([row.ravel() for row in equations])
    found = bounds_of(matrix, matrix @ exact.ravel(), exact.sum(), wanted)
    return [name for name, ends in zip(names, found, strict=True) if ends[0] == ends[1]]


turns = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(0, 40)).map(list),
    min_size=4, max_size=4,
).filter(lambda sizes: sum(map(sum, sizes)) > 0)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(turns, st.integers(2, 6))
def test_the_difference_of_two_nested_facets_tells_no_small_group(
    sizes: list[list[int]], least: int
) -> None:
    assert nested(sizes, least) == []
