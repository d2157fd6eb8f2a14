"""Taking the language out of multilingual vectors.

Sentence encoders put texts of one language close together whatever they are about. Subtracting
each language's mean removes most of that. The mean of few rows is mostly noise, so it is shrunk
toward the mean of all rows. Rows whose language is not known go to the nearest mean: on a corpus
in 15 languages with a fifth of the languages hidden, purity at 20 clusters is 0.76 with that and
0.65 without. Where languages talk about different things, ``pairs.py`` goes on from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.ports.language import UNKNOWN
from anonymuse.vectors.rows import AnyRows, Floats, Labels, Sums, blocks

SHRINK = 30.0
"""Rows at which a group's own mean counts as much as the mean of all."""
LEAST_ROWS = 15
"""Groups with fewer rows are no language: a detector's mistakes, or texts in two languages."""


@dataclass(frozen=True, slots=True, repr=False)
class Centring:
    """What to subtract from each row.

    Attributes:
        offsets: one vector per group, shape (groups, d).
        codes: each row's group, shape (n,).
    """

    offsets: Floats
    codes: Labels

    def apply(self, rows: Floats, low: int) -> Floats:
        """Return ``rows`` (which start at row ``low`` of the data) minus their group's offset."""
        return rows - self.offsets[self.codes[low : low + len(rows)]]


def group_codes(groups: Sequence[str]) -> tuple[tuple[str, ...], Labels]:
    """Return the distinct group names, sorted, and each row's number among them."""
    names, codes = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    return tuple(str(name) for name in names), codes.astype(np.int32)


def several(groups: Sequence[str] | None) -> bool:
    """Say whether at least two known languages have enough rows to be one."""
    counts = Counter(groups or ())
    return sum(n >= LEAST_ROWS for name, n in counts.items() if name != UNKNOWN) > 1


def fit_centring(
    vectors: AnyRows,
    groups: Sequence[str] | None,
    *,
    weights: npt.NDArray[np.float64] | None = None,
    shrink: float = SHRINK,
    least_rows: int = LEAST_ROWS,
    share: float = 1.0,
) -> Centring:
    """Estimate each group's mean, shrunk toward the mean of all by ``m / (m + shrink)``.

    Rows of an unknown language, or of one with too few rows to have a mean, are counted to the
    language whose mean is nearest. With one group, or none, this is plain centring: nothing
    else is taken away.

    Args:
        vectors: shape (n, d); read in blocks.
        groups: a language per row, or None.
        weights: how often each row counts, shape (n,).
        shrink: rows at which the group's own mean weighs one half.
        least_rows: groups below this many rows have no mean of their own.
        share: of the rows that there are; a draw of them trusts a group as all of them would.
    """
    n = len(vectors)
    names, codes = group_codes(groups if groups is not None else [""] * n)
    sums, mass = group_sums(vectors, codes, weights)
    total = sums.sum(axis=0) / max(float(mass.sum()), 1e-12)
    known = np.array([name != UNKNOWN for name in names])
    solid = known & (np.bincount(codes) >= share * least_rows) & (mass > 0.0)
    if solid.any() and not solid.all():
        codes = _to_nearest(vectors, codes, sums, mass, solid)
        sums, mass = group_sums(vectors, codes, weights, groups=len(names))
    count = np.bincount(codes, minlength=len(mass))
    trust = np.where(solid, count / (count + share * shrink), 0.0)[:, None]
    own = sums / np.maximum(mass, 1e-12)[:, None]
    return Centring(offsets=(trust * own + (1.0 - trust) * total).astype(np.float32), codes=codes)


def _to_nearest(
    vectors: AnyRows, codes: Labels, sums: Sums, mass: Sums, solid: npt.NDArray[np.bool_]
) -> Labels:
    """Move every row whose group is not solid to the solid group with the nearest mean."""
    targets = np.flatnonzero(solid)
    means = sums[targets] / mass[targets][:, None]
    half_squares = np.einsum("ij,ij->i", means, means) / 2.0
    moved = codes.copy()
    for low, high in blocks(len(codes)):
        loose = low + np.flatnonzero(~solid[codes[low:high]])
        if len(loose):
            closeness = np.asarray(vectors[loose], dtype=np.float64) @ means.T - half_squares
            moved[loose] = targets[closeness.argmax(axis=1)]
    return moved


def group_sums(
    vectors: AnyRows,
    codes: Labels,
    weights: npt.NDArray[np.float64] | None,
    *,
    groups: int | None = None,
) -> tuple[Sums, Sums]:
    """Return each group's weighted sum, shape (groups, d), and weight, shape (groups,).

    Args:
        vectors: shape (n, d).
        codes: each row's group.
        weights: how often each row counts.
        groups: how many there are, where the last may have no row; None: as many as occur.
    """
    n, d = vectors.shape
    size = int(codes.max(initial=-1)) + 1 if groups is None else groups
    sums = np.zeros((size, d))
    mass = np.zeros(size)
    for low, high in blocks(n):
        part = codes[low:high]
        w = np.ones(high - low) if weights is None else weights[low:high]
        chosen = np.zeros((size, high - low))
        chosen[part, np.arange(high - low)] = w
        sums += chosen @ np.asarray(vectors[low:high], dtype=np.float64)
        mass += np.bincount(part, weights=w, minlength=size)
    return sums, mass
