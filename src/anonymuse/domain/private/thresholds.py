"""The rules that say how many people a node or a cell must rest on (``docs/privacy.md``).

One rule for every count: shown if and only if ``n >= k`` and ``n + N >= k + 3 sigma``. The first
half is the floor and always holds. The second makes the floor almost never decide: with a sharp
threshold, an attacker who owns k - 1 accounts would read the presence of one more person off it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.private.counts import NO_NOISE, DraftCell, LeafCounts, Noise

TOO_FEW_UNITS = "too few people"
TOO_FEW_CONVERSATIONS = "too few conversations"
ONE_DOMINATES = "one person dominates"
THREE_DOMINATE = "three people dominate"

MARGIN = 3
"""Standard deviations that a noisy count must lie above its threshold."""

FITS_MARGIN = 5
"""The same for clusters that are formed so as to pass: all but 2 % of them then do."""

LEAST_SIGMA = 2.0
"""Of numbers that are told as part of others only, whatever the policy."""

_BAND = 10


def conversation_sigma(policy: ReleasePolicy) -> float:
    """Return the sigma for conversations: one unit moves them by up to ``per_node``.

    One more than that, as a unit moves the number of units too, and both are told.
    """
    return policy.noise_sigma * (policy.per_node + 1)


def asked_sigma(policy: ReleasePolicy, topics: int) -> float:
    """Return the sigma of what asked people tell of predictions: never 0, as it is never told.

    Args:
        policy: in force.
        topics: base clusters in which one person counts, at most.
    """
    return max(policy.noise_sigma, LEAST_SIGMA) * math.sqrt(topics)


def reaches(count: int, noise: int, least: int, sigma: float) -> bool:
    """Return whether a count passes a threshold: the floor, and the noisy test above it."""
    return count >= least and count + noise >= least + MARGIN * sigma


@dataclass(frozen=True, slots=True)
class Edges:
    """Decides for one set of people whether counts reach thresholds.

    Attributes:
        sigma: of the policy; 0 leaves the bare thresholds.
        draw: returns the noise of these people for a purpose, with a sigma; always the same.
    """

    sigma: float = 0.0
    draw: Callable[[str, float], int] = lambda _purpose, _sigma: 0

    def noise(self, purpose: str) -> int:
        """Return the draw with the policy's own sigma."""
        return self.draw(purpose, self.sigma)

    def reached(self, count: int, least: int, purpose: str) -> bool:
        """Return whether a count passes; see :func:`reaches`."""
        return reaches(count, self.noise(purpose), least, self.sigma)


SHARP = Edges()
"""the bare thresholds, where no reader is told what was decided"""


def cell_passes(cell: DraftCell, policy: ReleasePolicy) -> bool:
    """Return whether a cell may show: what was decided of it, and the rule of numbers again."""
    enough = reaches(cell.people, cell.noise, policy.min_cell, policy.noise_sigma)
    return cell.shown and enough and cell.units >= cell.people


def withheld_reason(
    counts: LeafCounts, policy: ReleasePolicy, noise: Noise = NO_NOISE
) -> str | None:
    """Return why a base cluster must be withheld, in a reader's words; None when it passes.

    Dominance is tested against the smaller of the exact and the noisy number of conversations
    (less the margin), so that it too holds exactly and is no oracle.
    """
    if not reaches(counts.units, noise.units, policy.min_units, policy.noise_sigma):
        return TOO_FEW_UNITS
    sigma = conversation_sigma(policy)
    if not reaches(counts.conversations, noise.conversations, policy.min_conversations, sigma):
        return TOO_FEW_CONVERSATIONS
    slack = max(0.0, MARGIN * sigma - noise.conversations)
    room = 1.0 - slack / max(1, counts.conversations)
    if counts.top_unit_share > policy.top_unit * room:
        return ONE_DOMINATES
    if counts.top_three_share > policy.top_three * room:
        return THREE_DOMINATE
    return None


def fits(counts: LeafCounts, policy: ReleasePolicy, noise: Noise | None = None) -> bool:
    """Return whether a base cluster may stand alone, or should join its nearest sibling.

    Args:
        counts: of the cluster as it stands.
        policy: in force.
        noise: the draws of exactly these people. With them the answer is that of
            :func:`withheld_reason`, and merging tells nobody more than withholding would. Without
            them a margin of five sigma stands in, which is a sharp threshold on exact counts.
    """
    if noise is None:
        less = MARGIN - FITS_MARGIN
        noise = Noise(
            units=int(less * policy.noise_sigma),
            conversations=int(less * conversation_sigma(policy)),
        )
    return withheld_reason(counts, policy, noise) is None


def nearest_policy(
    counts: Sequence[LeafCounts], policy: ReleasePolicy, noise: Mapping[str, Noise] | None = None
) -> str:
    """Return what would have passed, in sentences that give no exact count away.

    Args:
        counts: of every base cluster.
        policy: the one that let nothing through.
        noise: what was added to the counts, by cluster.
    """
    drawn = noise or {}
    if counts and all(
        withheld_reason(leaf, policy, drawn.get(leaf.node, NO_NOISE)) is None for leaf in counts
    ):
        return (
            f"Enough people for the policy {policy.name!r} stand behind each; what is missing are "
            "names. Use more conversations, or a chat model (--chat), which names more of them."
        )
    seen = [_noisy(leaf, drawn.get(leaf.node, NO_NOISE)) for leaf in counts]
    largest = max((leaf.units for leaf in seen), default=0) // _BAND * _BAND
    size = f"at least {largest}" if largest else f"fewer than {_BAND}"
    others = [p for p in POLICIES.values() if p.name != policy.name]
    passing = {p.name: sum(withheld_reason(leaf, p) is None for leaf in seen) for p in others}
    told = ", ".join(f"{n} would pass {name!r}" for name, n in passing.items())
    return (
        f"The policy {policy.name!r} asks for {policy.min_units} people and "
        f"{policy.min_conversations} conversations in a cluster"
        + (
            f", and a margin for noise of sigma {policy.noise_sigma:g}"
            if policy.noise_sigma
            else ""
        )
        + f". The largest of {len(counts)} clusters has {size} people; {told}. Use more "
        f"conversations or fewer clusters, or choose a weaker policy by name if its readers allow."
    )


def _noisy(leaf: LeafCounts, noise: Noise) -> LeafCounts:
    """Return the counts that may be talked about: with noise, and without a word on dominance."""
    return LeafCounts(
        node=leaf.node,
        conversations=max(0, leaf.conversations + noise.conversations),
        units=max(0, leaf.units + noise.units),
        top_unit_share=0.0,
        top_three_share=0.0,
    )
