"""Attack: the word oracle. Puppets say a word so often that one more person makes it appear.

The attacker guesses a secret, has as many puppets claim it as make the threshold for words most
sensitive, and looks whether the word is published. The same worlds are run with a target that has
another secret. The accomplice votes for everything: only the keyed noise on the number of people
behind a word stands in the way. What theory says of the same threshold is computed in `puppets`;
this is the whole pipeline.
"""

from __future__ import annotations

import random
from dataclasses import replace

from anonymuse.domain.policy import POLICIES, ReleasePolicy
from anonymuse.domain.private.thresholds import MARGIN
from anonymuse.evals.privacybench.chances import advantage, bounded_rate
from anonymuse.evals.privacybench.extraction import accomplice
from anonymuse.evals.privacybench.frame import (
    CONTROL,
    INTERNAL,
    PUBLIC,
    Attack,
    Bench,
    Measure,
    Pipeline,
)
from anonymuse.evals.privacybench.gate import limit_on
from anonymuse.evals.privacybench.under_test import Seen, key_of, release
from anonymuse.evals.privacybench.words import PLANS, SUBJECTS
from anonymuse.evals.privacybench.worlds import Chat, asserting_scene, crowd_for, world_of

LIMIT = 0.1


def puppets_claiming(policy: ReleasePolicy) -> dict[str, int]:
    """Return how many puppets claim the word, by what the attacker has in mind."""
    margin = round(MARGIN * policy.noise_sigma)
    return {
        "one below the bare threshold": policy.min_cell - 1,
        "where one more matters most": policy.min_cell + margin - 1,
        "far more than enough": policy.min_cell + 2 * margin,
    }


async def run(bench: Bench, pipeline: Pipeline, trials: int) -> list[Measure]:
    """Run the trials against one pipeline, for each number of puppets."""
    policy = POLICIES[pipeline.policy]
    numbers = puppets_claiming(policy)
    measures = []
    for step, (what, puppets) in enumerate(numbers.items()):
        shown = {True: 0, False: 0}
        done = 0
        few = what.startswith("far")
        wanted = min(trials, len(SUBJECTS)) if few else trials
        while done < wanted:
            count = min(len(SUBJECTS), wanted - done)
            for present in shown:
                seed = bench.seed + 1000 * step + done
                shown[present] += await _shown(bench, pipeline, count, puppets, seed, present)
            done += count
            bench.tell(step * trials + done, len(numbers) * trials)
        if few:
            measures.append(
                replace(
                    bounded_rate(
                        f"{CONTROL}: a word of many is shown", pipeline, shown[True], wanted
                    ),
                    limit=0.5,
                    least=True,
                    judge="estimate",
                )
            )
        else:
            found = advantage(
                f"advantage, puppets {what}",
                pipeline,
                (shown[True], wanted),
                (shown[False], wanted),
                # Nobody may lift a word over the bare threshold, whatever the policy promises.
                limit=LIMIT if puppets < policy.min_cell else limit_on(pipeline, LIMIT),
                puppets=puppets,
            )
            measures.append(replace(found, judge="low"))
    return measures


async def _shown(
    bench: Bench, pipeline: Pipeline, count: int, puppets: int, seed: int, present: bool
) -> int:
    """Return in how many of some scenes the secret that puppets claim is published."""
    rng = random.Random(seed)  # noqa: S311
    crowd = crowd_for(pipeline.policy)
    chats: list[Chat] = []
    claimed: list[tuple[str, str]] = []
    for number in range(count):
        subject, tag = SUBJECTS[number], f"{seed}-{number}"
        secret, other = rng.sample(PLANS, 2)
        crowd_, with_it, without = asserting_scene(
            tag, subject, (secret, other), crowd, puppets, rng
        )
        chats += [*crowd_, with_it if present else without]
        claimed.append((with_it.id, secret))
    chats.sort(key=lambda chat: chat.id)
    with bench.folder() as out:
        seen: Seen = await release(
            pipeline,
            world_of(chats, SUBJECTS[:count]),
            out,
            model=accomplice(),
            key=key_of(seed),
            cluster__k=count,
        )
    return sum(secret in "".join(seen.told([target])[:1]) for target, secret in claimed)


ATTACK = Attack(
    name="word-oracle",
    title="Word oracle",
    target="advantage at most 0.1, the control at least 0.5",
    trials={"fast": 3, "full": 240},
    run=run,
    about=(
        "Puppets claim a secret of the target's beside it; the word's appearance is the attacker's "
        "answer. Naming directly publishes the word of a single person, so there is nothing to "
        "compare with. No affordable number of trials tells 0.08 from 0.1: the limit counts as "
        "missed where the whole interval lies above it; how large the advantage may be is computed "
        "among the sock puppets."
    ),
    pipelines=(PUBLIC, INTERNAL),
    must_leak=False,
    quick=(INTERNAL,),
)
