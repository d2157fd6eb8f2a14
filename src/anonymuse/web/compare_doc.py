"""Two reports side by side, as a document."""

from __future__ import annotations

from dataclasses import asdict

from anonymuse.domain.released.report import Report
from anonymuse.insights.match import match
from anonymuse.insights.sheet import Tree
from anonymuse.web.contract import CompareDoc, Match


def compare_doc(report: Report, other: Report) -> CompareDoc:
    """Return ``compare.json``: each cluster of both main trees once."""
    found = match(Tree.of(report), Tree.of(other))
    return CompareDoc(
        here=report.title,
        there=other.title,
        matches=tuple(Match(**asdict(own)) for own in found),
    )
