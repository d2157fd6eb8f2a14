"""The keyed noise of a set of people, for what a receipt tells of them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import Edges
from anonymuse.pipeline.key import ProjectKey
from anonymuse.stats.noise import keyed_noise, unit_keys


def edges_of(people: Iterable[str], policy: ReleasePolicy, key: ProjectKey) -> Edges:
    """Return what decides about some people, given as pseudonyms (repeats are one)."""
    secret = key.derive("noise")
    members = int(unit_keys(secret, sorted(set(people))).sum(dtype=np.uint64))

    def draw(purpose: str, sigma: float) -> int:
        return keyed_noise(secret, members, sigma, purpose=purpose)

    return Edges(policy.noise_sigma, draw)
