"""Numbers as the gate tells them: counts with their noise, rounded, and shares with intervals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import NO_NOISE, AskedNumbers, DraftCell, LeafCounts, Noise
from anonymuse.domain.private.thresholds import asked_sigma
from anonymuse.stats.intervals import Protection
from anonymuse.stats.predicted import predicted_share
from anonymuse.stats.rounding import DIGITS, band, rounded, share_interval


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
