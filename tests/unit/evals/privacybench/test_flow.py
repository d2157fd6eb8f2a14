"""The attacker by network flow finds exactly what an integer program finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from anonymuse.evals.privacybench.flow import Arc, Network


def by_programme(arcs: dict[str, Arc], name: str) -> tuple[int, int]:
    """Return the range of an arc: least and most, by integer programming."""
    order = list(arcs)
    points = sorted({p for a in arcs.values() for p in (a.tail, a.head)}, key=str)
    flow = np.zeros((len(points), len(order)))
    for column, arc in enumerate(arcs.values()):
        flow[points.index(arc.tail), column] -= 1
        flow[points.index(arc.head), column] += 1
    wanted = np.zeros(len(order))
    wanted[order.index(name)] = 1
    ends = [
        milp(
            sign * wanted,
            constraints=LinearConstraint(flow, 0, 0),
            bounds=Bounds([a.least for a in arcs.values()], [a.most for a in arcs.values()]),
            integrality=np.ones(len(order)),
        ).fun
        for sign in (1, -1)
    ]
    return round(ends[0]), round(-ends[1])


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Arc]:
    """Return rows x columns with some counts known, totals of rows and columns known or not."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(2, 3))
    arcs: dict[str, Arc] = {}

    def add(name: str, tail: str, head: str, count: int) -> None:
        slack = draw(st.sampled_from([0, 0, 2]))
        known = draw(st.booleans())
        low, high = (max(0, count - slack), count + slack) if known else (0, 30)
        arcs[name] = Arc(tail, head, count, low, high)

    counts = [[draw(st.integers(0, 9)) for _ in range(columns)] for _ in range(rows)]
    for i, row in enumerate(counts):
        add(f"row {i}", "ground", f"r{i}", sum(row))
        for j, count in enumerate(row):
            add(f"cell {i} {j}", f"r{i}", f"c{j}", count)
    for j in range(columns):
        add(f"column {j}", f"c{j}", "ground", sum(row[j] for row in counts))
    return arcs


@settings(max_examples=25, deadline=None)
@given(tables())
def test_every_range_is_that_of_an_integer_programme(arcs: dict[str, Arc]) -> None:
    network = Network(arcs)
    for name in arcs:
        if name.startswith("cell"):
            assert network.range_of(name) == by_programme(arcs, name)


def test_what_a_row_leaves_open_is_found() -> None:
    arcs = {
        "row": Arc("ground", "r", 20, 20, 20),
        "shown": Arc("r", "c", 17, 17, 17),
        "hidden": Arc("r", "d", 3, 0, 9),
        "down": Arc("c", "ground", 17, 0, 99),
        "also down": Arc("d", "ground", 3, 0, 99),
    }
    assert Network(arcs).range_of("hidden") == (3, 3)


@pytest.mark.parametrize("slack", [1, 4])
def test_slack_in_the_row_is_slack_in_the_cell(slack: int) -> None:
    arcs = {
        "row": Arc("ground", "r", 20, 20 - slack, 20 + slack),
        "shown": Arc("r", "c", 17, 17, 17),
        "hidden": Arc("r", "d", 3, 0, 9),
        "down": Arc("c", "ground", 17, 0, 99),
        "also down": Arc("d", "ground", 3, 0, 99),
    }
    assert Network(arcs).range_of("hidden") == (max(0, 3 - slack), 3 + slack)
