"""The tree that people are counted in: topics of one base cluster to eight, as real ones differ."""

from __future__ import annotations

from typing import Final

import numpy as np

from anonymuse.domain.ids import leaf_id
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import WeighAsOne
from anonymuse.domain.private.drafts import DraftNode
from anonymuse.evals.coverage.populations import Ints
from anonymuse.stages.weigh import weigh
from anonymuse.stats.several import WHOLE

SIZES: Final = (1, 2, 3, 4, 6, 8)
TOPICS: Final = len(SIZES)
LEAVES: Final = sum(SIZES)
ABOVE: Final = np.repeat(np.arange(TOPICS), SIZES)
"""topic of each base cluster"""

_OF_TOPIC = [
    tuple(map(leaf_id, np.flatnonzero(topic == ABOVE).tolist())) for topic in range(TOPICS)
]
NODES: Final = (
    *(DraftNode(leaf_id(leaf), f"T{topic}", (), 0) for leaf, topic in enumerate(ABOVE.tolist())),
    *(DraftNode(f"T{topic}", None, below, 1) for topic, below in enumerate(_OF_TOPIC)),
)
BELOW: Final = (*((leaf_id(leaf),) for leaf in range(LEAVES)), *_OF_TOPIC)
"""base clusters of each node: those themselves, then the topics"""
LEVELS: Final = ((0, 1),) * LEAVES + ((1, WHOLE),) * TOPICS
"""of each node and of what is above it"""


def weights(held: Ints, policy: ReleasePolicy, rng: np.random.Generator) -> WeighAsOne:
    """Return how many weigh as one, as a release of these people tells it.

    Args:
        held: conversations of each person in each base cluster, shape (people, LEAVES).
        policy: its noise.
        rng: of the noise's key.
    """
    unit, leaf = np.nonzero(held)
    times = held[unit, leaf]
    names = [f"p{number}" for number in range(len(held))]
    return weigh(
        NODES, np.repeat(leaf, times), np.repeat(unit, times),
        policy=policy, key=rng.bytes(32), pseudonyms=names,
    )  # fmt: skip
