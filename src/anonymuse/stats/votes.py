"""Which claims of a draft enough people's conversations bear out: counting, outside every model.

A claim is kept where as many people vote for it as a word needs, which is a floor, and where its
votes with keyed noise reach the larger of two numbers: three sigma above that floor, and a share of
the voters. The share says that the claim is typical and guards nobody, so it needs no margin. A
sharp limit would let whoever owns all voters but one read that one's vote off it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction

from anonymuse.domain.ids import content_id
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.thresholds import MARGIN, reaches
from anonymuse.stats.noise import keyed_discrete_gaussian

SHARE, NAME_SHARE = Fraction(1, 5), Fraction(1, 2)
"""of the voters, who must bear out a claim, and the claim of the name"""


def enough_voters(voters: Collection[str], policy: ReleasePolicy, *, key: bytes) -> bool:
    """Return whether a vote means anything: twice the people that a word needs.

    Noise stands before this threshold too: who can spoil votes would else learn whether one more
    person is there.

    Args:
        voters: their pseudonyms.
        policy: in force.
        key: the project's noise key.
    """
    noise = keyed_discrete_gaussian(key, voters, policy.claim_sigma, purpose="voters")
    return reaches(len(voters), noise, 2 * policy.min_cell, policy.claim_sigma)


def passes(votes: int, noise: int, voters: int, policy: ReleasePolicy, *, name: bool) -> bool:
    """Return whether a claim is kept.

    Args:
        votes: people for whom it is true.
        noise: their keyed draw.
        voters: people who were asked.
        policy: in force.
        name: the claim is the name's.
    """
    usual = float((NAME_SHARE if name else SHARE) * voters)
    needed = max(policy.min_cell + MARGIN * policy.claim_sigma, usual)
    return votes >= policy.min_cell and votes + noise >= needed


def kept_claims(
    claims: Sequence[str],
    votes: Mapping[str, Sequence[bool]],
    policy: ReleasePolicy,
    *,
    key: bytes,
    named: bool = True,
) -> list[bool]:
    """Return, for every claim, whether it is kept; none is where too few people voted.

    Args:
        claims: in the order of the votes.
        votes: by the voter's pseudonym, one for each claim.
        policy: its cell minimum is the floor, its ``claim_sigma`` the noise.
        key: the project's noise key. The draw belongs to the claim and the very set of units that
            voted for it: asking again averages nothing out.
        named: the first claim is the name's.
    """
    if not enough_voters(votes, policy, key=key):
        return [False] * len(claims)
    found = []
    for place, claim in enumerate(claims):
        people = [unit for unit, own in votes.items() if own[place]]
        noise = keyed_discrete_gaussian(
            key, people, policy.claim_sigma, purpose=f"claim:{content_id(claim)}"
        )
        found.append(passes(len(people), noise, len(votes), policy, name=named and place == 0))
    return found
