"""How far two labellings of the same things agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
AnyLabels = Sequence[object] | npt.NDArray[np.generic]


def contingency(found: AnyLabels, true: AnyLabels) -> Counts:
    """Return how often each found label meets each true label, shape (found, true)."""
    _, a = np.unique(np.asarray(found), return_inverse=True)
    _, b = np.unique(np.asarray(true), return_inverse=True)
    width = int(b.max(initial=-1)) + 1
    height = int(a.max(initial=-1)) + 1
    table: Counts = np.bincount(a * width + b, minlength=height * width)
    return table.reshape(height, width)


def purity(found: AnyLabels, true: AnyLabels) -> float:
    """Return the share of things whose cluster's most frequent true label is theirs."""
    table = contingency(found, true)
    return float(table.max(axis=1).sum() / table.sum())


def inverse_purity(found: AnyLabels, true: AnyLabels) -> float:
    """Return the share of things that lie in the largest cluster of their true label."""
    return purity(true, found)


def correct(found: AnyLabels, true: AnyLabels) -> npt.NDArray[np.bool_]:
    """Return for each thing whether its cluster's most frequent true label is its own."""
    _, a = np.unique(np.asarray(found), return_inverse=True)
    _, b = np.unique(np.asarray(true), return_inverse=True)
    return np.asarray(contingency(a, b).argmax(axis=1)[a] == b)


def adjusted_rand(found: AnyLabels, true: AnyLabels) -> float:
    """Return the adjusted Rand index (Hubert and Arabie 1985): 0 by chance, 1 for equality."""
    table = contingency(found, true).astype(np.float64)
    n = table.sum()
    both = pairs_in(table).sum()
    one, other = pairs_in(table.sum(axis=1)).sum(), pairs_in(table.sum(axis=0)).sum()
    expected = one * other / max(pairs_in(np.array(n)), 1.0)
    most = (one + other) / 2.0
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def adjusted_mutual_information(found: AnyLabels, true: AnyLabels) -> float:
    """Return mutual information adjusted for chance (Vinh et al. 2010).

    Expected mutual information is exact, under the hypergeometric model; normalised by the mean
    of the two entropies.
    """
    table = contingency(found, true)
    if table.shape == (1, 1) or (table.shape[0] == table.shape[1] == table.sum()):
        return 1.0
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    expected = expected_information(table)
    mean = (_entropy(rows) + _entropy(columns)) / 2.0
    room = mean - expected
    tiny = float(np.finfo(np.float64).eps)
    room = min(room, -tiny) if room < 0 else max(room, tiny)
    return float((_information(table) - expected) / room)


def v_measure(found: AnyLabels, true: AnyLabels) -> float:
    """Return the harmonic mean of homogeneity and completeness (Rosenberg, Hirschberg 2007)."""
    table = contingency(found, true)
    one, other = _entropy(table.sum(axis=1)), _entropy(table.sum(axis=0))
    if one + other == 0.0:
        return 1.0
    return float(2.0 * _information(table) / (one + other))


def expected_information(table: Counts) -> float:
    """Return the mutual information that two random labellings with these counts share.

    Sums over all cells and all counts a cell may have; equal marginals are done once.
    """
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    n = int(rows.sum())
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    row_sizes, row_times = np.unique(rows, return_counts=True)
    column_sizes, column_times = np.unique(columns, return_counts=True)
    total = 0.0
    for a, a_times in zip(row_sizes.tolist(), row_times.tolist(), strict=True):
        for b, b_times in zip(column_sizes.tolist(), column_times.tolist(), strict=True):
            x = np.arange(max(1, a + b - n), min(a, b) + 1)
            log_p = (
                factorial[a] + factorial[b] + factorial[n - a] + factorial[n - b]
                - factorial[n] - factorial[x] - factorial[a - x] - factorial[b - x]
                - factorial[n - a - b + x]
            )  # fmt: skip
            gain = x / n * (np.log(n) + np.log(x) - np.log(a) - np.log(b))
            total += a_times * b_times * float((gain * np.exp(log_p)).sum())
    return total


def pairs_in(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how many pairs there are in groups of some sizes."""
    pairs: npt.NDArray[np.float64] = counts * (counts - 1.0) / 2.0
    return pairs


def _entropy(counts: Counts) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def _information(table: Counts) -> float:
    n = table.sum()
    i, j = np.nonzero(table)
    cells = table[i, j].astype(np.float64)
    outer = table.sum(axis=1)[i].astype(np.float64) * table.sum(axis=0)[j]
    return max(0.0, float((cells / n * (np.log(cells) + np.log(n) - np.log(outer))).sum()))
