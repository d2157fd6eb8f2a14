"""What hardened naming costs: do names still point at their clusters, and how many are left?

The product's own stages name clusters of the shipped corpus from three quarters of its people.
Then a line-up: the conversations of the other quarter choose, by an embedder that took no part in
naming, between their own cluster's name and those of its nearest siblings. Every way of naming
works on the same clusters, people and drafts, so differences are paired by cluster.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from anonymuse.adapters.chat.asker import ModelAsker
from anonymuse.domain.policy import ReleasePolicy
from anonymuse.domain.private.drafts import DraftName
from anonymuse.errors import InputError
from anonymuse.evals.extractive_chat import ExtractiveChat
from anonymuse.evals.line_ups import by_cluster, hold_line_ups
from anonymuse.evals.naming_scene import Material, Scene, electorate_of, make_scene, phrases_of
from anonymuse.lexicon.phrases import stems
from anonymuse.lexicon.voter import CLAIM, NAME, Voters, needed
from anonymuse.pipeline.steps import voted
from anonymuse.stages.describe import LeafPhrases, name_leaves
from anonymuse.stages.threshold import leaf_id
from anonymuse.stats.intervals import Estimate
from anonymuse.stats.scoring import gain, share

DECOYS = 9
BLANK = stems("other, further, more, some other requests")

Names = dict[str, DraftName]


@dataclass(frozen=True, slots=True)
class Way:
    """How one way of naming fared.

    Attributes:
        name: of the way.
        clusters: that were named, over all seeds.
        right: share of held-out conversations that choose their own cluster's name.
        second: the same where a second choice is allowed.
        gain: ``right`` minus that of the way it is compared with, paired; None for that way.
        kinds: share of names by how they were made.
        calls: to the model, for each cluster.
        seconds: for each cluster, without the model's own time.
    """

    name: str
    clusters: int
    right: Estimate
    second: Estimate
    gain: Estimate | None
    kinds: Mapping[str, float]
    calls: float
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


async def naming_cost(material: Material, policy: ReleasePolicy, *, seeds: int) -> list[Way]:
    """Name the same clusters in every way, and hold the line-ups.

    Args:
        material: the corpus.
        policy: thresholds and noise.
        seeds: clusterings, each with other people held out.

    Returns:
        Without a model, voting off and on at three shares for the name; then with one, unprotected
        and voted.

    Raises:
        InputError: no cluster has enough people.
    """
    makers: dict[str, tuple[Callable[[Scene], Awaitable[tuple[Names, int]]], str]] = {
        "no model, no vote": (partial(name_without_model, share=None), ""),
        **{
            f"no model, {share:.0%} for a name": (
                partial(name_without_model, share=share),
                "no model, no vote",
            )
            for share in (NAME, 0.35, 0.5)
        },
        "drafts, unprotected": (partial(_with_model, direct=True), ""),
        "drafts, voted": (partial(_with_model, direct=False), "drafts, unprotected"),
    }
    trials: dict[str, list[_Trial]] = {name: [] for name in makers}
    for seed in range(seeds):
        scene = make_scene(material, policy, seed)
        if not scene.leaves:
            raise InputError(
                f"No cluster of {len(material.units)} conversations has {policy.min_units} people "
                f"when a quarter is held out. Choose a policy that asks for fewer."
            )
        for name, (make, _) in makers.items():
            started = time.perf_counter()
            found, calls = await make(scene)
            spent = time.perf_counter() - started
            trials[name].append(_line_ups(scene, found, calls, spent))
    return [
        _way(name, trials[name], trials.get(beside, [])) for name, (_, beside) in makers.items()
    ]


async def name_without_model(scene: Scene, *, share: float | None = NAME) -> tuple[Names, int]:
    """Name clusters as a run without a chat model does.

    Args:
        scene: clusters and words.
        share: of a cluster's people who must vote for its name; None holds no vote.

    Returns:
        Names by node id, and the calls that they took.
    """
    policy = scene.policy
    voters = Voters(scene.table, 0, claim=0.0, main=0.0)
    if share is not None:
        noise = scene.noise(policy.noise_sigma, "claim")
        voters = Voters(scene.table, policy.min_cell, noise, claim=CLAIM, main=share)
    leaves = [
        LeafPhrases(leaf_id(leaf), phrases_of(scene, leaf), scene.topics.get(leaf, ()))
        for leaf in scene.leaves
    ]
    names = await name_leaves(
        leaves,
        voters,
        cell=policy.min_cell,
        asker=None,
        embedder=scene.material.namer,
        anchors=(scene.middles[scene.leaves] if scene.material.namer.knows_meaning else None),
    )
    return names, 0


async def _with_model(scene: Scene, *, direct: bool) -> tuple[Names, int]:
    material, cell = scene.material, scene.policy.min_cell
    known = dict(zip(scene.tasks, material.vectors["task"], strict=True))
    chat = ExtractiveChat(material.namer, known)
    asker = ModelAsker(chat.model)
    people = electorate_of(scene)
    if direct:
        names = await voted.name_unprotected(people, scene.table, cell=cell, asker=asker)
    else:
        names = await voted.name_by_votes(
            people, scene.table, scene.policy, asker=asker, key=scene.key
        )
    return names, len(chat.model.requests)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One clustering's line-ups: shares of right choices by cluster, and what naming took."""

    right: dict[int, float]
    second: dict[int, float]
    kinds: Counter[str]
    calls: int
    seconds: float


def _line_ups(scene: Scene, names: Names, calls: int, seconds: float) -> _Trial:
    told = {node: draft.name for node, draft in names.items()}
    choices = hold_line_ups(scene, told, decoys=DECOYS)
    right, second = by_cluster(choices), by_cluster(choices, tries=2)
    kinds = Counter(kind_of(names[leaf_id(leaf)]) for leaf in scene.leaves)
    return _Trial(right, second, kinds, calls, seconds)


def kind_of(draft: DraftName) -> str:
    """Tell how a name was made; ``words``: keywords in a row; ``nothing``: it says nothing."""
    if needed(draft.name) <= BLANK:
        return "nothing"
    return "words" if draft.kind == "keywords" and draft.fallback else draft.kind


def _way(name: str, trials: Sequence[_Trial], beside: Sequence[_Trial]) -> Way:
    right = [share for trial in trials for share in trial.right.values()]
    second = [share for trial in trials for share in trial.second.values()]
    against = [share for trial in beside for share in trial.right.values()]
    kinds: Counter[str] = Counter()
    for trial in trials:
        kinds.update(trial.kinds)
    count = kinds.total()
    return Way(
        name=name,
        clusters=count,
        right=share(right),
        second=share(second),
        gain=gain(right, against).gain if against else None,
        kinds={kind: n / count for kind, n in sorted(kinds.items())},
        calls=sum(trial.calls for trial in trials) / count,
        seconds=sum(trial.seconds for trial in trials) / count,
    )
