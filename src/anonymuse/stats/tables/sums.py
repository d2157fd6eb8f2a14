"""Released counts of a table: what a parent shows is the sum of what its children show.

A base cluster's cell is its exact count plus its keyed noise, rounded. A parent's is the sum of its
shown children's released counts and of one more number for all the hidden ones together, which
goes through the same noise and rounding. So the released table adds up, and subtracting parts from
their sum leaves a number that was meant to be told: that of two cells and enough people, or of
nobody. With noise, that one may be 0 where somebody is, and more where nobody is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.stats.noise import keyed_noise
from anonymuse.stats.rounding import rounded
from anonymuse.stats.suppression import Flags, Table
from anonymuse.stats.tables.counting import SIZES, Column, Frame, Keys

Ints = npt.NDArray[np.int64]


def leaf_sizes(frame: Frame, table: Table, policy: ReleasePolicy) -> Ints:
    """Return the released units of each node: base clusters' own, parents' sums; shape (nodes,).

    Args:
        frame: the rows.
        table: with one value that everybody has.
        policy: in force.
    """
    noise = frame.noise(table, [SIZES, SIZES], 1, policy.noise_sigma)
    found = np.zeros(table.shape[0], dtype=np.int64)
    for row in np.flatnonzero(table.is_leaf).tolist():
        exact = int(table.people[row, 0] + noise[row, 0])
        found[row] = rounded(exact, policy.rounding, policy.min_units)
    for row in range(table.root):
        found[table.parent[row]] += found[row]
    return found


def released(
    frame: Frame,
    column: Column,
    table: Table,
    shown: Flags,
    noise: Ints,
    sizes: Ints,
    policy: ReleasePolicy,
) -> tuple[Ints, Ints]:
    """Return the released count of each cell, and how many noisy numbers it is the sum of.

    Args:
        frame: the rows, with the key.
        column: what the table counts.
        table: the exact counts.
        shown: which cells may be shown together; the counts of others mean nothing.
        noise: of each cell.
        sizes: released units of each node, which no cell exceeds; shape (nodes,) or, where they
            differ by column, (nodes, values).
        policy: in force.
    """
    members = frame.members(table)
    room = np.broadcast_to(sizes.reshape(table.shape[0], -1), table.shape)
    counts, terms = np.zeros(table.shape, np.int64), np.ones(table.shape, np.int64)
    floor = rounded(0, policy.rounding, policy.min_cell)
    below: list[list[int]] = [[] for _ in range(table.shape[0])]
    for row in range(table.root):
        below[table.parent[row]].append(row)
    for row, value in np.argwhere(shown).tolist():
        if not below[row]:
            exact = int(table.sums[row, value] + noise[row, value])
            own = rounded(exact, policy.rounding, policy.min_cell)
            counts[row, value] = min(int(room[row, value]), own)
            continue
        told = [c for c in below[row] if shown[c, value]]
        hidden = [c for c in below[row] if not shown[c, value]]
        counts[row, value] = sum(int(counts[c, value]) for c in told)
        terms[row, value] = sum(int(terms[c, value]) for c in told)
        if hidden:
            purpose = f"rest:{frame.purpose(row, column.headings[value])}"
            rest = _rest(frame, table, members, row, hidden, value, policy, purpose)
            counts[row, value] += min(sum(int(room[c, value]) for c in hidden), rest)
            terms[row, value] += 1
        counts[row, value] = max(int(counts[row, value]), floor)
    return counts, terms


def _rest(
    frame: Frame,
    table: Table,
    members: Keys,
    row: int,
    hidden: list[int],
    value: int,
    policy: ReleasePolicy,
    purpose: str,
) -> int:
    """Return what a parent's hidden children add to it, with noise of their own, rounded."""
    exact = int(table.sums[hidden, value].sum())
    if policy.noise_sigma:
        who = int(members[hidden, value].sum(dtype=np.uint64)) or int(members[row, value])
        exact += keyed_noise(frame.key, who, policy.noise_sigma, purpose=purpose)
    return rounded(max(0, exact), policy.rounding, 0)
