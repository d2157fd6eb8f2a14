"""Who is in which cell: rows of a tree by values of a column, each person once in a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anonymuse.stats.noise import UnitKeys, keyed_noise, unit_keys
from anonymuse.stats.suppression import Table

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]


SIZES = "units"
"""heading of a node's people, and what the noise of a base cluster's size is for"""


OUTSIDE = -2
"""Code of rows that are not in a column's table: who is in it is known from another one."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Column:
    """One answer a row, of a closed vocabulary.

    Attributes:
        name: what is counted.
        values: the vocabulary; never free text.
        codes: place of each row's answer in it, -1 where there is none, `OUTSIDE` for rows that
            the column is not about, shape (rows,).
        told: how many values, from the first, may be told; the others only take part in deciding
            what may be shown. None: all.
        within: facet and value that the column takes apart: told only where that value is.
        ranked: a unit counts once in a base cluster, in the last of its values there.
    """

    name: str
    values: tuple[str, ...]
    codes: npt.NDArray[np.integer]
    told: int | None = None
    within: tuple[str, str] | None = None
    ranked: bool = False

    @property
    def shown_values(self) -> int:
        """How many values may be told."""
        return len(self.values) if self.told is None else self.told

    @property
    def headings(self) -> tuple[str, ...]:
        """What each column of its table is called; the last is "no answer"."""
        return (*(f"{self.name}\x1f{value}" for value in self.values), self.name)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Frame:
    """The rows that are counted, and the tree they hang in.

    Attributes:
        parent: table row of each node's parent; a parent comes after its children, and the last
            is the whole, its own parent. Shape (nodes,).
        leaf: table row of each row's base cluster, shape (rows,).
        unit: code of each row's privacy unit, 0 and up, shape (rows,).
        key: the secret key of the noise.
        secrets: a number for each unit code; None where there is no noise.
        windows: what each row is called, where rows are windows of one node.
    """

    parent: Ints
    leaf: Ints
    unit: Ints
    key: bytes
    secrets: UnitKeys | None
    windows: tuple[str, ...] = ()

    @property
    def root(self) -> int:
        """Row of the whole."""
        return len(self.parent) - 1

    def tops(self) -> list[int]:
        """Return the rows right below the whole."""
        return [r for r in range(self.root) if self.parent[r] == self.root]

    def top_of(self) -> Ints:
        """Return the top row above each node, itself for a top; shape (nodes,)."""
        found = np.arange(len(self.parent))
        for row in range(self.root - 1, -1, -1):
            if self.parent[row] != self.root:
                found[row] = found[self.parent[row]]
        return found

    def members(self, table: Table) -> Keys:
        """Return the sum of the secrets of each cell's people, shape (nodes, values)."""
        found = np.zeros(table.shape, dtype=np.uint64)
        if self.secrets is not None:
            np.add.at(found.ravel(), table.cell, self.secrets[table.unit])
        return found

    def noise(self, table: Table, headings: Sequence[str], least: int, sigma: float) -> Ints:
        """Draw for each cell of ``least`` people; the others are never shown.

        The same people draw the same number under the same heading, also in another release:
        looking at them twice tells nothing new. Under another heading they draw another one. Two
        values that the same people have would else be equal numbers, and unequal ones as soon as
        one person lacks one of them.

        Args:
            table: exact counts.
            headings: of each column (:attr:`Column.headings`).
            least: people below which nothing is drawn.
            sigma: of the noise.
        """
        drawn = np.zeros(table.shape, dtype=np.int64)
        if self.secrets is None or sigma == 0:
            return drawn
        members = self.members(table)
        known: dict[tuple[int, str], int] = {}
        for row, value in np.argwhere(table.people >= least).tolist():
            own = int(members[row, value]), self.purpose(row, headings[value])
            if own not in known:
                known[own] = keyed_noise(self.key, own[0], sigma, purpose=own[1])
            drawn[row, value] = known[own]
        return drawn

    def purpose(self, row: int, heading: str) -> str:
        """Return what noise of a cell is for: its facet, value and window, whatever its node."""
        if heading == SIZES:
            return SIZES
        return f"cell:{heading}\x1f{self.windows[row] if self.windows else ''}"


def frame_of(
    parent: Sequence[int],
    leaf: npt.NDArray[np.integer],
    unit: npt.NDArray[np.integer],
    *,
    key: bytes,
    pseudonyms: Sequence[str],
    sigma: float,
) -> Frame:
    """Return a frame; ``pseudonyms`` are of each unit code, and decide the noise."""
    return Frame(
        np.array(parent, dtype=np.int64),
        leaf.astype(np.int64),
        unit.astype(np.int64),
        key,
        unit_keys(key, pseudonyms) if sigma else None,
    )


def table_of(
    parent: Ints, row: Ints, unit: Ints, codes: Ints, values: int, counted: Ints | None = None
) -> Table:
    """Count each unit once in each value of its row and of every row above.

    Args:
        parent: as in :class:`Frame`.
        row: table row of each conversation, shape (n,).
        unit: its unit, shape (n,).
        codes: its value, -1 for none, shape (n,).
        values: how many there are.
        counted: what is told of each cell of a row without children, if not its people.
    """
    wide, root = values + 1, len(parent) - 1
    width = int(unit.max(initial=0)) + 1
    value = np.where(codes >= 0, codes, values)
    here, talks = _grouped((row * wide + value) * width + unit, np.ones(len(row), dtype=np.int64))
    found = [(here, talks)]
    while len(here):
        cell, who = here // width, here % width
        below = cell // wide != root
        cell = cell[below]
        up = (parent[cell // wide] * wide + cell % wide) * width + who[below]
        here, talks = _grouped(up, talks[below])
        found.append((here, talks))
    keys, talks = _grouped(*(np.concatenate(part) for part in zip(*found, strict=True)))
    cell = keys // width
    return Table(cell // wide, cell % wide, keys % width, parent, wide, talks, counted)


def first_of_each(base: Ints, unit: Ints, codes: Ints) -> npt.NDArray[np.bool_]:
    """Return which rows hold the first value that their unit has in their base cluster.

    Who has a value and who lacks it are then apart, as the sizes of clusters would tell them apart.
    """
    width = int(unit.max(initial=0)) + 1
    order = np.lexsort((codes, base * width + unit))
    pair, value = (base * width + unit)[order], codes[order]
    new = np.ones(len(pair), dtype=np.bool_)
    new[1:] = np.diff(pair) != 0
    first = value[np.flatnonzero(new)][np.cumsum(new) - 1]
    kept = np.zeros(len(pair), dtype=np.bool_)
    kept[order] = value == first
    return kept


def counted_once(column: Column, base: Ints, unit: Ints) -> Column:
    """Return a ranked column with only the rows of the last value that a unit has in its place.

    Values then exclude each other, and people of several values are the sum of them. Any other
    column is returned as it is.
    """
    if not column.ranked:
        return column
    codes = column.codes.astype(np.int64)
    return replace(column, codes=np.where(first_of_each(base, unit, -codes), codes, OUTSIDE))


def distinct(*keys: Ints) -> Ints:
    """Return one row for each distinct combination of keys, shape (combinations,)."""
    order = np.lexsort(keys)
    new = np.zeros(len(order), dtype=np.bool_)
    new[:1] = True
    for key in keys:
        new[1:] |= np.diff(key[order]) != 0
    found: Ints = order[new]
    return found


def _grouped(keys: Ints, weights: Ints) -> tuple[Ints, Ints]:
    """Return sorted distinct keys and the sum of each one's weights."""
    if not len(keys):
        return keys, weights
    order = np.argsort(keys, kind="stable")
    keys, weights = keys[order], weights[order]
    starts = np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))
    return keys[starts], np.add.reduceat(weights, starts)
