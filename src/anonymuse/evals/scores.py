"""Scores of clusterings against known truth, for the paired bootstrap of ``stats/bootstrap.py``.

Clusters, majorities and the expected mutual information of a resample stay those of the whole
sample.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.stats import bootstrap
from anonymuse.stats.agreement import (
    adjusted_mutual_information,
    adjusted_rand,
    contingency,
    correct,
    expected_information,
    inverse_purity,
    v_measure,
)
from anonymuse.stats.bootstrap import Comparison, Weights

_LEAST_GROUP = 10
"""Languages with fewer conversations have no score of their own."""


@dataclass(frozen=True, slots=True, repr=False)
class Trial:
    """One clustering of one sample.

    Attributes:
        labels: cluster of each row of the sample.
        truth: what they are measured against, as numbers.
        rows: which conversations the sample holds, as numbers.
    """

    labels: npt.NDArray[np.int64]
    truth: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]


class Measure(ABC):
    """A score that can be had again under other weights of the conversations."""

    @abstractmethod
    def value(self, weights: Weights | None = None) -> float:
        """Return the score; ``weights`` count each conversation of the whole data set."""


class PuritySeen(Measure):
    """Share of conversations whose cluster's most frequent truth is theirs."""

    def __init__(self, trial: Trial, only: npt.NDArray[np.bool_] | None = None) -> None:
        right = correct(trial.labels, trial.truth)
        keep = np.ones(len(right), dtype=np.bool_) if only is None else only[trial.rows]
        self.right, self.rows = right[keep].astype(np.float64), trial.rows[keep]

    def value(self, weights: Weights | None = None) -> float:
        """Return the share."""
        w = np.ones(len(self.rows)) if weights is None else weights[self.rows]
        return float(w @ self.right / max(float(w.sum()), 1.0))


class MacroF1(Measure):
    """Mean F1 over categories, where every cluster says its most frequent truth."""

    def __init__(self, trial: Trial) -> None:
        present, true = np.unique(trial.truth, return_inverse=True)
        place = np.unique(trial.labels, return_inverse=True)[1]
        said = contingency(trial.labels, trial.truth).argmax(axis=1)[place]
        self.size, self.rows = len(present), trial.rows
        self.said, self.true, self.right = said, true, (said == true).astype(np.float64)

    def value(self, weights: Weights | None = None) -> float:
        """Return the mean of 2 found / (said + true) over categories."""
        w = np.ones(len(self.rows)) if weights is None else weights[self.rows]
        found = np.bincount(self.true, w * self.right, minlength=self.size)
        asked = np.bincount(self.true, w, minlength=self.size)
        both = asked + np.bincount(self.said, w, minlength=self.size)
        return float(np.mean(2.0 * found[asked > 0] / both[asked > 0]))


class InformationShared(Measure):
    """Adjusted mutual information."""

    def __init__(self, trial: Trial) -> None:
        _, found = np.unique(trial.labels, return_inverse=True)
        _, true = np.unique(trial.truth, return_inverse=True)
        table = contingency(found, true)
        self.shape, self.rows = table.shape, trial.rows
        self.cells = found * table.shape[1] + true
        self.exact = adjusted_mutual_information(found, true)
        self.expected = expected_information(table)

    def value(self, weights: Weights | None = None) -> float:
        """Return the score; under weights, with the sample's expected information."""
        if weights is None:
            return self.exact
        size = int(np.prod(self.shape))
        counts = np.bincount(self.cells, weights[self.rows], minlength=size).astype(np.float64)
        return _adjusted(counts.reshape(self.shape), self.expected)


def _adjusted(table: npt.NDArray[np.float64], expected: float) -> float:
    n = table.sum()
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    entropies = [_negative_entropy(part, n) for part in (rows, columns, table.ravel())]
    information = entropies[2] - entropies[0] - entropies[1]
    mean = -(entropies[0] + entropies[1]) / 2.0
    return float((information - expected) / max(mean - expected, 1e-12))


def _negative_entropy(counts: npt.NDArray[np.float64], n: float) -> float:
    shares = counts[counts > 0] / n
    return float(shares @ np.log(shares))


def worst_group(trials: Sequence[Trial], groups: npt.NDArray[np.int64]) -> int:
    """Return the group (language) whose purity, averaged over the trials, is lowest."""
    count = np.bincount(groups)
    big = np.flatnonzero(count >= min(_LEAST_GROUP, count.max()))
    means = [_mean([PuritySeen(trial, groups == group) for trial in trials]) for group in big]
    return int(big[np.argmin(np.array(means))])


def compare(
    ours: Sequence[Measure], theirs: Sequence[Measure], draws: Sequence[Weights]
) -> Comparison:
    """Measure two sides, trial by trial, under the same draws."""
    return bootstrap.compare([m.value for m in ours], [m.value for m in theirs], draws)


def also(trials: Sequence[Trial]) -> Mapping[str, float]:
    """Return further scores without intervals, averaged over trials."""
    scores = {
        "inverse_purity": inverse_purity,
        "adjusted_rand": adjusted_rand,
        "v_measure": v_measure,
    }
    return {
        name: float(np.mean([score(t.labels, t.truth) for t in trials]))
        for name, score in scores.items()
    }


def _mean(measures: Sequence[Measure]) -> float:
    return float(np.mean([measure.value() for measure in measures]))
