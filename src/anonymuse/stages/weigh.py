"""Stage: how many of those counted weigh as one, as people count several times; with noise.

One person who is in many base clusters moves such an average by the square of how many. Nobody
moves it by more than its noise is made for, and all averages together tell as little of somebody
with all they can have as the noisy counts do. What an average is divided by carries no noise: one
person is nothing beside everybody, and there is noise on the quotient.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from anonymuse.domain.ids import leaf_number
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import WeighAsOne
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.domain.private.pruning import leaves_below
from anonymuse.domain.private.thresholds import conversation_sigma
from anonymuse.stats.noise import keyed_noise, unit_keys
from anonymuse.stats.several import rounded_up

Ints = npt.NDArray[np.int64]

MOST = 25
"""what one person has above it does not count where there is noise: few have more, and noise that
hides them would drown what all others do"""


def weigh(
    nodes: Sequence[DraftNode],
    labels: npt.NDArray[np.integer],
    units: npt.NDArray[np.integer],
    *,
    policy: ReleasePolicy,
    key: bytes,
    pseudonyms: Sequence[str],
) -> WeighAsOne:
    """Return the averages of each level of a tree.

    Args:
        nodes: the tree that is told, without what is withheld.
        labels: base cluster of each row, shape (rows,).
        units: code of each row's privacy unit, shape (rows,).
        policy: its noise, and how many conversations of one unit count in a base cluster.
        key: the project's noise key.
        pseudonyms: of each unit code. Codes may differ from run to run; these do not.
    """
    levels = list(_levels(nodes, 1 + int(labels.max(initial=0))))
    inside = np.isin(labels, np.flatnonzero(levels[0] >= 0))
    if not inside.any():
        return WeighAsOne()
    width = 1 + int(units.max())
    pairs, held = np.unique(
        labels[inside].astype(np.int64) * width + units[inside], return_counts=True
    )
    leaf, unit = pairs // width, pairs % width
    keys, several = unit_keys(key, pseudonyms), 2 * len(levels) - 1

    def averages(times: Ints, each: int, sigma: float, name: str, first: int) -> Iterator[float]:
        """Yield one of each level: none is below that of the level before, as squares add up."""
        average, all_of_one = 1.0, each * int((levels[0] >= 0).sum())
        for node in levels[first:]:
            most = each * int(np.bincount(node[node >= 0]).max())
            if sigma:
                most, all_of_one = min(MOST, most), min(MOST, all_of_one)
            places, place = np.unique(node[leaf] * width + unit, return_inverse=True)
            count = np.minimum(np.bincount(place, weights=times), most)
            own = np.minimum(np.bincount(places % width, weights=count**2), most * all_of_one)
            # Whoever counts in other numbers draws other noise.
            members = int((keys[: len(own)] * own.astype(np.uint64)).sum(dtype=np.uint64))
            spread = sigma * most * math.sqrt(all_of_one / each * several)
            noise = keyed_noise(key, members, spread, purpose=f"weigh {name}")
            average = max(average, (float(own.sum()) + noise) / float(times.sum()))
            yield rounded_up(average)

    people = averages(np.ones_like(held), 1, policy.noise_sigma, "people", 1)
    talks = np.minimum(held, policy.per_node)
    sigma = conversation_sigma(policy)
    return WeighAsOne(
        (1.0, *people),  # nobody counts twice in a base cluster
        tuple(averages(talks, policy.per_node, sigma, "conversations", 0)),
    )


def _levels(nodes: Sequence[DraftNode], leaves: int) -> Iterator[Ints]:
    """Yield which node each base cluster is in, by level and at last the whole; -1: in none.

    Where a level has no node above a base cluster, what is lower stands for it.
    """
    below = leaves_below(nodes)
    at = np.full(leaves, -1)
    for level in range(1 + max((node.level for node in nodes), default=0)):
        for place, node in enumerate(nodes):
            if node.level == level:
                numbers = np.array([leaf_number(own) for own in below[node.id]], dtype=np.int64)
                at[numbers[numbers < leaves]] = place
        yield at.copy()
    yield np.where(at >= 0, 0, -1)
