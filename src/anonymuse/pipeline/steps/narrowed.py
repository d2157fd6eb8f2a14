"""What a receipt tells of narrowing: in which ways, and in which band each left out how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import conversation_sigma
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps.edges import edges_of
from anonymuse.pipeline.steps.sample import ONE_UNKNOWN
from anonymuse.stages.narrow import NO_TIME, OUTSIDE, UNMATCHED, UNMET
from anonymuse.stages.screen import ANSWERED_NO, NOT_ANSWERED
from anonymuse.stats.rounding import band

STEPS = ("narrow", "screen")
TOLD = "told.json"
"""what each of them writes for the receipt"""

_KINDS = {
    "time window": (NO_TIME, OUTSIDE),
    "metadata condition": (UNMET,),
    "pattern": (UNMATCHED,),
    "screening question": (ANSWERED_NO, NOT_ANSWERED),
}
"""what a receipt calls the ways of narrowing; their texts stay on the private side"""


def told(
    why: Sequence[str],
    units: Sequence[str],
    rows: Sequence[str],
    *,
    filters: Set[str],
    policy: ReleasePolicy,
    key: ProjectKey,
) -> dict[str, str]:
    """Return the band of the share that each way of narrowing left out, of what was there before.

    Args:
        why: what left out each conversation; empty for one that is left.
        units: pseudonym of each one's unit.
        rows: id of each; of those that name nobody every one is somebody's.
        filters: those in force, also where they left out nothing.
        policy: in force.
        key: of the project.
    """
    whose = (row if u == ONE_UNKNOWN else u for u, row in zip(units, rows, strict=True))
    there = list(zip(why, whose, strict=True))
    found: dict[str, str] = {}
    for kind, reasons in _KINDS.items():
        if not filters & set(reasons):
            continue
        out = [unit for reason, unit in there if reason in reasons]
        found[kind] = f"left out {_share(out, [unit for _, unit in there], policy, key)}"
        there = [own for own in there if own[0] not in reasons]
    return found


def _share(out: Sequence[str], whole: Sequence[str], policy: ReleasePolicy, key: ProjectKey) -> str:
    """Return the band; with noise, each person weighs what counts of one in a cluster at most.

    The noise hides so much of one person: without the bound, whoever has many conversations would
    move the share by more.
    """
    most = policy.per_node if policy.noise_sigma else len(whole)
    held = Counter(whole)
    of = sum(min(most, own) for own in held.values())
    part = sum(min(1.0, most / held[unit]) for unit in out)
    noise = edges_of(out, policy, key).draw("left out", conversation_sigma(policy))
    return band(min(max(round(part) + noise, 1), of), of)


def narrowed_by(shop: Workshop) -> dict[str, str]:
    """Return for a receipt how the set was narrowed, and the band of the share it left out.

    Never the condition, pattern or question: they may hold what points at somebody.
    """
    found: dict[str, str] = {}
    for step in STEPS:
        if step in shop.finished:
            found |= files.read_json(shop.of(step) / TOLD)
    return found
