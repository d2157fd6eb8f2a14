"""All documents of the explorer, made from released reports."""

from __future__ import annotations

from collections.abc import Mapping

from anonymuse._version import __version__
from anonymuse.domain.released.report import Report
from anonymuse.insights.findings import findings
from anonymuse.insights.lifts import lifts, without_lifts
from anonymuse.insights.measures import measures
from anonymuse.insights.sheet import Sheets
from anonymuse.web.clusters_doc import clusters_doc
from anonymuse.web.compare_doc import compare_doc, told_apart
from anonymuse.web.contract import Doc, Finding, IndexDoc, TreeEntry
from anonymuse.web.facet_doc import facet_doc
from anonymuse.web.links import finding_href
from anonymuse.web.quadrants_doc import quadrants_doc
from anonymuse.web.report_doc import report_doc
from anonymuse.web.series_doc import series_doc

DOTS = 200_000
"""So many dots are drawn at most; with more conversations, one stands for several."""

OTHER = "other"
"""Key of the tree of a second report."""


def documents(report: Report, other: Report | None = None) -> dict[str, Doc]:
    """Return every document by its path below the API, without the notes.

    Args:
        report: the one that is looked at, with the trees of its further facets.
        other: a second one to compare it with; of it the main tree only.
    """
    if other is not None:
        report, other = told_apart(report, other)
    trees = {"main": report} | {f"by-{own.facet}": own for own in report.further}
    if other is not None:
        trees[OTHER] = other
    found: dict[str, Doc] = {}
    for key, own in trees.items():
        found |= {f"trees/{key}/{name}": doc for name, doc in _tree(key, own).items()}
    if other is not None:
        found["compare.json"] = compare_doc(report, other)
    index = IndexDoc(
        anonymuse=__version__,
        schema_version=report.schema_version,
        title=report.title,
        content_hash=report.content_hash,
        trees=tuple(_entry(key, own, found) for key, own in trees.items()),
        compared=other is not None,
        notes="browser",
        dots=DOTS,
    )
    return {"index.json": index} | found


def encoded(doc: Doc) -> bytes:
    """Return a document as it travels; the same report gives the same bytes."""
    return doc.model_dump_json().encode()


def _entry(key: str, report: Report, docs: Mapping[str, Doc]) -> TreeEntry:
    return TreeEntry(
        key=key,
        title=report.title,
        facet=report.facet,
        clusters=len(report.clusters),
        depth=1 + max((c.level for c in report.clusters), default=0),
        facets=sum(path.startswith(f"trees/{key}/facets/") for path in docs),
        bytes=len(encoded(docs[f"trees/{key}/clusters.json"])),
    )


def _tree(key: str, report: Report) -> dict[str, Doc]:
    sheets = Sheets.of(report)
    columns = measures(report, sheets)
    lifted = {name: lifts(sheet) for name, sheet in sheets.facets.items()}
    told = [
        Finding(
            kind=own.kind,
            sentence=own.sentence,
            evidence=own.evidence,
            href=finding_href(own, key),
        )
        for own in findings(report, sheets, lifted, columns)
    ]
    lifted |= {name: without_lifts(sheet) for name, sheet in sheets.estimates.items()}
    docs: dict[str, Doc] = {
        "report.json": report_doc(report, list(lifted), told),
        "clusters.json": clusters_doc(report, sheets.tree, columns),
        "series.json": series_doc(report, sheets.tree),
        "quadrants.json": quadrants_doc(sheets.tree, columns),
    }
    for n, (name, own) in enumerate(lifted.items()):
        docs[f"facets/{n}.json"] = facet_doc(n, name, sheets.cells[name], own)
    return docs
