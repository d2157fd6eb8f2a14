"""Rows of vectors: read block by block, brought to unit length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
"""float32, shape (rows, dimensions) unless said otherwise"""
Sums = npt.NDArray[np.float64]
"""float64 accumulators"""
Labels = npt.NDArray[np.int32]
"""one cluster number per row, shape (n,)"""
AnyRows = npt.NDArray[Any]
"""floats of any width, shape (n, dimensions); may be a memory-mapped file"""
BlockReader = Callable[[int, int], Floats]
"""gives rows ``low`` to ``high`` (exclusive) as float32"""

BLOCK = 4096
"""Rows worked on at a time: fixed, because the order of sums is part of the result."""


def blocks(n: int, size: int = BLOCK) -> Iterator[tuple[int, int]]:
    """Yield ``(low, high)`` bounds that cut ``n`` rows into blocks of at most ``size``."""
    for low in range(0, n, size):
        yield low, min(low + size, n)


def unit_rows(rows: AnyRows) -> Floats:
    """Return rows of unit length as float32, shape (n, d); a zero row stays zero."""
    floats = np.asarray(rows, dtype=np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", floats, floats, dtype=np.float64))
    scale = np.where(norms > 1e-12, 1.0 / np.maximum(norms, 1e-12), 0.0)
    return floats * scale.astype(np.float32)[:, None]


def reader_of(rows: AnyRows) -> BlockReader:
    """Return a reader of an array or memory-mapped file, shape (n, d)."""

    def read(low: int, high: int) -> Floats:
        return np.asarray(rows[low:high], dtype=np.float32)

    return read


def philox(seed: int) -> np.random.Generator:
    """Return the one generator that everything here draws from: counter-based, seeded."""
    return np.random.Generator(np.random.Philox(seed))
