"""What a receipt tells of people who count several times gives one away less than counts do.

The attacker knows everybody else's conversations, and how all numbers are made but for the key.
"""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats

from anonymuse.domain.ids import leaf_id
from anonymuse.domain.policy import INTERNAL, PUBLIC, ReleasePolicy
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.stages.weigh import weigh

LEAVES, PEOPLE, KEYS = 8, 300, 150
NODES = (
    *(DraftNode(leaf_id(n), f"L1-{n // 4:04}", (), 0) for n in range(LEAVES)),
    *(
        DraftNode(f"L1-{half:04}", None, tuple(leaf_id(4 * half + n) for n in range(4)), 1)
        for half in range(2)
    ),
)
Ints = npt.NDArray[np.int64]


def averages(
    units: Ints, labels: Ints, policy: ReleasePolicy, first: int
) -> npt.NDArray[np.float64]:
    """Return all averages with noise, a row for each of many keys."""
    names = [f"p{n}" for n in range(PEOPLE + 1)]
    found = []
    for key in range(first, first + KEYS):
        own = weigh(
            NODES, labels, units, policy=policy, key=key.to_bytes(32, "big"), pseudonyms=names
        )
        found.append([*own.people, *own.conversations])
    return np.array(found)


@pytest.mark.parametrize("policy", [INTERNAL, PUBLIC])
@pytest.mark.parametrize("talks", [1, 4, 8, 50])
def test_averages_tell_less_of_one_person_than_counts(policy: ReleasePolicy, talks: int) -> None:
    rng = np.random.default_rng(1)
    held = rng.geometric(0.4, PEOPLE)
    units, labels = np.repeat(np.arange(PEOPLE), held), rng.integers(0, LEAVES, held.sum())
    target = np.arange(talks) % LEAVES
    without = averages(units, labels, policy, 0)
    with_them = averages(
        np.append(units, np.full(talks, PEOPLE)), np.append(labels, target), policy, KEYS
    )
    # The best that a linear rule can do with all of them, found on the very draws it is tried on.
    weights = (with_them.mean(axis=0) - without.mean(axis=0)) / (
        with_them.var(axis=0) + without.var(axis=0) + 1e-9
    )
    right = stats.mannwhitneyu(with_them @ weights, without @ weights).statistic / KEYS**2
    counted = np.minimum(np.bincount(target, minlength=LEAVES), policy.per_node)
    sigmas = policy.noise_sigma * np.array([[1], [policy.per_node + 1]])
    apart = np.sqrt((np.stack([counted > 0, counted]) ** 2 / sigmas**2).sum())
    by_counts = stats.norm.cdf(apart / np.sqrt(2.0))
    chance = 0.04  # two standard errors of the share of pairs told right
    assert right < max(by_counts, 0.5 + chance) + chance
    if talks > 4:
        assert right < by_counts
