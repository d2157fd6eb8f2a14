"""What the worlds say, as figures, tables and pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from anonymuse.evals.coordination.cases import THRESHOLD, Case
from anonymuse.evals.coordination.curves import curves
from anonymuse.evals.coordination.invented import KINDS, TOLD, Kind
from anonymuse.evals.coordination.scored import hits_of, precision_of, ranks_of
from anonymuse.evals.suite.section import Figure, Heat, Number, Section, Table
from anonymuse.stats.intervals import wilson
from anonymuse.stats.scoring import over_seeds, share
from anonymuse.stats.weighed import Weights

Cells = Mapping[tuple[int, Kind, int], Case]
"""worlds with campaigns, by size, kind and seed"""

CROWDS = {
    "popular": "a popular topic, each in their own words",
    "viral": "an event: the same within two days",
    "heavy": "one person who asks again and again",
    "homework": "a class that shares a task (the hard case)",
}


def sections(
    cells: Cells, clean: Sequence[Case], weights: Weights, rows: int
) -> tuple[Section, ...]:
    """Return all parts.

    Args:
        cells: worlds with campaigns.
        clean: worlds without.
        weights: of the score.
        rows: conversations of a background.
    """
    return (
        _found(cells, weights, rows),
        _alarms(cells, clean, weights),
        curves(cells, weights),
        _signals(cells, weights),
    )


def _found(cells: Cells, weights: Weights, rows: int) -> Section:
    by: dict[tuple[int, Kind], list[Case]] = defaultdict(list)
    for (size, kind, _), case in cells.items():
        by[size, kind].append(case)
    sizes = sorted({size for size, _, _ in cells})
    kinds = [kind for kind in KINDS if any((size, kind) in by for size in sizes)]
    hits = {
        cell: [hit for case in own for hit in hits_of(case, weights)] for cell, own in by.items()
    }
    precision = {cell: [precision_of(case, weights) for case in own] for cell, own in by.items()}
    figures = []
    for size in sizes:
        for kind in kinds:
            own, n = precision[size, kind], len(hits[size, kind])
            key = f"coordination.{kind}.{size}"
            figures.append(Figure(
                f"{key}.ap", f"average precision, {size} accounts, {TOLD[kind]}", _over(own),
                rows=n, by_seed=tuple(own),
            ))  # fmt: skip
            found = share(hits[size, kind])
            figures.append(Figure(
                f"{key}.recall", f"found, {size} accounts, {TOLD[kind]}", Number.of(found), rows=n
            ))  # fmt: skip
    held = [case.held(plant).any() for case in cells.values() for plant in case.campaigns]
    apart, campaigns = len(held) - sum(held), len(held)
    by_size = [(f"{size} accounts", [by[size, kind] for kind in kinds]) for size in sizes]
    return Section(
        key="found",
        title="Campaigns of each size",
        lead=(
            "Three invented campaigns that no weight was fitted on are put into conversations that "
            "no weight was fitted on, beside honest crowds. A campaign is found where a cluster "
            f"that holds four of its accounts scores {THRESHOLD:g} or more, by a group that is "
            "mostly the campaign. Average precision ranks the campaign's cluster against all that "
            "hold nobody of a campaign; intervals are over seeds."
        ),
        figures=tuple(figures),
        tables=(
            Table(
                "Campaigns that were found, of all.",
                ("accounts", *(TOLD[kind] for kind in kinds)),
                tuple((size, *(_of(hits[size, kind]) for kind in kinds)) for size in sizes),
            ),
            Table(
                "Average precision (95 % interval over seeds).",
                ("accounts", *(TOLD[kind] for kind in kinds)),
                tuple(
                    (size, *(_interval(_over(precision[size, kind])) for kind in kinds))
                    for size in sizes
                ),
            ),
            Table(
                "Where the campaign's cluster stands among all of its world (median rank).",
                ("accounts", *(TOLD[kind] for kind in kinds)),
                tuple(
                    (
                        name,
                        *(
                            float(np.median([r for case in own for r in ranks_of(case, weights)]))
                            for own in row
                        ),
                    )
                    for name, row in by_size
                ),
            ),
            _by_timing(cells, weights),
        ),
        pictures=(
            Heat(
                "Share of campaigns found, by accounts (down) and kind (across).",
                tuple(f"{size} accounts" for size in sizes),
                tuple(kinds),
                tuple(tuple(float(np.mean(hits[size, kind])) for kind in kinds) for size in sizes),
            ),
        ),
        notes=(
            f"A background of {rows} conversations. Clustering left {apart} of {campaigns} "
            "campaigns without a cluster that holds four of their accounts: those cannot be found.",
            "There are 14 rewritings of each campaign: those of 20 accounts and more use one again "
            "with other words in its slots, which an endless paraphraser would not. The last part "
            "tells what is found without likeness of wording.",
        ),
    )


def _by_timing(cells: Cells, weights: Weights) -> Table:
    found: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for case in cells.values():
        for plant, hit in zip(case.campaigns, hits_of(case, weights), strict=True):
            about = case.plants[plant]
            found[about.spread, about.known[0]].append(hit)
    names = {
        "burst": "within days", "weeks": "over twelve weeks", "clock": "at even gaps, by a clock"
    }  # fmt: skip
    return Table(
        "The same by how the accounts behave: all sizes and kinds together.",
        ("when", "accounts that do nothing else", "accounts that do other things too"),
        tuple((told, *(_of(found[key, known]) for known in (False, True)))
              for key, told in names.items()),
    )  # fmt: skip


def _alarms(cells: Cells, clean: Sequence[Case], weights: Weights) -> Section:
    quiet: list[bool] = []
    crowds: dict[str, list[bool]] = {kind: [] for kind in CROWDS}
    for case in (*clean, *cells.values()):
        scores, _ = case.best(weights)
        alarm = scores >= THRESHOLD
        honest = ~case.touched()
        held = {kind: case.of_kind(kind) & honest for kind in CROWDS}
        for kind, own in held.items():
            crowds[kind] += alarm[own].tolist()
        quiet += alarm[honest & ~np.logical_or.reduce(list(held.values()))].tolist()
    rows: list[tuple[str | float | int | None, ...]] = [
        ("the background itself", sum(quiet), len(quiet), _per_thousand(quiet))
    ]
    rows += [(CROWDS[kind], sum(own), len(own), _per_thousand(own)) for kind, own in crowds.items()]
    low, high = wilson(sum(quiet), len(quiet))
    value = sum(quiet) / max(len(quiet), 1)
    return Section(
        key="alarms",
        title="False alarms",
        lead=(
            f"Clusters that hold nobody of a campaign and score {THRESHOLD:g} or more. Backgrounds "
            "are the same conversations in every world, with other people and other clusters."
        ),
        figures=(
            Figure("coordination.alarms", "share of background clusters with a false alarm",
                   Number(value, low, high), better="lower", rows=len(quiet)),
        ),
        tables=(
            Table("Clusters by what they hold.",
                  ("cluster of", "alarms", "clusters", "per 1,000 (95 %)"), tuple(rows)),
        ),
        notes=(
            "A class that shares a task sends one text from many accounts within days: that is a "
            "template, and it is reported. Whoever looks at the cluster sees at once what it is; "
            "no weight was fitted on it.",
        ),
    )  # fmt: skip


def _signals(cells: Cells, weights: Weights) -> Section:
    """Say what each signal is worth: all others as they are, it alone silent."""
    every = _summary(cells, weights, lambda _: True)
    rows: list[tuple[str | float | int | None, ...]] = [("all signals", None, *every)]
    for name, weight in weights.weight.items():
        silent = replace(weights, weight={**weights.weight, name: 0.0})
        rows.append((f"without {name}", weight, *_summary(cells, silent, lambda _: True)))
    small = _summary(cells, weights, lambda size: size <= 20)
    no_words = replace(weights, weight={**weights.weight, "templates": 0.0})
    return Section(
        key="signals",
        title="What each signal is worth",
        lead=(
            "The same worlds with one signal silent and the weights as they are: recall at the "
            f"threshold of {THRESHOLD:g}, and mean average precision, which does not depend on it."
        ),
        tables=(
            Table("All sizes and kinds.", ("score", "weight", "recall", "average precision"),
                  tuple(rows)),
            Table(
                "Campaigns of 20 accounts and fewer.",
                ("score", "recall", "average precision"),
                (("all signals", *small),
                 ("without templates", *_summary(cells, no_words, lambda size: size <= 20))),
            ),
        ),
    )  # fmt: skip


def _summary(cells: Cells, weights: Weights, wanted: Callable[[int], bool]) -> tuple[float, float]:
    own = [case for (size, _, _), case in cells.items() if wanted(size)]
    hits = [hit for case in own for hit in hits_of(case, weights)]
    return float(np.mean(hits)), float(np.mean([precision_of(case, weights) for case in own]))


def _over(values: Sequence[float]) -> Number:
    if len(values) < 3:
        return Number(float(np.mean(values)))
    found = over_seeds(values)
    return Number(found.mean, max(0.0, found.low), min(1.0, found.high))


def _interval(value: Number) -> str:
    if value.low is None or value.high is None:
        return f"{value.value:.2f}"
    return f"{value.value:.2f} ({value.low:.2f} to {value.high:.2f})"


def _of(hits: Sequence[bool]) -> str:
    return f"{sum(hits)} of {len(hits)}" if hits else ""


def _per_thousand(alarms: Sequence[bool]) -> str:
    if not alarms:
        return ""
    low, high = wilson(sum(alarms), len(alarms))
    return f"{1000 * sum(alarms) / len(alarms):.1f} ({1000 * low:.1f} to {1000 * high:.1f})"
