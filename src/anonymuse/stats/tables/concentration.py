"""Cells that are large enough and still say too much of one person: dominance and homogeneity.

Dominance: one unit, or three, hold most of a cell's conversations. It is looked at where there is
no noise. With noise each person counts once in a cell and ``per_node`` times in a cluster, so
nobody can hold much of it, and a limit on exact shares would tell who has many conversations.

Homogeneity (l-diversity turned round): who is known to be in a cell of an *identifying* facet, a
language or a country, has an answer to a *sensitive* one too, because nearly all in the cell share
it. The whole report is the yardstick: an answer that nearly everybody gives tells nothing of
anybody. A cell's keyed noise moves the limit, one way only, so that it always holds and one person
more or less cannot be read off what is withheld.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.stats.suppression import Flags, Table

Ints = npt.NDArray[np.int64]


def dominated(table: Table, policy: ReleasePolicy) -> Flags:
    """Return the cells in which one unit, or three, hold too many conversations.

    Args:
        table: the counts.
        policy: its limits.
    """
    if policy.noise_sigma:
        return np.zeros(table.shape, dtype=np.bool_)
    total, one, three = _largest(table)
    found = (one > policy.top_unit * total) | (three > policy.top_three * total)
    return np.asarray(found, dtype=np.bool_)


def _largest(table: Table) -> tuple[Ints, Ints, Ints]:
    """Return conversations of each cell, of its largest unit, and of its three largest."""
    talks = np.ones(len(table.cell), dtype=np.int64) if table.talks is None else table.talks
    size = table.shape[0] * table.values
    order = np.lexsort((-talks, table.cell))
    cell, talks = table.cell[order], talks[order]
    rank = np.arange(len(cell)) - np.searchsorted(cell, cell)
    total, one, three = (
        np.bincount(cell[rank < most], weights=talks[rank < most], minlength=size)
        .astype(np.int64)
        .reshape(table.shape)
        for most in (len(cell), 1, 3)
    )
    return total, one, three


def one_answer(
    table: Table, both: Table, sensitive: Table, noise: Ints, policy: ReleasePolicy
) -> Flags:
    """Return the cells of an identifying facet whose people nearly all give one sensitive answer.

    Args:
        table: of the identifying facet.
        both: of both at once: column ``value * sensitive.values + answer``.
        sensitive: of the sensitive facet.
        noise: of the cells of ``table``.
        policy: its ``one_answer`` and sigma.
    """
    nodes = table.shape[0]
    wide = sensitive.values
    shared = both.people[:, : table.values * wide].reshape(nodes, table.values, wide)
    everybody = _everybody(both)[table.root]
    usual = sensitive.people[table.root] >= policy.one_answer * max(1, everybody)
    usual[-1] = True  # no answer is no news
    most = np.where(usual[None, None, :], 0, shared).max(axis=2)
    found: Flags = most + _extra(noise, policy) >= policy.one_answer * table.people
    return np.asarray(found & (most > 0), dtype=np.bool_)


def one_topic(table: Table, noise: Ints, policy: ReleasePolicy) -> Flags:
    """Return the values of an identifying facet whose people are nearly all in one node.

    Shape (values,). They are told nowhere: the other nodes' cells would tell this one's.
    """
    root = table.root
    everybody = _everybody(table)
    usual = everybody >= policy.one_answer * max(1, int(everybody[root]))
    most = np.where(usual[:, None], 0, table.people).max(axis=0)
    extra = _extra(noise[root], policy)
    found: Flags = (most > 0) & (most + extra >= policy.one_answer * table.people[root])
    return found


def _extra(noise: Ints, policy: ReleasePolicy) -> npt.NDArray[np.float64]:
    """Return how many people more than there are the test sees, 0 or more."""
    return np.asarray(np.maximum(0.0, policy.noise_sigma - noise), dtype=np.float64)


def _everybody(table: Table) -> Ints:
    """Return distinct units of each node, shape (nodes,)."""
    width = int(table.unit.max(initial=0)) + 1
    pairs = np.unique(table.node * width + table.unit)
    return np.bincount(pairs // width, minlength=table.shape[0])
