"""Stage: count the people behind each base cluster; noise hides one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import leaf_id, leaf_number
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import NO_NOISE, LeafCounts, Noise
from anonymuse.domain.private.thresholds import (
    conversation_sigma,
    fits,
    nearest_policy,
    withheld_reason,
)
from anonymuse.stats.noise import keyed_noise, unit_keys

__all__ = ["LeafCounts", "Noise", "count_leaves", "draw_noise", "fits", "leaf_id",
           "leaf_number", "nearest_policy", "withheld_reason"]  # fmt: skip

Ints = npt.NDArray[np.integer]


def count_leaves(labels: Ints, units: Ints, k: int, *, per_node: int) -> list[LeafCounts]:
    """Count conversations, distinct units and their dominance, for each of ``k`` base clusters.

    Args:
        labels: base cluster of each row, 0 to k - 1, shape (rows,).
        units: code of each row's privacy unit, 0 and up, shape (rows,).
        k: number of base clusters; one without rows counts zero.
        per_node: conversations of one unit that count in a base cluster, at most. So nobody's
            number of conversations decides whether a cluster shows.

    Raises:
        ValueError: a label is outside 0 to k - 1.
    """
    leaf, unit, held = _pairs(labels, units, k)
    held = np.minimum(held, per_node)
    order = np.lexsort((unit, -held, leaf))
    leaf, held = leaf[order], held[order]
    people = np.bincount(leaf, minlength=k)
    starts = np.cumsum(people) - people
    rank = np.arange(len(leaf)) - starts[leaf]
    rows = np.bincount(leaf, weights=held, minlength=k).astype(np.int64)
    top = np.bincount(leaf[rank < 1], weights=held[rank < 1], minlength=k)
    three = np.bincount(leaf[rank < 3], weights=held[rank < 3], minlength=k)
    return [
        LeafCounts(
            node=leaf_id(i),
            conversations=int(rows[i]),
            units=int(people[i]),
            top_unit_share=float(top[i] / max(1, rows[i])),
            top_three_share=float(three[i] / max(1, rows[i])),
        )
        for i in range(k)
    ]


def draw_noise(
    labels: Ints,
    units: Ints,
    k: int,
    *,
    policy: ReleasePolicy,
    key: bytes,
    pseudonyms: Sequence[str],
) -> list[Noise]:
    """Draw the noise of each base cluster: a function of the key and its set of units alone.

    Args:
        labels: as for :func:`count_leaves`.
        units: likewise.
        k: likewise.
        policy: its ``noise_sigma``.
        key: the project's noise key.
        pseudonyms: of each unit code. Codes may differ from run to run; these do not.
    """
    if policy.noise_sigma == 0:
        return [NO_NOISE] * k
    leaf, unit, _ = _pairs(labels, units, k)
    members = np.zeros(k, dtype=np.uint64)
    np.add.at(members, leaf, unit_keys(key, pseudonyms)[unit])
    # What nobody is in draws by its id, else all of them would draw the same.
    empty = np.flatnonzero(np.bincount(leaf, minlength=k) == 0).tolist()
    members[empty] = unit_keys(key, list(map(leaf_id, empty)))
    return [
        Noise(
            units=keyed_noise(key, own, policy.noise_sigma, purpose="units"),
            conversations=keyed_noise(
                key, own, conversation_sigma(policy), purpose="conversations"
            ),
        )
        for own in members.tolist()
    ]


def _pairs(labels: Ints, units: Ints, k: int) -> tuple[Ints, Ints, npt.NDArray[np.int64]]:
    """Return each distinct (leaf, unit) with its number of rows."""
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < k:
        raise ValueError(f"base clusters are numbered 0 to {k - 1}")
    width = int(units.max()) + 1 if len(units) else 1
    pairs, held = np.unique(labels.astype(np.int64) * width + units, return_counts=True)
    return pairs // width, pairs % width, held
