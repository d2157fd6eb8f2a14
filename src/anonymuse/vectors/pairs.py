"""What tells languages apart, from rows that say nearly the same in two of them.

The mean of a language mixes what its speakers talk about with how the encoder places the language:
taking it away erases real differences. Two rows of different languages that are each other's
nearest say nearly the same, and differ by the language alone, however seldom their topic is
elsewhere (mutual nearest neighbours, as batches of cells are aligned: Haghverdi 2018).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.centre import Centring
from anonymuse.vectors.reduce import fit_reduction
from anonymuse.vectors.rows import AnyRows, Floats, Labels, Sums, philox, reader_of, unit_rows

ROUNDS = 2
"""Times that pairs are looked for: the first among rows minus their language's mean."""
LEAST_COSINE = 0.3
"""Of two rows that are each other's nearest in their languages: less is no pair."""
TRUST = 30.0
"""Pairs that weigh as much as the mean of the language."""
DIMENSIONS = 60
MOST_ROWS, MOST_OF_GROUP, LEAST_OF_GROUP = 12_000, 600, 50
"""Rows drawn: in all, and of each language."""


def meet(vectors: AnyRows, centring: Centring, *, seed: int, share: float = 1.0) -> Centring:
    """Return offsets under which pairs of rows in different groups lie as close as they can.

    With one group, or none, nothing changes.

    Args:
        vectors: shape (n, d); only the drawn rows are read. Zero rows say nothing.
        centring: each row's group, and the means to start from.
        seed: of the draw.
        share: of the rows that there are; the means weigh so much less than beside all of them.
    """
    chosen = _drawn(centring.codes, seed)
    rows = np.asarray(vectors[chosen], dtype=np.float32)
    said = np.any(rows != 0, axis=1)
    rows, codes = rows[said], centring.codes[chosen][said]
    if len(np.unique(codes)) < 2:
        return centring
    offsets = centring.offsets.astype(np.float64)
    for _ in range(ROUNDS):
        near = _reduced(rows - offsets[codes].astype(np.float32))
        offsets = _solved(rows, codes, near, centring.offsets, trust=share * TRUST)
        offsets += (rows - offsets[codes]).mean(axis=0)
    return Centring(offsets.astype(np.float32), centring.codes)


def _drawn(codes: Labels, seed: int) -> npt.NDArray[np.int64]:
    """Return rows of every group, the same number of each where there are so many, ascending."""
    rng = philox(seed)
    order = rng.permutation(len(codes))
    groups = np.unique(codes)
    share = max(LEAST_OF_GROUP, min(MOST_OF_GROUP, MOST_ROWS // max(len(groups), 1)))
    return np.sort(np.concatenate([order[codes[order] == group][:share] for group in groups]))


def _reduced(rows: Floats) -> Floats:
    units = unit_rows(rows)
    reduction = fit_reduction(reader_of(units), units.shape, dimensions=DIMENSIONS)
    return unit_rows(reduction.project(units))


def _solved(rows: Floats, codes: Labels, near: Floats, start: Floats, *, trust: float) -> Sums:
    """Return the offsets that make pairs meet, in least squares, drawn to ``start``.

    Every pair (i, j) asks that row i minus its group's offset be row j minus its group's.
    """
    groups = len(start)
    links = trust * np.eye(groups)
    wanted = trust * start.astype(np.float64)
    members = {int(group): np.flatnonzero(codes == group) for group in np.unique(codes)}
    for a, b in combinations(members, 2):
        mine, theirs = _pairs(near[members[a]], near[members[b]])
        apart = (rows[members[a][mine]] - rows[members[b][theirs]]).sum(axis=0, dtype=np.float64)
        count = len(mine)
        links[[a, b], [a, b]] += count
        links[[a, b], [b, a]] -= count
        wanted[a] += apart
        wanted[b] -= apart
    return np.asarray(np.linalg.solve(links, wanted), dtype=np.float64)


def _pairs(mine: Floats, theirs: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the row numbers of mutual nearest neighbours on both sides."""
    cosine = mine @ theirs.T
    across, down = cosine.argmax(axis=1), cosine.argmax(axis=0)
    rows = np.arange(len(mine))
    meet_again = (down[across] == rows) & (cosine[rows, across] >= LEAST_COSINE)
    return rows[meet_again], across[meet_again]
