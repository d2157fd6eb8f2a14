"""Numbers as the gate tells them: counts with their noise, rounded, and shares with intervals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import NO_NOISE, AskedNumbers, DraftCell, LeafCounts, Noise
from anonymuse.domain.private.thresholds import asked_sigma, conversation_sigma
from anonymuse.stats.intervals import Protection, released_limits
from anonymuse.stats.predicted import predicted_share
from anonymuse.stats.rounding import DIGITS, band, rounded, share_interval
from anonymuse.stats.several import Squares, squares_in_base_clusters


@dataclass(frozen=True, slots=True)
class Whole:
    """What a cell is a share of.

    Attributes:
        units: released people.
        terms: of how many released numbers that is the sum.
        design: how many of the people counted weigh as one.
    """

    units: int = 0
    terms: int = 0
    design: float = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """A released number of people, and their share with its 95 % interval."""

    units: int
    share: float
    low: float
    high: float


def released_sizes(
    counts: LeafCounts,
    noise: Noise,
    policy: ReleasePolicy,
    *,
    repeated: Mapping[tuple[str, str], int] = MappingProxyType({}),
) -> tuple[int, int]:
    """Return the units and conversations of a base cluster as they are released.

    Rounded to the nearest step, but never to a number below the policy's minimum (that it reaches
    it is known from its being there), and never fewer conversations than units.
    """
    step = policy.rounding
    units = repeated.get((counts.node, "units"), counts.units + noise.units)
    talks = counts.conversations + noise.conversations
    talks = repeated.get((counts.node, "conversations"), talks)
    units = rounded(units, step, policy.min_units)
    talks = rounded(talks, step, policy.min_conversations)
    return units, max(units, talks)


@dataclass(frozen=True, slots=True)
class Size:
    """What is told of a node's size, rounded: its share is of conversations, 0 to 1."""

    units: int
    conversations: int
    share: float
    low: float
    high: float


def shares_of_sizes(
    below: Sequence[Collection[str]],
    levels: Sequence[tuple[int, int]],
    shown: Mapping[str, tuple[int, int]],
    *,
    policy: ReleasePolicy,
    weights: Sequence[float] = (),
) -> list[Size]:
    """Return the sizes of a tree's nodes.

    Args:
        below: base clusters at or below each node.
        levels: of each node, 0 for base clusters, and of its parent, ``WHOLE`` at the top.
        shown: released units and conversations of each base cluster.
        policy: in force.
        weights: how many conversations weigh as one, by level; empty: each for itself.
    """
    units, talks = zip(*shown.values(), strict=True)
    average = weights[0] if weights else 1.0
    alike = squares_in_base_clusters(talks, units, average=average)
    numbers = dict(zip(shown, zip(units, talks, alike.tolist(), strict=True), strict=True))
    sums = np.array([np.sum([numbers[leaf] for leaf in own], axis=0) for own in below])
    leaves = np.array([len(own) for own in below])
    total = sum(talks)
    own, above = np.array(levels).T
    design = Squares.of(sums[:, 1], own, above, leaves, weights, sums[:, 2]).of_shares
    low, high = released_limits(
        sums[:, 1], total, Protection(conversation_sigma(policy), policy.rounding),
        terms=leaves, whole_terms=len(shown), inside=True, design=design,
    )  # fmt: skip
    shares = np.round(np.column_stack([sums[:, 1] / total, low, high]), DIGITS).tolist()
    sizes = sums[:, :2].astype(np.int64).tolist()
    return [Size(*size, *share) for size, share in zip(sizes, shares, strict=True)]


def counted(draft: DraftCell, whole: Whole, policy: ReleasePolicy) -> Told:
    """Return what a cell tells of the people of a whole."""
    count = draft.units + draft.noise if draft.count is None else draft.count
    count = min(whole.units, rounded(count, policy.rounding, policy.min_cell))
    low, high = share_interval(
        count, whole.units, Protection(policy.noise_sigma, policy.rounding),
        terms=draft.terms, whole_terms=whole.terms, design=whole.design,
    )  # fmt: skip
    return Told(count, round(count / whole.units, DIGITS), low, high)


def estimated(
    draft: DraftCell, whole: Whole, own: AskedNumbers, policy: ReleasePolicy
) -> Told | None:
    """Return what a cell of predictions tells, corrected by asked people; None: too few."""
    found = predicted_share(
        draft.units + draft.noise if draft.count is None else draft.count,
        whole.units,
        own,
        protection=Protection(policy.noise_sigma, policy.rounding),
        asked_protection=Protection(asked_sigma(policy, own.topics), policy.rounding),
        terms=draft.terms,
        whole_terms=whole.terms,
    )
    count = rounded(round(found.mean * whole.units), policy.rounding, 0)
    if count < policy.min_cell:
        return None
    share, low, high = (round(end, DIGITS) for end in (found.mean, found.low, found.high))
    return Told(min(whole.units, count), share, low, high)


def withheld_band(
    counts: Sequence[LeafCounts], noise: Mapping[str, Noise], published: Collection[str]
) -> str:
    """Return the band in which the withheld share of conversations lies.

    Noise is added to what is withheld: whoever owns all conversations but a few could put the
    exact share at the edge of a band, and see whether one more is among the withheld.
    """
    rows = sum(leaf.conversations for leaf in counts)
    hidden = 0
    for leaf in counts:
        if leaf.node not in published:  # empty too: it looks as if somebody were in it
            hidden += max(1, leaf.conversations + noise.get(leaf.node, NO_NOISE).conversations)
    hidden = min(hidden, rows)
    return band(hidden, rows)
