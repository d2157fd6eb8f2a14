"""Assisted reconstruction of the kind ``named``: what a reader of the names alone would count.

A judge sees the name of a cluster, and nothing else, and chooses among the categories of the truth.
Every conversation of the cluster then counts for that category. The kind ``majority`` lets each
cluster count for its most frequent category: what no reader of names can beat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anonymuse.evals.line_ups import centred
from anonymuse.evals.truth.known import KnownTruth
from anonymuse.ports.embedder import Embedder
from anonymuse.vectors.rows import unit_rows

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, repr=False)
class Reconstructed:
    """Which conversations are counted right; both of shape (n,), of rows in a named cluster.

    Attributes:
        named: by the judge's reading of the name.
        majority: by the cluster's most frequent category.
        said: category that the judge chose, by cluster.
    """

    named: Flags
    majority: Flags
    said: Mapping[int, str]

    def __repr__(self) -> str:
        return f"Reconstructed({len(self.named)} conversations)"


def categories_in_words(known: KnownTruth) -> dict[str, str]:
    """Return what the judge is told of each category: its label, and those of its lower ones."""
    below: dict[str, dict[str, None]] = {category: {} for category in sorted(set(known.category))}
    for lower in sorted(set(known.subcategory or ())):
        category, _, label = lower.partition("/")
        below[category][_in_words(label)] = None
    return {
        category: ": ".join(filter(None, (_in_words(category), ", ".join(own))))
        for category, own in below.items()
    }


def choose_categories(
    names: Sequence[str], categories: Mapping[str, str], judge: Embedder
) -> list[str]:
    """Return the category that lies nearest to each name, to a judge that sees nothing else."""
    keys = list(categories)
    points = unit_rows(centred(judge.embed(list(categories.values()))))
    said = unit_rows(centred(judge.embed(list(names))))
    return [keys[place] for place in (said @ points.T).argmax(axis=1).tolist()]


def reconstruct_by_name(
    labels: npt.NDArray[np.int32], category: Sequence[str], said: Mapping[int, str]
) -> Reconstructed:
    """Count conversations for what their cluster's name says.

    Args:
        labels: cluster per conversation, shape (n,).
        category: the truth, of length n.
        said: category by cluster; other clusters have no name and are left out.
    """
    truth = np.asarray(category)
    rows = np.isin(labels, list(said))
    named = np.zeros(len(labels), dtype=np.bool_)
    majority = np.zeros(len(labels), dtype=np.bool_)
    for leaf, told in said.items():
        own = labels == leaf
        values, counts = np.unique(truth[own], return_counts=True)
        named |= own & (truth == told)
        majority |= own & (truth == values[counts.argmax()])
    return Reconstructed(named[rows], majority[rows], said)


def _in_words(label: str) -> str:
    """Return a label as words: "credit_card" and "creditCard" are "credit card"."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"[_\-/]+", " ", label))
    return spaced.strip().lower()
