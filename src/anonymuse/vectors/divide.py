"""A plane between two kinds of vectors, fitted to a few examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import AnyRows, Sums


@dataclass(frozen=True, slots=True, repr=False)
class Plane:
    """Which side a vector is on, and how far: about 1 and -1 where the examples are.

    Attributes:
        normal: shape (d,).
        offset: what is added.
    """

    normal: Sums
    offset: float

    def __repr__(self) -> str:
        return f"Plane({len(self.normal)} dimensions)"

    def side(self, vectors: AnyRows) -> Sums:
        """Return how far each row is on the side of the yes, shape (n,); a zero row is at -inf."""
        rows = np.asarray(vectors, dtype=np.float64)
        said: Sums = rows @ self.normal + self.offset
        said[~rows.any(axis=1)] = -np.inf
        return said


def fit_plane(vectors: AnyRows, yes: npt.NDArray[np.bool_], *, ridge: float) -> Plane:
    """Fit a plane by ridge regression (Hoerl and Kennard 1970), both kinds counting the same.

    Args:
        vectors: of the examples, shape (n, d).
        yes: of each, shape (n,); both kinds are there.
        ridge: how much a long normal costs, beside a mean square error of at most 1.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    weights = np.where(yes, 0.5 / yes.sum(), 0.5 / (~yes).sum())
    middle = weights @ rows
    centred = rows - middle
    weighted = (centred * weights[:, None]).T
    cost = ridge * np.eye(rows.shape[1])
    normal = np.linalg.solve(weighted @ centred + cost, weighted @ np.where(yes, 1.0, -1.0))
    return Plane(normal, -float(middle @ normal))
