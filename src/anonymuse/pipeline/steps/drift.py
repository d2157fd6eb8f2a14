"""What a receipt tells of conversations that fit into no earlier cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.pipeline import files
from anonymuse.pipeline.engine import Workshop
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps import membership
from anonymuse.stats.intervals import Protection
from anonymuse.stats.noise import keyed_discrete_gaussian
from anonymuse.stats.rounding import rounded, share_interval

DRIFT = "drift.json"
"""file of the step `cluster`: people whose conversations fit nowhere"""


@dataclass(frozen=True, slots=True)
class Drift:
    """What a receipt tells of drift; every number carries noise and is rounded.

    Attributes:
        people: who has a conversation that fits nowhere; None: too few to show.
        of: all people.
        share: of all; None where ``people`` is.
        low: lower end of its 95 % interval.
        high: upper end.
    """

    people: int | None
    of: int
    share: float | None
    low: float
    high: float


def told_of_drift(shop: Workshop, policy: ReleasePolicy, key: ProjectKey) -> dict[str, Any]:
    """Return the share of people with conversations that fit nowhere; nothing in a run of its own.

    As for a cluster: shown from the policy's number of people on, with noise that is a function of
    who they are.
    """
    path = shop.of("cluster") / DRIFT
    found: Any = files.read_json(path) if path.exists() else {"judged": False}
    if not found["judged"]:
        return {}
    names = membership.sampled(shop).pseudonyms
    drifted = [names[code] for code in found["units"]]
    whole = _released(names, policy, key, "everybody")
    least = policy.min_units + round(3 * policy.noise_sigma)
    noisy = _released(drifted, policy, key, "drift")
    protection = Protection(policy.noise_sigma, policy.rounding)
    if len(drifted) < policy.min_units or noisy < least:
        _, high = share_interval(min(least, whole), whole, protection, whole_terms=1)
        return asdict(Drift(None, whole, None, 0.0, high))
    low, high = share_interval(min(noisy, whole), whole, protection, whole_terms=1)
    return asdict(Drift(noisy, whole, round(min(1.0, noisy / whole), 4), low, high))


def _released(people: Sequence[str], policy: ReleasePolicy, key: ProjectKey, purpose: str) -> int:
    noise = keyed_discrete_gaussian(
        key.derive("noise"), people, policy.noise_sigma, purpose=purpose
    )
    return rounded(max(0, len(people) + noise), policy.rounding, 1)
