"""An attacker with an integer-programming solver and every released number, noise off.

People are in one base cluster, with one value, in one window each: the worst case, as every
equation that an attacker could write down then holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from anonymuse.domain.policy import DEMO, ReleasePolicy
from anonymuse.domain.private.counts import DraftCell
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.tabulate import FacetColumn, tabulate
from anonymuse.stats.tables.sheet import SIZE

KEY = b"n" * 32
VALUES = "abc"

FLAT = [DraftNode(f"L0-{i:04d}", None, (), 0) for i in range(3)]
TREE = [
    DraftNode("L0-0000", "L1-0000", (), 0),
    DraftNode("L0-0001", "L1-0000", (), 0),
    DraftNode("L0-0002", "L1-0001", (), 0),
    DraftNode("L0-0003", "L1-0001", (), 0),
    DraftNode("L1-0000", None, ("L0-0000", "L0-0001"), 1),
    DraftNode("L1-0001", None, ("L0-0002", "L0-0003"), 1),
]

Person = tuple[int, int, int]
"""base cluster, value (-1: none), window (-1: none)"""


def plain(least: int, **changes: float) -> ReleasePolicy:
    """Return thresholds alone: no noise, no rounding, no dominance."""
    policy = replace(
        DEMO, min_units=1, min_conversations=1, min_cell=least, top_unit=1.0, top_three=1.0
    )
    return replace(policy, **changes)  # type: ignore[arg-type]


def leaves_of(nodes: Sequence[DraftNode], node: str | None) -> set[int]:
    """Return the base clusters below a node."""
    if node is None:
        return {int(n.id[3:]) for n in nodes if n.level == 0}
    own = next(n for n in nodes if n.id == node)
    if not own.children:
        return {int(node[3:])}
    return set().union(*(leaves_of(nodes, child) for child in own.children))


@dataclass
class World:
    """People, and the cube that is released of them."""

    nodes: Sequence[DraftNode]
    people: Sequence[Person]
    windows: int
    policy: ReleasePolicy
    cells: list[DraftCell] = field(init=False)

    def __post_init__(self) -> None:
        leaf, value, window = np.array(self.people, dtype=np.int64).reshape(-1, 3).T
        names = tuple(f"2026-{i + 1:02d}" for i in range(self.windows))
        self.cells = tabulate(
            self.nodes,
            leaf,
            np.arange(len(leaf)),
            [FacetColumn("f", tuple(VALUES), value)],
            self.policy,
            key=KEY,
            pseudonyms=[f"p{i}" for i in range(len(leaf))],
            windows=FacetColumn(SIZE, names, window) if self.windows else None,
        )

    def holds(self, cell: DraftCell) -> Callable[[int, int, int], bool]:
        """Return which combinations of leaf, value and window a cell counts."""
        below = leaves_of(self.nodes, cell.node)
        value = VALUES.index(cell.value) if cell.value else None
        window = int(cell.window[5:]) - 1 if cell.window else None
        return lambda at, v, w: at in below and value in (None, v) and window in (None, w)

    def shape(self) -> tuple[int, int, int]:
        """Leaves, values with "none", windows with "none"."""
        return len(leaves_of(self.nodes, None)), len(VALUES) + 1, self.windows + 1

    def row(self, holds: Callable[[int, int, int], bool]) -> np.ndarray:
        """Return the coefficients of a number over all combinations."""
        leaves, values, windows = self.shape()
        found = np.zeros(self.shape())
        for at in range(leaves):
            for v in range(values):
                for w in range(windows):
                    found[at, v, w] = holds(
                        at, v if v < values - 1 else -1, w if w < windows - 1 else -1
                    )
        return found.ravel()

    def exact(self) -> np.ndarray:
        """Return how many people each combination has."""
        found = np.zeros(self.shape())
        for at, value, window in self.people:
            found[at, value, window] += 1
        return found.ravel()


def _in_leaf(own: int, at: int, value: int, window: int) -> bool:
    return at == own


def ranges(world: World, wanted: Iterable[np.ndarray]) -> list[tuple[int, int]]:
    """Return the least and the largest value of each number in any world like the released one."""
    equations = [world.row(world.holds(cell)) for cell in world.cells if cell.shown]
    equations += [world.row(partial(_in_leaf, own)) for own in range(world.shape()[0])]
    matrix = np.array(equations)
    told = matrix @ world.exact()
    total = float(world.exact().sum())
    return bounds_of(matrix, told, total, wanted)


def bounds_of(
    matrix: np.ndarray, told: np.ndarray, total: float, wanted: Iterable[np.ndarray]
) -> list[tuple[int, int]]:
    """Return both ends of each number, over all whole solutions of ``matrix @ x = told``."""
    found = []
    for row in wanted:
        ends = []
        for sign in (1, -1):
            solved = milp(
                sign * row,
                constraints=LinearConstraint(matrix, told, told),
                integrality=np.ones(len(row)),
                bounds=Bounds(0, total),
            )
            assert solved.success
            ends.append(round(sign * solved.fun))
        found.append((ends[0], ends[1]))
    return found
