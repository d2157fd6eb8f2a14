"""Figures of the section on names, from clusterings that were named and held in a line-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from anonymuse.domain.private.drafts import DraftName
from anonymuse.evals.line_ups import Choice, by_cluster
from anonymuse.evals.matched_names import look_for_names
from anonymuse.evals.named import Reconstructed
from anonymuse.evals.naming_scene import Scene
from anonymuse.evals.suite.section import Figure, Number
from anonymuse.lexicon.alike_names import alike_pairs
from anonymuse.pipeline.steps.verdicts import lacking
from anonymuse.stats.scoring import gain, share

Values = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, repr=False)
class NamedScene:
    """One clustering, named by the product and by keywords alone.

    ``others`` is by further judge: shares of right choices, of ours and of keywords.
    """

    scene: Scene
    ours: Mapping[str, DraftName]
    choices: tuple[Choice, ...]
    theirs: tuple[Choice, ...]
    counted: Reconstructed
    counted_theirs: Reconstructed
    others: Mapping[str, tuple[float, ...]]


def line_up_figures(trials: Sequence[NamedScene]) -> tuple[Figure, ...]:
    """Return the shares of right choices, by name and by conversation."""
    each, other = [], []
    for trial in trials:
        ours, theirs = by_cluster(trial.choices), by_cluster(trial.theirs)
        each.append(list(ours.values()))
        other.append([theirs[leaf] for leaf in ours])
    flat = np.concatenate(each)
    both = gain(flat, np.concatenate(other))
    names = Figure.paired(
        "names.lineup.names",
        "Line-up: held-out conversations that choose right, mean over names",
        both,
        rows=len(flat),
        by_seed=tuple(float(np.mean(own)) for own in each),
    )
    members = _paired(
        "names.lineup.members",
        "Line-up: share of held-out conversations that choose right",
        [np.array([c.rank < 1 for c in trial.choices]) for trial in trials],
        [np.array([c.rank < 1 for c in trial.theirs]) for trial in trials],
        [[trial.scene.material.units[c.row] for c in trial.choices] for trial in trials],
    )
    return names, members


def named_figures(trials: Sequence[NamedScene]) -> tuple[Figure, ...]:
    """Return how often a reader of names counts a conversation right, and what that loses."""
    units = [
        [u for u, leaf in zip(t.scene.material.units, t.scene.labels, strict=True)
         if int(leaf) in t.counted.said]
        for t in trials
    ]  # fmt: skip
    named = _paired(
        "named.base",
        "Reconstruction by name: conversations whose cluster's name says their category",
        [trial.counted.named for trial in trials],
        [trial.counted_theirs.named for trial in trials],
        units,
    )
    majority, read, read_theirs = (
        np.concatenate([getattr(own, part) for own in side])
        for part, side in (
            ("majority", [trial.counted for trial in trials]),
            ("named", [trial.counted for trial in trials]),
            ("named", [trial.counted_theirs for trial in trials]),
        )
    )
    people = [unit for own in units for unit in own]
    lost = Figure(
        key="named.lost",
        label="Lost by reading names instead of looking at majorities (`majority` minus `named`)",
        ours=Number.of(gain(majority, read, units=people).gain),
        baseline=Number.of(gain(majority, read_theirs, units=people).gain),
        gain=Number.of(gain(read_theirs, read, units=people).gain),
        better="lower",
        rows=len(read),
        by_seed=tuple(float(np.mean(t.counted.majority) - np.mean(t.counted.named))
                      for t in trials),
    )  # fmt: skip
    return named, lost


def form_figures(trials: Sequence[NamedScene]) -> tuple[Figure, ...]:
    """Return near-duplicates, and names that are not in the report's language.

    Of the names that auditors do not withhold for lack of support; nothing where they withhold all.
    """
    names = [
        [own.name for own in trial.ours.values()
         if not lacking(own, trial.scene.table, trial.scene.policy)]
        for trial in trials
    ]  # fmt: skip
    alike = [len({i for pair in alike_pairs(own) for i in pair}) for own in names]
    foreign = [sum(not _latin(name) for name in own) for own in names]
    count = [len(own) for own in names]
    if not any(count):
        return ()

    def figure(key: str, label: str, found: Sequence[int]) -> Figure:
        flags = np.repeat([1.0, 0.0], [sum(found), sum(count) - sum(found)])
        rows, by_seed = len(flags), tuple(n / max(c, 1) for n, c in zip(found, count, strict=True))
        return Figure(key, label, Number.of(share(flags)), better="lower", rows=rows,
                      by_seed=by_seed)  # fmt: skip

    return (
        figure("names.alike", "Names that are a near-duplicate of another cluster's", alike),
        figure("names.script", "Names in another script than the report's language", foreign),
    )


def agreement_figures(trials: Sequence[NamedScene], *, decoys: int) -> tuple[Figure, ...]:
    """Return how often two runs name a cluster alike; nothing where there is one run."""
    said = [{node: draft.name for node, draft in trial.ours.items()} for trial in trials]
    seeds = [
        look_for_names(one.scene, mine, other.scene, theirs, decoys=decoys)
        for (one, mine), (other, theirs) in pairwise(zip(trials, said, strict=True))
    ]
    if not any(seeds):
        return ()
    pairs = [f"{seed} {told.pair}" for seed, own in enumerate(seeds) for told in own]

    def figure(key: str, label: str, flags: Sequence[Sequence[bool]]) -> Figure:
        values = [flag for own in flags for flag in own]
        by_seed = tuple(float(np.mean(own)) for own in flags if own)
        ours = Number.of(share(values, units=pairs))
        return Figure(key, label, ours, rows=len(set(pairs)), by_seed=by_seed)

    return (
        figure("names.agree", "Names of matched clusters agree in meaning",
               [[told.found for told in own] for own in seeds]),
        figure("names.same", "Names of matched clusters have the same words",
               [[told.same for told in own] for own in seeds]),
    )  # fmt: skip


def _latin(name: str) -> bool:
    return all(char < "\u0250" for char in name if char.isalpha())


def _paired(
    key: str,
    label: str,
    ours: Sequence[Values],
    theirs: Sequence[Values],
    units: Sequence[Sequence[str]],
) -> Figure:
    """Return a figure over the conversations of all seeds, clustered by person."""
    people = [unit for own in units for unit in own]
    both = gain(np.concatenate(ours), np.concatenate(theirs), units=people)
    return Figure.paired(
        key,
        label,
        both,
        rows=len(people),
        by_seed=tuple(float(np.mean(own)) for own in ours),
    )
