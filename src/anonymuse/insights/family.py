"""One control over everything that a report's overview can tell: facets, growth, concern, refusal.

Each of them has a control of its own, which holds where one is looked at. Of twenty facets in which
nothing differs, about one names something all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from anonymuse.insights.columns import Column, flags
from anonymuse.insights.lifts import Lifts
from anonymuse.stats.lifts import benjamini_hochberg


def notable_together(
    lifts: Mapping[str, Lifts], columns: Mapping[str, Column]
) -> tuple[dict[str, Lifts], dict[str, Column]]:
    """Return both with only those notable that stand out among all of them, shown or not.

    What one of them alone does not call notable stays so: nothing is told that is nowhere marked.
    """
    told: list[Lifts | Column] = [*lifts.values(), *columns.values()]
    if not told:
        return {}, {}
    p = [own.ratios.p if isinstance(own, Lifts) else np.array(own.p, np.float64) for own in told]
    found = benjamini_hochberg(np.concatenate(p), tests=sum(own.tests for own in told))
    parts = np.split(found, np.cumsum([len(own) for own in p])[:-1])
    kept = iter([np.asarray(own.notable) & part for own, part in zip(told, parts, strict=True)])
    return (
        {name: replace(own, notable=next(kept)) for name, own in lifts.items()},
        {name: replace(own, notable=flags(next(kept))) for name, own in columns.items()},
    )
