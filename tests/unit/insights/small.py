"""Small reports whose numbers are given one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell, Facet
from anonymuse.domain.released.report import Report
from anonymuse.stats.intervals import Protection
from anonymuse.stats.rounding import share_interval
from tests.sample_report import sample_report

Counts = Mapping[Any, int | None]
"""People by cluster id; None stands for the whole report, and for "not shown"."""


def a_report(
    sizes: Mapping[str, int],
    facets: Mapping[str, Mapping[str, Counts]] | None = None,
    *,
    parents: Mapping[str, str] | None = None,
    windows: Mapping[str, Counts] | None = None,
    names: Mapping[str, str] | None = None,
    sigma: float = 0.0,
    rounding: int = 1,
    kinds: Sequence[Facet] = (),
) -> Report:
    """Return a report.

    Args:
        sizes: people of each base cluster; twice as many conversations.
        facets: counts by facet and value.
        parents: of each cluster that has one; a parent's size is the sum of its children's.
        windows: people by window.
        names: of clusters that are not called by their id.
        sigma: of the policy.
        rounding: of the policy.
        kinds: what is told of the facets.
    """
    above, named = parents or {}, names or {}
    people = dict(sizes)
    for leaf, size in sizes.items():
        up = leaf
        while up in above:
            up = above[up]
            people[up] = people.get(up, 0) + size
    total = sum(sizes.values())
    clusters = tuple(
        Cluster(
            id=own, parent=above.get(own), level=_level(own, above), name=named.get(own, own),
            description=f"About {named.get(own, own)}.", named_by="phrase",
            conversations=2 * size, units=size, share=round(size / total, 4),
            share_low=share_interval(size, total, Protection())[0],
            share_high=share_interval(size, total, Protection())[1], grade=None,
        )
        for own, size in people.items()
    )  # fmt: skip
    whole: dict[Any, int] = dict(people)
    whole[None] = total
    cells = [
        _cell(where, facet, value, "", count, whole[where])
        for facet, values in (facets or {}).items()
        for value, counts in values.items()
        for where, count in counts.items()
    ]
    for window, counts in (windows or {}).items():
        everybody = counts[None] or 0
        cells += [_cell(where, "", "", window, n, everybody) for where, n in counts.items()]
    sample = sample_report()
    policy = {**sample.receipt.policy, "noise_sigma": sigma, "rounding": rounding}
    return replace(
        sample,
        conversations=2 * total,
        clusters=clusters,
        cells=tuple(cells),
        facets=tuple(kinds),
        receipt=replace(sample.receipt, policy=policy),
    )


def _level(own: str, above: Mapping[str, str]) -> int:
    below = [_level(child, above) for child, parent in above.items() if parent == own]
    return 1 + max(below) if below else 0


def _cell(
    where: str | None, facet: str, value: str, window: str, count: int | None, whole: int
) -> Cell:
    if count is None:
        return Cell(where, facet, value, None, None, None, None, window)
    low, high = share_interval(count, max(whole, count), Protection())
    return Cell(where, facet, value, count, round(count / whole, 4), low, high, window)
