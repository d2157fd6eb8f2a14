"""Two reports side by side, as a document."""

from __future__ import annotations

from dataclasses import asdict, replace

from anonymuse.domain.released import sentences
from anonymuse.domain.released.report import Report
from anonymuse.insights.changes import is_continued
from anonymuse.insights.match import match
from anonymuse.insights.sheet import Tree
from anonymuse.web.contract import CompareDoc, Match


def told_apart(report: Report, other: Report) -> tuple[Report, Report]:
    """Return two reports with titles that differ: by the time they cover, else by their order."""
    if report.title != other.title:
        return report, other
    first, second = (sentences.window_line(own.receipt) for own in (report, other))
    if first == second:
        first, second = "First", "Second"
    # What differs stands in front: the end of a long title is cut off where there is little room.
    return (
        replace(report, title=f"{first}, {report.title}"),
        replace(other, title=f"{second}, {other.title}"),
    )


def compare_doc(report: Report, other: Report) -> CompareDoc:
    """Return ``compare.json``: each cluster of both main trees once."""
    found = match(Tree.of(report), Tree.of(other), same=is_continued(report, other))
    return CompareDoc(
        here=report.title,
        there=other.title,
        matches=tuple(Match(**asdict(own)) for own in found),
    )
