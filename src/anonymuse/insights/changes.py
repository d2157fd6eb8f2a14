"""What has changed from one report to a later one: grown, shrunk, new, gone, divided, joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.links import ASSIGNED, Links, Pair
from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError
from anonymuse.insights.match import match
from anonymuse.insights.sheet import Tree

Kind = Literal["grown", "shrunk", "steady", "new", "gone"]
NO_LINKS = Links()


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one cluster.

    Attributes:
        kind: grown and shrunk stand out after control over all pairs; steady: what continues and
            does not; new and gone: published in one of the two alone.
        before: the cluster of the earlier report; None where it is new.
        after: of the later one; None where it is gone.
        by: how they were found to be the same; empty for one alone.
        ratio: its share of people after over that before, with a 95 % interval; None where one is
            missing or too little is known.
        low: lower end.
        high: upper end.
        parts: names of clusters of the later report that hold parts of it, beside ``after``.
        sources: names of clusters of the earlier one that have become a part of it.
    """

    kind: Kind
    before: Cluster | None
    after: Cluster | None
    by: str = ""
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    parts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name that is known last."""
        named = self.after or self.before
        return "" if named is None else named.name


def is_continued(report: Report, other: Report) -> bool:
    """Return whether one was made by putting conversations into the clusters of the other."""
    pairs = ((report, other), (other, report))
    return any(
        a.content_hash and a.content_hash == b.receipt.settings.get(ASSIGNED) for a, b in pairs
    )


def changes(before: Report, after: Report, links: Links = NO_LINKS) -> list[Change]:
    """Return what became of every cluster of either report, the largest change first.

    Args:
        before: the earlier report, or a tree of it.
        after: the later one, grouped by the same facet.
        links: which clusters continue each other, where somebody has looked.

    Raises:
        ConfigError: shares of the two mean different things; says why.
    """
    refuse_what_differs(before, after)
    mine, theirs = Tree.of(after), Tree.of(before)
    turned = [(b, a) for a, b in links.same]
    found = match(mine, theirs, same=is_continued(before, after), linked=turned)
    told = []
    for own in found:
        old = None if own.there is None else theirs.clusters[own.there]
        new = None if own.here is None else mine.clusters[own.here]
        told.append(
            Change(
                kind=_kind(old, new, own.ratio, stands_out=own.notable),
                before=old,
                after=new,
                by=own.by,
                ratio=own.ratio,
                low=own.low,
                high=own.high,
                parts=_others((*links.divided, *links.joined), old, new, after, first=True),
                sources=_others(links.joined, new, old, before, first=False),
            )
        )
    return sorted(told, key=_weight)


def _kind(
    old: Cluster | None, new: Cluster | None, ratio: float | None, *, stands_out: bool
) -> Kind:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    if ratio is None or not stands_out:
        return "steady"
    return "grown" if ratio > 1.0 else "shrunk"


def _others(
    pairs: Sequence[Pair], own: Cluster | None, same: Cluster | None, in_: Report, *, first: bool
) -> tuple[str, ...]:
    """Return the names of what a cluster is paired with, beside the one that it is the same as."""
    if own is None:
        return ()
    ends = [pair if first else (pair[1], pair[0]) for pair in pairs]
    ids = {there for here, there in ends if here == own.id and (same is None or there != same.id)}
    return tuple(cluster.name for cluster in in_.clusters if cluster.id in ids)


KINDS: tuple[Kind, ...] = ("grown", "shrunk", "new", "gone", "steady")


def _weight(own: Change) -> tuple[int, int, float, str]:
    """Return by what changes are sorted: kind, top levels first, then how much is sure."""
    cluster = own.after or own.before
    level = 0 if cluster is None else -cluster.level
    size = 0.0 if cluster is None else -cluster.share
    if own.kind == "grown":
        size = -(own.low or 0.0)
    if own.kind == "shrunk":
        size = own.high or 0.0
    return KINDS.index(own.kind), level, size, own.name


def refuse_what_differs(before: Report, after: Report) -> None:
    """Refuse reports whose shares are of different things.

    Raises:
        ConfigError: says what differs.
    """
    units = [own.receipt.unit for own in (before, after)]
    if units[0] != units[1]:
        raise ConfigError(
            f"One report counts by {units[0]} and the other by {units[1]}: their shares mean "
            f"different things. Make one of them again with --unit {units[0]}."
        )
    if before.facet != after.facet:
        raise ConfigError(
            f"One tree is grouped by {before.facet or 'the request'!r} and the other by "
            f"{after.facet or 'the request'!r}. Name a facet that both have with --by."
        )


def cautions(before: Report, after: Report) -> list[str]:
    """Return what a reader must know before believing a comparison."""
    found = []
    a, b = before.receipt, after.receipt
    if before.content_hash and before.content_hash == after.content_hash:
        found.append("Both are the same report: nothing can have changed.")
    if a.policy.get("name") != b.policy.get("name"):
        found.append(
            f"The policies differ ({a.policy.get('name')}, {b.policy.get('name')}): what is new or "
            f"gone may only have been too small to show under the stricter one."
        )
    for what, mine, other in (
        ("what conversations are grouped by", _grouped(before), _grouped(after)),
        ("the sample", a.settings.get("sampled"), b.settings.get("sampled")),
    ):
        if mine != other:
            found.append(
                f"The two differ in {what} ({mine}, {other}): part of any difference may come from "
                f"that."
            )
    if _overlap(a.window, b.window):
        found.append(
            f"Both cover {sentences.window_line(a)} and {sentences.window_line(b)}: people who are "
            f"in both make differences look less sure than they are."
        )
    hidden = [own for own in (a.withheld_share, b.withheld_share) if own not in ("", "0 %")]
    if hidden:
        found.append(
            "Topics that either report withholds are in neither share; one that is called new or "
            "gone may have been there, with too few people to show."
        )
    return found


def _grouped(report: Report) -> str:
    receipt = report.receipt
    models = receipt.models.get("embed facets") or receipt.models.get("embed")
    return f"{receipt.settings.get('extraction')}, embedded by {models}"


def _overlap(a: tuple[str, str] | None, b: tuple[str, str] | None) -> bool:
    return a is not None and b is not None and a[0] <= b[1] and b[0] <= a[1]
