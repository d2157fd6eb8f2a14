"""What a receipt tells of model calls that failed: which kinds, and about how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import conversation_sigma, reaches
from anonymuse.pipeline.key import ProjectKey
from anonymuse.pipeline.steps.edges import edges_of

TENS = 10


def told_of_people(
    failed: Sequence[tuple[str, str]], line: str, policy: ReleasePolicy, key: ProjectKey
) -> dict[str, int]:
    """Return calls by kind, up to tens, of the kinds that may be told.

    One failed call is one person's conversation, so a kind takes as many people as a cell, and of
    each person as many calls count as conversations in a cluster.

    Args:
        failed: the kind of each call, and the pseudonym of whom it was about.
        line: what was asked.
        policy: in force.
        key: of the project.
    """
    if policy.noise_sigma == 0:
        return {kind: _tens(n) for kind, n in sorted(Counter(kind for kind, _ in failed).items())}
    found: dict[str, int] = {}
    for kind in sorted({kind for kind, _ in failed}):
        held = Counter(unit for own, unit in failed if own == kind)
        edges = edges_of(held, policy, key)
        if edges.reached(len(held), policy.min_cell, f"failed {line} {kind}"):
            calls = sum(min(policy.per_node, own) for own in held.values())
            calls += edges.draw(f"failed calls {line} {kind}", conversation_sigma(policy))
            found[kind] = _tens(max(calls, policy.min_cell))
    return found


def told_of_calls(
    failed: Mapping[str, int],
    line: str,
    policy: ReleasePolicy,
    key: ProjectKey,
    everybody: Sequence[str],
) -> dict[str, int]:
    """Return the same where it is not known whom a call was about: each may be a person's.

    Args:
        failed: calls by kind.
        line: likewise.
        policy: likewise.
        key: likewise.
        everybody: pseudonyms of all people.
    """
    edges, sigma = edges_of(everybody, policy, key), conversation_sigma(policy)
    found: dict[str, int] = {}
    for kind, calls in sorted(failed.items()):
        noise = edges.draw(f"failed {line} {kind}", sigma)
        least = policy.min_cell if sigma else 0
        if reaches(calls, noise, least, sigma):
            found[kind] = _tens(calls + noise)
    return found


def _tens(count: int) -> int:
    return -(-count // TENS) * TENS
