"""Answers that nobody gave, from vectors: ridge regression on those that somebody did.

Whoever is judged by a prediction must not have taught it, or predictions look better on the asked
than they are on all others. So the asked are divided into parts; each part is predicted by what the
others taught, and everybody else by the mean of all (cross-fitting, as in Zrnic and Candes 2024,
arXiv 2309.16598). Which score counts as a yes is chosen so that as many of the asked are predicted
to have an answer as have it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.vectors.rows import AnyRows, Sums

Ints = npt.NDArray[np.int64]

PARTS = 5
PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""of the ridge, of which the one with the least error on parts left out is taken"""
_STEPS = 200


def predict(vectors: AnyRows, answers: npt.NDArray[np.integer], group: Ints, classes: int) -> Ints:
    """Return an answer for every row, also for those that gave one.

    Args:
        vectors: shape (n, d).
        answers: place of each row's answer among the classes, -1 where it gave none, shape (n,).
        group: of each row; rows of one group are never in different parts, shape (n,).
        classes: how many answers there are.

    Returns:
        A class for each row, shape (n,); all -1 where too few gave one to learn from.
    """
    taught = np.flatnonzero(answers >= 0)
    part = group % PARTS
    parts = np.unique(part[taught])
    if len(taught) < 2 * PARTS or len(parts) < 2:
        return np.full(len(answers), -1, dtype=np.int64)
    rows = np.asarray(vectors, dtype=np.float64)
    truth = np.eye(classes)[answers[taught]]
    scores = _scores(rows, answers, part, parts, truth)
    offsets = _offsets(scores[taught], truth.mean(axis=0))
    found: Ints = np.argmax(scores + offsets, axis=1).astype(np.int64)
    return found


def _scores(
    rows: Sums, answers: npt.NDArray[np.integer], part: Ints, parts: Ints, truth: Sums
) -> Sums:
    """Return each row's score for each class, from rows of other parts; shape (n, classes)."""
    taught = np.flatnonzero(answers >= 0)
    own = part[taught]
    made = [_ridge(rows[taught[own != p]], truth[own != p]) for p in parts.tolist()]
    errors = [
        sum(
            float(((rows[taught[own == p]] @ slope[k] + offset[k] - truth[own == p]) ** 2).sum())
            for p, (slope, offset) in zip(parts.tolist(), made, strict=True)
        )
        for k in range(len(PENALTIES))
    ]
    best = int(np.argmin(errors))
    every = [rows @ slope[best] + offset[best] for slope, offset in made]
    scores: Sums = np.mean(every, axis=0)
    for p, score in zip(parts.tolist(), every, strict=True):
        left_out = taught[own == p]
        scores[left_out] = score[left_out]
    return scores


def _ridge(rows: Sums, truth: Sums) -> tuple[Sequence[Sums], Sequence[Sums]]:
    """Return slope and offset for each penalty (Hoerl and Kennard 1970)."""
    middle, base = rows.mean(axis=0), truth.mean(axis=0)
    left, spread, right = np.linalg.svd(rows - middle, full_matrices=False)
    told = left.T @ (truth - base)
    slopes = [right.T @ ((spread / (spread**2 + penalty))[:, None] * told) for penalty in PENALTIES]
    return slopes, [base - middle @ slope for slope in slopes]


def _offsets(scores: Sums, wanted: Sums) -> Sums:
    """Return what is added to each class's score so that as many rows have it as are wanted."""
    offsets, best, least = np.zeros(len(wanted)), np.zeros(len(wanted)), np.inf
    for step in range(_STEPS):
        chosen = np.argmax(scores + offsets, axis=1)
        off = wanted - np.bincount(chosen, minlength=len(wanted)) / len(scores)
        if np.abs(off).sum() < least:
            best, least = offsets.copy(), float(np.abs(off).sum())
        offsets += off / (1.0 + step) ** 0.5
    return best
