"""Ways to look at every conversation, and the one space in which they are clustered.

Each view has its language taken out and is reduced; all are weighted and joined. Where every view
is in several languages rows also move towards their neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.centre import fit_centring, several
from anonymuse.vectors.pairs import meet
from anonymuse.vectors.reduce import fit_reduction
from anonymuse.vectors.rows import AnyRows, Floats, blocks, unit_rows
from anonymuse.vectors.smooth import MOST_ANCHORS, NEIGHBOURS, smoothed

DIMENSIONS = 120
"""Principal components kept of an embedded text."""
FEW_DIMENSIONS, ROWS_PER_DIMENSION = 30, 4
"""Few conversations tell the later components badly: so many are kept, or one for so many rows."""
ROUNDS, ROUNDS_OF_ONE = 1, 2
"""Times that rows move towards their neighbours: a single view is the noisier one."""


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """One way to look at every conversation.

    Attributes:
        name: what was embedded, for the report ("request", "whole").
        vectors: shape (n, d); any float width; may be memory-mapped. Zero rows: nothing known.
        groups: a language per row, taken out of this view; None where texts are in one language.
        dimensions: principal components kept.
        weight: share of the squared distance that this view decides, relative to the others.
    """

    name: str
    vectors: AnyRows
    groups: Sequence[str] | None = None
    dimensions: int = DIMENSIONS
    weight: float = 1.0


@dataclass(frozen=True, slots=True, repr=False)
class Positions:
    """Where rows lie.

    Attributes:
        space: the joint reduced unit vectors, shape (n, d').
        moved: ``space`` after rows moved towards their neighbours, shape (n, d'); None where none
            did.
    """

    space: Floats
    moved: Floats | None

    @property
    def near(self) -> Floats:
        """Where they are clustered."""
        return self.space if self.moved is None else self.moved


def positions(
    views: Sequence[View],
    weights: npt.NDArray[np.float64] | None,
    *,
    k: int,
    seed: int,
    share: float = 1.0,
) -> Positions:
    """Return where rows lie that will be in ``k`` clusters.

    ``share`` of the rows that there are: a draw trusts a language's rows as all of them would be.
    """
    space = join_views(views, weights, seed=seed, share=share)
    if not all(several(view.groups) for view in views):
        return Positions(space, None)
    fewest = min(len(space), MOST_ANCHORS) // (2 * k)
    rounds = ROUNDS if len(views) > 1 else ROUNDS_OF_ONE
    neighbours = min(NEIGHBOURS, fewest)
    return Positions(space, smoothed(space, neighbours=neighbours, seed=seed, rounds=rounds))


def some_rows(views: Sequence[View], rows: npt.NDArray[np.int64]) -> list[View]:
    """Return the views of some of the rows, in the order of ``rows``."""
    return [
        replace(
            view,
            vectors=view.vectors[rows],
            groups=None if view.groups is None else [view.groups[row] for row in rows.tolist()],
        )
        for view in views
    ]


def join_views(
    views: Sequence[View],
    weights: npt.NDArray[np.float64] | None = None,
    *,
    seed: int = 0,
    share: float = 1.0,
) -> Floats:
    """Return one unit vector per row: each view without its language, reduced, weighted, joined.

    Returns:
        Shape (n, d'), d' the sum of the views' dimensions.
    """
    total = sum(view.weight for view in views)
    shares = [np.float32((view.weight / total) ** 0.5) for view in views]
    parts = [
        _reduced(view, weights, seed, share) * own for view, own in zip(views, shares, strict=True)
    ]
    return unit_rows(np.concatenate(parts, axis=1))


def _reduced(
    view: View, weights: npt.NDArray[np.float64] | None, seed: int, share: float
) -> Floats:
    """Centre, reduce and normalise one view; rows of which it knows nothing stay zero."""
    vectors = view.vectors
    n, d = vectors.shape
    known = np.concatenate([np.any(vectors[low:high] != 0, axis=1) for low, high in blocks(n)])
    if not known.all():
        weights = known * (np.ones(n) if weights is None else weights)
    means = fit_centring(vectors, view.groups, weights=weights, share=share)
    centring = meet(vectors, means, seed=seed, share=share)

    def read(low: int, high: int) -> Floats:
        rows = unit_rows(centring.apply(np.asarray(vectors[low:high], dtype=np.float32), low))
        return np.where(known[low:high, None], rows, np.float32(0.0))

    dimensions = min(view.dimensions, max(FEW_DIMENSIONS, n // ROWS_PER_DIMENSION))
    reduction = fit_reduction(read, (n, d), dimensions=dimensions, weights=weights)
    out = np.zeros((n, reduction.axes.shape[1]), dtype=np.float32)
    for low, high in blocks(n):
        own = unit_rows(reduction.project(read(low, high)))
        out[low:high] = np.where(known[low:high, None], own, np.float32(0.0))
    return out
