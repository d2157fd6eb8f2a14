"""Attack: the same question in many releases, so that noise averages out.

The same people always draw the same noise: releasing again tells nothing. So the attacker changes
his accounts a little between releases, which draws anew; against that stands the ledger, which
repeats an earlier number where too few people differ. Then he changes more of them. How many of
the releases are fresh is asked of the ledger's own rule; what so many are worth is computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np

from anonymuse.domain.policy import ReleasePolicy
from anonymuse.evals.privacybench.exact import Chances, repeated
from anonymuse.evals.privacybench.frame import PROFILES, Attack, Bench, Measure, Pipeline
from anonymuse.evals.privacybench.gate import limit_on, numbers_of
from anonymuse.evals.privacybench.puppets import (
    LIMIT,
    SEATED,
    Question,
    best,
    cell,
    claim,
    cluster,
    word,
)
from anonymuse.ports.release_ledger import PublishedNumber
from anonymuse.stages.overlap import Earlier, compare, place_of, recorded
from anonymuse.stats.noise import unit_keys

RUNS = 10

Accounts = Callable[[int], range]
"""which accounts the attacker uses in a release"""


def fresh(policy: ReleasePolicy, accounts: Accounts, secret: bytes) -> int:
    """Return how many of the releases of one number tell something new, ledger in hand.

    Args:
        policy: in force.
        accounts: used in each release, beside the target.
        secret: the project's key.
    """
    names = [f"puppet {i}" for i in range(accounts(RUNS - 1).stop + RUNS)]
    ids = unit_keys(secret, names)
    target = unit_keys(secret, ["target"])
    ledger: list[Earlier] = []
    seen: set[bytes] = set()
    found = 0
    for release in range(RUNS):
        own = accounts(release)
        people = np.sort(np.concatenate([ids[own.start : own.stop], target]))
        ones = np.ones(len(people), dtype=np.int32)
        number = PublishedNumber(
            "units", "L0-0000", "", "units", "", policy.min_units, people, ones
        )
        overlap = compare([number], ledger, policy, key=secret)
        again = place_of(number) in overlap.repeated or place_of(number) in overlap.withheld
        found += not again and people.tobytes() not in seen
        seen.add(people.tobytes())
        ledger.append(Earlier(policy.as_dict(), recorded([number], overlap)))
    return found


def ways(puppets: int) -> dict[str, Accounts]:
    """Return how the attacker may change his accounts between releases."""
    return {
        "unchanged": lambda _: range(puppets),
        "one account more each time": lambda release: range(puppets + release),
        "half of the accounts new each time": (
            lambda release: range(release * puppets // 2, release * puppets // 2 + puppets)
        ),
    }


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Ask ten times."""
    policy = numbers_of(pipeline)
    secret = hashlib.sha256(f"averaging/{bench.seed}".encode()).digest()
    puppets = policy.min_units + int(3 * policy.noise_sigma)
    inside, outside = cluster(policy, 2 * policy.min_units, 2, 1)
    found = []
    for what, accounts in ways(puppets).items():
        times = 1 if pipeline.baseline else fresh(policy, accounts, secret)
        name = f"a cluster in {RUNS} releases, {what}"
        found.append(_measure(name, pipeline, inside, outside, times, trials))
    asked: list[tuple[str, Question]] = [
        ("a cell of a table", cell(policy)), ("a word", word(policy)), ("a claim", claim(policy)),
    ]  # fmt: skip
    for what, question in asked:
        edge = best(question, range(policy.min_cell - 1, 3 * policy.min_units)).puppets
        # Names are not in the ledger: a word or a claim is asked anew with every account more.
        accounts = ways(puppets)["one account more each time"]
        ledgered = what.startswith("a cell")
        times = fresh(policy, accounts, secret) if ledgered and not pipeline.baseline else RUNS
        found.append(
            _measure(
                f"{what} in {RUNS} releases, one account more each time", pipeline,
                question(edge + 1), question(edge), times, trials,
                share=SEATED if what == "a claim" and not pipeline.baseline else 1.0,
            )
        )  # fmt: skip
    return found


def _measure(
    what: str, pipeline: Pipeline, inside: Chances, outside: Chances, times: int, trials: int,
    *, share: float = 1.0,
) -> Measure:  # fmt: skip
    value = share * repeated(inside, outside, times)
    return Measure(
        what, pipeline.name, trials, value, value, value, limit_on(pipeline, LIMIT), "estimate",
        told={"fresh releases": times},
    )  # fmt: skip


ATTACK = Attack(
    "averaging",
    "Ten releases average the noise out",
    f"advantage at most {LIMIT}",
    dict.fromkeys(PROFILES, 1),
    run,
    about=(
        "The same number in ten releases under one key. Unchanged data draws the same noise; an "
        "account more or less draws anew, and the ledger of releases repeats the earlier number; "
        "half of the accounts new each time is far enough apart for the ledger. Words and claims "
        "of names are in no ledger. How many releases are fresh is asked of the ledger's rule, and "
        "the advantage of so many is computed."
    ),
)
