"""Precision and recall at every threshold, for all campaigns, by size and by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from anonymuse.evals.coordination.cases import Case
from anonymuse.evals.coordination.invented import KINDS, TOLD, Kind
from anonymuse.evals.coordination.scored import hits_of
from anonymuse.evals.suite.section import Curve, Number, Section, Table
from anonymuse.stats.intervals import wilson
from anonymuse.stats.weighed import Weights

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_SHOWN = (0.1, 0.2, 0.5, 0.8)

Point = tuple[float, Number, int]
"""recall, precision, and clusters that were reported"""


def curves(cells: Mapping[tuple[int, Kind, int], Case], weights: Weights) -> Section:
    """Return the curves of worlds with campaigns, by size, kind and seed."""
    every = _points(list(cells.values()), weights)
    sizes = sorted({size for size, _, _ in cells})
    parts = {
        f"{one} accounts": [case for (size, _, _), case in cells.items() if size == one]
        for one in sizes
    }
    parts |= {
        TOLD[one]: [case for (_, kind, _), case in cells.items() if kind == one] for one in KINDS
    }
    points = {name: _points(own, weights) for name, own in parts.items()}
    return Section(
        key="curve",
        title="Precision and recall",
        lead=(
            "Recall counts campaigns, precision clusters that are reported: right where they hold "
            "four accounts of a campaign. Three campaigns stand to some fifty other clusters; "
            "where campaigns are rarer, precision is lower. Classes that share a task are left out."
        ),
        tables=(
            Table(
                "All sizes and kinds.",
                ("score from", "recall", "precision (95 %)", "clusters reported"),
                tuple(
                    (threshold, recall, _told(precision), said)
                    for threshold, (recall, precision, said) in zip(THRESHOLDS, every, strict=True)
                ),
            ),
            Table(
                "Recall, and in brackets precision, from each score on.",
                ("campaigns", *(f"from {threshold:g}" for threshold in _SHOWN)),
                tuple((name, *_cells(own)) for name, own in points.items()),
            ),
        ),
        pictures=tuple(
            Curve(
                f"Precision and recall, {name}.",
                "recall",
                "precision",
                tuple((recall, precision) for recall, precision, said in own if said),
                diagonal=False,
            )
            for name, own in {"all campaigns": every, **points}.items()
        ),
    )


def _cells(points: Sequence[Point]) -> list[str]:
    found = dict(zip(THRESHOLDS, points, strict=True))
    return [f"{found[at][0]:.2f} ({found[at][1].value:.2f})" for at in _SHOWN]


def _points(cases: Sequence[Case], weights: Weights) -> list[Point]:
    points = []
    for threshold in THRESHOLDS:
        right, said, hits = 0, 0, []
        for case in cases:
            scores, _ = case.best(weights)
            alarm = (scores >= threshold) & ~case.of_kind("homework")
            held = np.logical_or.reduce([case.held(plant) for plant in case.campaigns])
            right += int((alarm & held).sum())
            said += int((alarm & (held | ~case.touched())).sum())
            hits += hits_of(case, weights, threshold)
        precision = Number(right / said if said else 1.0, *wilson(right, said))
        points.append((float(np.mean(hits)), precision, said))
    return points


def _told(value: Number) -> str:
    return f"{value.value:.2f} ({value.low:.2f} to {value.high:.2f})"
