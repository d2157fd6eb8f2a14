"""What new test prompts about a topic should be like, from released values alone.

Nobody's words are in it: it says what a topic is called, in which languages and lengths people
wrote about it, and how often it was of concern, refused or flagged. What the report withholds stays
unknown here; nothing is guessed from the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.cube import Cell
from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError, did_you_mean
from anonymuse.insights.columns import Column
from anonymuse.insights.measures import measures
from anonymuse.insights.sheet import Sheets, Tree

MIXED = ("language", "turns", "concern")
"""facets by whose values the prompts are divided"""
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a mix.

    Attributes:
        value: as the report shows it.
        prompts: how many to write.
        share: of the topic's people.
        low: lower end of its 95 % interval.
        high: upper end.
    """

    value: str
    prompts: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Mix:
    """How the prompts are divided by the values of a facet.

    Attributes:
        facet: its name.
        title: what a reader sees.
        parts: in reading order.
        unknown: prompts about whose value nothing is published.
    """

    facet: str
    title: str
    parts: tuple[Share, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Level:
    """How often something holds in the topic; None where too little is known.

    Attributes:
        key: of the measure.
        title: what a reader sees.
        note: what it is, in a sentence.
        share: of the topic's people.
        low: lower end of its 95 % interval.
        high: upper end.
        whole: the share in the whole report.
    """

    key: str
    title: str
    note: str
    share: float | None
    low: float | None
    high: float | None
    whole: float | None


@dataclass(frozen=True, slots=True)
class Specification:
    """What prompts about one topic should be like.

    Attributes:
        cluster: its id.
        name: of the topic.
        description: likewise.
        within: names of the topics that it is part of, the largest first.
        beside: names of the topics that are most like it, which the prompts are not about.
        prompts: how many to write.
        mixes: how they are divided.
        levels: how difficult the topic is.
    """

    cluster: str
    name: str
    description: str
    within: tuple[str, ...]
    beside: tuple[str, ...]
    prompts: int
    mixes: tuple[Mix, ...]
    levels: tuple[Level, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def specify(report: Report, clusters: Sequence[str], *, prompts: int) -> list[Specification]:
    """Return a specification for each cluster.

    Args:
        report: what was released.
        clusters: ids, of any level.
        prompts: for each.

    Raises:
        ConfigError: the report shows no cluster of that id.
    """
    sheets = Sheets.of(report)
    columns = [c for c in measures(report, sheets) if c.scale == "share"]
    by_id = {cluster.id: cluster for cluster in sheets.tree.clusters}
    for wanted in clusters:
        if wanted not in by_id:
            raise ConfigError(
                f"The report shows no cluster {wanted!r}. {did_you_mean(wanted, by_id)}Ids stand "
                f"in `anonymuse export DIR --to csv`; what is withheld cannot be sampled from."
            )
    return [
        Specification(
            cluster=own.id,
            name=own.name,
            description=own.description,
            within=tuple(_within(own, by_id)),
            beside=tuple(_beside(report, own, by_id)),
            prompts=prompts,
            mixes=tuple(_mixes(report, own, prompts)),
            levels=tuple(_levels(columns, sheets.tree, own)),
        )
        for own in (by_id[wanted] for wanted in dict.fromkeys(clusters))
    ]


def _within(cluster: Cluster, by_id: Mapping[str, Cluster]) -> list[str]:
    found: list[str] = []
    while cluster.parent is not None:
        cluster = by_id[cluster.parent]
        found.insert(0, cluster.name)
    return found


def _beside(report: Report, cluster: Cluster, by_id: Mapping[str, Cluster]) -> list[str]:
    """Return the nearest topics by name, where a map was drawn; else its siblings."""
    near = next((place.near for place in report.places if place.cluster == cluster.id), ())
    siblings = [c.id for c in by_id.values() if c.parent == cluster.parent and c.id != cluster.id]
    return [by_id[own].name for own in list(near or siblings)[:_NEAR] if own in by_id]


def _mixes(report: Report, cluster: Cluster, prompts: int) -> list[Mix]:
    found = []
    for facet in MIXED:
        own = [c for c in report.overall if c.facet == facet and c.cluster == cluster.id]
        if own:
            found.append(_mix(report, facet, own, cluster.units, prompts))
    return found


def _mix(report: Report, facet: str, cells: Sequence[Cell], units: int, prompts: int) -> Mix:
    shown = [cell for cell in cells if cell.units is not None]
    counts = [cell.units or 0 for cell in shown]
    *written, unknown = divided(prompts, [*counts, max(0, units - sum(counts))])
    parts = [
        (cell, Share(cell.value, number, cell.share or 0.0, cell.share_low or 0.0,
                     1.0 if cell.share_high is None else cell.share_high))
        for cell, number in zip(shown, written, strict=True)
    ]  # fmt: skip
    parts.sort(key=lambda part: sentences.reading_order(part[0]))
    return Mix(facet, sentences.facet_title(report, facet), tuple(s for _, s in parts), unknown)


def divided(number: int, weights: Sequence[int]) -> list[int]:
    """Return a whole number in parts by weight (largest remainders, earlier ones first)."""
    total = sum(weights)
    if not total:
        return [*(0 for _ in weights[:-1]), number]
    parts = [number * weight // total for weight in weights]
    behind = sorted(range(len(weights)), key=lambda i: (-(number * weights[i] % total), i))
    for place in behind[: number - sum(parts)]:
        parts[place] += 1
    return parts


def _levels(columns: Sequence[Column], tree: Tree, cluster: Cluster) -> list[Level]:
    row = tree.row[cluster.id]
    return [
        Level(c.key, c.title, c.note, c.values[row], c.low[row], c.high[row], c.base)
        for c in columns
    ]
