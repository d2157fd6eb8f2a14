"""Principal components from a streamed covariance: any number of rows, memory O(d^2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import BlockReader, Floats, Sums, blocks

Weights = npt.NDArray[np.float64] | None
_FLAT = 1e-9
"""Of the largest spread: directions with less of it are not told well by the rows' products."""


@dataclass(frozen=True, slots=True, repr=False)
class Reduction:
    """A linear map onto the directions of largest variance.

    Attributes:
        mean: subtracted first, shape (d,).
        axes: orthonormal columns, shape (d, r), largest variance first; in each the component
            of largest size is positive, so that signs do not depend on the linear algebra library.
        variance: along each axis, shape (r,).
    """

    mean: Floats
    axes: Floats
    variance: Sums

    def project(self, rows: Floats) -> Floats:
        """Return the coordinates of ``rows`` (n, d) on the axes, shape (n, r)."""
        return np.asarray((rows - self.mean) @ self.axes, dtype=np.float32)


def fit_reduction(
    read: BlockReader,
    shape: tuple[int, int],
    *,
    dimensions: int,
    weights: Weights = None,
) -> Reduction:
    """Find the ``dimensions`` directions of largest weighted variance.

    Args:
        read: gives rows in blocks; called twice over all rows, in order.
        shape: (n, d) of what ``read`` gives.
        dimensions: wanted axes; fewer come back where n - 1 or d is smaller (never less than 1).
        weights: how often each row counts, shape (n,).
    """
    n, d = shape
    mean, mass = _mean(read, n, d, weights)
    keep = max(1, min(dimensions, d, n - 1))
    found = _of_few(read, n, mean, weights) if n < d else None
    if found is None or found[0][keep - 1] <= _FLAT * found[0][0]:
        found = _of_many(read, (n, d), mean, weights)
    variance, axes = found[0][:keep] / mass, found[1][:, :keep]
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[largest, np.arange(keep)] < 0, -1.0, 1.0)
    return Reduction(
        mean=mean, axes=axes.astype(np.float32), variance=np.maximum(variance, 0.0).copy()
    )


def _of_many(
    read: BlockReader, shape: tuple[int, int], mean: Floats, weights: Weights
) -> tuple[Sums, Sums]:
    """Return what spreads along every direction, largest first, and the directions."""
    n, d = shape
    scatter = np.zeros((d, d))
    for low, high in blocks(n):
        rows = _centred(read, low, high, mean, weights)
        scatter += rows.T @ rows
    variance, axes = np.linalg.eigh(scatter)
    return variance[::-1], axes[:, ::-1]


def _of_few(read: BlockReader, n: int, mean: Floats, weights: Weights) -> tuple[Sums, Sums]:
    """Return the same from the rows' products: quicker where rows are fewer than dimensions."""
    parts = [_centred(read, low, high, mean, weights) for low, high in blocks(n)]
    rows = np.concatenate(parts).astype(np.float64)
    variance, own = np.linalg.eigh(rows @ rows.T)
    variance = np.maximum(variance[::-1], 0.0)
    return variance, rows.T @ own[:, ::-1] / np.maximum(np.sqrt(variance), 1e-150)


def _centred(read: BlockReader, low: int, high: int, mean: Floats, weights: Weights) -> Floats:
    rows = read(low, high) - mean
    if weights is None:
        return rows
    return rows * np.sqrt(weights[low:high]).astype(np.float32)[:, None]


def _mean(read: BlockReader, n: int, d: int, weights: Weights) -> tuple[Floats, float]:
    total, mass = np.zeros(d), 0.0
    for low, high in blocks(n):
        rows = read(low, high)
        w = np.ones(high - low) if weights is None else weights[low:high]
        total += w @ rows.astype(np.float64)
        mass += float(w.sum())
    mass = max(mass, 1e-12)
    return (total / mass).astype(np.float32), mass
