"""`compare`: what has changed from one report to another, from Python."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anonymuse.api.view import ReportView, open_report
from anonymuse.domain.released import sentences
from anonymuse.domain.released.cluster import Cluster
from anonymuse.domain.released.links import Links
from anonymuse.domain.released.report import Report
from anonymuse.errors import ConfigError
from anonymuse.insights.changes import KINDS, Change, Kind, cautions, changes
from anonymuse.insights.match import SAME_NAME, SIMILAR
from anonymuse.insights.moves import Moves, moves

Place = ReportView | str | os.PathLike[str]


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Two reports side by side; released values only.

    Attributes:
        before: the earlier report, or a tree of it.
        after: the later one.
        changes: every cluster of either, the largest change first.
        notes: what must be known before a difference is believed.
    """

    before: Report
    after: Report
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of one kind: grown, shrunk, steady, new or gone."""
        return tuple(own for own in self.changes if own.kind == kind)

    def summary(self) -> dict[str, Any]:
        """Return plain values for ``--json``."""
        return {
            "before": _told(self.before),
            "after": _told(self.after),
            "notes": list(self.notes),
            "changes": [
                {
                    "kind": own.kind,
                    "name": own.name,
                    "before": _cluster(own.before),
                    "after": _cluster(own.after),
                    "by": own.by,
                    "ratio": own.ratio,
                    "low": own.low,
                    "high": own.high,
                    "parts": list(own.parts),
                    "sources": list(own.sources),
                }
                for own in self.changes
            ],
        }

    def __repr__(self) -> str:
        told = ", ".join(f"{len(self.of(kind))} {kind}" for kind in KINDS)
        return f"<Comparison: {told}>"


def compare(before: Place, after: Place, *, by: str = "") -> Comparison:
    """Return what has changed from one report to a later one.

    Clusters that `anonymuse.assign` took over are known by their ids. Of two runs with one key and
    one embedder, whose folders are there, each continues the cluster that most of its conversations
    would be in. Else names decide, and then their words.

    Args:
        before: folder of a run or a bundle, or what :func:`open_report` returned.
        after: likewise.
        by: the facet whose trees are compared; left out, the main ones.

    Raises:
        InputError: there is no report, or it is a restricted one.
        ConfigError: shares of the two mean different things, or one has no tree by that facet.
    """
    views = [own if isinstance(own, ReportView) else open_report(own) for own in (before, after)]
    first, second = (_tree(view, by) for view in views)
    links, why = _links(views[0].out, views[1].out, by)
    found = changes(first, second, links or Links())
    names = any(own.by in (SAME_NAME, SIMILAR) for own in found)
    told = (
        [f"Clusters were matched by their names alone: {why}."] if links is None and names else []
    )
    return Comparison(first, second, tuple(found), (*cautions(first, second), *told))


def _links(before: Path, after: Path, by: str) -> tuple[Links | None, str]:
    from anonymuse.wiring.comparing import links_of

    return links_of(before, after, by)


def _tree(view: ReportView, by: str) -> Report:
    if not by:
        return view.report
    known = view.further
    if by not in known:
        raise ConfigError(
            f"{view.out} has no tree by the facet {by!r}. "
            f"Trees beside the main one: {', '.join(known) or 'none'}."
        )
    return known[by].report


def _told(report: Report) -> dict[str, Any]:
    return {
        "title": report.title,
        "content_hash": report.content_hash,
        "window": sentences.window_line(report.receipt) or None,
        "conversations": report.conversations,
        "policy": report.receipt.policy.get("name"),
    }


def _cluster(own: Cluster | None) -> dict[str, Any] | None:
    if own is None:
        return None
    return {
        "id": own.id,
        "name": own.name,
        "level": own.level,
        "units": own.units,
        "share": own.share,
        "share_low": own.share_low,
        "share_high": own.share_high,
    }


def moved(report: Place, *, by: str = "") -> Moves:
    """Return what grew, shrank, is new or vanished from a report's earlier windows to its latest.

    Args:
        report: folder of a run or a bundle, or what :func:`open_report` returned.
        by: the facet whose tree is looked at; left out, the main one.

    Raises:
        InputError: there is no report, or it is a restricted one.
        ConfigError: it counts no windows, or fewer than two show.
    """
    view = report if isinstance(report, ReportView) else open_report(report)
    found = moves(_tree(view, by))
    if found is None:
        raise ConfigError(
            f"{view.out} does not count by month or week, or shows fewer than two of them. Make it "
            f"with --window month or week, from data with times; or name a second report."
        )
    return found
