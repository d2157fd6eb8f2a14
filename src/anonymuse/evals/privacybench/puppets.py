"""Attack: sock puppets beside one person make every threshold a question about that person.

The attacker owns everybody else behind a number, knows how many they are and chooses how many. He
sees what is released: whether, and which number. The noise is known but for its key, so the best
advantage there is is computed and not sampled, for every number of puppets.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.counts import LeafCounts, Noise
from anonymuse.domain.private.thresholds import conversation_sigma, reaches, withheld_reason
from anonymuse.evals.privacybench.exact import (
    Chances,
    advantage,
    gaussian,
    seen,
    times,
)
from anonymuse.evals.privacybench.frame import PROFILES, Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.gate import limit_on, numbers_of
from anonymuse.lexicon.claims import CLAIMS
from anonymuse.stages.contrast import INSIDE
from anonymuse.stages.vote import VOTERS
from anonymuse.stats.rounding import rounded
from anonymuse.stats.votes import passes

LIMIT = 0.1
MOST_CONVERSATIONS = 50
"""of one person in a run: the default of contribution bounding"""

SEATED = VOTERS / (VOTERS + INSIDE)
"""The best chance that the target votes on a claim: who drafts does not, and there are so many
seats. The lot is keyed, so the attacker can only choose the size of the cluster."""

_NEGLIGIBLE = 1e-12

Question = Callable[[int], Chances]
"""what is seen, given how many people stand behind the number"""


@dataclass(frozen=True, slots=True)
class Best:
    """The best that an attacker can do, and with how many puppets."""

    advantage: float
    puppets: int


def best(question: Question, puppets: Iterable[int]) -> Best:
    """Return the best advantage over the attacker's choices of puppets, the target one more."""
    cached: dict[int, Chances] = {}

    def at(people: int) -> Chances:
        if people not in cached:
            cached[people] = question(people)
        return cached[people]

    return max((Best(advantage(at(n + 1), at(n)), n) for n in puppets), key=lambda b: b.advantage)


def cell(policy: ReleasePolicy) -> Question:
    """Return what is seen of a cell of a table: withheld, or its released number."""
    least, sigma = policy.min_cell, policy.noise_sigma

    def see(people: int, drawn: int) -> Hashable:
        if not reaches(people, drawn, least, sigma):
            return None
        return rounded(people + drawn, policy.rounding, least)

    return lambda people: seen(lambda drawn: see(people, drawn), sigma)


def word(policy: ReleasePolicy) -> Question:
    """Return what is seen of a word: whether it may stand in a name."""
    return lambda people: seen(
        lambda drawn: reaches(people, drawn, policy.min_cell, policy.noise_sigma),
        policy.noise_sigma,
    )


def claim(policy: ReleasePolicy, *, voters: int = VOTERS, name: bool = False) -> Question:
    """Return what is seen of a claim: whether it is kept, given its votes."""
    return lambda votes: seen(
        lambda drawn: passes(votes, drawn, voters, policy, name=name), policy.claim_sigma
    )


def paraphrased(question: Question, times_told: int) -> Question:
    """Return what is seen of a claim told in several ways: how many of them are kept."""
    return lambda votes: times(question(votes).get(True, 0.0), times_told)


def cluster(policy: ReleasePolicy, puppets: int, each: int, target: int) -> tuple[Chances, Chances]:
    """Return what is seen of a base cluster with the target and without.

    Args:
        policy: in force.
        puppets: the attacker's accounts.
        each: conversations of every puppet.
        target: conversations of the target.
    """
    each, target = min(each, policy.per_node), min(target, policy.per_node)
    rows = puppets * each
    top = max(target, each)
    inside = LeafCounts(
        "L0-0000", rows + target, puppets + 1, top / (rows + target),
        (top + each + min(target, each)) / (rows + target),
    )  # fmt: skip
    outside = LeafCounts("L0-0000", rows, puppets, each / rows, 3 * each / rows)
    return _sights(inside, policy), _sights(outside, policy)


def _sights(counts: LeafCounts, policy: ReleasePolicy) -> Chances:
    found: dict[Hashable, float] = {}
    talks = gaussian(conversation_sigma(policy))
    for drawn, chance in gaussian(policy.noise_sigma).items():
        for also, other in talks.items():
            if chance * other > _NEGLIGIBLE:
                what = _sight(counts, Noise(drawn, also), policy)
                found[what] = found.get(what, 0.0) + chance * other
    return found


def _sight(counts: LeafCounts, noise: Noise, policy: ReleasePolicy) -> Hashable:
    """Return what the gate tells of a base cluster: its two numbers, or the reason."""
    reason = withheld_reason(counts, policy, noise)
    if reason is not None:
        return reason
    units = rounded(counts.units + noise.units, policy.rounding, policy.min_units)
    talks = rounded(
        counts.conversations + noise.conversations, policy.rounding, policy.min_conversations
    )
    return units, max(units, talks)


def best_cluster(policy: ReleasePolicy, target: int, *, searched: str) -> Best:
    """Return the best advantage over puppets and their conversations.

    Args:
        policy: in force.
        target: conversations of the target.
        searched: ``fast`` or ``full``: how many choices are tried.
    """
    least, margin = policy.min_units, int(3 * policy.noise_sigma)
    each = (1, 2, 3) if searched == "full" else (2,)
    around = {least - 1, least, least + margin - 1, least + margin, least + margin + 1, 2 * least}
    # Where the conversations decide, and where the target's share of them does.
    rows = policy.min_conversations + 3 * conversation_sigma(policy)
    tries = {(n, c) for n in around for c in each}
    tries |= {(int(rows / c) + d, c) for c in each for d in (-1, 0, 5)}
    if target > 1:
        wide = int(target / policy.top_unit) - target
        tries |= {(int(f * wide / c), c) for c in (1, 2) for f in (0.6, 0.8, 0.9, 0.99)}
    found = [Best(advantage(*cluster(policy, n, c, target)), n) for n, c in sorted(tries) if n >= 3]
    return max(found, key=lambda b: b.advantage)


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Ask every threshold there is about one person; computed, so that nothing is left to luck."""
    policy = numbers_of(pipeline)
    limit = limit_on(pipeline, LIMIT)
    top = 3 * policy.min_units
    cells = range(policy.min_cell - 1, top)
    votes = range(policy.min_cell - 1, VOTERS)
    asked: list[tuple[str, Question, range]] = [
        ("a cell of a table", cell(policy), cells),
        ("a word of a name", word(policy), cells),
        ("a claim of a name", claim(policy), votes),
        ("the claim that is the name", claim(policy, name=True), votes),
        ("a claim told in many ways", paraphrased(claim(policy), CLAIMS), votes),
    ]
    found: list[Measure] = []
    for place, (what, question, puppets) in enumerate(asked):
        bench.tell(place, len(asked) + 3)
        one = best(question, puppets)
        voted = "claim" in what and not pipeline.baseline
        value = one.advantage * (SEATED if voted else 1.0)
        found.append(_measure(what, pipeline, value, limit, len(puppets), one.puppets))
    for place, target in enumerate((1, 2, MOST_CONVERSATIONS)):
        bench.tell(len(asked) + place, len(asked) + 3)
        one = best_cluster(policy, target, searched=bench.profile)
        what = f"a cluster, by a person with {target} conversation{'s' * (target > 1)}"
        found.append(_measure(what, pipeline, one.advantage, limit, trials, one.puppets))
    return found


def _measure(
    what: str, pipeline: Pipeline, value: float, limit: float | None, trials: int, puppets: int
) -> Measure:
    told = {"puppets": puppets} if puppets else {}
    return Measure(what, pipeline.name, trials, value, value, value, limit, "estimate", told=told)


ATTACK = Attack(
    "puppets",
    "Sock puppets make a threshold an oracle",
    f"advantage at most {LIMIT}",
    dict.fromkeys(PROFILES, 1),
    run,
    about=(
        "The attacker owns everybody behind a number but one person, and chooses how many accounts "
        "that is. What he sees (withheld or not, for which reason, the released number) has known "
        "chances with the person and without, as the noise is known but for its key; the advantage "
        "is their distance in total variation, which no attacker can beat. It is computed from the "
        "very functions of the gate and not sampled."
    ),
)
